import { describe, expect, test } from 'vitest'

import { type Ace, callbackAce, mandatoryLabel, plainAce, unknownAce } from '../ace.ts'
import { Acl } from '../acl.ts'
import { parseCondition } from '../condition/parse.ts'
import { InvalidAccessCheckError } from '../errors.ts'
import { thrownBy } from '../fixtures/thrown.ts'
import { objectTypes } from '../object-types.ts'
import { SecurityDescriptor } from '../security-descriptor.ts'
import { Sid } from '../sid.ts'
import { accessCheck, type AccessCheckRequest, type AccessCheckResult } from './access-check.ts'
import { type AccessToken, groupAttributes, privilegeAttributes, type SidAndAttributes } from './token.ts'
import { formatTrace } from './trace.ts'

const mapping = objectTypes.file.genericMapping
const READ = 0x1
const WRITE = 0x2
const EXECUTE = 0x20
const WRITE_OWNER = 0x8_0000
const SYSTEM_SECURITY = 0x0100_0000
const MAXIMUM = 0x0200_0000
const user = 'S-1-5-21-1-2-3-1001'
const root = '12345678-1234-1234-1234-000000000001'
const first = '12345678-1234-1234-1234-000000000002'
const second = '12345678-1234-1234-1234-000000000003'

function group(text: string, attributes: number = groupAttributes.ENABLED): SidAndAttributes {
  return { sid: Sid.parse(text), attributes }
}

function tokenWith(parts: Partial<AccessToken> = {}): AccessToken {
  return { user: { sid: Sid.parse(user), attributes: 0 }, groups: [group('WD')], privileges: [], ...parts }
}

function enabled(...names: readonly string[]): Pick<AccessToken, 'privileges'> {
  return { privileges: names.map((name) => ({ name, attributes: privilegeAttributes.ENABLED })) }
}

function check(
  sddl: string,
  desiredAccess: number,
  token = tokenWith(),
  more: Partial<AccessCheckRequest> = {},
): AccessCheckResult {
  const descriptor = SecurityDescriptor.fromSddl(`O:SYG:SY${sddl}`)
  return accessCheck({ descriptor, token, desiredAccess, genericMapping: mapping, ...more })
}

function maximum(sddl: string, token?: AccessToken, more?: Partial<AccessCheckRequest>): number {
  return check(sddl, MAXIMUM, token, more).grantedAccess
}

describe('accessCheck as a call', () => {
  test('throws ERROR_GENERIC_NOT_MAPPED when generic rights are asked for, before anything else', () => {
    const error = thrownBy(() => check('D:', 0x8000_0000, tokenWith(), { objectTypes: [] }))
    expect(error).toBeInstanceOf(InvalidAccessCheckError)
    expect(error).toMatchObject({ code: 'ERROR_GENERIC_NOT_MAPPED', errno: 1360 })
  })

  test.each(['O:SY', 'G:SY', ''])('throws ERROR_INVALID_SECURITY_DESCR when the descriptor is %j', (sddl) => {
    const request = { token: tokenWith(), desiredAccess: READ, genericMapping: mapping }
    const descriptor = SecurityDescriptor.fromSddl(sddl)
    expect(thrownBy(() => accessCheck({ ...request, descriptor }))).toMatchObject({
      code: 'ERROR_INVALID_SECURITY_DESCR',
    })
  })

  test.each([
    ['empty', []],
    ['without a root', [{ level: 1, guid: root }]],
    [
      'with two roots',
      [
        { level: 0, guid: root },
        { level: 0, guid: first },
      ],
    ],
    [
      'with a level left out',
      [
        { level: 0, guid: root },
        { level: 2, guid: first },
      ],
    ],
    [
      'with a level of 5',
      [
        { level: 0, guid: root },
        { level: 5, guid: first },
      ],
    ],
    [
      'with half a level',
      [
        { level: 0, guid: root },
        { level: 0.5, guid: first },
      ],
    ],
    ['with something else than a GUID', [{ level: 0, guid: 'x' }]],
  ])('throws ERROR_INVALID_PARAMETER when the object type list is %s', (_, types) => {
    expect(thrownBy(() => check('D:', READ, tokenWith(), { objectTypes: types }))).toMatchObject({
      code: 'ERROR_INVALID_PARAMETER',
    })
  })
})

describe('accessCheck with a DACL', () => {
  test('refuses a request for nothing', () => {
    expect(check('D:(A;;FA;;;WD)', 0)).toMatchObject({ granted: false, grantedAccess: 0, error: 'ERROR_ACCESS_DENIED' })
  })

  test('lets everybody do everything when the DACL is absent or NULL, and nobody when it is empty', () => {
    expect(check('', 0x1f01ff).granted).toBe(true)
    expect(check('D:NO_ACCESS_CONTROL', 0x1f01ff).granted).toBe(true)
    expect(maximum('')).toBe(mapping.all)
    expect(check('D:', READ).granted).toBe(false)
    expect(maximum('D:')).toBe(0)
  })

  test('lets the first ACE that speaks of a right decide it', () => {
    expect(check('D:(D;;0x1;;;WD)(A;;0x3;;;WD)', READ).granted).toBe(false)
    expect(check('D:(A;;0x3;;;WD)(D;;0x1;;;WD)', READ).granted).toBe(true)
    expect(maximum('D:(A;;0x1;;;WD)(D;;0x3;;;WD)(A;;0xf;;;WD)')).toBe(0xd)
  })

  test('maps generic rights in ACEs', () => {
    expect(maximum('D:(A;;GR;;;WD)')).toBe(mapping.read)
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
    const result = accessCheck({ descriptor, token: tokenWith(), desiredAccess: MAXIMUM, genericMapping: mapping })
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
        genericMapping: mapping,
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
    const request = { descriptor, desiredAccess: MAXIMUM, genericMapping: mapping }
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

describe('accessCheck for the owner', () => {
  const owned = (dacl: string): AccessCheckResult =>
    accessCheck({
      descriptor: SecurityDescriptor.fromSddl(`O:${user}G:SY${dacl}`),
      token: tokenWith(),
      desiredAccess: MAXIMUM,
      genericMapping: mapping,
    })

  test('grants READ_CONTROL and WRITE_DAC even where the DACL denies them', () => {
    expect(owned('D:(D;;FA;;;WD)').grantedAccess).toBe(0x6_0000)
  })

  test('grants what OWNER RIGHTS says instead, when the DACL speaks of it', () => {
    expect(owned('D:(A;;0x1;;;OW)').grantedAccess).toBe(1)
    expect(owned('D:(D;;0x1;;;OW)(A;;0x3;;;WD)').grantedAccess).toBe(2)
    expect(owned('D:(A;IO;0x1;;;OW)').grantedAccess).toBe(0x6_0000)
    expect(check('D:(A;;0x1;;;OW)', READ).granted).toBe(false)
  })
})

describe('accessCheck with privileges', () => {
  test('SeSecurityPrivilege grants ACCESS_SYSTEM_SECURITY, and is reported', () => {
    expect(check('D:', SYSTEM_SECURITY, tokenWith(enabled('SeSecurityPrivilege')))).toMatchObject({
      granted: true,
      grantedAccess: SYSTEM_SECURITY,
      privilegesUsed: ['SeSecurityPrivilege'],
    })
  })

  test('SeTakeOwnershipPrivilege grants WRITE_OWNER only when it is enabled and asked for', () => {
    expect(check('D:', WRITE_OWNER, tokenWith(enabled('SeTakeOwnershipPrivilege')))).toMatchObject({
      granted: true,
      privilegesUsed: ['SeTakeOwnershipPrivilege'],
    })
    const disabled = tokenWith({ privileges: [{ name: 'SeTakeOwnershipPrivilege', attributes: 1 }] })
    expect(check('D:', WRITE_OWNER, disabled).granted).toBe(false)
    expect(check('D:(A;;0x1;;;WD)', MAXIMUM, tokenWith(enabled('SeTakeOwnershipPrivilege')))).toMatchObject({
      grantedAccess: 1,
      privilegesUsed: [],
    })
  })

  test('SeRelabelPrivilege grants WRITE_OWNER, which the label and the DACL withhold', () => {
    const low = { integrityLevel: Sid.parse('LW') }
    const sddl = 'D:S:(ML;;NW;;;ME)'
    expect(check('D:(A;;FA;;;WD)S:(ML;;NW;;;ME)', WRITE_OWNER, tokenWith(low)).granted).toBe(false)
    const relabels = tokenWith({ ...enabled('SeRelabelPrivilege'), ...low })
    expect(check(sddl, WRITE_OWNER, relabels)).toMatchObject({ granted: true, privilegesUsed: ['SeRelabelPrivilege'] })
    const owns = tokenWith({ ...enabled('SeRelabelPrivilege', 'SeTakeOwnershipPrivilege'), ...low })
    expect(check(sddl, WRITE_OWNER, owns)).toMatchObject({
      granted: true,
      privilegesUsed: ['SeTakeOwnershipPrivilege'],
    })
  })

  test('SeRelabelPrivilege grants nothing of a maximum, but the label leaves WRITE_OWNER in it', () => {
    const relabels = tokenWith({ ...enabled('SeRelabelPrivilege'), integrityLevel: Sid.parse('LW') })
    const result = check('D:(A;;0x80001;;;WD)S:(ML;;NW;;;ME)', MAXIMUM, relabels)
    expect(result).toMatchObject({ grantedAccess: 0x8_0001, privilegesUsed: [] })
    expect(maximum('D:(A;;0x1;;;WD)S:(ML;;NW;;;ME)', relabels)).toBe(1)
  })

  test.each([
    ['SeTakeOwnershipPrivilege', WRITE_OWNER],
    ['SeSecurityPrivilege', SYSTEM_SECURITY],
  ])('%s does not lift the mandatory label', (privilege, desired) => {
    const low = tokenWith({ ...enabled(privilege), integrityLevel: Sid.parse('LW') })
    expect(check('D:(A;;FA;;;WD)S:(ML;;NW;;;ME)', desired, low)).toMatchObject({
      granted: false,
      error: 'ERROR_ACCESS_DENIED',
      privilegesUsed: [],
    })
    expect(check('D:(A;;FA;;;WD)', desired, low).granted).toBe(false)
    expect(check('D:S:(ML;;NR;;;ME)', desired, low).granted).toBe(true)
  })

  test.each(['(TL;;0x1;;;S-1-19-512-8192)', '(FL;;0x1;;;WD;(Exists @User.a))'])(
    'lift no right but ACCESS_SYSTEM_SECURITY over %s',
    (ace) => {
      const token = tokenWith(enabled('SeTakeOwnershipPrivilege', 'SeSecurityPrivilege'))
      expect(check(`D:(A;;FA;;;WD)S:${ace}`, WRITE_OWNER, token)).toMatchObject({ granted: false, privilegesUsed: [] })
      expect(check(`D:(A;;FA;;;WD)S:${ace}`, SYSTEM_SECURITY, token).granted).toBe(true)
    },
  )

  test('are missed only when nothing forbids the access anyway', () => {
    const low = tokenWith({ integrityLevel: Sid.parse('LW') })
    expect(check('D:', SYSTEM_SECURITY, low).error).toBe('ERROR_ACCESS_DENIED')
    expect(check('D:', SYSTEM_SECURITY).error).toBe('ERROR_PRIVILEGE_NOT_HELD')
  })

  test('count for a restricted token as for any other', () => {
    const restricted = tokenWith({
      ...enabled('SeTakeOwnershipPrivilege', 'SeSecurityPrivilege'),
      restrictedSids: [group('RC', 0)],
    })
    expect(check('D:', WRITE_OWNER | SYSTEM_SECURITY, restricted).granted).toBe(true)
  })

  test('do not take the place of what an app container is granted', () => {
    const contained = tokenWith({
      ...enabled('SeTakeOwnershipPrivilege', 'SeSecurityPrivilege'),
      appContainerSid: Sid.parse('S-1-15-2-9'),
    })
    expect(check('D:(A;;FA;;;WD)', WRITE_OWNER, contained)).toMatchObject({ granted: false, privilegesUsed: [] })
    expect(check('D:NO_ACCESS_CONTROL', WRITE_OWNER, contained).granted).toBe(false)
    expect(check('D:(A;;WO;;;AC)', WRITE_OWNER, contained)).toMatchObject({
      granted: true,
      privilegesUsed: ['SeTakeOwnershipPrivilege'],
    })
    // No ACE of a DACL has a say on the SACL.
    expect(check('D:(A;;0x10f01ff;;;AC)', SYSTEM_SECURITY, contained)).toMatchObject({
      granted: false,
      error: 'ERROR_ACCESS_DENIED',
    })
  })

  test('give no right of the DACL that an unknown central policy withholds', () => {
    const sddl = 'D:(A;;FA;;;WD)S:(SP;;;;;S-1-17-1)'
    const owns = tokenWith(enabled('SeTakeOwnershipPrivilege', 'SeSecurityPrivilege'))
    expect(check(sddl, WRITE_OWNER, owns).granted).toBe(false)
    expect(check(sddl, SYSTEM_SECURITY, owns).granted).toBe(true)
  })

  test('are reported when they granted a part of the object', () => {
    const list = [
      { level: 0, guid: root },
      { level: 1, guid: first },
      { level: 1, guid: second },
    ]
    const request = { objectTypes: list }
    const owns = tokenWith(enabled('SeTakeOwnershipPrivilege'))
    const partly = check(`D:(OA;;0x1;${first};;WD)`, WRITE_OWNER | READ, owns, request)
    expect(partly.nodes?.map(({ granted }) => granted)).toEqual([false, true, false])
    expect(partly.privilegesUsed).toEqual(['SeTakeOwnershipPrivilege'])
    expect(check('D:', WRITE_OWNER | READ, owns, request).privilegesUsed).toEqual([])
  })
})

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
    expect(accessCheck({ descriptor, token: medium, desiredAccess: 0x4_0000, genericMapping: mapping }).granted).toBe(
      false,
    )
    expect(maximum('D:NO_ACCESS_CONTROLS:(ML;;NW;;;HI)', medium)).toBe((mapping.read | mapping.execute) & mapping.all)
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
      return accessCheck({ descriptor, token, desiredAccess, genericMapping: mapping }).granted
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
      const request = { descriptor, token: tokenWith(), desiredAccess: READ, genericMapping: mapping }
      return accessCheck(request).granted
    }
    expect(broken(0)).toBe(false)
    expect(broken(0x08)).toBe(true)
  })

  test('ignores what cannot limit access in a SACL, readable or not', () => {
    const sacl = Acl.from([0x02, 0x12, 0x77].map((typeCode) => unknownAce(typeCode, 0, new Uint8Array(4))))
    const descriptor = SecurityDescriptor.fromSddl('O:SYG:SYD:(A;;FA;;;WD)').with({ sacl })
    const request = { descriptor, token: medium, desiredAccess: WRITE, genericMapping: mapping }
    expect(accessCheck(request).granted).toBe(true)
  })

  test('a process trust label and an access filter leave their mask only', () => {
    expect(maximum('D:(A;;FA;;;WD)S:(TL;;0x1;;;S-1-19-512-8192)')).toBe(1)
    expect(maximum('D:(A;;FA;;;WD)S:(FL;;0x1;;;WD;(Exists @User.a))')).toBe(1)
    const token = tokenWith({ userClaims: [{ name: 'a', type: 'int64', values: [1n] }] })
    expect(maximum('D:(A;;FA;;;WD)S:(FL;;0x1;;;WD;(Exists @User.a))', token)).toBe(mapping.all)
  })

  test('an unknown central policy leaves the object to administrators, system and owner', () => {
    const sddl = 'D:(A;;FA;;;WD)S:(SP;;;;;S-1-17-1)'
    expect(check(sddl, READ).granted).toBe(false)
    expect(check(sddl, READ, tokenWith({ groups: [group('WD'), group('BA')] })).granted).toBe(true)
    expect(check('D:(A;;FA;;;WD)S:(SP;IO;;;;S-1-17-1)', READ).granted).toBe(true)
  })
})

describe('accessCheck for restricted tokens', () => {
  const restricted = tokenWith({ restrictedSids: [group('RC', 0)] })

  test('grants what both the token and the restricting SIDs are granted', () => {
    expect(maximum(`D:(A;;0x7;;;${user})(A;;0x3;;;RC)`, restricted)).toBe(3)
    expect(maximum(`D:(A;;0x7;;;${user})`, restricted)).toBe(0)
    expect(maximum('D:(A;;0x7;;;RC)', restricted)).toBe(0)
  })

  test('restricts only what is neither reading nor executing when the token is write-restricted', () => {
    const writeRestricted = { ...restricted, writeRestricted: true }
    expect(check(`D:(A;;FA;;;${user})`, READ | EXECUTE | 0x2_0000, writeRestricted).granted).toBe(true)
    expect(check(`D:(A;;FA;;;${user})`, WRITE, writeRestricted).granted).toBe(false)
    expect(check(`D:(A;;FA;;;${user})`, 0x1_0000, writeRestricted).granted).toBe(false)
    expect(check(`D:(A;;FA;;;${user})(A;;0x2;;;RC)`, WRITE, writeRestricted).granted).toBe(true)
  })

  test('gives the owner nothing for free unless the owner is a restricting SID', () => {
    const descriptor = SecurityDescriptor.fromSddl(`O:${user}G:SYD:`)
    const request = { descriptor, desiredAccess: 0x2_0000, genericMapping: mapping }
    expect(accessCheck({ ...request, token: restricted }).granted).toBe(false)
    expect(accessCheck({ ...request, token: tokenWith({ restrictedSids: [group(user, 0)] }) }).granted).toBe(true)
  })

  test('restricts nothing when the list is empty', () => {
    expect(check('D:(A;;0x1;;;WD)', READ, tokenWith({ restrictedSids: [] })).granted).toBe(true)
  })
})

describe('accessCheck for app containers', () => {
  const packageSid = 'S-1-15-2-1-2-3-4-5-6-7'
  const capability = 'S-1-15-3-1'
  const contained = tokenWith({ appContainerSid: Sid.parse(packageSid), capabilities: [group(capability)] })

  test.each([
    ['the package', packageSid],
    ['a capability', capability],
    ['all packages', 'AC'],
  ])('grants what the user and %s are granted', (_, sid) => {
    expect(maximum(`D:(A;;0x7;;;WD)(A;;0x3;;;${sid})`, contained)).toBe(3)
    expect(maximum(`D:(A;;0x3;;;${sid})`, contained)).toBe(0)
    expect(maximum('D:(A;;0x7;;;WD)', contained)).toBe(0)
  })

  test.each([
    ['ALL APPLICATION PACKAGES', 'AC', 0],
    ['ALL RESTRICTED APPLICATION PACKAGES', 'S-1-15-2-2', 3],
    ['its package', packageSid, 3],
    ['a capability', capability, 3],
  ])('takes %s into account for one of less privilege as Windows does', (_, sid, granted) => {
    const less = { ...contained, isLessPrivilegedAppContainer: true }
    expect(maximum(`D:(A;;0x7;;;WD)(A;;0x3;;;${sid})`, less)).toBe(granted)
    expect(maximum(`D:(A;;0x7;;;WD)(A;;0x3;;;${sid})`, { ...less, isLessPrivilegedAppContainer: false })).toBe(3)
  })

  test('grants nothing for a disabled capability, without a DACL, or for being the owner', () => {
    expect(
      maximum(`D:(A;;0x7;;;WD)(A;;0x3;;;${capability})`, { ...contained, capabilities: [group(capability, 0)] }),
    ).toBe(0)
    expect(maximum('D:NO_ACCESS_CONTROL', contained)).toBe(0)
    const descriptor = SecurityDescriptor.fromSddl(`O:${user}G:SYD:`)
    expect(
      accessCheck({ descriptor, token: contained, desiredAccess: 0x2_0000, genericMapping: mapping }).granted,
    ).toBe(false)
  })

  test('is not limited by a label up to medium, though its level is low, but by those above', () => {
    const low = { ...contained, integrityLevel: Sid.parse('LW') }
    const sddl = 'D:(A;;FA;;;WD)(A;;FA;;;AC)'
    expect(maximum(sddl, low)).toBe(mapping.all)
    expect(maximum(`${sddl}S:(ML;;NW;;;ME)`, low)).toBe(mapping.all)
    expect(maximum(`${sddl}S:(ML;;NW;;;HI)`, low)).toBe(mapping.read | mapping.execute)
    expect(maximum(sddl, { ...low, appContainerSid: undefined })).toBe(mapping.read | mapping.execute)
  })

  test('is denied by ACEs for the package', () => {
    expect(maximum(`D:(D;;0x1;;;${packageSid})(A;;0x7;;;WD)(A;;0x7;;;AC)`, contained)).toBe(6)
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
      return accessCheck({ descriptor, token, desiredAccess: READ, genericMapping: mapping }).granted
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

describe('accessCheck with object types', () => {
  const list = [
    { level: 0, guid: root },
    { level: 1, guid: first },
    { level: 1, guid: second },
  ]
  const nodesOf = (sddl: string, desired: number): readonly number[] =>
    check(sddl, desired, tokenWith(), { objectTypes: list }).nodes?.map(({ grantedAccess }) => grantedAccess) ?? []

  test('grants a node and all below it', () => {
    expect(nodesOf(`D:(OA;;0x1;${root};;WD)`, READ)).toEqual([1, 1, 1])
    expect(nodesOf(`D:(OA;;0x1;${first};;WD)`, READ)).toEqual([0, 1, 0])
    expect(nodesOf('D:(A;;0x1;;;WD)', READ)).toEqual([1, 1, 1])
  })

  test('grants a node when all below it are granted', () => {
    expect(nodesOf(`D:(OA;;0x1;${first};;WD)(OA;;0x1;${second};;WD)`, READ)).toEqual([1, 1, 1])
  })

  test('denies a node, all below it and all above it', () => {
    expect(nodesOf(`D:(OD;;0x1;${first};;WD)(A;;0x1;;;WD)`, READ)).toEqual([0, 0, 1])
    expect(nodesOf(`D:(OD;;0x1;${root};;WD)(A;;0x1;;;WD)`, READ)).toEqual([0, 0, 0])
    expect(nodesOf(`D:(A;;0x1;;;WD)(OD;;0x1;${first};;WD)`, READ)).toEqual([1, 1, 1])
  })

  test('decides the whole by the root, and tells what each node got', () => {
    const result = check(`D:(OA;;0x1;${first.toUpperCase()};;WD)`, READ, tokenWith(), { objectTypes: list })
    expect(result).toMatchObject({ granted: false, grantedAccess: 0, error: 'ERROR_ACCESS_DENIED' })
    expect(result.nodes).toEqual([
      { granted: false, grantedAccess: 0, error: 'ERROR_ACCESS_DENIED' },
      { granted: true, grantedAccess: 1 },
      { granted: false, grantedAccess: 0, error: 'ERROR_ACCESS_DENIED' },
    ])
  })

  test('ignores ACEs for types that the list does not name', () => {
    expect(nodesOf('D:(OA;;0x1;12345678-1234-1234-1234-00000000000f;;WD)', READ)).toEqual([0, 0, 0])
  })

  test('without a list lets an ACE for a part deny, but not allow', () => {
    expect(check(`D:(OA;;0x1;${first};;WD)`, READ).granted).toBe(false)
    expect(check(`D:(OD;;0x1;${first};;WD)(A;;0x1;;;WD)`, READ).granted).toBe(false)
    expect(check(`D:(OA;;0x1;;${first};WD)`, READ).granted).toBe(true)
  })

  test('reports a refusal by privilege for every node', () => {
    const result = check('D:', 0x0100_0000, tokenWith(), { objectTypes: list })
    expect(result.nodes?.map(({ error }) => error)).toEqual(Array.from({ length: 3 }, () => 'ERROR_PRIVILEGE_NOT_HELD'))
  })
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
    const { trace } = accessCheck({ descriptor, token: tokenWith(), desiredAccess: READ, genericMapping: mapping })
    expect(formatTrace(trace)).toBe('=> ACE 0 of type 0x99 denies 0x00000001, because it is not understood')
  })

  test('says that the owner may', () => {
    const descriptor = SecurityDescriptor.fromSddl(`O:${user}G:SYD:`)
    const { trace } = accessCheck({ descriptor, token: tokenWith(), desiredAccess: 0x2_0000, genericMapping: mapping })
    expect(formatTrace(trace)).toBe('=> being the owner grants 0x00020000')
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
  const started = performance.now()
  expect(accessCheck({ descriptor, token: tokenWith(), desiredAccess: MAXIMUM, genericMapping: mapping }).granted).toBe(
    false,
  )
  expect(performance.now() - started).toBeLessThan(500)
})
