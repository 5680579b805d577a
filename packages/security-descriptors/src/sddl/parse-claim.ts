import type { Claim, ClaimType, ClaimValue } from '../claim.ts'
import { decodeAttributeName, parseInteger, parseOctets, parseQuoted, parseSidLiteral } from '../condition/parse.ts'
import type { SidDomains } from '../sid.ts'
import {
  charCodes,
  type Cursor,
  expectCharacter,
  scanUint32,
  skipCharacter,
  skipWhitespace,
  syntaxError,
} from './tokenize.ts'

const invalidAcl = 'ERROR_INVALID_ACL'

/** Reads `("name",TS,0,"value",…)`, the last field of a resource attribute ACE. */
export function parseClaimAt(cursor: Cursor, domains: SidDomains): Claim {
  skipWhitespace(cursor)
  expectCharacter(cursor, charCodes.openParenthesis, invalidAcl)
  const name = parseClaimName(cursor)
  expectComma(cursor)
  const type = parseClaimType(cursor)
  expectComma(cursor)
  const flags = scanUint32(cursor)
  if (flags === undefined) throw syntaxError(cursor, 'the flags of the attribute, such as 0x0', invalidAcl)
  const values: ClaimValue[] = []
  skipWhitespace(cursor)
  while (skipCharacter(cursor, charCodes.comma)) {
    skipWhitespace(cursor)
    values.push(parseClaimValue(cursor, type, domains))
    skipWhitespace(cursor)
  }
  expectCharacter(cursor, charCodes.closeParenthesis, invalidAcl)
  if (values.length === 0) throw syntaxError(cursor, 'an attribute with at least one value', invalidAcl)
  return { name, type, flags, values }
}

function parseClaimName(cursor: Cursor): string {
  skipWhitespace(cursor)
  const start = cursor.at + 1
  parseQuoted(cursor)
  const name = decodeAttributeName({ text: cursor.text, at: cursor.at - 1, end: cursor.end }, start)
  // Names and texts of attributes end with a NUL in their binary form.
  if (name === '' || name.includes('\0')) throw syntaxError(cursor, 'a name without NUL', invalidAcl, start)
  return name
}

function parseClaimType(cursor: Cursor): ClaimType {
  const type = claimTypes[cursor.text.slice(cursor.at, cursor.at + 2).toUpperCase()]
  if (type === undefined) throw syntaxError(cursor, 'one of TI, TU, TS, TD, TX and TB', invalidAcl)
  cursor.at += 2
  return type
}

function parseClaimValue(cursor: Cursor, type: ClaimType, domains: SidDomains): ClaimValue {
  const start = cursor.at
  switch (type) {
    case 'string': {
      const value = parseQuoted(cursor)
      if (value.includes('\0')) throw syntaxError(cursor, 'text without NUL', invalidAcl, start)
      return value
    }
    case 'sid':
      return parseSidLiteral(cursor, domains)
    case 'octets':
      return parseClaimOctets(cursor)
    case 'int64':
    case 'uint64':
    case 'boolean': {
      const { value } = parseInteger(cursor)
      const [minimum, maximum] = numberRanges[type]
      if (value < minimum || value > maximum) {
        throw syntaxError(cursor, `a number from ${minimum} to ${maximum}`, invalidAcl, start)
      }
      return type === 'boolean' ? value === 1n : value
    }
  }
}

/** With or without the `#` that conditions demand before the digits; Windows prints none here. */
function parseClaimOctets(cursor: Cursor): Uint8Array {
  const start = cursor.at
  skipCharacter(cursor, charCodes.hash)
  const value = parseOctets(cursor)
  if (cursor.at === start) throw syntaxError(cursor, 'hex digits', invalidAcl)
  return value
}

function expectComma(cursor: Cursor): void {
  skipWhitespace(cursor)
  expectCharacter(cursor, charCodes.comma, invalidAcl)
  skipWhitespace(cursor)
}

const claimTypes: Readonly<Record<string, ClaimType>> = {
  TI: 'int64',
  TU: 'uint64',
  TS: 'string',
  TD: 'sid',
  TX: 'octets',
  TB: 'boolean',
}

const numberRanges: Readonly<Record<'int64' | 'uint64' | 'boolean', readonly [minimum: bigint, maximum: bigint]>> = {
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
  boolean: [0n, 1n],
}
