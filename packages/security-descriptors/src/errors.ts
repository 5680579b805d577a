/** The Win32 error codes that this package speaks of, with the numbers of winerror.h. */
export const errorNumbers = {
  ERROR_ACCESS_DENIED: 5,
  ERROR_INVALID_HANDLE: 6,
  ERROR_INVALID_PARAMETER: 87,
  ERROR_UNKNOWN_REVISION: 1305,
  ERROR_INVALID_OWNER: 1307,
  ERROR_INVALID_PRIMARY_GROUP: 1308,
  ERROR_PRIVILEGE_NOT_HELD: 1314,
  ERROR_INVALID_ACL: 1336,
  ERROR_INVALID_SID: 1337,
  ERROR_INVALID_SECURITY_DESCR: 1338,
  ERROR_GENERIC_NOT_MAPPED: 1360,
  RPC_S_INVALID_STRING_UUID: 1705,
} as const

/** A Win32 error code by its name in winerror.h. */
export type ErrorCode = keyof typeof errorNumbers

const sddlSyntaxErrorBrand: symbol = Symbol.for('@asuser/security-descriptors.SddlSyntaxError')
const invalidSecurityDescriptorErrorBrand: symbol = Symbol.for(
  '@asuser/security-descriptors.InvalidSecurityDescriptorError',
)
const invalidAccessCheckErrorBrand: symbol = Symbol.for('@asuser/security-descriptors.InvalidAccessCheckError')

/** What an `SddlSyntaxError` knows about the place where the text stops being SDDL. */
export interface SddlSyntaxErrorDetails {
  /** The whole text that was given. */
  readonly input: string
  /** Index into `input`, in UTF-16 code units, of the piece that cannot be read. */
  readonly offset: number
  /** The piece that cannot be read; empty at the end of the text. */
  readonly piece: string
  /** What would have been accepted there, as a phrase. */
  readonly expected: string
  /** The code that Windows reports for this mistake. */
  readonly code: ErrorCode
}

/**
 * Text that is not SDDL: a security descriptor, SID or conditional expression that Windows would refuse as well.
 *
 * @see https://learn.microsoft.com/windows/win32/secauthz/security-descriptor-string-format
 */
export class SddlSyntaxError extends SyntaxError {
  override readonly name = 'SddlSyntaxError'
  readonly code: ErrorCode
  readonly errno: number
  readonly input: string
  readonly offset: number
  readonly piece: string
  readonly expected: string

  constructor(details: SddlSyntaxErrorDetails) {
    const found = details.piece === '' ? 'the text ends' : `${JSON.stringify(details.piece)} stands`
    super(`Not SDDL: ${found} at offset ${details.offset} where ${details.expected} is expected (${details.code})`)
    this.code = details.code
    this.errno = errorNumbers[details.code]
    this.input = details.input
    this.offset = details.offset
    this.piece = details.piece
    this.expected = details.expected
    brand(this, sddlSyntaxErrorBrand)
  }

  /** Also true for an error of another installed copy of this package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isBranded(value, sddlSyntaxErrorBrand)
  }
}

/**
 * Bytes or parts that do not make a security descriptor, ACL, ACE, SID, claim or condition.
 * `offset`, where it is known, is the index of the first byte that cannot be right.
 */
export class InvalidSecurityDescriptorError extends RangeError {
  override readonly name = 'InvalidSecurityDescriptorError'
  readonly code: ErrorCode
  readonly errno: number
  readonly offset: number | undefined

  constructor(message: string, code: ErrorCode = 'ERROR_INVALID_SECURITY_DESCR', offset?: number) {
    super(`${message}${offset === undefined ? '' : ` at byte ${offset}`} (${code})`)
    this.code = code
    this.errno = errorNumbers[code]
    this.offset = offset
    brand(this, invalidSecurityDescriptorErrorBrand)
  }

  /** Also true for an error of another installed copy of this package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isBranded(value, invalidSecurityDescriptorErrorBrand)
  }
}

/** Arguments for which the `AccessCheck` family fails as a call, before it comes to any decision. */
export class InvalidAccessCheckError extends RangeError {
  override readonly name = 'InvalidAccessCheckError'
  readonly code: ErrorCode
  readonly errno: number

  constructor(message: string, code: ErrorCode) {
    super(`${message} (${code})`)
    this.code = code
    this.errno = errorNumbers[code]
    brand(this, invalidAccessCheckErrorBrand)
  }

  /** Also true for an error of another installed copy of this package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isBranded(value, invalidAccessCheckErrorBrand)
  }
}

function brand(error: Error, symbol: symbol): void {
  Object.defineProperty(error, symbol, { value: true })
}

function isBranded(value: unknown, symbol: symbol): boolean {
  return typeof value === 'object' && value !== null && symbol in value
}
