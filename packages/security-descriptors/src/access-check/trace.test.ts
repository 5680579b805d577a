import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { type Ace, allow, callbackAce, mandatoryLabel, plainAce, unknownAce } from '../ace.ts'
import { Acl } from '../acl.ts'
import { parseCondition } from '../condition/parse.ts'
import { anyDaclAce } from '../fixtures/arbitraries.ts'
import { objectTypes } from '../object-types.ts'
import { SecurityDescriptor } from '../security-descriptor.ts'
import { Sid } from '../sid.ts'
import { accessCheck, type AccessCheckRequest, type AccessCheckResult } from './access-check.ts'
import { type AccessToken, groupAttributes, privilegeAttributes, type SidAndAttributes } from './token.ts'
import { formatTrace, type TraceStep } from './trace.ts'

const mapping = objectTypes.file.genericMapping
const MAXIMUM = 0x0200_0000

function group(text: string, attributes: number = groupAttributes.ENABLED): SidAndAttributes {
  return { sid: Sid.parse(text), attributes }
}

const plain: AccessToken = { user: group('S-1-5-21-1-2-3-1001'), groups: [group('WD')], privileges: [] }
const low: AccessToken = { ...plain, integrityLevel: Sid.parse('LW') }
const writeRestricted: AccessToken = { ...plain, restrictedSids: [group('WR', 0)], writeRestricted: true }

function linesOf(sddl: string, desiredAccess: number, token = plain): readonly string[] {
  const descriptor = SecurityDescriptor.fromSddl(`O:SYG:SY${sddl}`)
  const { trace } = accessCheck({ descriptor, token, desiredAccess, genericMapping: mapping })
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
    const request = { token: low, desiredAccess: 1, genericMapping: mapping }
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
    genericMapping: mapping,
  })
  expect(result).toMatchObject({ granted: false, privilegesUsed: [] })
  expect(result.trace.decisive).toMatchObject({ kind: 'notGranted', mask: 1 })
})

function sometimes<Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })
}

const names = ['WD', 'BA', 'BU', 'SY', 'OW', 'RC', 'AC', 'S-1-15-2-2', 'S-1-15-3-1', 'S-1-5-21-1-2-3-1001']
const knownSid = fc.constantFrom(...names).map((text) => Sid.parse(text))
const rights = fc.oneof(
  fc.constantFrom(0x1, 0x2, 0x3, 0x20, 0x8_0000, 0x1_0000, 0x1f_01ff, 0x12_0089, 0x1000_0000),
  fc.nat(0xff_ffff),
)

const daclAce: fc.Arbitrary<Ace> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.constantFrom('accessAllowed', 'accessAllowed', 'accessDenied'), rights, knownSid)
      .map(([type, mask, sid]) => plainAce(type, 0, mask, sid)),
  },
  { weight: 4, arbitrary: fc.constantFrom('WD', 'AC', 'RC').map((text) => allow(Sid.parse(text), 0x1f_01ff)) },
  { weight: 2, arbitrary: anyDaclAce },
  { weight: 1, arbitrary: fc.constant(unknownAce(0x99, 0, new Uint8Array(4))) },
)

const isNeverMet = parseCondition('Exists @User.nothing')

const saclAce: fc.Arbitrary<Ace> = fc.oneof(
  fc
    .tuple(fc.constantFrom('S-1-16-0', 'LW', 'ME', 'HI', 'WD'), fc.nat(7))
    .map(([level, policy]) => mandatoryLabel(Sid.parse(level), policy)),
  rights.map((mask) => plainAce('systemProcessTrustLabel', 0, mask, Sid.parse('S-1-19-512-8192'))),
  rights.map((mask) => callbackAce('systemAccessFilter', 0, mask, Sid.parse('WD'), isNeverMet)),
  fc.constant(plainAce('systemScopedPolicyId', 0, 0, Sid.parse('S-1-17-1'))),
  fc.constantFrom(0x11, 0x13, 0x14, 0x15).map((typeCode) => unknownAce(typeCode, 0, new Uint8Array(4))),
)

const descriptorToCheck: fc.Arbitrary<SecurityDescriptor> = fc
  .record({
    owner: knownSid,
    group: knownSid,
    dacl: fc.oneof(
      { weight: 8, arbitrary: fc.array(daclAce, { maxLength: 6 }).map((entries) => Acl.from(entries)) },
      { weight: 1, arbitrary: fc.constantFrom(null, undefined) },
    ),
    sacl: sometimes(fc.array(saclAce, { maxLength: 2 }).map((entries) => Acl.from(entries))),
  })
  .map((parts) => SecurityDescriptor.from(parts))

const sidList = fc.array(
  fc.record({ sid: knownSid, attributes: fc.constantFrom(4, 4, 4, 0, groupAttributes.USE_FOR_DENY_ONLY) }),
  { minLength: 1, maxLength: 5 },
)

const tokenToCheck: fc.Arbitrary<AccessToken> = fc.record({
  user: knownSid.map((sid) => ({ sid, attributes: 0 })),
  groups: sidList.map((groups) => [group('WD'), ...groups]),
  privileges: fc
    .subarray(['SeSecurityPrivilege', 'SeTakeOwnershipPrivilege', 'SeRelabelPrivilege'])
    .map((held) => held.map((name) => ({ name, attributes: privilegeAttributes.ENABLED }))),
  restrictedSids: sometimes(sidList),
  writeRestricted: fc.boolean(),
  integrityLevel: sometimes(fc.constantFrom('LW', 'ME', 'HI').map((text) => Sid.parse(text))),
  appContainerSid: sometimes(fc.constant(Sid.parse('S-1-15-2-9'))),
  isLessPrivilegedAppContainer: fc.boolean(),
  capabilities: fc.constant([group('S-1-15-3-1')]),
})

const parts = [
  { level: 0, guid: '12345678-1234-1234-1234-000000000001' },
  { level: 1, guid: '12345678-1234-1234-1234-000000000002' },
  { level: 1, guid: '12345678-1234-1234-1234-000000000003' },
]

const anyRequest: fc.Arbitrary<AccessCheckRequest> = fc.record({
  descriptor: descriptorToCheck,
  token: tokenToCheck,
  desiredAccess: fc
    .tuple(
      fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(0, 0x1, 0x2, 0x3, 0x20, 0x2_0000, 0x8_0000) },
        { weight: 1, arbitrary: rights.map((mask) => mask & 0xff_ffff) },
      ),
      fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0x0100_0000, 0x0400_0000),
      fc.constantFrom(0, 0, MAXIMUM),
    )
    .map(([specific, special, maximum]) => specific | special | maximum),
  genericMapping: fc.constantFrom(mapping, objectTypes.registryKey.genericMapping),
  objectTypes: sometimes(fc.constant(parts)),
})

/** The rights of a request that would be refused if they were asked for alone. */
function missingRights(request: AccessCheckRequest): number {
  let missing = 0
  for (let bit = 0; bit < 28; bit++) {
    const desiredAccess = request.desiredAccess & ~MAXIMUM & (1 << bit)
    if (desiredAccess !== 0 && !accessCheck({ ...request, desiredAccess }).granted) missing |= desiredAccess
  }
  return missing
}

function grantedBy(steps: readonly TraceStep[], isAsked: (step: TraceStep) => boolean): number {
  return steps.reduce((all, step) => (step.effect === 'grants' && isAsked(step) ? all | step.mask : all), 0)
}

function checkRefusal(request: AccessCheckRequest, { trace: { decisive } }: AccessCheckResult): void {
  const missing = missingRights(request)
  const { mask, effect } = decisive ?? { mask: 0, effect: 'grants' }
  expect(effect).not.toBe('grants')
  if (request.desiredAccess & MAXIMUM) {
    expect(missing === 0 || (mask & missing) !== 0).toBe(true)
    expect(mask & request.desiredAccess & ~missing).toBe(0)
  } else {
    expect(mask !== 0 || request.desiredAccess === 0).toBe(true)
    expect(mask & ~missing).toBe(0)
  }
}

function checkGrant(request: AccessCheckRequest, { grantedAccess, trace }: AccessCheckResult): void {
  const { token, genericMapping } = request
  const isOf = (pass: string) => (step: TraceStep) => 'pass' in step && step.pass === pass
  const byPrivilege = grantedBy(trace.steps, ({ kind }) => kind === 'privilege')
  expect(trace.decisive?.effect).toBe('grants')
  expect(grantedAccess & ~(byPrivilege | grantedBy(trace.steps, isOf('token')))).toBe(0)
  if (token.restrictedSids !== undefined) {
    const exempt = token.writeRestricted === true ? genericMapping.read | genericMapping.execute : 0
    expect(grantedAccess & ~(byPrivilege | exempt | grantedBy(trace.steps, isOf('restrictingSids')))).toBe(0)
  }
  if (token.appContainerSid !== undefined) {
    expect(grantedAccess & ~grantedBy(trace.steps, isOf('appContainer'))).toBe(0)
  }
  if (!(request.desiredAccess & MAXIMUM)) expect(trace.steps.every(({ effect }) => effect === 'grants')).toBe(true)
}

test(
  'the trace of every check names the step that refused a missing right, or who granted each right',
  { timeout: 20_000 },
  () => {
    let granted = 0
    let refused = 0
    fc.assert(
      fc.property(anyRequest, (request) => {
        const result = accessCheck(request)
        if (result.granted) granted++
        else refused++
        expect(result.trace.steps).toContain(result.trace.decisive)
        const lines = formatTrace(result.trace, { objectType: objectTypes.file }).split('\n')
        expect(lines.filter((line) => /^=> ./.test(line))).toHaveLength(1)
        expect(lines.join('\n')).not.toMatch(/(?:grants|denies|grant) *(?:\n|$)/)
        expect(result.privilegesUsed.length === 0 || result.granted || result.nodes !== undefined).toBe(true)
        if (result.granted) checkGrant(request, result)
        else checkRefusal(request, result)
      }),
      { numRuns: 500 },
    )
    // Neither of the two may come to be checked by chance only.
    expect(granted).toBeGreaterThan(50)
    expect(refused).toBeGreaterThan(50)
  },
)
