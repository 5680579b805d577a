import type { AttributeSource, ComparisonOperator, IntegerLiteral, MembershipOperator } from './ast.ts'

/**
 * The token codes of a conditional expression in binary form.
 *
 * @see https://learn.microsoft.com/openspecs/windows_protocols/ms-dtyp/cbd16afb-6bfd-4a0d-b6b3-3a2c8a3a8c06
 */
export const conditionToken = {
  padding: 0x00,
  string: 0x10,
  octets: 0x18,
  composite: 0x50,
  sid: 0x51,
  and: 0xa0,
  or: 0xa1,
  not: 0xa2,
  exists: 0x87,
  notExists: 0x8d,
} as const

/** `artx`, which begins the application data of a callback ACE that holds a condition. */
export const conditionSignature: readonly number[] = [0x61, 0x72, 0x74, 0x78]

export const comparisonTokens: ReadonlyMap<ComparisonOperator, number> = new Map([
  ['==', 0x80],
  ['!=', 0x81],
  ['<', 0x82],
  ['<=', 0x83],
  ['>', 0x84],
  ['>=', 0x85],
  ['Contains', 0x86],
  ['Any_of', 0x88],
  ['Not_Contains', 0x8e],
  ['Not_Any_of', 0x8f],
])

export const membershipTokens: ReadonlyMap<MembershipOperator, number> = new Map([
  ['Member_of', 0x89],
  ['Device_Member_of', 0x8a],
  ['Member_of_any', 0x8b],
  ['Device_Member_of_any', 0x8c],
  ['Not_Member_of', 0x90],
  ['Not_Device_Member_of', 0x91],
  ['Not_Member_of_any', 0x92],
  ['Not_Device_Member_of_any', 0x93],
])

export const attributeTokens: ReadonlyMap<AttributeSource, number> = new Map([
  ['local', 0xf8],
  ['user', 0xf9],
  ['resource', 0xfa],
  ['device', 0xfb],
])

export const integerTokens: ReadonlyMap<IntegerLiteral['width'], number> = new Map([
  [8, 0x01],
  [16, 0x02],
  [32, 0x03],
  [64, 0x04],
])

export const signCodes: ReadonlyMap<IntegerLiteral['sign'], number> = new Map([
  ['+', 0x01],
  ['-', 0x02],
  ['none', 0x03],
])

export const baseCodes: ReadonlyMap<IntegerLiteral['base'], number> = new Map([
  [8, 0x01],
  [10, 0x02],
  [16, 0x03],
])

/** From the code back to its meaning. */
export function byCode<Meaning>(codes: ReadonlyMap<Meaning, number>): ReadonlyMap<number, Meaning> {
  return new Map([...codes].map(([meaning, code]) => [code, meaning]))
}

/** The code of a meaning; every meaning has one. */
export function codeOf<Meaning>(codes: ReadonlyMap<Meaning, number>, meaning: Meaning): number {
  return codes.get(meaning) ?? 0
}

/** Operators by their text in lower case, because SDDL takes them in any. */
export function byText<Operator extends string>(codes: ReadonlyMap<Operator, number>): ReadonlyMap<string, Operator> {
  return new Map([...codes.keys()].map((operator) => [operator.toLowerCase(), operator]))
}
