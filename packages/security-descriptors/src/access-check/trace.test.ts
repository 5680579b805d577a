import { describe, expect, test } from 'vitest'

import { mandatoryLabel, unknownAce } from '../ace-creation.ts'
import { Acl } from '../acl.ts'
import { check, genericMapping, group, MAXIMUM, READ, tokenWith, user, WRITE } from '../fixtures/access-request.ts'
import { objectTypes } from '../object-types.ts'
import { SecurityDescriptor } from '../security-descriptor.ts'
import { Sid } from '../sid.ts'
import { accessCheck, type AccessCheckResult } from './access-check.ts'
import { type AccessToken, privilegeAttributes } from './token.ts'
import { formatTrace } from './trace.ts'

const plain = tokenWith()
const low: AccessToken = { ...plain, integrityLevel: Sid.parse('LW') }
const writeRestricted: AccessToken = { ...plain, restrictedSids: [group('WR', 0)], writeRestricted: true }

function linesOf(sddl: string, desiredAccess: number, token = plain): readonly string[] {
  const descriptor = SecurityDescriptor.fromSddl(`O:SYG:SY${sddl}`)
  const { trace } = accessCheck({ descriptor, token, desiredAccess, genericMapping })
  return formatTrace(trace, { objectType: objectTypes.file }).split('\n')
}

describe('formatTrace of a maximum', () => {
  test('that is nothing says that no ACE grants anything', () => {
    expect(linesOf('D:', MAXIMUM)).toEqual(['=> no ACE grants any of FILE_ALL_ACCESS'])
    expect(linesOf('D:(A;;FA;;;BA)', MAXIMUM)).toEqual(['=> no ACE grants any of FILE_ALL_ACCESS'])
    const { trace } = accessCheck({
      descriptor: SecurityDescriptor.fromSddl('O:SYG:SYD:'),
      token: plain,
      desiredAccess: MAXIMUM,
      genericMapping: { read: 0, write: 0, execute: 0, all: 0 },
    })
    expect(formatTrace(trace)).toBe('=> no ACE grants any right')
  })

  test('that is nothing names the ACE that denied what another would have granted', () => {
    const lines = linesOf('D:(D;;0x1;;;WD)(D;;0x2;;;WD)(A;;0x2;;;WD)', MAXIMUM)
    expect(lines.find((line) => line.startsWith('=>'))).toBe('=> ACE 1 (D;;DC;;;WD) denies FILE_WRITE_DATA')
    expect(linesOf('D:(D;;0x1;;;WD)', MAXIMUM).at(-1)).toMatch(/^=> no ACE grants any of FILE_WRITE_DATA /)
    expect(linesOf('D:(D;;FA;;;WD)', MAXIMUM)).toEqual(['=> ACE 0 (D;;FA;;;WD) denies FILE_ALL_ACCESS'])
  })

  test('shows the label that takes rights from it', () => {
    const lines = linesOf('D:(A;;0x3;;;WD)S:(ML;;NW;;;ME)', MAXIMUM, low)
    expect(lines).toEqual([
      '=> ACE 0 (A;;CCDC;;;WD) grants FILE_READ_DATA | FILE_WRITE_DATA',
      '   label (ML;;NW;;;ME) denies FILE_WRITE_DATA to a lower integrity level',
    ])
  })

  test('names the label that takes all of it', () => {
    expect(linesOf('D:(A;;DTWP;;;WD)S:(ML;;NWNRNX;;;ME)', MAXIMUM, low).at(-1)).toBe(
      '=> label (ML;;NWNRNX;;;ME) denies FILE_EXECUTE | FILE_DELETE_CHILD to a lower integrity level',
    )
  })

  test('names the walk in which nothing was left', () => {
    const restricted = { ...plain, restrictedSids: [group('RC', 0)] }
    expect(linesOf('D:(A;;0x1;;;WD)(A;;0x2;;;RC)', MAXIMUM, restricted).at(-1)).toBe(
      '=> no ACE grants FILE_READ_DATA (among the restricting SIDs)',
    )
    const contained = { ...plain, appContainerSid: Sid.parse('S-1-15-2-9') }
    expect(linesOf('D:NO_ACCESS_CONTROL', MAXIMUM, contained).at(-1)).toBe(
      '=> the NULL DACL denies FILE_ALL_ACCESS (for the app container)',
    )
  })
})

describe('formatTrace for a write-restricted token', () => {
  test('says nothing of the rights that are not restricted', () => {
    expect(linesOf('D:(D;;FR;;;WR)(A;;FA;;;WD)', 0x1)).toEqual(['=> ACE 1 (A;;FA;;;WD) grants FILE_READ_DATA'])
    expect(linesOf('D:(D;;FR;;;WR)(A;;FA;;;WD)', 0x1, writeRestricted)).toEqual([
      '=> ACE 1 (A;;FA;;;WD) grants FILE_READ_DATA',
    ])
  })

  test('names what is missing among the restricting SIDs', () => {
    expect(linesOf('D:(D;;FR;;;WR)(A;;FA;;;WD)', 0x1_0001, writeRestricted)).toEqual([
      '   ACE 1 (A;;FA;;;WD) grants FILE_READ_DATA | DELETE',
      '=> no ACE grants DELETE (among the restricting SIDs)',
    ])
  })
})

describe('formatTrace of a refusal', () => {
  test('does not blame a label for bits that no object has', () => {
    expect(linesOf('D:NO_ACCESS_CONTROL', 0x0400_0001)).toEqual([
      '   the NULL DACL grants FILE_READ_DATA',
      '=> no ACE grants 0x04000000',
    ])
  })

  test('says nothing of rights that ACEs behind the one that denied might grant', () => {
    expect(linesOf('D:(D;;0x1;;;WD)(A;;FA;;;WD)', 0x3)).toEqual(['=> ACE 0 (D;;CC;;;WD) denies FILE_READ_DATA'])
  })

  test('names a label that is not understood', () => {
    const sacl = Acl.from([mandatoryLabel(Sid.parse('WD'), 1)])
    const descriptor = SecurityDescriptor.fromSddl('O:SYG:SYD:(A;;FA;;;WD)').with({ sacl })
    const request = { token: low, desiredAccess: 1, genericMapping }
    expect(formatTrace(accessCheck({ ...request, descriptor }).trace)).toBe(
      '=> label (ML;;NW;;;WD) denies 0x00000001, because it is not understood',
    )
    const broken = descriptor.with({ sacl: Acl.from([unknownAce(0x14, 0, new Uint8Array(4))]) })
    expect(formatTrace(accessCheck({ ...request, descriptor: broken }).trace)).toBe(
      '=> trust label of type 0x14 denies 0x00000001, because it is not understood',
    )
  })
})

test('formatTrace names SeRelabelPrivilege where it grants', () => {
  const relabels = { ...low, privileges: [{ name: 'SeRelabelPrivilege', attributes: privilegeAttributes.ENABLED }] }
  expect(linesOf('D:S:(ML;;NW;;;ME)', 0x8_0000, relabels)).toEqual(['=> SeRelabelPrivilege grants WRITE_OWNER'])
  const result = accessCheck({
    descriptor: SecurityDescriptor.fromSddl('O:SYG:SYD:S:(ML;;NW;;;ME)'),
    token: relabels,
    desiredAccess: 0x8_0001,
    genericMapping,
  })
  expect(result).toMatchObject({ granted: false, privilegesUsed: [] })
  expect(result.trace.decisive).toMatchObject({ kind: 'notGranted', mask: 1 })
})

describe('trace', () => {
  const lines = (result: AccessCheckResult): readonly string[] =>
    formatTrace(result.trace, { objectType: objectTypes.file }).split('\n')

  test('names the ACE that denied', () => {
    const result = check('D:(A;;0x1;;;WD)(D;;0x2;;;WD)(A;;FA;;;WD)', READ | WRITE)
    expect(result.trace.decisive).toMatchObject({ kind: 'ace', effect: 'denies', index: 1, mask: WRITE, pass: 'token' })
    expect(lines(result)).toEqual([
      '   ACE 0 (A;;CC;;;WD) grants FILE_READ_DATA',
      '=> ACE 1 (D;;DC;;;WD) denies FILE_WRITE_DATA',
    ])
  })

  test('names the ACE that granted the last right', () => {
    const result = check('D:(A;;0x1;;;WD)(A;;0x2;;;WD)', READ | WRITE)
    expect(result.trace.decisive).toMatchObject({ kind: 'ace', effect: 'grants', index: 1 })
  })

  test('says what no ACE granted', () => {
    expect(lines(check('D:(A;;0x1;;;WD)', READ | WRITE)).at(-1)).toBe('=> no ACE grants FILE_WRITE_DATA')
  })

  test.each<[string, AccessCheckResult, RegExp]>([
    ['a missing privilege', check('D:', 0x0100_0000), /SeSecurityPrivilege is not enabled/],
    ['an empty request', check('D:', 0), /nothing was asked/],
    ['a NULL DACL', check('D:NO_ACCESS_CONTROL', READ), /the NULL DACL grants FILE_READ_DATA/],
    ['no DACL', check('', READ), /the absence of a DACL grants/],
    [
      'the default label',
      check('D:(A;;FA;;;WD)', WRITE, tokenWith({ integrityLevel: Sid.parse('LW') })),
      /default medium label denies FILE_WRITE_DATA/,
    ],
    [
      'a label',
      check('D:(A;;FA;;;WD)S:(ML;;NW;;;HI)', WRITE, tokenWith({ integrityLevel: Sid.parse('LW') })),
      /label \(ML;;NW;;;HI\) denies/,
    ],
    [
      'restricting SIDs',
      check('D:(A;;FA;;;WD)', READ, tokenWith({ restrictedSids: [group('RC')] })),
      /no ACE grants FILE_READ_DATA \(among the restricting SIDs\)/,
    ],
    [
      'an app container',
      check('D:(A;;FA;;;WD)', READ, tokenWith({ appContainerSid: Sid.parse('S-1-15-2-9') })),
      /\(for the app container\)/,
    ],
    ['a central policy', check('D:(A;;FA;;;WD)S:(SP;;;;;S-1-17-1)', READ), /recovery policy/],
    [
      'a trust label',
      check('D:(A;;FA;;;WD)S:(TL;;0x1;;;S-1-19-512-8192)', WRITE),
      /trust label .* denies FILE_WRITE_DATA/,
    ],
    [
      'an access filter',
      check('D:(A;;FA;;;WD)S:(FL;;0x1;;;WD;(@User.a))', WRITE),
      /access filter .* denies FILE_WRITE_DATA/,
    ],
  ])('explains %s', (_, result, line) => {
    expect(lines(result).find((text) => text.startsWith('=>'))).toMatch(line)
  })

  test('shows masks in hex without an object type, and ACEs that SDDL cannot say by type', () => {
    const dacl = Acl.from([unknownAce(0x99, 0, new Uint8Array(0))])
    const descriptor = SecurityDescriptor.fromSddl('O:SYG:SY').with({ dacl })
    const { trace } = accessCheck({ descriptor, token: tokenWith(), desiredAccess: READ, genericMapping })
    expect(formatTrace(trace)).toBe('=> ACE 0 of type 0x99 denies 0x00000001, because it is not understood')
  })

  test('says that the owner may', () => {
    const descriptor = SecurityDescriptor.fromSddl(`O:${user}G:SYD:`)
    const { trace } = accessCheck({ descriptor, token: tokenWith(), desiredAccess: 0x2_0000, genericMapping })
    expect(formatTrace(trace)).toBe('=> being the owner grants 0x00020000')
  })
})
