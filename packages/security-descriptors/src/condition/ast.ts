import type { Sid } from '../sid.ts'

/** Where an attribute comes from; `local` ones, written without a prefix, are given by the caller of the check. */
export type AttributeSource = 'local' | 'user' | 'resource' | 'device'

export interface ConditionAttribute {
  readonly kind: 'attribute'
  readonly source: AttributeSource
  readonly name: string
}

/** A number keeps how it was written, because the binary form keeps it too. */
export interface IntegerLiteral {
  readonly kind: 'integer'
  /** From -2^63 to 2^64 - 1. */
  readonly value: bigint
  readonly sign: '+' | '-' | 'none'
  readonly base: 8 | 10 | 16
  /** The width that the binary form names. SDDL always writes 64. */
  readonly width: 8 | 16 | 32 | 64
}

export interface StringLiteral {
  readonly kind: 'string'
  readonly value: string
}

export interface OctetsLiteral {
  readonly kind: 'octets'
  readonly value: Uint8Array
}

export interface SidLiteral {
  readonly kind: 'sid'
  readonly value: Sid
}

export type SingleLiteral = IntegerLiteral | StringLiteral | OctetsLiteral | SidLiteral

/** `{…}`: a set, which may be empty. */
export interface CompositeLiteral {
  readonly kind: 'composite'
  readonly elements: readonly SingleLiteral[]
}

export type ConditionLiteral = SingleLiteral | CompositeLiteral
export type ConditionOperand = ConditionAttribute | ConditionLiteral

export type ComparisonOperator =
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'Contains'
  | 'Not_Contains'
  | 'Any_of'
  | 'Not_Any_of'

export type MembershipOperator =
  | 'Member_of'
  | 'Member_of_any'
  | 'Not_Member_of'
  | 'Not_Member_of_any'
  | 'Device_Member_of'
  | 'Device_Member_of_any'
  | 'Not_Device_Member_of'
  | 'Not_Device_Member_of_any'

export interface ComparisonCondition {
  readonly kind: 'comparison'
  readonly operator: ComparisonOperator
  readonly left: ConditionOperand
  readonly right: ConditionOperand
}

export interface MembershipCondition {
  readonly kind: 'membership'
  readonly operator: MembershipOperator
  readonly sids: ConditionLiteral
}

export interface ExistenceCondition {
  readonly kind: 'existence'
  readonly operator: 'Exists' | 'Not_Exists'
  readonly attribute: ConditionAttribute
}

export interface NotCondition {
  readonly kind: 'not'
  readonly condition: Condition
}

export interface JunctionCondition {
  readonly kind: 'junction'
  readonly operator: '&&' | '||'
  readonly left: Condition
  readonly right: Condition
}

/**
 * The condition of a callback ACE. An attribute alone is a condition too: whether it is there and not zero.
 *
 * @see https://learn.microsoft.com/windows/win32/secauthz/security-descriptor-definition-language-for-conditional-aces-
 */
export type Condition =
  | ConditionAttribute
  | ComparisonCondition
  | MembershipCondition
  | ExistenceCondition
  | NotCondition
  | JunctionCondition

/** How deep conditions may nest, so that hostile ones cannot exhaust the stack. */
export const maximumConditionDepth = 1000

/** Whether the condition nests no deeper than that; looks no deeper itself. */
export function nestsWithin(condition: Condition, depth: number): boolean {
  if (depth < 0) return false
  switch (condition.kind) {
    case 'not':
      return nestsWithin(condition.condition, depth - 1)
    case 'junction':
      return nestsWithin(condition.left, depth - 1) && nestsWithin(condition.right, depth - 1)
    case 'attribute':
    case 'comparison':
    case 'membership':
    case 'existence':
      return true
  }
}
