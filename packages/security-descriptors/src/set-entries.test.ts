import { describe, expect, test } from 'vitest'

import { Acl } from './acl.ts'
import { thrownBy } from './fixtures/thrown.ts'
import { SecurityDescriptor } from './security-descriptor.ts'
import { type EntryChange, setEntries } from './set-entries.ts'
import { Sid } from './sid.ts'

function changed(sddl: string, ...changes: readonly (Omit<EntryChange, 'sid'> & { readonly sid?: Sid })[]): string {
  const { dacl } = SecurityDescriptor.fromSddl(sddl)
  const list = changes.map((change) => ({ sid: Sid.parse('BU'), ...change }))
  return SecurityDescriptor.from({ dacl: setEntries(dacl, list) }).toSddl()
}

describe('setEntries', () => {
  test.each<[string, string, EntryChange['mode'], number, string]>([
    ['grant adds to the entry of the trustee', 'D:(A;;0x1;;;BU)', 'grant', 0x2, 'D:(A;;CCDC;;;BU)'],
    [
      'grant makes an entry behind those that deny',
      'D:(D;;0x1;;;BG)(A;;0x1;;;WD)',
      'grant',
      0x2,
      'D:(D;;CC;;;BG)(A;;DC;;;BU)(A;;CC;;;WD)',
    ],
    [
      'grant leaves entries with other inheritance alone',
      'D:(A;OI;0x1;;;BU)',
      'grant',
      0x2,
      'D:(A;;DC;;;BU)(A;OI;CC;;;BU)',
    ],
    ['grant leaves inherited entries alone', 'D:(A;ID;0x1;;;BU)', 'grant', 0x2, 'D:(A;;DC;;;BU)(A;ID;CC;;;BU)'],
    ['deny makes an entry first of all', 'D:(A;;0x1;;;WD)', 'deny', 0x2, 'D:(D;;DC;;;BU)(A;;CC;;;WD)'],
    [
      'deny adds to the entry of the trustee',
      'D:(A;;0x1;;;WD)(D;;0x1;;;BU)',
      'deny',
      0x2,
      'D:(A;;CC;;;WD)(D;;CCDC;;;BU)',
    ],
    [
      'set discards what the trustee had',
      'D:(D;;0x1;;;BU)(A;OI;0x1;;;BU)(A;;0x4;;;WD)(A;ID;0x8;;;BU)',
      'set',
      0x2,
      'D:(A;;DC;;;BU)(A;;LC;;;WD)(A;ID;SW;;;BU)',
    ],
    [
      'revoke takes what allows and audits',
      'D:(D;;0x1;;;BU)(A;;0x1;;;BU)(A;OI;0x2;;;BU)(A;;0x4;;;WD)',
      'revoke',
      0,
      'D:(D;;CC;;;BU)(A;;LC;;;WD)',
    ],
  ])('%s', (_, sddl, mode, mask, expected) => {
    expect(changed(sddl, { mode, mask })).toBe(expected)
  })

  test('takes changes one after the other', () => {
    expect(
      changed(
        'D:',
        { mode: 'grant', mask: 1 },
        { mode: 'grant', mask: 2 },
        { mode: 'deny', mask: 4, sid: Sid.parse('BG') },
      ),
    ).toBe('D:(D;;LC;;;BG)(A;;CCDC;;;BU)')
  })

  // SetEntriesInAcl(0, NULL, NULL, …) gives NULL: no list at all, which lets everybody in.
  test('makes no list where there is none, or a NULL one, and no entry is made', () => {
    const revoke: EntryChange = { mode: 'revoke', sid: Sid.parse('BU'), mask: 0 }
    for (const changes of [[], [revoke], [revoke, revoke]]) {
      expect(setEntries(null, changes)).toBeNull()
      expect(setEntries(undefined, changes)).toBeUndefined()
    }
  })

  test('makes a list of the first entry where there is none, or a NULL one', () => {
    const grant: EntryChange = { mode: 'grant', sid: Sid.parse('BU'), mask: 1 }
    const revoke: EntryChange = { mode: 'revoke', sid: Sid.parse('BU'), mask: 0 }
    for (const none of [null, undefined]) {
      expect(setEntries(none, [revoke, grant])?.entries).toHaveLength(1)
      expect(setEntries(none, [grant, revoke])?.entries).toEqual([])
    }
  })

  test('gives back the very list when nothing changes', () => {
    const dacl = SecurityDescriptor.fromSddl('D:(A;;CCDC;;;BU)(D;;CC;;;WD)').dacl
    expect(setEntries(dacl, [])).toBe(dacl)
    expect(setEntries(dacl, [{ mode: 'revoke', sid: Sid.parse('BG'), mask: 0 }])).toBe(dacl)
    expect(setEntries(dacl, [{ mode: 'grant', sid: Sid.parse('BU'), mask: 2 }])).toBe(dacl)
    const empty = Acl.from([])
    expect(setEntries(empty, [])).toBe(empty)
  })

  test('adds to what is audited', () => {
    const { sacl } = SecurityDescriptor.fromSddl('S:(AU;SA;0x1;;;BU)')
    const list = setEntries(sacl, [
      { mode: 'auditSuccess', sid: Sid.parse('BU'), mask: 2 },
      { mode: 'auditFailure', sid: Sid.parse('BU'), mask: 4, flags: 0x02 },
    ])
    expect(SecurityDescriptor.from({ sacl: list }).toSddl()).toBe('S:(AU;CIFA;LC;;;BU)(AU;SA;CCDC;;;BU)')
  })

  test.each([
    ['an unknown mode', 'ERR_INVALID_ARG_VALUE', [[{ mode: 'GRANT_ACCESS', sid: Sid.parse('BU'), mask: 1 }]]],
    ['a SID as text', 'ERR_INVALID_ARG_TYPE', [[{ mode: 'revoke', sid: 'S-1-1-0', mask: 1 }]]],
    ['no mask', 'ERROR_INVALID_ACL', [[{ mode: 'grant', sid: Sid.parse('BU') }]]],
    ['flags above eight bits', 'ERROR_INVALID_ACL', [[{ mode: 'grant', sid: Sid.parse('BU'), mask: 1, flags: 0x110 }]]],
    ['no list of changes', 'ERR_INVALID_ARG_TYPE', [undefined]],
  ])('throws for %s', (_, code, [changes]) => {
    expect(thrownBy(() => Reflect.apply(setEntries, undefined, [undefined, changes]))).toMatchObject({ code })
    expect(thrownBy(() => Reflect.apply(setEntries, undefined, [Acl.from([]), changes]))).toMatchObject({ code })
  })

  test('throws ERR_INVALID_ARG_TYPE for a list that is no Acl', () => {
    expect(thrownBy(() => Reflect.apply(setEntries, undefined, [[], []]))).toMatchObject({
      code: 'ERR_INVALID_ARG_TYPE',
    })
  })
})
