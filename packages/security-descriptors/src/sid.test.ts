import { describe, expect, test } from 'vitest'

import { toHex } from './binary/reader.ts'
import { InvalidSecurityDescriptorError, SddlSyntaxError } from './errors.ts'
import { thrownBy } from './fixtures/thrown.ts'
import { aliasOf, Sid } from './sid.ts'
import { sidAliases } from './sddl/sid-aliases.ts'

const domain = Sid.parse('S-1-5-21-1-2-3')
const root = Sid.parse('S-1-5-21-7-8-9')
const domains = { domainSid: domain, machineSid: Sid.parse('S-1-5-21-4-5-6'), rootDomainSid: root }

describe('Sid.parse', () => {
  test.each([
    ['S-1-5-32-544', 'S-1-5-32-544'],
    ['s-1-1-0', 'S-1-1-0'],
    ['ba', 'S-1-5-32-544'],
    ['  BA  ', 'S-1-5-32-544'],
    ['  S-1-5-18', 'S-1-5-18'],
    ['S-1-0x5-0x20-0x220', 'S-1-5-32-544'],
    ['S-0x1-5-20-220', 'S-1-5-32-544'],
    ['S-1-5-4294967296', 'S-1-5-4294967295'],
    ['S-1-4294967296-1', 'S-1-0x100000000-1'],
    ['S-1-281474976710655-1', 'S-1-0xFFFFFFFFFFFF-1'],
  ])('reads %s as %s', (text, expected) => {
    expect(Sid.parse(text).toString()).toBe(expected)
  })

  test.each([
    ['', 0],
    ['S', 0],
    ['S-', 2],
    ['S-2-5-18', 2],
    ['S-1-5', 5],
    ['S-1-5-', 6],
    ['S-1-5-18 ', 8],
    ['S-1-281474976710656-1', 4],
    ['S-1-5-18x', 8],
    ['S-1-5-+1', 6],
    [`S-1-5${'-1'.repeat(16)}`, 35],
    ['ZZ', 0],
    ['BAD', 0],
    ['\u0142A', 0],
  ])('throws ERROR_INVALID_SID for %j, at %i', (text, offset) => {
    const error = thrownBy(() => Sid.parse(text))
    expect(error).toBeInstanceOf(SddlSyntaxError)
    expect(error).toMatchObject({ code: 'ERROR_INVALID_SID', errno: 1337, input: text, offset })
  })

  test('refuses an alias of a domain when the SID of that domain is not given', () => {
    for (const alias of ['DA', 'LA', 'EA']) {
      expect(thrownBy(() => Sid.parse(alias))).toMatchObject({ code: 'ERROR_INVALID_SID' })
    }
    expect(thrownBy(() => Sid.parse('EA', { domainSid: domain }))).toMatchObject({ code: 'ERROR_INVALID_SID' })
  })

  test('completes an alias of a domain when the SID of that domain is given', () => {
    expect(Sid.parse('DA', domains).toString()).toBe('S-1-5-21-1-2-3-512')
    expect(Sid.parse('LA', domains).toString()).toBe('S-1-5-21-4-5-6-500')
    expect(Sid.parse('EA', domains).toString()).toBe('S-1-5-21-7-8-9-519')
  })

  test('knows every alias, and aliasOf gives each back', () => {
    for (const alias of Object.keys(sidAliases)) expect(aliasOf(Sid.parse(alias, domains), domains)).toBe(alias)
  })
})

describe('Sid.fromBytes', () => {
  test('reads the authority as big-endian and the rest as little-endian', () => {
    const bytes = Uint8Array.of(1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0)
    expect(Sid.fromBytes(bytes).toString()).toBe('S-1-5-32-544')
    expect(Sid.fromBytes(bytes).toBytes()).toEqual(bytes)
  })

  test('keeps an authority above 32 bits', () => {
    expect(toHex(Sid.parse('S-1-0x123456789ABC-1').toBytes())).toBe('0101123456789abc01000000')
    expect(Sid.fromBytes(Sid.parse('S-1-0x123456789ABC-1').toBytes()).authority).toBe(0x123456789abc)
  })

  test.each([
    ['nothing', []],
    ['a header alone', [1, 1, 0, 0, 0, 0, 0, 5]],
    ['seven bytes', [1, 0, 0, 0, 0, 0, 0]],
    ['another revision', [2, 0, 0, 0, 0, 0, 0, 5]],
    ['sixteen sub-authorities', [1, 16, 0, 0, 0, 0, 0, 5, ...Array.from({ length: 64 }, () => 0)]],
  ])('throws ERROR_INVALID_SID for %s', (_, bytes) => {
    const error = thrownBy(() => Sid.fromBytes(Uint8Array.from(bytes)))
    expect(error).toBeInstanceOf(InvalidSecurityDescriptorError)
    expect(error).toMatchObject({ code: 'ERROR_INVALID_SID' })
  })

  test.each([-1, 9, Number.NaN, 1e9])('throws ERROR_INVALID_SID when the offset is %d', (offset) => {
    const bytes = Sid.parse('WD').toBytes()
    expect(thrownBy(() => Sid.fromBytes(bytes, offset))).toBeInstanceOf(InvalidSecurityDescriptorError)
  })
})

describe('Sid', () => {
  test('wellKnown gives SIDs by name, and accounts with their domain', () => {
    expect(Sid.wellKnown('BuiltinAdministrators').toString()).toBe('S-1-5-32-544')
    expect(Sid.wellKnown('AccountDomainAdmins', domain).toString()).toBe('S-1-5-21-1-2-3-512')
  })

  test('wellKnown throws ERROR_INVALID_SID when the name is none, or the domain is missing', () => {
    // @ts-expect-error -- what JavaScript callers can do
    expect(thrownBy(() => Sid.wellKnown('toString'))).toMatchObject({ code: 'ERROR_INVALID_SID' })
    // @ts-expect-error -- what JavaScript callers can do
    expect(thrownBy(() => Sid.wellKnown('AccountDomainAdmins'))).toMatchObject({ code: 'ERROR_INVALID_SID' })
  })

  test.each([
    [-1, [1]],
    [2 ** 48, [1]],
    [1.5, [1]],
    [5, [2 ** 32]],
    [5, [-1]],
    [5, Array.from({ length: 16 }, () => 1)],
  ])('fromParts throws ERROR_INVALID_SID for authority %d with %j', (authority, subAuthorities) => {
    expect(thrownBy(() => Sid.fromParts(authority, subAuthorities))).toMatchObject({ code: 'ERROR_INVALID_SID' })
  })

  test('fromParts keeps its own copy when the caller changes the numbers', () => {
    const numbers = [32, 544]
    const sid = Sid.fromParts(5, numbers)
    numbers[1] = 545
    expect(sid.toString()).toBe('S-1-5-32-544')
  })

  test('cannot be changed where everybody has the same one', () => {
    for (const sid of [Sid.parse('BG'), Sid.fromBytes(Sid.parse('BG').toBytes())]) {
      expect(Reflect.set(sid.subAuthorities, 1, 999)).toBe(false)
      expect(Sid.parse('BG').toString()).toBe('S-1-5-32-546')
    }
  })

  test('equals compares values', () => {
    expect(Sid.parse('BA').equals(Sid.parse('S-1-5-32-544'))).toBe(true)
    expect(Sid.parse('BA').equals(Sid.parse('BU'))).toBe(false)
    expect(Sid.parse('S-1-5-32').equals(Sid.parse('BA'))).toBe(false)
    expect(Sid.parse('S-1-5-1').equals(Sid.parse('S-1-6-1'))).toBe(false)
  })

  test('knows its domain, its RID and its relatives', () => {
    const account = domain.child(1001)
    expect(account.rid).toBe(1001)
    expect(account.domain?.equals(domain)).toBe(true)
    expect(account.startsWith(domain)).toBe(true)
    expect(domain.startsWith(account)).toBe(false)
    expect(account.isInDomainOf(domain.child(513))).toBe(true)
    expect(account.isInDomainOf(root.child(1001))).toBe(false)
    expect(Sid.parse('WD').domain).toBeUndefined()
  })

  test('is its text in JSON', () => {
    expect(JSON.stringify({ sid: Sid.parse('SY') })).toBe('{"sid":"S-1-5-18"}')
  })
})
