import * as charCodes from './char-codes.ts'
import { type ErrorCode, SddlSyntaxError } from '../errors.ts'
import { digitValue } from '../sid-text.ts'

/** A place in a text that is being read, by character codes; nothing is cut out before it is known to be needed. */
export interface Cursor {
  readonly text: string
  readonly end: number
  at: number
}

/** The character code at the cursor; -1 at the end, which equals nothing. */
export function peek(cursor: Cursor, ahead = 0): number {
  const at = cursor.at + ahead
  return at < cursor.end ? cursor.text.charCodeAt(at) : -1
}

export function skipSpaces(cursor: Cursor): void {
  while (cursor.at < cursor.end && cursor.text.charCodeAt(cursor.at) === charCodes.space) cursor.at++
}

/** In conditions and resource attributes lines may be broken. */
export function skipWhitespace(cursor: Cursor): void {
  while (cursor.at < cursor.end && isWhitespace(cursor.text.charCodeAt(cursor.at))) cursor.at++
}

function isWhitespace(code: number): boolean {
  return code === charCodes.space || (code >= 0x09 && code <= 0x0d)
}

export function startsWithInAnyCase({ text, at }: Cursor, lower: string): boolean {
  return text.slice(at, at + lower.length).toLowerCase() === lower
}

export function skipCharacter(cursor: Cursor, code: number): boolean {
  if (cursor.at >= cursor.end || cursor.text.charCodeAt(cursor.at) !== code) return false
  cursor.at++
  return true
}

export function expectCharacter(cursor: Cursor, code: number): void {
  if (!skipCharacter(cursor, code)) throw syntaxError(cursor, `"${String.fromCharCode(code)}"`)
}

/** The offset of the next occurrence of either code, or the end of the cursor. */
export function findEither(cursor: Cursor, first: number, second: number): number {
  const { text, end } = cursor
  let at = cursor.at
  for (; at < end; at++) {
    const code = text.charCodeAt(at)
    if (code === first || code === second) break
  }
  return at
}

/**
 * A number as the C library reads it: a sign, `0x` for hex, `0` for octal. Above 32 bits it is the largest number,
 * and a minus turns it into its two's complement; that is what Windows makes of a mask such as `-0xffffff55`.
 * `undefined`, with the cursor unmoved, where no number stands.
 */
export function scanUint32(cursor: Cursor): number | undefined {
  const { text, end } = cursor
  let at = cursor.at
  const isNegative = text.charCodeAt(at) === charCodes.minus
  if (isNegative || text.charCodeAt(at) === charCodes.plus) at++
  let base = 10
  if (text.charCodeAt(at) === charCodes.zero) {
    const isHex = (text.charCodeAt(at + 1) | 0x20) === 0x78 && digitValue(text.charCodeAt(at + 2)) < 16
    base = isHex && at + 2 < end ? 16 : 8
    if (base === 16) at += 2
  }
  const digitsAt = at
  let value = 0
  for (; at < end; at++) {
    const digit = digitValue(text.charCodeAt(at))
    if (digit >= base) break
    value = value * base + digit
  }
  if (at === digitsAt) return undefined
  cursor.at = at
  const clamped = Math.min(value, 0xffff_ffff)
  return isNegative ? -clamped >>> 0 : clamped
}

/** An error at the cursor, or at `offset` where that is given. Most mistakes are in an ACL. */
export function syntaxError(
  cursor: Cursor,
  expected: string,
  offset: number = cursor.at,
  code: ErrorCode = 'ERROR_INVALID_ACL',
): SddlSyntaxError {
  return new SddlSyntaxError({ input: cursor.text, offset, piece: pieceAt(cursor, offset), expected, code })
}

/** What stands at the offset, up to the next separator: enough for a person to recognise it. */
function pieceAt({ text, end }: Cursor, offset: number): string {
  let last = offset
  while (last < end && last < offset + 40 && !isSeparator(text.charCodeAt(last))) last++
  return text.slice(offset, Math.max(last, Math.min(offset + 1, end)))
}

function isSeparator(code: number): boolean {
  return (
    code === charCodes.semicolon ||
    code === charCodes.openParenthesis ||
    code === charCodes.closeParenthesis ||
    isWhitespace(code)
  )
}
