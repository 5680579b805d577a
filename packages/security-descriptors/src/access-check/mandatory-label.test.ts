import { describe, expect, test } from 'vitest'

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
