import { bytesEqual } from '../binary/reader.ts'
import { type Claim, claimFlags, type ClaimValue } from '../claim.ts'
import { InvalidAccessCheckError } from '../errors.ts'
import { Sid } from '../sid.ts'
import type {
  AttributeSource,
  ComparisonCondition,
  Condition,
  ConditionAttribute,
  ConditionLiteral,
  ConditionOperand,
  MembershipCondition,
  SingleLiteral,
} from './ast.ts'
import { toUpperCaseUnits } from './upper-case.ts'

/** What a condition is asked about. What is left out is empty. */
export interface ConditionContext {
  /** The SIDs that `Member_of` looks for. */
  readonly userSids?: readonly Sid[] | undefined
  /** The SIDs that `Device_Member_of` looks for. */
  readonly deviceSids?: readonly Sid[] | undefined
  readonly userClaims?: readonly Claim[] | undefined
  readonly deviceClaims?: readonly Claim[] | undefined
  readonly resourceClaims?: readonly Claim[] | undefined
  /** Attributes that a condition names without a prefix. */
  readonly localClaims?: readonly Claim[] | undefined
}

/** True, false, or `undefined` where the condition cannot be decided. */
export type ConditionResult = boolean | undefined

/**
 * Evaluates a condition as Windows does, in three-valued logic: what is missing or of the wrong type makes the
 * result `undefined`, which neither an allow ACE nor the exemption from a deny ACE accepts.
 *
 * @throws {InvalidAccessCheckError} `ERROR_INVALID_PARAMETER` when a claim of the user or the device has the same
 *   value twice, which Windows accepts in no token
 * @example
 * ```ts
 * const isBuilder = parseCondition('@User.team Any_of {"build", "release"}')
 * evaluateCondition(isBuilder, { userClaims: [{ name: 'team', type: 'string', values: ['Build'] }] }) // true
 * evaluateCondition(isBuilder, {}) // undefined
 * ```
 */
export function evaluateCondition(condition: Condition, context: ConditionContext): ConditionResult {
  return evaluateWith(condition, new AttributeLookup(context))
}

/** For many conditions in one context: the claims are sorted by name once. */
export function evaluateWith(condition: Condition, lookup: AttributeLookup): ConditionResult {
  const result = evaluate(condition, lookup, false)
  return result === malformed ? undefined : result
}

/**
 * Windows refuses a bare attribute under `!` when another bare attribute waits for its operator: `a || !(a)` is
 * undecided whatever `a` is, while `!(a) || a` is decided. The whole condition is undecided then.
 */
const malformed = Symbol('malformed')

type Evaluation = ConditionResult | typeof malformed

function evaluate(condition: Condition, lookup: AttributeLookup, hasAttributeWaiting: boolean): Evaluation {
  switch (condition.kind) {
    case 'attribute':
      return isTrue(lookup.find(condition))
    case 'comparison':
      return compare(condition, lookup)
    case 'membership':
      return isMember(condition, lookup.context)
    case 'existence':
      return exists(lookup.find(condition.attribute), condition.operator === 'Not_Exists')
    case 'not': {
      if (hasAttributeWaiting && condition.condition.kind === 'attribute') return malformed
      const result = evaluate(condition.condition, lookup, hasAttributeWaiting)
      return typeof result === 'boolean' ? !result : result
    }
    case 'junction': {
      const left = evaluate(condition.left, lookup, hasAttributeWaiting)
      const right = evaluate(condition.right, lookup, condition.left.kind === 'attribute')
      if (left === malformed || right === malformed) return malformed
      const decisive = condition.operator === '||'
      if (left === decisive || right === decisive) return decisive
      return left === undefined || right === undefined ? undefined : !decisive
    }
  }
}

type ScalarKind = 'number' | 'boolean' | 'string' | 'sid' | 'octets'

interface Scalar {
  readonly kind: ScalarKind
  /** Text in the form in which it is compared. */
  readonly value: bigint | boolean | string | Sid | Uint8Array
}

interface Values {
  readonly scalars: readonly Scalar[]
  /** Written in braces. A claim of one value is not composite. */
  readonly isComposite: boolean
  readonly isCaseSensitive: boolean
  readonly isLiteral: boolean
}

/** Finds claims by name; of two with the same name the last one counts. */
export class AttributeLookup {
  readonly context: ConditionContext
  readonly #bySource = new Map<AttributeSource, ReadonlyMap<string, Claim>>()

  constructor(context: ConditionContext) {
    this.context = context
  }

  find({ source, name }: ConditionAttribute): Claim | undefined {
    let claims = this.#bySource.get(source)
    if (claims === undefined) {
      claims = new Map(this.#claims(source).map((claim) => [toUpperCaseUnits(claim.name), claim]))
      this.#bySource.set(source, claims)
    }
    return claims.get(toUpperCaseUnits(name))
  }

  #claims(source: AttributeSource): readonly Claim[] {
    const { userClaims = [], deviceClaims = [], resourceClaims = [], localClaims = [] } = this.context
    switch (source) {
      case 'user':
        return withoutDuplicateValues(userClaims)
      case 'device':
        return withoutDuplicateValues(deviceClaims)
      case 'resource':
        return resourceClaims
      case 'local':
        return localClaims
    }
  }
}

function withoutDuplicateValues(claims: readonly Claim[]): readonly Claim[] {
  for (const claim of claims) {
    const seen = new Set(claim.values.map((value) => valueKey(value, claim)))
    if (seen.size !== claim.values.length) {
      throw new InvalidAccessCheckError(
        `The claim ${JSON.stringify(claim.name)} has the same value twice`,
        'ERROR_INVALID_PARAMETER',
      )
    }
  }
  return claims
}

function valueKey(value: ClaimValue, claim: Claim): string {
  if (typeof value === 'string') return isCaseSensitive(claim) ? value : toUpperCaseUnits(value)
  return value.toString()
}

function isTrue(claim: Claim | undefined): ConditionResult {
  if (claim === undefined || claim.values.length === 0) return undefined
  return claim.values.some((value) => {
    if (typeof value === 'bigint') return value !== 0n
    if (typeof value === 'boolean') return value
    return typeof value === 'string' || value instanceof Uint8Array ? value.length > 0 : true
  })
}

function exists(claim: Claim | undefined, isNegated: boolean): ConditionResult {
  // A claim without values is neither there nor missing.
  if (claim !== undefined && claim.values.length === 0) return undefined
  return (claim !== undefined) !== isNegated
}

function isMember({ operator, sids }: MembershipCondition, context: ConditionContext): ConditionResult {
  const wanted = sidsOf(sids)
  if (wanted === undefined) return undefined
  const held = (operator.includes('Device_') ? context.deviceSids : context.userSids) ?? []
  const holds = (sid: Sid): boolean => held.some((candidate) => candidate.equals(sid))
  const result = operator.endsWith('_any') ? wanted.some(holds) : wanted.every(holds)
  return operator.startsWith('Not_') ? !result : result
}

/** `undefined` when there is none or something else among them: then nothing can be said about membership. */
function sidsOf(literal: ConditionLiteral): readonly Sid[] | undefined {
  const literals = literal.kind === 'composite' ? literal.elements : [literal]
  const sids = literals.flatMap((element) => (element.kind === 'sid' ? [element.value] : []))
  return sids.length === 0 || sids.length < literals.length ? undefined : sids
}

function compare({ operator, left, right }: ComparisonCondition, lookup: AttributeLookup): ConditionResult {
  const leftValues = valuesOf(left, lookup)
  const rightValues = valuesOf(right, lookup)
  switch (operator) {
    case '==':
      return areEqual(leftValues, rightValues)
    case '!=':
      return negate(areEqual(leftValues, rightValues))
    case 'Contains':
      return contains(leftValues, rightValues)
    case 'Not_Contains':
      return negate(contains(leftValues, rightValues))
    case 'Any_of':
      return sharesAny(leftValues, rightValues)
    case 'Not_Any_of':
      return negate(sharesAny(leftValues, rightValues))
    case '<':
    case '<=':
    case '>':
    case '>=': {
      const order = orderOf(leftValues, rightValues)
      if (order === undefined) return undefined
      if (order === 0) return operator.length === 2
      return order < 0 === operator.startsWith('<')
    }
  }
}

/** As sets of the same size: the order does not matter, but `{a, b}` is not `{a, b, a}`. */
function areEqual(left: Values | undefined, right: Values | undefined): ConditionResult {
  if (left === undefined || right === undefined) return undefined
  const isExact = left.isCaseSensitive || right.isCaseSensitive
  if (!areComparable(left, right)) return undefined
  if (left.scalars.length !== right.scalars.length) return false
  return containsAll(left, right, isExact) && containsAll(right, left, isExact)
}

function contains(left: Values | undefined, right: Values | undefined): ConditionResult {
  // Nothing contains the empty set, not even a missing attribute: measured on Windows.
  if (right?.isLiteral && right.scalars.length === 0) return false
  if (left === undefined || right === undefined || !areComparable(left, right)) return undefined
  return containsAll(left, right, left.isCaseSensitive || right.isCaseSensitive)
}

function sharesAny(left: Values | undefined, right: Values | undefined): ConditionResult {
  if (left === undefined || right === undefined || (right.isLiteral && !right.isComposite)) return undefined
  if (!areComparable(left, right)) return undefined
  const isExact = left.isCaseSensitive || right.isCaseSensitive
  const keys = new Set(left.scalars.map((scalar) => scalarKey(scalar, isExact)))
  return right.scalars.some((scalar) => keys.has(scalarKey(scalar, isExact)))
}

function containsAll(left: Values, right: Values, isExact: boolean): boolean {
  const keys = new Set(left.scalars.map((scalar) => scalarKey(scalar, isExact)))
  return right.scalars.every((scalar) => keys.has(scalarKey(scalar, isExact)))
}

function orderOf(left: Values | undefined, right: Values | undefined): number | undefined {
  if (left === undefined || right === undefined || left.isComposite || right.isComposite) return undefined
  const [first, ...moreLeft] = left.scalars
  const [second, ...moreRight] = right.scalars
  if (first === undefined || second === undefined || moreLeft.length + moreRight.length > 0) return undefined
  if (!areComparable(left, right)) return undefined
  return scalarOrder(first, second, left.isCaseSensitive || right.isCaseSensitive)
}

function scalarOrder(left: Scalar, right: Scalar, isExact: boolean): number | undefined {
  if (left.value instanceof Sid || right.value instanceof Sid)
    return left.kind === right.kind ? sidOrder(left, right) : undefined
  if (left.value instanceof Uint8Array && right.value instanceof Uint8Array) {
    return bytesEqual(left.value, right.value) ? 0 : byteOrder(left.value, right.value)
  }
  const first = comparable(left, isExact)
  const second = comparable(right, isExact)
  return first === second ? 0 : first < second ? -1 : 1
}

/** SIDs are equal or not; Windows gives them no order. */
function sidOrder(left: Scalar, right: Scalar): number | undefined {
  return left.value instanceof Sid && right.value instanceof Sid && left.value.equals(right.value) ? 0 : undefined
}

function byteOrder(left: Uint8Array, right: Uint8Array): number {
  for (let at = 0; at < left.length && at < right.length; at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

function comparable({ value }: Scalar, isExact: boolean): bigint | string {
  if (typeof value === 'string') return isExact ? value : toUpperCaseUnits(value)
  return typeof value === 'bigint' ? value : value === true ? 1n : 0n
}

function scalarKey(scalar: Scalar, isExact: boolean): string {
  const { kind, value } = scalar
  if (typeof value === 'boolean' || typeof value === 'bigint') return `n${BigInt(value)}`
  return `${kind}${typeof value === 'string' && !isExact ? toUpperCaseUnits(value) : value.toString()}`
}

/** Whether every value on the one side is of a type that can be compared with every value on the other. */
function areComparable(left: Values, right: Values): boolean {
  const kinds = new Set<ScalarKind>()
  const scalars = [...left.scalars, ...right.scalars]
  for (const { kind } of scalars) kinds.add(kind)
  if (kinds.size <= 1) return true
  // A boolean is a number that is 0 or 1.
  const isBooleanAndNumber = kinds.size === 2 && kinds.has('boolean') && kinds.has('number')
  return isBooleanAndNumber && scalars.every(({ value }) => typeof value === 'boolean' || value === 0n || value === 1n)
}

function valuesOf(operand: ConditionOperand, lookup: AttributeLookup): Values | undefined {
  if (operand.kind !== 'attribute') {
    const isComposite = operand.kind === 'composite'
    const scalars = (isComposite ? operand.elements : [operand]).map(literalScalar)
    return { scalars, isComposite, isCaseSensitive: false, isLiteral: true }
  }
  const claim = lookup.find(operand)
  if (claim === undefined || claim.values.length === 0) return undefined
  return {
    scalars: claim.values.map(claimScalar),
    isComposite: false,
    isCaseSensitive: isCaseSensitive(claim),
    isLiteral: false,
  }
}

function literalScalar(literal: SingleLiteral): Scalar {
  const { kind, value } = literal
  return { kind: kind === 'integer' ? 'number' : kind, value }
}

function claimScalar(value: ClaimValue): Scalar {
  if (typeof value === 'bigint') return { kind: 'number', value }
  if (typeof value === 'boolean') return { kind: 'boolean', value }
  if (typeof value === 'string') return { kind: 'string', value }
  return { kind: value instanceof Sid ? 'sid' : 'octets', value }
}

function isCaseSensitive({ flags = 0 }: Claim): boolean {
  return (flags & claimFlags.VALUE_CASE_SENSITIVE) !== 0
}

function negate(result: ConditionResult): ConditionResult {
  return result === undefined ? undefined : !result
}
