import { describe, expect, test } from 'vitest'

import { InvalidSecurityDescriptorError } from './errors.ts'
import { thrownBy } from './fixtures/thrown.ts'
import { type NewObject, propagateInheritance, securityOfNewObject } from './inheritance.ts'
import { objectTypes } from './object-types.ts'
import { SecurityDescriptor } from './security-descriptor.ts'
import { Sid } from './sid.ts'

const owner = 'S-1-5-21-1-2-3-1001'
const guid = 'bf967aba-0de6-11d0-a285-00aa003049e2'
const other = 'bf967a86-0de6-11d0-a285-00aa003049e2'
const property = '4c164200-20c0-11d0-a768-00aa006e0529'
const file = { isContainer: false, genericMapping: objectTypes.file.genericMapping }
const directory = { isContainer: true, genericMapping: objectTypes.directory.genericMapping }
const defaultDacl = SecurityDescriptor.fromSddl('D:(A;;GA;;;SY)').dacl
const token = { owner: Sid.parse(owner), group: Sid.parse('BU'), defaultDacl }

function daclOf(parent: string, more: Partial<NewObject> = {}): string {
  const created = securityOfNewObject({ parent: SecurityDescriptor.fromSddl(parent), token, ...file, ...more })
  return SecurityDescriptor.from({ dacl: created.dacl }).toSddl()
}

/** What no protection keeps out of a SACL. */
function carried(flags: string): string {
  return `(RA;${flags};;;;WD;("a",TI,0x0,1))(SP;${flags};;;;S-1-17-1)`
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

  // As descriptors of real domains have them: reference for users and computers below the head of the domain.
  test('inherits an entry for a class into objects of that class, and passes it on through others', () => {
    const parent = `D:(OA;CIIO;RP;${property};${guid};RU)`
    expect(daclOf(parent, { ...directory, objectClass: guid.toUpperCase() })).toBe(
      `D:(OA;CIID;RP;${property};${guid};RU)`,
    )
    expect(daclOf(parent, { ...directory, objectClass: other })).toBe(`D:(OA;CIIOID;RP;${property};${guid};RU)`)
    expect(daclOf(`D:(OA;CINP;RP;;${guid};BU)`, { ...directory, objectClass: other })).toBe('D:(A;;FA;;;SY)')
  })

  test('leaves the class out of the entry in effect when that is another than the one to pass on', () => {
    expect(daclOf(`D:(OA;CIIO;SW;${property};${other};CO)`, { ...directory, objectClass: other })).toBe(
      `D:(OA;ID;SW;${property};;${owner})(OA;CIIOID;SW;${property};${other};CO)`,
    )
  })

  test('leaves an entry of the creator for a class as it is', () => {
    const creator = SecurityDescriptor.fromSddl(`D:(OA;CI;RP;${property};${guid};BU)(OA;;RP;${property};${guid};BU)`)
    expect(daclOf('D:', { ...directory, creator, objectClass: guid })).toBe(
      `D:(OA;CI;RP;${property};${guid};BU)(OA;;RP;${property};${guid};BU)`,
    )
  })

  test('inherits attributes and central access policies into a protected SACL, and nothing else', () => {
    const parent = SecurityDescriptor.fromSddl(`S:(AU;OISA;FA;;;WD)${carried('OI')}`)
    const creator = SecurityDescriptor.fromSddl('S:P(AU;SA;FA;;;BU)')
    const { sacl, control } = securityOfNewObject({ parent, creator, token, ...file })
    expect(SecurityDescriptor.from({ sacl, control }).toSddl()).toBe(`S:PAI(AU;SA;FA;;;BU)${carried('ID')}`)
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

  test.each([
    ['an entry in effect', '(A;;FA;;;BA)(A;ID;FA;;;WD)'],
    ['generic rights and CREATOR OWNER', '(A;OICI;GA;;;CO)(A;CI;GR;;;CG)'],
    ['an entry for its class', `(OA;CI;RP;${property};${guid};BU)`],
  ])('leaves a protected list with %s as it is', (_, aces) => {
    const child = SecurityDescriptor.fromSddl(`O:BAG:SYD:P${aces}S:P(AU;OICISA;GA;;;CO)`)
    const above = SecurityDescriptor.fromSddl('D:(A;OICI;FR;;;CO)S:(AU;OICIFA;FA;;;CO)')
    const propagated = propagateInheritance(above, child, { ...directory, objectClass: guid })
    expect(propagated.toSddl()).toBe(`O:BAG:SYD:PAI${aces}S:PAI(AU;OICISA;GA;;;CO)`)
  })

  test.each([
    ['generic rights', '(A;OICI;GA;;;BG)'],
    ['CREATOR OWNER', '(A;OICI;GA;;;CO)'],
    ['a class', `(OA;CI;RP;${property};${guid};BU)`],
  ])('leaves its own entries with %s as they are', (_, aces) => {
    const child = SecurityDescriptor.fromSddl(`O:BAG:SYD:${aces}`)
    expect(propagateInheritance(parent, child, { ...directory, objectClass: guid }).toSddl()).toBe(
      `O:BAG:SYD:AI${aces}(A;OICIID;FR;;;BU)`,
    )
  })

  test('keeps the own entries of a list that is there by default', () => {
    const child = SecurityDescriptor.fromSddl('O:BAG:SYD:(A;;FA;;;BG)').with({ control: 0x0008 })
    expect(propagateInheritance(parent, child, directory).toSddl()).toBe('O:BAG:SYD:AI(A;;FA;;;BG)(A;OICIID;FR;;;BU)')
  })

  test('makes a list of what is inherited where there was none or a NULL one, and none where nothing is', () => {
    for (const dacl of ['', 'D:NO_ACCESS_CONTROL']) {
      const child = SecurityDescriptor.fromSddl(`O:BAG:SY${dacl}`)
      expect(propagateInheritance(parent, child, directory).toSddl()).toBe('O:BAG:SYD:AI(A;OICIID;FR;;;BU)')
      expect(propagateInheritance(SecurityDescriptor.fromSddl('D:'), child, directory).dacl).toBe(child.dacl)
    }
  })

  test('leaves a list empty when it takes away all that it had', () => {
    const child = SecurityDescriptor.fromSddl('O:BAG:SYD:AI(A;ID;FA;;;WD)')
    expect(propagateInheritance(SecurityDescriptor.fromSddl('D:'), child, file).toSddl()).toBe('O:BAG:SYD:AI')
  })

  test('replaces what a protected SACL inherits all the same, and leaves the rest of it', () => {
    const child = SecurityDescriptor.fromSddl('S:P(AU;IDSA;FA;;;BU)(RA;ID;;;;WD;("old",TI,0x0,1))')
    const above = SecurityDescriptor.fromSddl(`S:(AU;OISA;FA;;;WD)${carried('OI')}`)
    expect(propagateInheritance(above, child, file).toSddl()).toBe(`S:PAI(AU;IDSA;FA;;;BU)${carried('ID')}`)
  })

  test.each([
    ['CO', 'ERROR_INVALID_OWNER'],
    ['CG', 'ERROR_INVALID_PRIMARY_GROUP'],
  ])('throws when an entry for %s takes effect and the child has none', (sid, code) => {
    const above = SecurityDescriptor.fromSddl(`D:(A;OICI;FR;;;${sid})`)
    const error = thrownBy(() => propagateInheritance(above, SecurityDescriptor.fromSddl('D:'), directory))
    expect(error).toBeInstanceOf(InvalidSecurityDescriptorError)
    expect(error).toMatchObject({ code })
    expect(propagateInheritance(above, SecurityDescriptor.fromSddl('D:P'), directory).toSddl()).toBe('D:PAI')
  })
})

test.each([
  () => Reflect.apply(securityOfNewObject, undefined, [undefined]),
  () => Reflect.apply(securityOfNewObject, undefined, [{ ...file, token: undefined }]),
  () => Reflect.apply(securityOfNewObject, undefined, [{ isContainer: true, token }]),
  () => Reflect.apply(securityOfNewObject, undefined, [{ ...file, token, parent: 'D:' }]),
  () => Reflect.apply(propagateInheritance, undefined, [undefined, SecurityDescriptor.from({}), file]),
  () => Reflect.apply(propagateInheritance, undefined, [SecurityDescriptor.from({}), 'D:', file]),
  () => Reflect.apply(propagateInheritance, undefined, [SecurityDescriptor.from({}), SecurityDescriptor.from({})]),
])('an argument of another type is refused (%#)', (call) => {
  expect(thrownBy(call)).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
})
