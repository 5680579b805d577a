/** A SID taken apart: the identifier authority (48 bits) and one to fifteen sub-authorities. */
export interface SidParts {
  readonly authority: number
  readonly subAuthorities: readonly number[]
}

export const maximumSubAuthorities = 15
export const maximumAuthority = 0xffff_ffff_ffff

const space = 0x20
const hyphen = 0x2d

/**
 * The SID that stands in `text` from `start` to exactly `end`, or the offset at which it stops being one.
 *
 * As Windows reads it: every number may have spaces before it and may be decimal or `0x` hex; when the revision is
 * written in hex, all following numbers are read as hex; a sub-authority above 32 bits becomes 4294967295.
 */
export function parseSidText(text: string, start: number, end: number): SidParts | number {
  if ((text.charCodeAt(start) | 0x20) !== 0x73 || text.charCodeAt(start + 1) !== hyphen) return start
  const scan: NumberScan = { text, end, at: start + 2, value: 0, isHex: false }
  if (!scanNumber(scan, false) || scan.value !== 1) return start + 2
  const allHex = scan.isHex
  const authorityAt = scan.at
  if (!scanHyphenAndNumber(scan, allHex)) return scan.at
  if (scan.value > maximumAuthority) return authorityAt + 1
  const authority = scan.value
  const subAuthorities: number[] = []
  do {
    if (subAuthorities.length === maximumSubAuthorities || !scanHyphenAndNumber(scan, allHex)) return scan.at
    subAuthorities.push(scan.value > 0xffff_ffff ? 0xffff_ffff : scan.value)
  } while (scan.at < end)
  return { authority, subAuthorities }
}

/** `S-1-…`; an authority of 2^32 and above is written in hex, as Windows does. */
export function formatSidText({ authority, subAuthorities }: SidParts): string {
  let text = authority > 0xffff_ffff ? `S-1-0x${authority.toString(16).toUpperCase()}` : `S-1-${authority}`
  for (const subAuthority of subAuthorities) text += `-${subAuthority}`
  return text
}

interface NumberScan {
  readonly text: string
  readonly end: number
  at: number
  value: number
  isHex: boolean
}

function scanHyphenAndNumber(scan: NumberScan, allHex: boolean): boolean {
  if (scan.at >= scan.end || scan.text.charCodeAt(scan.at) !== hyphen) return false
  scan.at++
  return scanNumber(scan, allHex)
}

function scanNumber(scan: NumberScan, allHex: boolean): boolean {
  const { text, end } = scan
  let at = scan.at
  while (at < end && text.charCodeAt(at) === space) at++
  const hasPrefix = text.charCodeAt(at) === 0x30 && (text.charCodeAt(at + 1) | 0x20) === 0x78 && at + 1 < end
  if (hasPrefix) at += 2
  const base = hasPrefix || allHex ? 16 : 10
  const digitsAt = at
  let value = 0
  for (; at < end; at++) {
    const digit = digitValue(text.charCodeAt(at))
    if (digit >= base) break
    value = value * base + digit
  }
  if (at === digitsAt) return false
  scan.at = at
  scan.value = value
  scan.isHex = base === 16
  return true
}

/** The value of a decimal or hex digit; 16 for anything else. */
export function digitValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : 16
}
