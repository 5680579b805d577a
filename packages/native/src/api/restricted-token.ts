import type { Borrowed, Handle } from './handle.ts'

export interface CreateRestrictedTokenOptions {
  /** `restrictedTokenFlag` bits. */
  readonly flags: number
  /** Groups, or the user, that only deny from now on. Those that are not in the token are passed over. */
  readonly sidsToDisable: readonly Uint8Array[]
  /** Privileges to remove. Those that are not in the token are passed over; all are with `DISABLE_MAX_PRIVILEGE`. */
  readonly privilegesToDelete: readonly bigint[]
  /** The SIDs of a second access check. Of a token that has some already, those in both lists are left. */
  readonly sidsToRestrict: readonly Uint8Array[]
}

export interface CreateLowBoxTokenOptions {
  readonly desiredAccess: number
  /** `S-1-15-2-…` */
  readonly packageSid: Uint8Array
  /** `S-1-15-3-…` */
  readonly capabilities: readonly Uint8Array[]
}

export interface RestrictedTokenApi {
  /**
   * Makes a token that can do less than the given one: of the same type and level, with the access of the given handle.
   *
   * Needs `TOKEN_DUPLICATE`. Windows passes `SANDBOX_INERT` over, without an error, for a caller that is not part of the
   * system: see `TokenSandBoxInert` of the result.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_INVALID_PARAMETER`, `ERROR_INVALID_SID`
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-createrestrictedtoken
   */
  createRestrictedToken(token: Borrowed<'token'>, options: CreateRestrictedTokenOptions): Handle<'token'>

  /**
   * Makes the token of an AppContainer: a primary one, of low integrity, that is granted only what the package or one of
   * its capabilities is granted too. It comes without directories for named kernel objects, which the creation of a
   * process in an AppContainer makes.
   *
   * Needs `TOKEN_QUERY | TOKEN_DUPLICATE`, and a caller of medium integrity or higher.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_BAD_IMPERSONATION_LEVEL` for a token below Impersonation level,
   *   `ERROR_INVALID_SID`, `ERROR_INVALID_PACKAGE_SID_LENGTH`, `ERROR_INVALID_PARAMETER`, and
   *   `ERROR_CALL_NOT_IMPLEMENTED` where the system has no AppContainers
   * @see https://learn.microsoft.com/windows/win32/secauthz/ntcreatelowboxtoken
   */
  createLowBoxToken(token: Borrowed<'token'>, options: CreateLowBoxTokenOptions): Handle<'token'>
}
