import type { Borrowed } from './handle.ts'
import type { LuidAndAttributes } from './token.ts'

/** What the generic rights mean for a kind of object. */
export interface GenericMapping {
  readonly genericRead: number
  readonly genericWrite: number
  readonly genericExecute: number
  readonly genericAll: number
}

export interface AccessCheckOptions {
  /** Self-relative, with owner and group. */
  readonly descriptor: Uint8Array
  /** An impersonation token of Identification level or above. */
  readonly token: Borrowed<'token'>
  /** Without generic rights: map them before. */
  readonly desiredAccess: number
  readonly genericMapping: GenericMapping
}

/** The decision. That access is denied is an answer, not an error. */
export interface AccessCheckResult {
  readonly accessStatus: boolean
  readonly grantedAccess: number
  /** Why access is denied: `ERROR_ACCESS_DENIED` or `ERROR_PRIVILEGE_NOT_HELD` as a number; 0 when it is granted. */
  readonly errno: number
  readonly privilegesUsed: readonly LuidAndAttributes[]
}

export interface AccessApi {
  /**
   * Asks Windows whether a client would get access to an object with this security descriptor.
   *
   * Needs `TOKEN_QUERY`.
   *
   * @throws Win32Error `ERROR_INVALID_SECURITY_DESCR` without owner or group, `ERROR_GENERIC_NOT_MAPPED`,
   *   `ERROR_NO_IMPERSONATION_TOKEN` for a primary token, `ERROR_BAD_IMPERSONATION_LEVEL` at Anonymous level
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-accesscheck
   */
  accessCheck(options: AccessCheckOptions): AccessCheckResult
}
