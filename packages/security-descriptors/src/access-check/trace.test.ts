import { describe, expect, test } from 'vitest'

import { unknownAce } from '../ace.ts'
import { Acl } from '../acl.ts'
import { check, genericMapping, group, READ, tokenWith, user, WRITE } from '../fixtures/access-request.ts'
import { objectTypes } from '../object-types.ts'
import { SecurityDescriptor } from '../security-descriptor.ts'
import { Sid } from '../sid.ts'
import { accessCheck, type AccessCheckResult } from './access-check.ts'
import { formatTrace } from './trace.ts'

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
