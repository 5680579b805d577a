import * as charCodes from './char-codes.ts'
import { type Claim, claimFormats, isOfType, type ClaimType, type ClaimValue } from '../claim.ts'
import { decodeAttributeName, parseInteger, parseOctets, parseQuoted, parseSidLiteral } from '../condition/parse.ts'
import type { SidDomains } from '../sid.ts'
import { type Cursor, expectCharacter, scanUint32, skipCharacter, skipWhitespace, syntaxError } from './tokenize.ts'

/** Reads `("name",TS,0,"value",…)`, the last field of a resource attribute ACE. */
export function parseClaimAt(cursor: Cursor, domains: SidDomains): Claim {
  skipWhitespace(cursor)
  expectCharacter(cursor, charCodes.openParenthesis)
  const name = parseClaimName(cursor)
  expectComma(cursor)
  const type = parseClaimType(cursor)
  expectComma(cursor)
  const flags = scanUint32(cursor)
  if (flags === undefined) throw syntaxError(cursor, 'the flags of the attribute, such as 0x0')
  const values: ClaimValue[] = []
  skipWhitespace(cursor)
  while (skipCharacter(cursor, charCodes.comma)) {
    skipWhitespace(cursor)
    values.push(parseClaimValue(cursor, type, domains))
    skipWhitespace(cursor)
  }
  expectCharacter(cursor, charCodes.closeParenthesis)
  if (values.length === 0) throw syntaxError(cursor, 'an attribute with at least one value')
  return { name, type, flags, values }
}

function parseClaimName(cursor: Cursor): string {
  skipWhitespace(cursor)
  const start = cursor.at + 1
  parseQuoted(cursor)
  const name = decodeAttributeName({ text: cursor.text, at: cursor.at - 1, end: cursor.end }, start)
  // Names and texts of attributes end with a NUL in their binary form.
  if (name === '' || name.includes('\0')) throw syntaxError(cursor, 'a name without NUL', start)
  return name
}

function parseClaimType(cursor: Cursor): ClaimType {
  const word = cursor.text.slice(cursor.at, cursor.at + 2).toUpperCase()
  const type = claimFormats.find((format) => format[1] === word)?.[0]
  if (type === undefined) throw syntaxError(cursor, 'one of TI, TU, TS, TD, TX and TB')
  cursor.at += 2
  return type
}

function parseClaimValue(cursor: Cursor, type: ClaimType, domains: SidDomains): ClaimValue {
  const start = cursor.at
  switch (type) {
    case 'string':
      return parseQuoted(cursor)
    case 'sid':
      return parseSidLiteral(cursor, domains)
    case 'octets':
      return parseClaimOctets(cursor)
    case 'int64':
    case 'uint64':
    case 'boolean': {
      const { value } = parseInteger(cursor)
      const fits = type === 'boolean' ? value === 0n || value === 1n : isOfType(type, value)
      if (!fits) throw syntaxError(cursor, `a number of the type ${type}`, start)
      return type === 'boolean' ? value === 1n : value
    }
  }
}

/** With or without the `#` that conditions demand before the digits; Windows prints none here. */
function parseClaimOctets(cursor: Cursor): Uint8Array {
  const start = cursor.at
  skipCharacter(cursor, charCodes.hash)
  const value = parseOctets(cursor)
  if (cursor.at === start) throw syntaxError(cursor, 'hex digits')
  return value
}

function expectComma(cursor: Cursor): void {
  skipWhitespace(cursor)
  expectCharacter(cursor, charCodes.comma)
  skipWhitespace(cursor)
}
