import { describe, expect, test } from 'vitest'

import { toHex } from '../binary/reader.ts'
import { InvalidSecurityDescriptorError, SddlSyntaxError } from '../errors.ts'
import { thrownBy } from '../fixtures/thrown.ts'
import { decodeCondition } from './decode.ts'
import { encodeCondition } from './encode.ts'
import { formatCondition } from './format.ts'
import { parseCondition } from './parse.ts'

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
}

describe('parseCondition', () => {
  test.each([
    ['a', '(a)'],
    ['((a))', '(a)'],
    ['a||b&&c', '((a) || ((b) && (c)))'],
    ['a && b || c', '(((a) && (b)) || (c))'],
    ['(a || b) && c', '(((a) || (b)) && (c))'],
    ['!(a)', '(!(a))'],
    ['! ( a && b )', '(!((a) && (b)))'],
    ['@user.a==@DEVICE.b', '(@USER.a == @DEVICE.b)'],
    ['@resource.a NOT_CONTAINS {1,2}', '(@RESOURCE.a Not_Contains {1, 2})'],
    ['a any_of"x"', '(a Any_of "x")'],
    ['exists @User.a && NOT_EXISTS b', '((Exists @USER.a) && (Not_Exists b))'],
    ['member_of(sid(ba))', '(Member_of SID(BA))'],
    ['Not_Device_Member_Of_Any { SID(S-1-1-0) , SID( BA ) }', '(Not_Device_Member_of_any {SID(WD), SID(BA)})'],
    ['a == +0x1F', '(a == +0x1f)'],
    ['a == -017', '(a == -017)'],
    ['a == 0', '(a == 0)'],
    ['a == 18446744073709551615', '(a == 18446744073709551615)'],
    ['a == -9223372036854775808', '(a == -9223372036854775808)'],
    ['a == #f', '(a == #0f)'],
    ['a == #', '(a == #)'],
    ['a == {}', '(a == {})'],
    ['1a:b/c.d_e == 1', '(1a:b/c.d_e == 1)'],
    ['@User.a%0020b%0022 == 1', '(@USER.a%0020b%0022 == 1)'],
    ['@User.été == "ß"', '(@USER.été == "ß")'],
    ['a\n&&\tb', '((a) && (b))'],
  ])('reads %j as %s', (text, expected) => {
    const condition = parseCondition(text)
    expect(formatCondition(condition)).toBe(expected)
    expect(decodeCondition(encodeCondition(condition))).toEqual(condition)
  })

  test.each([
    ['', 0],
    ['()', 1],
    ['a b', 2],
    ['a &&', 4],
    ['a & b', 2],
    ['!a', 1],
    ['!!(a)', 1],
    ['a == b', 5],
    ['a ==', 4],
    ['a == (1)', 5],
    ['a == {1,}', 8],
    ['a == {1 2}', 8],
    ['a == {{1}}', 6],
    ['a == "x', 6],
    ['a == 18446744073709551616', 5],
    ['a == -9223372036854775809', 5],
    ['a == 08', 5],
    ['a == 1x', 5],
    ['a == SID(ZZ)', 9],
    ['a == SID(BA', 9],
    ['"a" == 1', 0],
    ['@Group.a', 0],
    ['@User.', 0],
    ['@User.%002e', 6],
    ['@User.%00', 6],
    ['Member_of a', 10],
    ['Member_of {SID(BA)', 18],
    ['Member_of 1', 11],
    ['exists', 6],
    ['(a', 2],
    ['a)', 1],
  ])('refuses %j at %i', (text, offset) => {
    const error = thrownBy(() => parseCondition(text))
    expect(error).toBeInstanceOf(SddlSyntaxError)
    expect(error).toMatchObject({ offset, code: 'ERROR_INVALID_ACL' })
  })

  test.each([
    ['parentheses', `${'('.repeat(100_000)}a${')'.repeat(100_000)}`],
    ['negations', `${'!('.repeat(100_000)}a${')'.repeat(100_000)}`],
    ['a chain', Array.from({ length: 100_000 }, () => 'a').join('&&')],
    ['chains in chains', `${'(a||a&&'.repeat(900)}a${'||a)'.repeat(900)}`],
  ])('refuses %s that nest too deep', (_, text) => {
    expect(thrownBy(() => parseCondition(text))).toBeInstanceOf(SddlSyntaxError)
  })
})

describe('the binary form', () => {
  test('is artx, the tokens in postfix order and zeros up to a multiple of four', () => {
    expect(toHex(encodeCondition(parseCondition('@User.a == "b" && Member_of {SID(WD)}')))).toBe(
      '61727478f902000000610010020000006200805011000000510c00000001010000000000010000000089a000',
    )
  })

  test('keeps how a number was written', () => {
    expect(toHex(encodeCondition(parseCondition('a == -0x8')))).toBe('61727478f802000000610004f8ffffffffffffff02038000')
  })

  test.each([
    ['nothing', ''],
    ['another signature', '61727479f80200000061000000000000'],
    ['no token', '61727478'],
    ['a literal alone', '617274780401000000000000000302'],
    ['two operands', '61727478f8020000006100f8020000006200'],
    ['an operator without an operand', '61727478f8020000006100a0'],
    ['an operand beyond the end', '61727478f8ffffff7f6100'],
    ['a length that wraps', '61727478f8ffffffff6100'],
    ['a length that is cut off', '61727478f80200'],
    ['an odd name', '61727478f80300000061006200'],
    ['a token that is none', '61727478f802000000610077'],
    ['an operator that is none', '61727478f8020000006100f802000000620099'],
    ['a result as an operand', '61727478f802000000610087f802000000620080'],
    ['a literal under Exists', '61727478040100000000000000030287'],
    ['an attribute under Member_of', '61727478f802000000610089'],
    ['a negative number with a plus', '61727478f8020000006100040100000000000000020280'],
    ['a sign that is none', '61727478f8020000006100040100000000000000090280'],
    ['a number that is cut off', '61727478f80200000061000401000000'],
    ['a SID that is cut off', '61727478510c0000000105000000000001000000008900'],
    ['a SID that is too short for its size', '617274785110000000010100000000000100000000000000008900'],
    ['a composite in a composite', '6172747850050000005000000000890000'],
    ['something behind the padding', '61727478f80200000061000001'],
  ])('is refused with ERROR_INVALID_ACL when it has %s', (_, hex) => {
    const error = thrownBy(() => decodeCondition(fromHex(hex)))
    expect(error).toBeInstanceOf(InvalidSecurityDescriptorError)
    expect(String(error)).toMatch(/ERROR_INVALID_(ACL|SID)/)
  })

  test('is refused when it nests too deep', () => {
    const deep = Uint8Array.of(...fromHex('61727478f8020000006100'), ...Array.from({ length: 60_000 }, () => 0xa2))
    expect(thrownBy(() => decodeCondition(deep))).toMatchObject({ code: 'ERROR_INVALID_ACL' })
  })

  test('is not written when a number does not fit or the nesting is too deep', () => {
    const attribute = parseCondition('a')
    let deep = attribute
    for (let index = 0; index < 2000; index++) deep = { kind: 'not', condition: deep }
    expect(thrownBy(() => encodeCondition(deep))).toMatchObject({ code: 'ERROR_INVALID_ACL' })
    const tooLarge = {
      kind: 'comparison',
      operator: '==',
      left: { kind: 'attribute', source: 'local', name: 'a' },
      right: { kind: 'integer', value: 2n ** 64n, sign: 'none', base: 10, width: 64 },
    } as const
    expect(thrownBy(() => encodeCondition(tooLarge))).toMatchObject({ code: 'ERROR_INVALID_ACL' })
  })
})
