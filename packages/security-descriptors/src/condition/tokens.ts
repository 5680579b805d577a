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

export const comparisonTokens: Readonly<Record<ComparisonOperator, number>> = {
  '==': 0x80,
  '!=': 0x81,
  '<': 0x82,
  '<=': 0x83,
  '>': 0x84,
  '>=': 0x85,
  Contains: 0x86,
  Any_of: 0x88,
  Not_Contains: 0x8e,
  Not_Any_of: 0x8f,
}

export const membershipTokens: Readonly<Record<MembershipOperator, number>> = {
  Member_of: 0x89,
  Device_Member_of: 0x8a,
  Member_of_any: 0x8b,
  Device_Member_of_any: 0x8c,
  Not_Member_of: 0x90,
  Not_Device_Member_of: 0x91,
  Not_Member_of_any: 0x92,
  Not_Device_Member_of_any: 0x93,
}

export const attributeTokens: Readonly<Record<AttributeSource, number>> = {
  local: 0xf8,
  user: 0xf9,
  resource: 0xfa,
  device: 0xfb,
}

export const integerTokens: Readonly<Record<IntegerLiteral['width'], number>> = { 8: 1, 16: 2, 32: 3, 64: 4 }
export const signCodes: Readonly<Record<IntegerLiteral['sign'], number>> = { '+': 1, '-': 2, none: 3 }
export const baseCodes: Readonly<Record<IntegerLiteral['base'], number>> = { 8: 1, 10: 2, 16: 3 }
