import { describe, expect, test } from 'vitest'

import { toHex } from '../binary/reader.ts'
import { SddlSyntaxError } from '../errors.ts'
import { thrownBy } from '../fixtures/thrown.ts'
import { SecurityDescriptor } from '../security-descriptor.ts'

const guid = 'bf967aba-0de6-11d0-a285-00aa003049e2'

function canonical(text: string): string {
  return SecurityDescriptor.fromSddl(text).toSddl()
}

function maskOf(rights: string): number | undefined {
  return SecurityDescriptor.fromSddl(`D:(A;;${rights};;;WD)`).dacl?.entries[0]?.mask
}

describe('SDDL sections', () => {
  test.each([
    ['', ''],
    ['   ', ''],
    ['S:D:G:SYO:BA', 'O:BAG:SYD:S:'],
    ['O:BA G:SY D:P S:P', 'O:BAG:SYD:PS:P'],
    ['O:S-1-2-0x2D:', 'O:S-1-2-2D:'],
    ['D:aiarp', 'D:PARAI'],
    ['D: AI P (A;;GA;;;WD) (D;;GA;;;BG) ', 'D:PAI(A;;GA;;;WD)(D;;GA;;;BG)'],
    ['D:no_access_control', 'D:NO_ACCESS_CONTROL'],
    ['S:NO_ACCESS_CONTROL', 'S:NO_ACCESS_CONTROL'],
  ])('%j is printed as %j', (text, expected) => {
    expect(canonical(text)).toBe(expected)
  })

  test.each([
    ['X:', 0, 'ERROR_INVALID_PARAMETER'],
    ['O', 0, 'ERROR_INVALID_PARAMETER'],
    ['d:', 0, 'ERROR_INVALID_PARAMETER'],
    ['D:D:', 2, 'ERROR_INVALID_PARAMETER'],
    ['O:BAO:BA', 4, 'ERROR_INVALID_PARAMETER'],
    ['O:', 2, 'ERROR_INVALID_SID'],
    ['O:ZZD:', 2, 'ERROR_INVALID_SID'],
    ['O:DA', 2, 'ERROR_INVALID_SID'],
    ['D:P:S:', 3, 'ERROR_INVALID_PARAMETER'],
    ['D:(A;;GA;;;WD', 13, 'ERROR_INVALID_ACL'],
    ['D:(A;;GA;;;WD))', 14, 'ERROR_INVALID_PARAMETER'],
    ['D:()', 3, 'ERROR_INVALID_ACL'],
    ['D:(A)', 4, 'ERROR_INVALID_ACL'],
    ['D:(Q;;GA;;;WD)', 3, 'ERROR_INVALID_ACL'],
    ['D:(A ;;GA;;;WD)', 3, 'RPC_S_INVALID_STRING_UUID'],
    ['D:(A;XX;GA;;;WD)', 5, 'ERROR_INVALID_ACL'],
    ['D:(A;;G;;;WD)', 6, 'ERROR_INVALID_ACL'],
    ['D:(A;;GA ;;;WD)', 9, 'ERROR_INVALID_ACL'],
    ['D:(A;;NW;;;WD)', 6, 'ERROR_INVALID_ACL'],
    [`D:(A;;GA;${guid};;WD)`, 9, 'ERROR_INVALID_ACL'],
    [`D:(OA;;GA;{${guid}};;WD)`, 10, 'RPC_S_INVALID_STRING_UUID'],
    [`D:(OA;;GA; ${guid};;WD)`, 10, 'RPC_S_INVALID_STRING_UUID'],
    ['D:(A;;GA;;;WD;x)', 13, 'ERROR_INVALID_ACL'],
    ['D:(A;;GA;;;S-1-5-18 )', 19, 'ERROR_INVALID_ACL'],
    ['D:(AU;SA;GA;;;WD)', 3, 'ERROR_INVALID_ACL'],
    ['S:(A;;GA;;;WD)', 3, 'ERROR_INVALID_ACL'],
    ['S:(ML;;GA;;;ME)', 7, 'ERROR_INVALID_ACL'],
    ['D:(XA;;GA;;;WD)', 14, 'ERROR_INVALID_ACL'],
    ['D:(XA;;GA;;;WD;)', 15, 'ERROR_INVALID_ACL'],
    ['D:(XA;;GA;;;WD;(a)', 18, 'ERROR_INVALID_ACL'],
    ['S:(RA;;;;;WD;("n",TS,0))', 23, 'ERROR_INVALID_ACL'],
    ['S:(RA;;;;;WD;("n",TQ,0,1))', 18, 'ERROR_INVALID_ACL'],
    ['S:(RA;;;;;WD;("",TS,0,"a"))', 15, 'ERROR_INVALID_ACL'],
    ['S:(RA;;;;;WD;("n",TB,0,2))', 23, 'ERROR_INVALID_ACL'],
    ['S:(RA;;;;;WD;("n",TU,0,-1))', 23, 'ERROR_INVALID_ACL'],
    ['S:(RA;;;;;WD;("n",TI,0,9223372036854775808))', 23, 'ERROR_INVALID_ACL'],
    ['S:(RA;;;;;WD;("n",TX,0,xyz))', 23, 'ERROR_INVALID_ACL'],
    ['S:(RA;;;;;WD;("n",TD,0,"a"))', 23, 'ERROR_INVALID_ACL'],
  ])('%j is refused at %i with %s', (text, offset, code) => {
    const error = thrownBy(() => SecurityDescriptor.fromSddl(text))
    expect(error).toBeInstanceOf(SddlSyntaxError)
    expect(error).toMatchObject({ input: text, offset, code })
  })

  test('an ACL beyond 64 kB is refused', () => {
    const text = `D:${'(A;;GA;;;WD)'.repeat(4000)}`
    expect(thrownBy(() => SecurityDescriptor.fromSddl(text))).toMatchObject({ code: 'ERROR_INVALID_ACL' })
  })
})

describe('SDDL rights', () => {
  test.each([
    ['', 0],
    ['  ', 0],
    ['GRGWGXGA', 0xf000_0000],
    ['gr', 0x8000_0000],
    [' FA', 0x1f_01ff],
    ['CC DC', 3],
    ['0x1FA', 0x1fa],
    ['0xFFFFFGR', 0x800f_ffff],
    ['GR0x1', 0x8000_0001],
    ['17', 17],
    ['021', 17],
    ['0', 0],
    ['+1', 1],
    ['-1', 0xffff_ffff],
    ['0x1ffffffff', 0xffff_ffff],
    ['99999999999999999999', 0xffff_ffff],
    ['KW', 0x2_0006],
    ['KX', 0x2_0019],
  ])('%j is the mask %d', (rights, mask) => {
    expect(maskOf(rights)).toBe(mask)
  })

  test.each([
    [0x1f_01ff, 'FA'],
    [0x12_0089, 'FR'],
    [0x12_0116, 'FW'],
    [0x12_00a0, 'FX'],
    [0xf_003f, 'KA'],
    [0x2_0019, 'KR'],
    [0x2_0006, 'KW'],
    [0xf_01ff, 'CCDCLCSWRPWPDTLOCRSDRCWDWO'],
    [0xf000_0000, 'GAGXGWGR'],
    [0x12_00a9, '0x1200a9'],
    [0x200, '0x200'],
    [0x8000_0200, '0x80000200'],
  ])('the mask %d is printed as %s', (mask, rights) => {
    expect(canonical(`D:(A;;${mask};;;WD)`)).toBe(`D:(A;;${rights};;;WD)`)
  })

  test('a mandatory policy has names of its own', () => {
    expect(canonical('S:(ML;;NXNWNR;;;HI)(ML;;0x9;;;ME)(ML;;;;;LW)')).toBe(
      'S:(ML;;NWNRNX;;;HI)(ML;;0x9;;;ME)(ML;;;;;LW)',
    )
  })
})

describe('SDDL ACEs', () => {
  test('flags are printed in the order of their bits', () => {
    const text = 'S:(AU;FASACRIDIONPCIOI;GA;;;WD)'
    expect(canonical(text)).toBe('S:(AU;OICINPIOIDCRSAFA;GA;;;WD)')
    expect(SecurityDescriptor.fromSddl(text).sacl?.entries[0]?.flags).toBe(0xff)
  })

  test('GUIDs are printed in lower case', () => {
    expect(canonical(`D:(OA;;CC;${guid.toUpperCase()};;WD)(OD;;CC;;${guid};WD)`)).toBe(
      `D:(OA;;CC;${guid};;WD)(OD;;CC;;${guid};WD)`,
    )
  })

  test('an object ACE without GUIDs becomes a plain one and leaves four bytes unused at the end', () => {
    const descriptor = SecurityDescriptor.fromSddl('D:(OA;;CC;;;WD)(OD;;CC;;;WD)')
    expect(descriptor.toSddl()).toBe('D:(A;;CC;;;WD)(D;;CC;;;WD)')
    expect(descriptor.dacl).toMatchObject({ revision: 4, byteLength: 8 + 2 * 20 + 8 })
    expect(toHex(descriptor.toBytes().slice(20))).toBe(
      '0400380002000000000014000100000001010000000000010000000001001400010000000101000000000001000000000000000000000000',
    )
  })

  test('every type comes back as it was written', () => {
    const text =
      `D:(A;;CC;;;WD)(D;;CC;;;WD)(OA;;CC;${guid};;WD)(OD;;CC;${guid};${guid};WD)(XA;;CC;;;WD;(a))(XD;;CC;;;WD;(a))(ZA;;CC;${guid};;WD;(a))` +
      `S:(AU;SA;CC;;;WD)(AL;FA;CC;;;WD)(OU;SA;CC;${guid};;WD)(OL;SA;CC;;${guid};WD)(XU;SA;CC;;;WD;(a))(ML;;NW;;;ME)(RA;;;;;WD;("n",TD,0x1,SID(BA)))(SP;;;;;S-1-17-1)(TL;;CC;;;S-1-19-512-4096)(FL;;CC;;;WD;(a))`
    expect(canonical(text)).toBe(text)
  })

  test('boolean and octet attributes are read with and without signs of their type', () => {
    const text = 'S:(RA;;;;;WD;( "n" , tb , 0 , 1 , 0 ))(RA;;;;;WD;("o",TX,0x0,#0a,0b))'
    expect(canonical(text)).toBe('S:(RA;;;;;WD;("n",TB,0x0,1,0))(RA;;;;;WD;("o",TX,0x0,0a,0b))')
  })
})

describe('the flag TP of an access filter', () => {
  test('is the bit that is SA elsewhere', () => {
    expect(SecurityDescriptor.fromSddl('S:(FL;TP;0x1;;;WD;(a))').sacl?.entries[0]?.flags).toBe(0x40)
    expect(canonical('S:(FL;TP;0x1;;;WD;(a))')).toBe('S:(FL;TP;CC;;;WD;(a))')
    expect(canonical('S:(FL;SA;0x1;;;WD;(a))')).toBe('S:(FL;TP;CC;;;WD;(a))')
    expect(canonical('S:(AU;tpFA;0x1;;;WD)')).toBe('S:(AU;SAFA;CC;;;WD)')
  })
})

describe('an error', () => {
  test.each([
    ['D:(A;;GA;;;)', 11, ')'],
    ['D:(A;;GA;;;S-1-5)', 16, ')'],
    ['O:G:', 2, 'G:'],
    ['D:(A;;GA;;;', 11, ''],
    ['O:S-1-5', 7, ''],
  ])('in %j says what stands at %i: %j', (text, offset, piece) => {
    const error = thrownBy(() => SecurityDescriptor.fromSddl(text))
    expect(error).toBeInstanceOf(SddlSyntaxError)
    expect(error).toMatchObject({ offset, piece })
    expect(String(error).includes('the text ends')).toBe(piece === '')
  })

  test('shows the beginning of a long piece only', () => {
    const long = 'x'.repeat(1_000_000)
    for (const text of [
      `O:${long}`,
      `O:S-1-5-${long}`,
      `D:(A;;GA;;;${long})`,
      `D:(A;${long};GA;;;WD)`,
      `D:(${long};;)`,
    ]) {
      expect(String(thrownBy(() => SecurityDescriptor.fromSddl(text))).length).toBeLessThan(300)
    }
  })

  test('refuses a NUL in a text, where Windows sees the end of all', () => {
    for (const text of ['D:(XA;;GA;;;WD;(a == "x\0y"))', 'S:(RA;;;;;WD;("a",TS,0,"x\0y"))']) {
      expect(thrownBy(() => SecurityDescriptor.fromSddl(text))).toMatchObject({ code: 'ERROR_INVALID_ACL' })
    }
  })
})
