import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { Ace } from '../ace.ts'
import { allow, callbackAce, mandatoryLabel, plainAce, unknownAce } from '../ace-creation.ts'
import { Acl } from '../acl.ts'
import { parseCondition } from '../condition/parse.ts'
import { genericMapping as fileMapping, group, MAXIMUM } from '../fixtures/access-request.ts'
import { anyDaclAce } from '../fixtures/arbitraries.ts'
import { objectTypes } from '../object-types.ts'
import { SecurityDescriptor } from '../security-descriptor.ts'
import { Sid } from '../sid.ts'
import { accessCheck, type AccessCheckRequest, type AccessCheckResult } from './access-check.ts'
import { type AccessToken, groupAttributes, privilegeAttributes } from './token.ts'
import { formatTrace, type TraceStep } from './trace.ts'

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
  genericMapping: fc.constantFrom(fileMapping, objectTypes.registryKey.genericMapping),
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
