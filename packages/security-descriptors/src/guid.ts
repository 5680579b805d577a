import { quoted } from './argument-errors.ts'
import { InvalidSecurityDescriptorError } from './errors.ts'

const length = 36

/** Whether the text is a GUID as SDDL writes it: 8-4-4-4-12 hex digits, no braces, no spaces. */
export function isGuid(text: string): boolean {
  if (typeof text !== 'string' || text.length !== length) return false
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at)
    const isHyphen = at === 8 || at === 13 || at === 18 || at === 23
    if (isHyphen ? code !== 0x2d : !isHexDigit(code)) return false
  }
  return true
}

/** The GUID in lower case; a text that is none is refused with an error that names the argument. */
export function normalizeGuid(text: string, argument: string): string {
  if (!isGuid(text)) {
    throw new InvalidSecurityDescriptorError(
      `${argument} must be a GUID without braces, got ${quoted(text)}`,
      'RPC_S_INVALID_STRING_UUID',
    )
  }
  return text.toLowerCase()
}

function isHexDigit(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66)
}
