/* oxlint-disable vitest/no-conditional-expect, vitest/no-conditional-tests, vitest/expect-expect, vitest/require-to-throw-message
   -- the suite is made from data: what a vector asserts decides what its test expects */
import { expect, test } from 'vitest'

import { accessCheck, type AccessCheckResult } from './access-check.ts'
import { type AccessToken, groupAttributes, privilegeAttributes, type SidAndAttributes } from './token.ts'
import { type GenericMapping, mapGenericMask } from '../access-mask.ts'
import type { Claim, ClaimType, ClaimValue } from '../claim.ts'
import type { SingleLiteral } from '../condition/ast.ts'
import { evaluateCondition } from '../condition/evaluate.ts'
import { parseCondition } from '../condition/parse.ts'
import { InvalidAccessCheckError, SddlSyntaxError } from '../errors.ts'
import { SecurityDescriptor } from '../security-descriptor.ts'
import { Sid, type SidDomains } from '../sid.ts'
// @boundaries-ignore support of all test suites
import {
  type AccessExpectation,
  type AccessVector,
  type ClaimVector,
  isAboutTheCall,
  type MappingVector,
  readAccessVectors,
  type TokenVector,
  vectorsFolder,
  vectorsVariable,
} from '../../../../tools/testing/recorded-vectors.ts'

const domain = Sid.parse('S-1-5-21-2457507606-2709100691-398136650')
const domains: SidDomains = { machineSid: domain, domainSid: domain, rootDomainSid: domain }

/** Vectors of Samba that contradict what was measured on Windows. */
const contradictedByWindows: Readonly<Record<string, string>> = {
  'samba-empty-0': 'Windows refuses a request for nothing (wine-desired0)',
  'samba-c-composite_different_order_with_dupes_in_composite': 'on Windows a literal with duplicates differs',
  'samba-c-any_of_1': 'on Windows Any_of with a plain literal is undecided (krb5-lit-26)',
  'samba-c-not_any_of_1': 'on Windows Not_Any_of with a plain literal is undecided (krb5-lit-27)',
}

const folder = vectorsFolder()

if (folder === undefined) {
  test('recorded access check vectors are replayed', ({ skip }) => skip(`${vectorsVariable} names no folder of them`))
} else {
  const { vectors, mappings } = readAccessVectors(folder)

  test('all vectors are replayed but those about the call, which packages/testkit/test/recorded-vectors.suite.ts has', () => {
    expect(vectors.filter(isAboutTheCall)).toHaveLength(18)
  })

  for (const vector of vectors.filter((candidate) => !isAboutTheCall(candidate))) {
    const contradiction = contradictedByWindows[vector.id]
    if (contradiction === undefined) {
      test(`access check vector ${vector.id} comes out as recorded`, () => replay(vector, mappings))
    } else {
      test(`access check vector ${vector.id} of Samba does not hold: ${contradiction}`, () => {
        expect(vector.evidence).not.toBe('windows-asserted')
        expect(() => replay(vector, mappings)).toThrow()
      })
    }
  }
}

function replay(vector: AccessVector, mappings: Readonly<Record<string, MappingVector>>): void {
  if (vector.expect.sddlParse === 'fail') {
    expect(() => descriptorOf(vector)).toThrow(SddlSyntaxError)
  } else if (vector.expect.call === false) {
    expectRefusedCall(vector, mappings)
  } else if (typeof vector.expect.error === 'string') {
    // The KDC refuses such claims, so that no token ever has them.
    expect(() => check(vector, mappings)).toThrow(InvalidAccessCheckError)
  } else if (vector.expect.expression === undefined) {
    expectDecision(check(vector, mappings), vector.expect, vector)
  } else {
    expectExpression(vector, mappings)
  }
}

function expectRefusedCall(vector: AccessVector, mappings: Readonly<Record<string, MappingVector>>): void {
  const code = typeof vector.expect.error === 'object' ? vector.expect.error.win32 : undefined
  expect(() => check(vector, mappings)).toThrow(expect.objectContaining({ code }))
}

function expectDecision(result: AccessCheckResult, expected: AccessExpectation, vector: AccessVector): void {
  if (expected.perNode !== undefined) {
    const nodes = result.nodes?.map((node) => ({ status: node.granted, granted: node.grantedAccess }))
    expect(nodes).toEqual(expected.perNode.map(({ status, granted }) => ({ status, granted: Number(granted) })))
    return
  }
  expect(result.granted).toBe(expected.status)
  expect(result.grantedAccess).toBe(Number(vector.pureAccessCheckGranted ?? expected.granted))
  if (expected.status === false && typeof expected.error === 'object') expect(result.error).toBe(expected.error.win32)
  if (expected.privilegeSet !== undefined) expect(result.privilegesUsed).toEqual(expected.privilegeSet)
}

function expectExpression(vector: AccessVector, mappings: Readonly<Record<string, MappingVector>>): void {
  const text = /\(XA;;CR;;;WD;(\(.*\))\)$/s.exec(vector.sd ?? '')?.[1] ?? ''
  const token = tokenOf(vector.token)
  const { userClaims, deviceClaims } = token
  const result = evaluateCondition(parseCondition(text), { userClaims, deviceClaims, userSids: [Sid.parse('WD')] })
  expect(result).toBe({ TRUE: true, FALSE: false, UNKNOWN: undefined }[vector.expect.expression ?? 'UNKNOWN'])
  expect(check(vector, mappings).granted).toBe(result === true)
  const denying = { ...vector, sd: `O:SYD:(XD;;CR;;;WD;${text})(A;;CR;;;WD)` }
  expect(check(denying, mappings).granted).toBe(result === false)
}

function check(vector: AccessVector, mappings: Readonly<Record<string, MappingVector>>): AccessCheckResult {
  const genericMapping = mappingOf(mappings[vector.mapping])
  const desired = Number(vector.desired)
  const isOpen = vector.api === 'open file'
  return accessCheck({
    descriptor: descriptorOf(vector),
    token: tokenOf(vector.token),
    desiredAccess: isOpen ? mapGenericMask(desired, genericMapping) : desired,
    genericMapping,
    objectTypes: vector.objectTypes,
    principalSelf: typeof vector.principalSelf === 'string' ? Sid.parse(vector.principalSelf) : undefined,
  })
}

function mappingOf(mapping: MappingVector | undefined): GenericMapping {
  return {
    read: Number(mapping?.read),
    write: Number(mapping?.write),
    execute: Number(mapping?.execute),
    all: Number(mapping?.all),
  }
}

/** As written, plus the owner and group that some upstream tests leave out and `AccessCheck` demands. */
function descriptorOf({ sd, noOwner }: AccessVector): SecurityDescriptor {
  const text = (sd ?? '').replace(/ \(no DACL.*\)$/, '').replaceAll('\n', ' ')
  const descriptor = SecurityDescriptor.fromSddl(text, domains)
  const nobody = Sid.parse('S-1-0-0')
  const dacl =
    noOwner === true && descriptor.dacl === undefined ? SecurityDescriptor.fromSddl('D:').dacl : descriptor.dacl
  return descriptor.with({ owner: descriptor.owner ?? nobody, group: descriptor.group ?? nobody, dacl })
}

function tokenOf(token: TokenVector | null): AccessToken {
  const user = token?.user ?? undefined
  return {
    user: {
      sid: user === undefined ? Sid.parse('S-1-0-1') : Sid.parse(user),
      attributes: attributesOf(token?.userAttrs),
    },
    groups: (token?.groups ?? []).map(groupOf),
    privileges: Object.entries(token?.privileges ?? {}).map(([name, state]) => ({
      name,
      attributes: state === 'enabled' ? privilegeAttributes.ENABLED : 0,
    })),
    restrictedSids: token?.restricting?.map((sid) => ({ sid: Sid.parse(sid), attributes: 0 })),
    writeRestricted: token?.writeRestricted,
    integrityLevel: token?.integrity === undefined ? undefined : Sid.parse(token.integrity),
    mandatoryPolicy: token?.mandatoryPolicy,
    deviceGroups: token?.deviceGroups?.map(groupOf),
    userClaims: [...namedClaims(token?.userClaims), ...claimsOfTicket(token)],
    deviceClaims: namedClaims(token?.deviceClaims),
  }
}

function groupOf(group: string | { readonly sid: string; readonly attrs: string }): SidAndAttributes {
  if (typeof group === 'string') return { sid: Sid.parse(group, domains), attributes: groupAttributes.ENABLED }
  return { sid: Sid.parse(group.sid, domains), attributes: attributesOf(group.attrs) }
}

function attributesOf(names = ''): number {
  return (
    (names.includes('enabled') ? groupAttributes.ENABLED : 0) |
    (names.includes('owner') ? groupAttributes.OWNER : 0) |
    (names.includes('deny-only') ? groupAttributes.USE_FOR_DENY_ONLY : 0)
  )
}

function namedClaims(claims: Readonly<Record<string, ClaimVector>> = {}): readonly Claim[] {
  return Object.entries(claims).map(([name, claim]) => claimOf(name, claim))
}

/** Only claims from the directory and from certificates make it into a token. */
function claimsOfTicket(token: TokenVector | null): readonly Claim[] {
  return (token?.userClaimArrays ?? [])
    .filter(({ sourceType }) => sourceType === 1 || sourceType === 2)
    .flatMap(({ claims }) => claims.map((claim) => claimOf(claim.name ?? '', claim)))
}

const claimTypes: Readonly<Record<string, ClaimType>> = { TI: 'int64', TU: 'uint64', TS: 'string', TB: 'boolean' }

function claimOf(name: string, { type, flags, sddlLiteral, values = [] }: ClaimVector): Claim {
  if (sddlLiteral === undefined) {
    const claimType = type === undefined ? (typeof values[0] === 'number' ? 'int64' : 'string') : claimTypes[type]
    return { name, type: claimType ?? 'string', flags, values: values.map((value) => claimValue(value, claimType)) }
  }
  const condition = parseCondition(`(a == ${sddlLiteral})`, domains)
  const literal = condition.kind === 'comparison' ? condition.right : undefined
  if (literal === undefined || literal.kind === 'attribute') throw new Error(`${sddlLiteral} is no literal`)
  const literals = literal.kind === 'composite' ? literal.elements : [literal]
  return { name, type: literalType(literals[0]), flags, values: literals.map(({ value }) => value) }
}

function claimValue(value: string | number, type: ClaimType | undefined): ClaimValue {
  if (type === 'boolean') return value !== 0
  return typeof value === 'number' ? BigInt(value) : value
}

function literalType(literal: SingleLiteral | undefined): ClaimType {
  return literal === undefined || literal.kind === 'integer' ? 'int64' : literal.kind
}
