import process from 'node:process'
import { describe, expect, test } from 'vitest'

import { callbackAce, plainAce, unknownAce } from '../ace-creation.ts'
import { Acl } from '../acl.ts'
import { parseCondition } from '../condition/parse.ts'
import {
  check,
  genericMapping,
  group,
  MAXIMUM,
  maximum,
  READ,
  tokenWith,
  user,
  WRITE,
} from '../fixtures/access-request.ts'
import { SecurityDescriptor } from '../security-descriptor.ts'
import { Sid } from '../sid.ts'
import { accessCheck } from './access-check.ts'
import { type AccessToken, groupAttributes } from './token.ts'

describe('accessCheck with a DACL', () => {
  test('refuses a request for nothing', () => {
    expect(check('D:(A;;FA;;;WD)', 0)).toMatchObject({ granted: false, grantedAccess: 0, error: 'ERROR_ACCESS_DENIED' })
  })

  test('lets everybody do everything when the DACL is absent or NULL, and nobody when it is empty', () => {
    expect(check('', 0x1f01ff).granted).toBe(true)
    expect(check('D:NO_ACCESS_CONTROL', 0x1f01ff).granted).toBe(true)
    expect(maximum('')).toBe(genericMapping.all)
    expect(check('D:', READ).granted).toBe(false)
    expect(maximum('D:')).toBe(0)
  })

  test('lets the first ACE that speaks of a right decide it', () => {
    expect(check('D:(D;;0x1;;;WD)(A;;0x3;;;WD)', READ).granted).toBe(false)
    expect(check('D:(A;;0x3;;;WD)(D;;0x1;;;WD)', READ).granted).toBe(true)
    expect(maximum('D:(A;;0x1;;;WD)(D;;0x3;;;WD)(A;;0xf;;;WD)')).toBe(0xd)
  })

  test('maps generic rights in ACEs', () => {
    expect(maximum('D:(A;;GR;;;WD)')).toBe(genericMapping.read)
    expect(check('D:(D;;GW;;;WD)(A;;GA;;;WD)', WRITE).granted).toBe(false)
  })

  test('skips ACEs that are for children only, and those for CREATOR OWNER', () => {
    expect(maximum('D:(A;OICIIO;FA;;;WD)(A;;FA;;;CO)')).toBe(0)
  })

  test('adds rights of several ACEs, and grants nothing when one is missing', () => {
    expect(check('D:(A;;0x1;;;WD)(A;;0x2;;;WD)', READ | WRITE).grantedAccess).toBe(3)
    expect(check('D:(A;;0x1;;;WD)', READ | WRITE)).toMatchObject({ granted: false, grantedAccess: 0 })
  })

  test('gives the maximum only with the rights that are named beside it', () => {
    expect(check('D:(A;;0x5;;;WD)', MAXIMUM | READ).grantedAccess).toBe(5)
    expect(check('D:(A;;0x5;;;WD)', MAXIMUM | WRITE).granted).toBe(false)
  })

  test('never grants ACCESS_SYSTEM_SECURITY or more bits than exist by an ACE', () => {
    expect(maximum('D:(A;;0xffffffff;;;WD)') & 0xff00_0000).toBe(0)
    expect(check('D:(A;;0xffffffff;;;WD)', 0x0100_0000)).toMatchObject({
      granted: false,
      error: 'ERROR_PRIVILEGE_NOT_HELD',
    })
  })

  test('denies everything where an ACE is not understood, to everybody', () => {
    const dacl = Acl.from([
      plainAce('accessAllowed', 0, READ, Sid.parse('WD')),
      unknownAce(0x99, 0, new Uint8Array(0)),
      plainAce('accessAllowed', 0, WRITE, Sid.parse('WD')),
    ])
    const descriptor = SecurityDescriptor.fromSddl('O:SYG:SY').with({ dacl })
    const result = accessCheck({ descriptor, token: tokenWith(), desiredAccess: MAXIMUM, genericMapping })
    expect(result.grantedAccess).toBe(READ)
    const forChildren = Acl.from([
      unknownAce(0x99, 0x08, new Uint8Array(0)),
      plainAce('accessAllowed', 0, WRITE, Sid.parse('WD')),
    ])
    expect(
      accessCheck({
        descriptor: descriptor.with({ dacl: forChildren }),
        token: tokenWith(),
        desiredAccess: WRITE,
        genericMapping,
      }).granted,
    ).toBe(true)
  })
})

describe('accessCheck with groups', () => {
  test('a disabled group counts for nothing, one for deny only counts to deny', () => {
    const disabled = tokenWith({ groups: [group('BU', 0)] })
    const denyOnly = tokenWith({ groups: [group('BU', groupAttributes.USE_FOR_DENY_ONLY)] })
    expect(check('D:(A;;FA;;;BU)', READ, disabled).granted).toBe(false)
    expect(check(`D:(D;;FA;;;BU)(A;;FA;;;${user})`, READ, disabled).granted).toBe(true)
    expect(check('D:(A;;FA;;;BU)', READ, denyOnly).granted).toBe(false)
    expect(check(`D:(D;;FA;;;BU)(A;;FA;;;${user})`, READ, denyOnly).granted).toBe(false)
  })

  test('a user for deny only is denied, and owns nothing', () => {
    const denyOnly = tokenWith({ user: { sid: Sid.parse(user), attributes: groupAttributes.USE_FOR_DENY_ONLY } })
    const descriptor = SecurityDescriptor.fromSddl(`O:${user}G:SYD:`)
    const request = { descriptor, desiredAccess: MAXIMUM, genericMapping }
    expect(accessCheck({ ...request, token: denyOnly }).granted).toBe(false)
    expect(accessCheck({ ...request, token: tokenWith() }).grantedAccess).toBe(0x6_0000)
    expect(check(`D:(A;;FA;;;${user})`, READ, denyOnly).granted).toBe(false)
  })

  test('PRINCIPAL SELF is who the caller says, or nobody', () => {
    const sddl = 'D:(A;;0x1;;;PS)'
    expect(check(sddl, READ).granted).toBe(false)
    expect(check(sddl, READ, tokenWith(), { principalSelf: Sid.parse(user) }).granted).toBe(true)
    expect(check(sddl, READ, tokenWith(), { principalSelf: Sid.parse('BA') }).granted).toBe(false)
  })
})

describe('accessCheck with conditions', () => {
  const sddl = (type: string, condition: string): string => `D:(${type};;0x1;;;WD;${condition})(A;;0x3;;;${user})`
  const token = tokenWith({
    userClaims: [{ name: 'a', type: 'int64', values: [1n] }],
    deviceClaims: [{ name: 'a', type: 'int64', values: [2n] }],
    deviceGroups: [group('BG')],
  })

  test('allows only when the condition is true', () => {
    expect(check('D:(XA;;0x1;;;WD;(@User.a == 1))', READ, token).granted).toBe(true)
    expect(check('D:(XA;;0x1;;;WD;(@User.a == 2))', READ, token).granted).toBe(false)
    expect(check('D:(XA;;0x1;;;WD;(@User.b == 1))', READ, token).granted).toBe(false)
  })

  test('denies unless the condition is false', () => {
    expect(check(sddl('XD', '(@User.a == 1)'), READ, token).granted).toBe(false)
    expect(check(sddl('XD', '(@User.a == 2)'), READ, token).granted).toBe(true)
    expect(check(sddl('XD', '(@User.b == 1)'), READ, token).granted).toBe(false)
  })

  test('skips a callback that allows, and applies one that denies, when it cannot be read', () => {
    const run = (type: 'accessAllowedCallback' | 'accessDeniedCallback', bytes: Uint8Array): boolean => {
      const dacl = Acl.from([
        callbackAce(type, 0, READ, Sid.parse('WD'), bytes),
        plainAce('accessAllowed', 0, WRITE, Sid.parse('WD')),
      ])
      const descriptor = SecurityDescriptor.fromSddl('O:SYG:SY').with({
        dacl: type === 'accessDeniedCallback' ? dacl.with(plainAce('accessAllowed', 0, READ, Sid.parse('WD'))) : dacl,
      })
      return accessCheck({ descriptor, token, desiredAccess: READ, genericMapping }).granted
    }
    for (const bytes of [new Uint8Array(0), Uint8Array.of(0x61, 0x72, 0x74, 0x78), Uint8Array.of(1, 2, 3, 4)]) {
      expect(run('accessAllowedCallback', bytes)).toBe(false)
      expect(run('accessDeniedCallback', bytes)).toBe(false)
    }
  })

  test('knows claims of the user, the device, the resource and the caller', () => {
    expect(check('D:(XA;;0x1;;;WD;(@Device.a == 2))', READ, token).granted).toBe(true)
    expect(check('D:(XA;;0x1;;;WD;(Device_Member_of SID(BG)))', READ, token).granted).toBe(true)
    expect(check('D:(XA;;0x1;;;WD;(@Resource.r == "x"))S:(RA;;;;;WD;("r",TS,0,"x"))', READ, token).granted).toBe(true)
    expect(check('D:(XA;;0x1;;;WD;(@Resource.r == "x"))S:(RA;IO;;;;WD;("r",TS,0,"x"))', READ, token).granted).toBe(
      false,
    )
    const localClaims = [{ name: 'l', type: 'int64' as const, values: [1n] }]
    expect(check('D:(XA;;0x1;;;WD;(l == 1))', READ, token, { localClaims }).granted).toBe(true)
    expect(check('D:(XA;;0x1;;;WD;(l == 1))', READ, token).granted).toBe(false)
  })

  test('does not use disabled claims, and claims for deny only to deny alone', () => {
    const disabled = tokenWith({ userClaims: [{ name: 'a', type: 'int64', flags: 0x10, values: [1n] }] })
    const denyOnly = tokenWith({ userClaims: [{ name: 'a', type: 'int64', flags: 0x04, values: [1n] }] })
    for (const claimed of [disabled, denyOnly]) {
      expect(check('D:(XA;;0x1;;;WD;(@User.a == 1))', READ, claimed).granted).toBe(false)
    }
    expect(check(sddl('XD', '(@User.a == 2)'), READ, denyOnly).granted).toBe(true)
    expect(check(sddl('XD', '(@User.a == 2)'), READ, disabled).granted).toBe(false)
  })

  test('counts groups for deny only when it denies', () => {
    const denyOnly = tokenWith({ groups: [group('WD'), group('BA', groupAttributes.USE_FOR_DENY_ONLY)] })
    expect(check('D:(XA;;0x1;;;WD;(Member_of SID(BA)))', READ, denyOnly).granted).toBe(false)
    expect(check(sddl('XD', '(Member_of SID(BA))'), READ, denyOnly).granted).toBe(false)
  })
})

describe('accessCheck with conditions on members', () => {
  const condition = '(Member_of {SID(BU)})'
  const users = { groups: [group('WD'), group('BU')] }
  const others = { groups: [group('WD')] }

  test.each<[string, string, Partial<AccessToken>]>([
    ['an app container', 'AC', { appContainerSid: Sid.parse('S-1-15-2-9') }],
    ['restricting SIDs', 'RC', { restrictedSids: [group('RC', 0)] }],
  ])('asks for all groups of the token in the walk for %s too', (_, sid, sandbox) => {
    const allowing = `D:(A;;FA;;;WD)(XA;;0x1;;;${sid};${condition})`
    expect(check(allowing, READ, tokenWith({ ...users, ...sandbox })).granted).toBe(true)
    expect(check(allowing, READ, tokenWith({ ...others, ...sandbox })).granted).toBe(false)
    const denying = `D:(XD;;0x1;;;${sid};${condition})(A;;FA;;;WD)(A;;FA;;;${sid})`
    expect(check(denying, READ, tokenWith({ ...users, ...sandbox })).granted).toBe(false)
    expect(check(denying, READ, tokenWith({ ...others, ...sandbox })).granted).toBe(true)
  })

  test('takes capabilities for members in the walk for an app container', () => {
    const capable = tokenWith({ appContainerSid: Sid.parse('S-1-15-2-9'), capabilities: [group('S-1-15-3-1')] })
    const sddl = 'D:(A;;FA;;;WD)(XA;;0x1;;;AC;(Member_of {SID(S-1-15-3-1)}))'
    expect(check(sddl, READ, capable).granted).toBe(true)
    expect(check(sddl, READ, { ...capable, capabilities: [] }).granted).toBe(false)
  })
})

test('accessCheck takes time in proportion to the ACEs when conditions and attributes are many', () => {
  const condition = parseCondition('@Resource.n0 == 1')
  const dacl = Acl.from(
    Array.from({ length: 900 }, () => callbackAce('accessAllowedCallback', 0, WRITE, Sid.parse('WD'), condition)),
  )
  const sacl = SecurityDescriptor.fromSddl(
    `S:${Array.from({ length: 900 }, (_, index) => `(RA;;;;;WD;("n${index}",TI,0,2))`).join('')}`,
  ).sacl
  const descriptor = SecurityDescriptor.fromSddl('O:SYG:SY').with({ dacl, sacl })
  const before = process.cpuUsage()
  expect(accessCheck({ descriptor, token: tokenWith(), desiredAccess: MAXIMUM, genericMapping }).granted).toBe(false)
  // Of this process alone: the machine may be busy with others.
  expect(process.cpuUsage(before).user).toBeLessThan(500_000)
})
