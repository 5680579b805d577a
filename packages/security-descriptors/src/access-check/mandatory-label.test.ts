import { describe, expect, test } from 'vitest'

import type { Ace } from '../ace.ts'
import { mandatoryLabel, unknownAce } from '../ace-creation.ts'
import { Acl } from '../acl.ts'
import {
  check,
  EXECUTE,
  genericMapping,
  group,
  maximum,
  READ,
  tokenWith,
  user,
  WRITE,
} from '../fixtures/access-request.ts'
import { SecurityDescriptor } from '../security-descriptor.ts'
import { Sid } from '../sid.ts'
import { accessCheck } from './access-check.ts'
import { type AccessToken } from './token.ts'

describe('accessCheck with mandatory labels', () => {
  const medium = tokenWith({ integrityLevel: Sid.parse('ME') })
  const low = tokenWith({ integrityLevel: Sid.parse('LW') })

  test.each([
    ['NW', READ | EXECUTE, true],
    ['NW', WRITE, false],
    ['NW', 0x1_0000, false],
    ['NW', 0x12_0000, true],
    ['NR', READ, false],
    ['NR', 0x80, true],
    ['NX', EXECUTE, false],
    ['NX', WRITE, true],
    ['NWNRNX', READ, false],
    ['', WRITE, true],
  ])('of policy %j lets a caller below it have %d: %s', (policy, desired, granted) => {
    expect(check(`D:(A;;FA;;;WD)S:(ML;;${policy};;;HI)`, desired, medium).granted).toBe(granted)
  })

  test('takes an object without a label for medium, and a label for children for none', () => {
    expect(check('D:(A;;FA;;;WD)', WRITE, low).granted).toBe(false)
    expect(check('D:(A;;FA;;;WD)', WRITE, medium).granted).toBe(true)
    expect(check('D:(A;;FA;;;WD)S:(ML;IO;NW;;;HI)', WRITE, medium).granted).toBe(true)
  })

  test('is not applied to a token without that policy or level', () => {
    expect(check('D:(A;;FA;;;WD)', WRITE, { ...low, mandatoryPolicy: 0 }).granted).toBe(true)
    expect(check('D:(A;;FA;;;WD)', WRITE, { ...low, mandatoryPolicy: 2 }).granted).toBe(true)
    expect(check('D:(A;;FA;;;WD)S:(ML;;NW;;;SI)', WRITE, tokenWith()).granted).toBe(true)
  })

  test('binds the owner, a NULL DACL and the maximum', () => {
    const descriptor = SecurityDescriptor.fromSddl(`O:${user}G:SYD:S:(ML;;NW;;;HI)`)
    expect(accessCheck({ descriptor, token: medium, desiredAccess: 0x4_0000, genericMapping }).granted).toBe(false)
    expect(maximum('D:NO_ACCESS_CONTROLS:(ML;;NW;;;HI)', medium)).toBe(
      (genericMapping.read | genericMapping.execute) & genericMapping.all,
    )
  })

  test.each<[string, Ace]>([
    ['has a broken SID', unknownAce(0x11, 0, Uint8Array.of(1, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 16, 0, 0x30, 0, 0))],
    ['is cut off', unknownAce(0x11, 0, Uint8Array.of(1, 0, 0, 0))],
    ['names no integrity level', mandatoryLabel(Sid.fromParts(16, []), 1)],
    ['names two of them', mandatoryLabel(Sid.parse('S-1-16-4096-4096'), 1)],
    ['has no policy and names no level', mandatoryLabel(Sid.parse('WD'), 0)],
  ])('that %s denies everything to all that labels bind', (_, label) => {
    const sacl = (...entries: readonly Ace[]): Partial<SecurityDescriptor> => ({ sacl: Acl.from(entries) })
    const can = (parts: Partial<SecurityDescriptor>, desiredAccess: number, token: AccessToken): boolean => {
      const descriptor = SecurityDescriptor.fromSddl('O:SYG:SYD:(A;;FA;;;WD)').with(parts)
      return accessCheck({ descriptor, token, desiredAccess, genericMapping }).granted
    }
    const system = tokenWith({ integrityLevel: Sid.parse('SI') })
    const contained = tokenWith({ integrityLevel: Sid.parse('LW'), appContainerSid: Sid.parse('S-1-15-2-9') })
    for (const token of [low, system, contained]) {
      expect(can(sacl(label), READ, token)).toBe(false)
      expect(can(sacl(label), WRITE, token)).toBe(false)
    }
    expect(can(sacl(label), READ, tokenWith())).toBe(true)
    expect(can(sacl(label), READ, { ...low, mandatoryPolicy: 0 })).toBe(true)
    // The first label counts, and one for children does not.
    expect(can(sacl(mandatoryLabel(Sid.parse('LW'), 1), label), WRITE, low)).toBe(true)
    const forChildren = label.type === 'unknown' ? unknownAce(0x11, 0x08, label.bytes) : { ...label, flags: 0x08 }
    expect(can(sacl(forChildren), WRITE, system)).toBe(true)
  })

  test('takes a token whose level is none for one below all others', () => {
    const odd = tokenWith({ integrityLevel: Sid.parse('S-1-5-21-1-2-3-16384') })
    expect(check('D:(A;;FA;;;WD)S:(ML;;NW;;;S-1-16-0)', WRITE, odd).granted).toBe(false)
  })

  test.each([
    ['trust label', 0x14],
    ['access filter', 0x15],
    ['central policy', 0x13],
  ])('a broken %s denies like one that is not met', (_, typeCode) => {
    const broken = (flags: number): boolean => {
      const sacl = Acl.from([unknownAce(typeCode, flags, new Uint8Array(4))])
      const descriptor = SecurityDescriptor.fromSddl('O:SYG:SYD:(A;;FA;;;WD)').with({ sacl })
      const request = { descriptor, token: tokenWith(), desiredAccess: READ, genericMapping }
      return accessCheck(request).granted
    }
    expect(broken(0)).toBe(false)
    expect(broken(0x08)).toBe(true)
  })

  test('ignores what cannot limit access in a SACL, readable or not', () => {
    const sacl = Acl.from([0x02, 0x12, 0x77].map((typeCode) => unknownAce(typeCode, 0, new Uint8Array(4))))
    const descriptor = SecurityDescriptor.fromSddl('O:SYG:SYD:(A;;FA;;;WD)').with({ sacl })
    const request = { descriptor, token: medium, desiredAccess: WRITE, genericMapping }
    expect(accessCheck(request).granted).toBe(true)
  })

  test('a process trust label and an access filter leave their mask only', () => {
    expect(maximum('D:(A;;FA;;;WD)S:(TL;;0x1;;;S-1-19-512-8192)')).toBe(1)
    expect(maximum('D:(A;;FA;;;WD)S:(FL;;0x1;;;WD;(Exists @User.a))')).toBe(1)
    const token = tokenWith({ userClaims: [{ name: 'a', type: 'int64', values: [1n] }] })
    expect(maximum('D:(A;;FA;;;WD)S:(FL;;0x1;;;WD;(Exists @User.a))', token)).toBe(genericMapping.all)
  })

  test('an unknown central policy leaves the object to administrators, system and owner', () => {
    const sddl = 'D:(A;;FA;;;WD)S:(SP;;;;;S-1-17-1)'
    expect(check(sddl, READ).granted).toBe(false)
    expect(check(sddl, READ, tokenWith({ groups: [group('WD'), group('BA')] })).granted).toBe(true)
    expect(check('D:(A;;FA;;;WD)S:(SP;IO;;;;S-1-17-1)', READ).granted).toBe(true)
  })
})
