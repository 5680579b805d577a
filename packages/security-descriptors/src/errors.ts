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
  declare readonly code: ErrorCode
  declare readonly errno: number
  declare readonly input: string
  declare readonly offset: number
  declare readonly piece: string
  declare readonly expected: string

  constructor(details: SddlSyntaxErrorDetails) {
    const { offset, piece, expected, code } = details
    const found = piece === '' ? 'the text ends' : `${JSON.stringify(piece)} stands`
    super(`Not SDDL: ${found} at offset ${offset} where ${expected} is expected (${code})`)
    complete(this, details)
  }

  /** Also true for an error of another installed copy of this package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isBranded(value, 'SddlSyntaxError')
  }
}

/**
 * Bytes or parts that do not make a security descriptor, ACL, ACE, SID, claim or condition.
 * `offset`, where it is known, is the index of the first byte that cannot be right.
 */
export class InvalidSecurityDescriptorError extends RangeError {
  override readonly name = 'InvalidSecurityDescriptorError'
  declare readonly code: ErrorCode
  declare readonly errno: number
  declare readonly offset: number | undefined

  constructor(message: string, code: ErrorCode = 'ERROR_INVALID_SECURITY_DESCR', offset?: number) {
    super(`${message}${offset === undefined ? '' : ` at byte ${offset}`} (${code})`)
    complete(this, { code, offset })
  }

  /** Also true for an error of another installed copy of this package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isBranded(value, 'InvalidSecurityDescriptorError')
  }
}

/** Arguments for which the `AccessCheck` family fails as a call, before it comes to any decision. */
export class InvalidAccessCheckError extends RangeError {
  override readonly name = 'InvalidAccessCheckError'
  declare readonly code: ErrorCode
  declare readonly errno: number

  constructor(message: string, code: ErrorCode) {
    super(`${message} (${code})`)
    complete(this, { code })
  }

  /** Also true for an error of another installed copy of this package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isBranded(value, 'InvalidAccessCheckError')
  }
}

/** What most mistakes in an ACE, a claim or a condition are. */
export function invalidAcl(message: string, offset?: number): InvalidSecurityDescriptorError {
  return new InvalidSecurityDescriptorError(message, 'ERROR_INVALID_ACL', offset)
}

function complete(error: Error, details: { readonly code: ErrorCode; readonly offset?: number | undefined }): void {
  Object.assign(error, details, { errno: errorNumbers[details.code] })
  Object.defineProperty(error, brandOf(error.name), { value: true })
}

function isBranded(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && brandOf(name) in value
}

function brandOf(name: string): symbol {
  return Symbol.for(`@asuser/security-descriptors.${name}`)
}
