import { describe, expect, test } from 'vitest'

import { type NewObject, propagateInheritance, securityOfNewObject } from './inheritance.ts'
import { objectTypes } from './object-types.ts'
import { SecurityDescriptor } from './security-descriptor.ts'
import { Sid } from './sid.ts'

const owner = 'S-1-5-21-1-2-3-1001'
const guid = 'bf967aba-0de6-11d0-a285-00aa003049e2'
const other = 'bf967a86-0de6-11d0-a285-00aa003049e2'
const file = { isContainer: false, genericMapping: objectTypes.file.genericMapping }
const directory = { isContainer: true, genericMapping: objectTypes.directory.genericMapping }
const defaultDacl = SecurityDescriptor.fromSddl('D:(A;;GA;;;SY)').dacl
const token = { owner: Sid.parse(owner), group: Sid.parse('BU'), defaultDacl }

function daclOf(parent: string, more: Partial<NewObject> = {}): string {
  const created = securityOfNewObject({ parent: SecurityDescriptor.fromSddl(parent), token, ...file, ...more })
  return SecurityDescriptor.from({ dacl: created.dacl }).toSddl()
}

describe('securityOfNewObject with an entry for CREATOR OWNER', () => {
  // Measured on Windows: reference for files and directories.
  test.each([
    ['', 'D:(A;;FA;;;SY)', 'D:(A;;FA;;;SY)'],
    ['NP', 'D:(A;;FA;;;SY)', 'D:(A;;FA;;;SY)'],
    ['IO', 'D:(A;;FA;;;SY)', 'D:(A;;FA;;;SY)'],
    ['OI', `D:(A;;DC;;;${owner})`, 'D:(A;OIIO;DC;;;CO)'],
    ['OIIO', `D:(A;;DC;;;${owner})`, 'D:(A;OIIO;DC;;;CO)'],
    ['CI', 'D:(A;;FA;;;SY)', `D:(A;;DC;;;${owner})(A;CIIO;DC;;;CO)`],
    ['CIIO', 'D:(A;;FA;;;SY)', `D:(A;;DC;;;${owner})(A;CIIO;DC;;;CO)`],
    ['OICI', `D:(A;;DC;;;${owner})`, `D:(A;;DC;;;${owner})(A;OICIIO;DC;;;CO)`],
    ['OICIIO', `D:(A;;DC;;;${owner})`, `D:(A;;DC;;;${owner})(A;OICIIO;DC;;;CO)`],
    ['OINP', `D:(A;;DC;;;${owner})`, 'D:(A;;FA;;;SY)'],
    ['CINP', 'D:(A;;FA;;;SY)', `D:(A;;DC;;;${owner})`],
    ['OICINP', `D:(A;;DC;;;${owner})`, `D:(A;;DC;;;${owner})`],
  ])('and flags %j', (flags, forFile, forDirectory) => {
    const parent = `D:(A;${flags};DC;;;CO)`
    expect(daclOf(parent, { autoInherit: false })).toBe(forFile)
    expect(daclOf(parent, { autoInherit: false, ...directory })).toBe(forDirectory)
  })
})

describe('securityOfNewObject', () => {
  test('marks what is inherited, and the list, when inheritance is automatic', () => {
    const parent = SecurityDescriptor.fromSddl('D:(A;OICI;FR;;;BU)(D;;FA;;;WD)S:(AU;OISA;FA;;;WD)')
    const created = securityOfNewObject({ parent, token, ...file })
    expect(created.toSddl()).toBe(`O:${owner}G:BUD:AI(A;ID;FR;;;BU)S:AI(AU;IDSA;FA;;;WD)`)
    expect(securityOfNewObject({ parent, token, ...directory }).toSddl()).toBe(
      `O:${owner}G:BUD:AI(A;OICIID;FR;;;BU)S:AI(AU;OIIOIDSA;FA;;;WD)`,
    )
  })

  test('splits an entry with generic rights: specific here, generic for what is below', () => {
    expect(daclOf('D:(A;OICI;GA;;;BU)', directory)).toBe('D:(A;ID;FA;;;BU)(A;OICIIOID;GA;;;BU)')
    expect(daclOf('D:(A;OI;GR;;;CG)')).toBe('D:(A;ID;FR;;;BU)')
  })

  test('puts the entries of the creator first, without those that it copied from elsewhere', () => {
    const creator = SecurityDescriptor.fromSddl('D:(A;;GA;;;CO)(A;ID;FA;;;WD)')
    expect(daclOf('D:(A;OI;FR;;;BU)', { creator })).toBe(`D:(A;;FA;;;${owner})(A;ID;FR;;;BU)`)
    expect(daclOf('D:(A;OI;FR;;;BU)', { creator, autoInherit: false })).toBe(`D:(A;;FA;;;${owner})(A;ID;FA;;;WD)`)
  })

  test('splits entries of the creator that are inherited further', () => {
    const creator = SecurityDescriptor.fromSddl('D:(A;OICI;GA;;;CO)')
    expect(daclOf('D:', { creator, ...directory })).toBe(`D:(A;;FA;;;${owner})(A;OICIIO;GA;;;CO)`)
    expect(daclOf('D:', { creator })).toBe(`D:(A;OICI;FA;;;${owner})`)
  })

  test('inherits nothing into a protected list, and keeps it protected', () => {
    const creator = SecurityDescriptor.fromSddl('D:P(A;;FA;;;BA)')
    const parent = SecurityDescriptor.fromSddl('D:(A;OI;FR;;;BU)')
    expect(securityOfNewObject({ parent, creator, token, ...file }).toSddl()).toBe(`O:${owner}G:BUD:PAI(A;;FA;;;BA)`)
  })

  test('keeps a NULL list NULL', () => {
    const creator = SecurityDescriptor.fromSddl('D:NO_ACCESS_CONTROL')
    expect(daclOf('D:(A;OI;FR;;;BU)', { creator })).toBe('D:NO_ACCESS_CONTROL')
  })

  test('prefers what is inherited to a list that the creator has by default', () => {
    const creator = SecurityDescriptor.fromSddl('D:(A;;FA;;;BA)').with({ control: 0x0008 })
    expect(daclOf('D:(A;OI;FR;;;BU)', { creator })).toBe('D:(A;ID;FR;;;BU)')
    expect(daclOf('D:', { creator })).toBe('D:(A;;FA;;;BA)')
  })

  test('has no DACL when nothing is given, inherited or default', () => {
    expect(securityOfNewObject({ token: { owner: token.owner, group: token.group }, ...file }).toSddl()).toBe(
      `O:${owner}G:BU`,
    )
  })

  test('takes owner and group from the creator, the parent when asked, or the token', () => {
    const parent = SecurityDescriptor.fromSddl('O:BAG:SY')
    const creator = SecurityDescriptor.fromSddl('O:BO')
    const sddl = (more: Partial<NewObject>): string =>
      securityOfNewObject({ token, ...file, ...more })
        .with({ dacl: undefined })
        .toSddl()
    expect(sddl({ parent })).toBe(`O:${owner}G:BU`)
    expect(sddl({ parent, ownerFromParent: true, groupFromParent: true })).toBe('O:BAG:SY')
    expect(sddl({ parent, creator, ownerFromParent: true })).toBe('O:BOG:BU')
  })

  test('inherits an entry for a class into objects of that class, and passes it on through others', () => {
    const parent = `D:(OA;CI;RP;${other};${guid};BU)`
    expect(daclOf(parent, { ...directory, objectClass: guid.toUpperCase() })).toBe(
      `D:(OA;ID;RP;${other};;BU)(OA;CIIOID;RP;${other};${guid};BU)`,
    )
    expect(daclOf(parent, { ...directory, objectClass: other })).toBe(`D:(OA;CIIOID;RP;${other};${guid};BU)`)
    expect(daclOf(`D:(OA;CINP;RP;;${guid};BU)`, { ...directory, objectClass: other })).toBe('D:(A;;FA;;;SY)')
  })

  test('inherits labels with their policy, and attributes unless they forbid it', () => {
    const parent = SecurityDescriptor.fromSddl(
      'S:(ML;OICI;NW;;;HI)(RA;OI;;;;WD;("a",TI,0x0,1))(RA;OI;;;;WD;("b",TI,0x1,1))',
    )
    const created = securityOfNewObject({ parent, token, ...file })
    expect(SecurityDescriptor.from({ sacl: created.sacl }).toSddl()).toBe(
      'S:(ML;ID;NW;;;HI)(RA;ID;;;;WD;("a",TI,0x0,1))',
    )
  })
})

describe('propagateInheritance', () => {
  const parent = SecurityDescriptor.fromSddl('D:(A;OICI;FR;;;BU)')

  test('replaces what was inherited and keeps the rest', () => {
    const child = SecurityDescriptor.fromSddl('O:BAG:SYD:AI(D;;FW;;;BG)(A;ID;FA;;;WD)')
    expect(propagateInheritance(parent, child, file).toSddl()).toBe('O:BAG:SYD:AI(D;;FW;;;BG)(A;ID;FR;;;BU)')
    expect(propagateInheritance(SecurityDescriptor.fromSddl('D:'), child, file).toSddl()).toBe(
      'O:BAG:SYD:AI(D;;FW;;;BG)',
    )
  })

  test('changes nothing the second time', () => {
    const child = SecurityDescriptor.fromSddl('O:BAG:SYD:AI(D;;FW;;;BG)')
    const once = propagateInheritance(parent, child, directory)
    expect(propagateInheritance(parent, once, directory).equals(once)).toBe(true)
  })

  test('leaves a protected list as it is', () => {
    const child = SecurityDescriptor.fromSddl('O:BAG:SYD:PAI(A;;FA;;;BA)(A;ID;FA;;;WD)')
    expect(propagateInheritance(parent, child, file).dacl?.equals(child.dacl ?? parent.dacl ?? never())).toBe(true)
  })
})

function never(): never {
  throw new Error('both lists are there')
}
