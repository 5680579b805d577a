import * as charCodes from '../sddl/char-codes.ts'
import { requireText } from '../argument-errors.ts'
import type { SddlSyntaxError } from '../errors.ts'
import {
  type Cursor,
  expectCharacter,
  peek,
  skipCharacter,
  skipWhitespace,
  startsWithInAnyCase,
  syntaxError,
} from '../sddl/tokenize.ts'
import { parseSidIn, type SidDomains } from '../sid.ts'
import { digitValue } from '../sid-text.ts'
import {
  type AttributeSource,
  type ComparisonOperator,
  type Condition,
  type ConditionAttribute,
  type ConditionLiteral,
  type ConditionOperand,
  type IntegerLiteral,
  maximumConditionDepth,
  nestsWithin,
  type SingleLiteral,
} from './ast.ts'
import { byText, comparisonTokens, membershipTokens } from './tokens.ts'

/**
 * Reads a conditional expression, with or without the parentheses around the whole.
 *
 * @throws {SddlSyntaxError} with the offset at which the text stops being a condition
 * @example
 * ```ts
 * formatCondition(parseCondition('(@User.clearance >= 3 && Member_of {SID(BA)})'))
 * // '((@USER.clearance >= 3) && (Member_of {SID(BA)}))'
 * ```
 * @see https://learn.microsoft.com/windows/win32/secauthz/security-descriptor-definition-language-for-conditional-aces-
 */
export function parseCondition(text: string, domains: SidDomains = {}): Condition {
  requireText(text)
  const cursor: Cursor = { text, at: 0, end: text.length }
  const condition = parseWhole(cursor, domains)
  skipWhitespace(cursor)
  if (cursor.at < cursor.end) throw syntaxError(cursor, 'the end of the condition')
  return condition
}

/** Reads the condition in parentheses that stands at the cursor, and leaves the cursor after it. */
export function parseConditionAt(cursor: Cursor, domains: SidDomains): Condition {
  skipWhitespace(cursor)
  expectCharacter(cursor, charCodes.openParenthesis)
  const condition = parseWhole(cursor, domains)
  closeParenthesis(cursor)
  return condition
}

function parseWhole(cursor: Cursor, domains: SidDomains): Condition {
  const condition = parseJunction(cursor, domains, 0)
  // A chain of `&&` nests as well, and only as a whole it shows how deep.
  if (!nestsWithin(condition, maximumConditionDepth)) throw tooDeep(cursor)
  return condition
}

/** `a && b || c && d`: `&&` binds more tightly, and both from the left. */
function parseJunction(cursor: Cursor, domains: SidDomains, depth: number): Condition {
  let condition = parseConjunction(cursor, domains, depth)
  while (skipDoubled(cursor, 0x7c)) {
    condition = { kind: 'junction', operator: '||', left: condition, right: parseConjunction(cursor, domains, depth) }
  }
  return condition
}

function parseConjunction(cursor: Cursor, domains: SidDomains, depth: number): Condition {
  let condition = parseTerm(cursor, domains, depth)
  while (skipDoubled(cursor, 0x26)) {
    condition = { kind: 'junction', operator: '&&', left: condition, right: parseTerm(cursor, domains, depth) }
  }
  return condition
}

function parseTerm(cursor: Cursor, domains: SidDomains, depth: number): Condition {
  if (depth >= maximumConditionDepth) throw tooDeep(cursor)
  skipWhitespace(cursor)
  if (skipCharacter(cursor, charCodes.openParenthesis)) {
    const condition = parseJunction(cursor, domains, depth + 1)
    closeParenthesis(cursor)
    return condition
  }
  if (skipCharacter(cursor, 0x21)) {
    skipWhitespace(cursor)
    expectCharacter(cursor, charCodes.openParenthesis)
    const condition = parseJunction(cursor, domains, depth + 1)
    closeParenthesis(cursor)
    return { kind: 'not', condition }
  }
  return parseLeaf(cursor, domains)
}

function parseLeaf(cursor: Cursor, domains: SidDomains): Condition {
  const start = cursor.at
  const left = parseAttribute(cursor)
  if (left.source === 'local') {
    const word = cursor.text.slice(start, cursor.at).toLowerCase()
    const membership = membershipOperators.get(word)
    if (membership !== undefined) {
      return { kind: 'membership', operator: membership, sids: parseMembers(cursor, domains) }
    }
    if (word === 'exists' || word === 'not_exists') {
      skipWhitespace(cursor)
      const operator = word === 'exists' ? 'Exists' : 'Not_Exists'
      return { kind: 'existence', operator, attribute: parseAttribute(cursor) }
    }
  }
  const operator = parseComparisonOperator(cursor)
  if (operator === undefined) return left
  return { kind: 'comparison', operator, left, right: parseOperand(cursor, domains) }
}

/** `SID(BA)`, `{SID(BA), SID(BU)}`, either in any number of parentheses. */
function parseMembers(cursor: Cursor, domains: SidDomains): ConditionLiteral {
  let parentheses = 0
  for (skipWhitespace(cursor); skipCharacter(cursor, charCodes.openParenthesis); skipWhitespace(cursor)) parentheses++
  const sids = parseLiteral(cursor, domains)
  if (sids.kind !== 'sid' && sids.kind !== 'composite') throw syntaxError(cursor, 'SIDs')
  for (; parentheses > 0; parentheses--) closeParenthesis(cursor)
  return sids
}

function parseComparisonOperator(cursor: Cursor): ComparisonOperator | undefined {
  skipWhitespace(cursor)
  const start = cursor.at
  const wordEnd = endOfName(cursor)
  const ends = wordEnd > start ? [wordEnd] : [start + 2, start + 1]
  for (const end of ends) {
    const operator = comparisonOperators.get(cursor.text.slice(start, end).toLowerCase())
    if (operator !== undefined) {
      cursor.at = end
      return operator
    }
  }
  return undefined
}

function parseOperand(cursor: Cursor, domains: SidDomains): ConditionOperand {
  skipWhitespace(cursor)
  return peek(cursor) === 0x40 ? parseAttribute(cursor) : parseLiteral(cursor, domains)
}

function parseAttribute(cursor: Cursor): ConditionAttribute {
  skipWhitespace(cursor)
  const start = cursor.at
  let source: AttributeSource = 'local'
  if (peek(cursor) === 0x40) {
    const prefix = attributePrefixes.find(([text]) => startsWithInAnyCase(cursor, text))
    if (prefix === undefined) throw syntaxError(cursor, '"@User.", "@Device." or "@Resource."')
    source = prefix[1]
    cursor.at += prefix[0].length
  }
  const nameAt = cursor.at
  cursor.at = endOfName(cursor)
  if (cursor.at === nameAt) throw syntaxError(cursor, 'the name of an attribute', start)
  return { kind: 'attribute', source, name: decodeAttributeName(cursor, nameAt) }
}

/** Letters, digits, `:/._` and `%XXXX`; everything beyond ASCII is taken for a letter. */
function endOfName({ text, at, end }: Cursor): number {
  let last = at
  for (; last < end; last++) {
    const code = text.charCodeAt(last)
    const isLetterOrDigit = digitValue(code) < 16 || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a)
    const isMark = code === 0x25 || code === 0x5f || (code >= 0x2e && code <= 0x2f) || code === charCodes.colon
    if (!isLetterOrDigit && !isMark && code < 0x80) break
  }
  return last
}

/** Resolves `%XXXX`; the characters that may stand for themselves must do so. */
export function decodeAttributeName(cursor: Cursor, nameAt: number): string {
  const raw = cursor.text.slice(nameAt, cursor.at)
  if (!raw.includes('%')) return raw
  let name = ''
  for (let at = 0; at < raw.length; at++) {
    if (raw[at] !== '%') {
      name += raw.charAt(at)
      continue
    }
    const digits = raw.slice(at + 1, at + 5)
    const unit = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : Number.NaN
    if (Number.isNaN(unit) || unit === 0x2e || unit === 0x2f || unit === 0x3a) {
      throw syntaxError(cursor, 'an escape such as %0020', nameAt + at)
    }
    name += String.fromCharCode(unit)
    at += 4
  }
  return name
}

function parseLiteral(cursor: Cursor, domains: SidDomains): ConditionLiteral {
  skipWhitespace(cursor)
  if (!skipCharacter(cursor, 0x7b)) return parseSingleLiteral(cursor, domains)
  const elements: SingleLiteral[] = []
  skipWhitespace(cursor)
  if (skipCharacter(cursor, 0x7d)) return { kind: 'composite', elements }
  do {
    elements.push(parseSingleLiteral(cursor, domains))
    skipWhitespace(cursor)
  } while (skipCharacter(cursor, charCodes.comma))
  expectCharacter(cursor, 0x7d)
  return { kind: 'composite', elements }
}

function parseSingleLiteral(cursor: Cursor, domains: SidDomains): SingleLiteral {
  skipWhitespace(cursor)
  const code = peek(cursor)
  if (code === charCodes.quote) return { kind: 'string', value: parseQuoted(cursor) }
  if (code === charCodes.hash) {
    cursor.at++
    return { kind: 'octets', value: parseOctets(cursor) }
  }
  if ((code | 0x20) === 0x73) return { kind: 'sid', value: parseSidLiteral(cursor, domains) }
  return parseInteger(cursor)
}

/** The text between quotes; there is no way to write a quote, and Windows takes a NUL for the end of all. */
export function parseQuoted(cursor: Cursor): string {
  expectCharacter(cursor, charCodes.quote)
  const start = cursor.at
  const end = cursor.text.indexOf('"', start)
  if (end === -1 || end >= cursor.end) throw syntaxError(cursor, 'text that ends with a quote')
  const text = cursor.text.slice(start, end)
  if (text.includes('\0')) throw syntaxError(cursor, 'text without NUL')
  cursor.at = end + 1
  return text
}

/** Hex digits, where `#` is another way to write `0` and an odd count gets a leading zero. */
export function parseOctets(cursor: Cursor): Uint8Array {
  const digits: number[] = []
  for (; cursor.at < cursor.end; cursor.at++) {
    const code = peek(cursor)
    const digit = code === charCodes.hash ? 0 : digitValue(code)
    if (digit === 16) break
    digits.push(digit)
  }
  if (digits.length % 2 !== 0) digits.unshift(0)
  const bytes = new Uint8Array(digits.length / 2)
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = ((digits[2 * index] ?? 0) << 4) | (digits[2 * index + 1] ?? 0)
  }
  return bytes
}

/** `SID(BA)` */
export function parseSidLiteral(cursor: Cursor, domains: SidDomains): ReturnType<typeof parseSidIn> {
  if (!startsWithInAnyCase(cursor, 'sid')) throw syntaxError(cursor, 'a literal, such as SID(BA)')
  cursor.at += 3
  skipWhitespace(cursor)
  expectCharacter(cursor, charCodes.openParenthesis)
  const end = cursor.text.indexOf(')', cursor.at)
  if (end === -1 || end >= cursor.end) throw syntaxError(cursor, 'a SID and ")"')
  const sid = parseSidIn(cursor.text, cursor.at, end, domains)
  cursor.at = end + 1
  return sid
}

/** `-8`, `017`, `0x1f`: the sign and the base are kept. */
export function parseInteger(cursor: Cursor): IntegerLiteral {
  const start = cursor.at
  const code = peek(cursor)
  const sign = code === charCodes.plus ? '+' : code === charCodes.minus ? '-' : 'none'
  if (sign !== 'none') cursor.at++
  let base: IntegerLiteral['base'] = 10
  if (peek(cursor) === charCodes.zero) {
    if ((peek(cursor, 1) | 0x20) === 0x78) base = 16
    else if (digitValue(peek(cursor, 1)) < 10) base = 8
  }
  const digitsAt = cursor.at + (base === 16 ? 2 : base === 8 ? 1 : 0)
  let end = digitsAt
  while (end < cursor.end && digitValue(cursor.text.charCodeAt(end)) < base) end++
  // A number of 64 bits has at most 22 octal digits; leading zeros aside, more cannot fit.
  const digits = cursor.text.slice(digitsAt, end).replace(/^0+(?=.)/, '')
  const isName = end < cursor.end && endOfName({ text: cursor.text, at: end, end: cursor.end }) > end
  if (digits === '' || digits.length > 22 || isName) throw syntaxError(cursor, 'a number or literal', start)
  const magnitude = BigInt(base === 16 ? `0x${digits}` : base === 8 ? `0o${digits}` : digits)
  if (sign === '-' ? magnitude > 2n ** 63n : magnitude >= 2n ** 64n) {
    throw syntaxError(cursor, 'a number that fits 64 bits', start)
  }
  cursor.at = end
  return { kind: 'integer', value: sign === '-' ? -magnitude : magnitude, sign, base, width: 64 }
}

function closeParenthesis(cursor: Cursor): void {
  skipWhitespace(cursor)
  expectCharacter(cursor, charCodes.closeParenthesis)
}

function skipDoubled(cursor: Cursor, code: number): boolean {
  skipWhitespace(cursor)
  if (peek(cursor) !== code || peek(cursor, 1) !== code) return false
  cursor.at += 2
  return true
}

function tooDeep(cursor: Cursor): SddlSyntaxError {
  return syntaxError(cursor, `a condition that nests at most ${maximumConditionDepth} deep`)
}

const attributePrefixes: readonly (readonly [prefix: string, source: AttributeSource])[] = [
  ['@user.', 'user'],
  ['@device.', 'device'],
  ['@resource.', 'resource'],
]

const comparisonOperators = byText(comparisonTokens)
const membershipOperators = byText(membershipTokens)
