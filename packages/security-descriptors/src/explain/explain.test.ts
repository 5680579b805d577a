import { describe, expect, test } from 'vitest'

import { resourceAttributeAce, unknownAce } from '../ace-creation.ts'
import { Acl } from '../acl.ts'
import { thrownBy } from '../fixtures/thrown.ts'
import { describeDifference } from './difference.ts'
import { explain } from './explain.ts'
import { objectTypes } from '../object-types.ts'
import { SecurityDescriptor } from '../security-descriptor.ts'
import { Sid } from '../sid.ts'
import { sidName } from './sid-names.ts'

const guid = 'bf967aba-0de6-11d0-a285-00aa003049e2'

function lines(sddl: string): readonly string[] {
  return explain(SecurityDescriptor.fromSddl(sddl), { objectType: objectTypes.file })
}

describe('explain', () => {
  test.each([
    ['', 'It has no DACL: everybody may do everything.'],
    ['D:NO_ACCESS_CONTROL', 'Its DACL is NULL: everybody may do everything.'],
    ['D:', 'Its DACL is empty: nobody but the owner may do anything.'],
    ['D:(A;;GA;;;BA)', 'BUILTIN\\Administrators is allowed full access.'],
    ['D:(A;;;;;BA)', 'BUILTIN\\Administrators is allowed nothing.'],
    ['D:(D;;0x1;;;WD)', 'Everyone is denied FILE_READ_DATA.'],
    ['D:(A;CI;0x1;;;WD)', 'Everyone is allowed FILE_READ_DATA; this object and containers below.'],
    [
      'D:(A;OICIIONPID;0x1;;;WD)',
      'Everyone is allowed FILE_READ_DATA; containers and objects directly below; inherited.',
    ],
    [`D:(OA;;0x1;${guid};;WD)`, `Everyone is allowed FILE_READ_DATA on ${guid}.`],
    [`D:(OA;;0x1;;${guid};WD)`, `Everyone is allowed FILE_READ_DATA of objects of class ${guid}.`],
    ['D:(XA;;0x1;;;WD;(a == 1))', 'Everyone is allowed FILE_READ_DATA if (a == 1).'],
  ])('puts %j as %j', (sddl, line) => {
    expect(lines(sddl)).toEqual([line])
  })

  test.each([
    ['S:(AU;SAFA;0x1;;;WD)', 'Everyone is audited on success and failure for FILE_READ_DATA.'],
    ['S:(AU;;0x1;;;WD)', 'Everyone is audited never for FILE_READ_DATA.'],
    ['S:(AL;SAFA;0x1;;;WD)', 'Everyone raises alarms on success and failure for FILE_READ_DATA.'],
    [`S:(OL;;0x1;${guid};;WD)`, `Everyone raises alarms never for FILE_READ_DATA on ${guid}.`],
    ['S:(ML;;;;;HI)', 'Callers below the Mandatory Label\\High Mandatory Level are kept from nothing.'],
    ['S:(ML;;NWNX;;;HI)', 'Callers below the Mandatory Label\\High Mandatory Level may not write or execute.'],
    ['S:(RA;;;;;WD;("a",TS,0,"x","y"))', 'The object has the attribute "a" = x, y.'],
    ['S:(SP;;;;;S-1-17-1)', 'The central access policy S-1-17-1 applies.'],
    ['S:(TL;;0x1;;;S-1-19-512-8192)', 'Processes without the trust level S-1-19-512-8192 get at most FILE_READ_DATA.'],
    ['S:(FL;;0x1;;;WD;(a))', 'Where (a) does not hold, callers get at most FILE_READ_DATA.'],
  ])('puts %j as %j', (sddl, line) => {
    expect(lines(sddl).at(-1)).toBe(line)
  })

  test('says who owns it, what it does not inherit, and when the order is unusual', () => {
    expect(lines('O:BAG:SYD:P(A;;FA;;;BA)(D;;FA;;;BG)')).toEqual([
      'BUILTIN\\Administrators owns the object.',
      'Its primary group is NT AUTHORITY\\SYSTEM.',
      'It does not inherit from its parent.',
      'BUILTIN\\Administrators is allowed full access.',
      'BUILTIN\\Guests is denied full access.',
      'The entries are not in the usual order: an entry may have no effect because of one before it.',
    ])
  })

  test('says what is not inherited of access and of auditing', () => {
    expect(lines('D:PNO_ACCESS_CONTROLS:P')).toEqual([
      'It does not inherit from its parent.',
      'It does not inherit auditing from its parent.',
      'Its DACL is NULL: everybody may do everything.',
    ])
    expect(lines('D:NO_ACCESS_CONTROLS:P(AU;SA;0x1;;;WD)')[0]).toBe('It does not inherit auditing from its parent.')
  })

  test('spells out reading, writing and executing right by right', () => {
    expect(explain(SecurityDescriptor.fromSddl('D:(A;;KR;;;WD)'), { objectType: objectTypes.registryKey })).toEqual([
      'Everyone is allowed read (KEY_QUERY_VALUE, KEY_ENUMERATE_SUB_KEYS, KEY_NOTIFY, READ_CONTROL).',
    ])
  })

  test('and the others refuse what is no descriptor', () => {
    const some = SecurityDescriptor.from({})
    for (const call of [
      () => Reflect.apply(explain, undefined, [undefined]),
      () => Reflect.apply(describeDifference, undefined, [some, 'D:']),
      () => Reflect.apply(describeDifference, undefined, [null, some]),
      () => Reflect.apply(sidName, undefined, ['S-1-1-0']),
    ]) {
      expect(thrownBy(call)).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
    }
  })

  test('shows masks in hex without an object type, and what it does not understand as such', () => {
    const dacl = Acl.from([unknownAce(0x99, 0, new Uint8Array(0))])
    expect(explain(SecurityDescriptor.fromSddl('D:(A;;0x1;;;WD)'))).toEqual(['Everyone is allowed 0x00000001.'])
    expect(explain(SecurityDescriptor.from({ dacl }))).toEqual(['An entry of type 0x99 is not understood.'])
    const sacl = Acl.from([resourceAttributeAce(0, 0, Sid.parse('WD'), new Uint8Array(4))])
    expect(explain(SecurityDescriptor.from({ dacl: null, sacl })).at(-1)).toContain('unreadable')
  })

  test('uses the names that it is given, as a map or a function', () => {
    const descriptor = SecurityDescriptor.fromSddl('O:S-1-5-21-1-2-3-1001D:NO_ACCESS_CONTROL')
    expect(explain(descriptor, { names: new Map([['S-1-5-21-1-2-3-1001', 'CONTOSO\\ada']]) })[0]).toBe(
      'CONTOSO\\ada owns the object.',
    )
    expect(explain(descriptor, { names: (sid) => `#${sid.rid}` })[0]).toBe('#1001 owns the object.')
    expect(explain(descriptor)[0]).toBe('S-1-5-21-1-2-3-1001 owns the object.')
  })
})

describe('sidName', () => {
  test.each([
    ['S-1-5-18', 'NT AUTHORITY\\SYSTEM'],
    ['S-1-5-5-0-999', 'logon session 0-999'],
    ['S-1-5-21-1-2-3-512', 'Domain Admins of S-1-5-21-1-2-3'],
    ['S-1-16-8448', 'Mandatory Label\\Medium Plus Mandatory Level'],
    ['S-1-5-21-1-2-3-1001', undefined],
    ['S-1-5-80-1-2-3-4-5', undefined],
    ['S-1-16-1-8192', undefined],
    ['S-1-16-5', undefined],
    ['S-1-5-32-581', 'BUILTIN\\System Managed Accounts Group'],
    ['S-1-5-32-582', 'BUILTIN\\Storage Replica Administrators'],
    ['S-1-5-32-583', 'BUILTIN\\Device Owners'],
    ['S-1-5-83-0', 'NT VIRTUAL MACHINE\\Virtual Machines'],
    ['S-1-5-90-0', 'Window Manager\\Window Manager Group'],
    ['S-1-5-90-0-2', 'Window Manager\\DWM-2'],
    ['S-1-5-96-0-1', 'Font Driver Host\\UMFD-1'],
    ['S-1-5-96-0', undefined],
    ['S-1-5-96-1-1', undefined],
  ])('of %s is %s', (text, name) => {
    expect(sidName(Sid.parse(text))).toBe(name)
  })
})
