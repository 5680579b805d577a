import type { ImpersonationLevel, TokenElevationType, TokenType } from '../constants.ts'
import type { Borrowed, Handle } from './handle.ts'

/** A SID in binary form with its `SE_GROUP_*` attributes. */
export interface SidAndAttributes {
  readonly sid: Uint8Array
  readonly attributes: number
}

/** A privilege by its locally unique id with its `SE_PRIVILEGE_*` attributes. */
export interface LuidAndAttributes {
  readonly luid: bigint
  readonly attributes: number
}

export interface TokenSource {
  /** Eight ASCII characters at most, for instance `User32 `. */
  readonly name: string
  readonly luid: bigint
}

export interface TokenStatistics {
  readonly tokenId: bigint
  /** The logon session that the token belongs to. */
  readonly authenticationId: bigint
  readonly expirationTime: bigint
  readonly tokenType: TokenType
  readonly impersonationLevel: ImpersonationLevel
  readonly dynamicCharged: number
  readonly dynamicAvailable: number
  readonly groupCount: number
  readonly privilegeCount: number
  /** Changes whenever the token is modified. */
  readonly modifiedId: bigint
}

/** What each information class answers with. SIDs and ACLs are in their binary form. */
export interface TokenInformation {
  TokenUser: SidAndAttributes
  TokenGroups: readonly SidAndAttributes[]
  TokenPrivileges: readonly LuidAndAttributes[]
  TokenOwner: Uint8Array
  TokenPrimaryGroup: Uint8Array
  /** Null when the token has no default DACL. */
  TokenDefaultDacl: Uint8Array | null
  TokenSource: TokenSource
  TokenType: TokenType
  /** Fails with `ERROR_INVALID_PARAMETER` on a primary token. */
  TokenImpersonationLevel: ImpersonationLevel
  TokenStatistics: TokenStatistics
  TokenRestrictedSids: readonly SidAndAttributes[]
  TokenSessionId: number
  /** The logon session that the token was created from. */
  TokenOrigin: bigint
  TokenElevationType: TokenElevationType
  /** A new handle each time; the caller closes it. Without SeTcbPrivilege an identification-level token. */
  TokenLinkedToken: Handle<'token'>
  TokenElevation: boolean
  TokenHasRestrictions: boolean
  TokenIntegrityLevel: SidAndAttributes
  TokenUIAccess: boolean
  TokenMandatoryPolicy: number
  /** The logon SID; more than one only for odd tokens. Fails with `ERROR_NOT_FOUND` when there is none. */
  TokenLogonSid: readonly SidAndAttributes[]
  TokenIsAppContainer: boolean
  TokenCapabilities: readonly SidAndAttributes[]
  /** Null outside of an AppContainer. */
  TokenAppContainerSid: Uint8Array | null
}

export type TokenInformationClass = keyof TokenInformation

export interface OpenThreadTokenOptions {
  readonly desiredAccess: number
  /** Whether the process token, not the impersonated client, is checked against the token's DACL. */
  readonly openAsSelf: boolean
}

export interface DuplicateTokenOptions {
  /** 0 asks for the access of the given handle, `MAXIMUM_ALLOWED` for all that the caller may have. */
  readonly desiredAccess: number
  readonly type: TokenType
  /** Without meaning for a primary token, where Windows still wants a valid level. */
  readonly impersonationLevel: ImpersonationLevel
}

export interface TokenApi {
  /**
   * Opens the primary token of a process.
   *
   * Needs `PROCESS_QUERY_LIMITED_INFORMATION` on the process and the asked access from the token's DACL.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_INVALID_HANDLE`
   * @see https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-openprocesstoken
   */
  openProcessToken(process: Borrowed<'process'>, desiredAccess: number): Handle<'token'>

  /**
   * Opens the token that the calling JavaScript thread impersonates with.
   *
   * @throws Win32Error `ERROR_NO_TOKEN` when it does not impersonate, `ERROR_CANT_OPEN_ANONYMOUS`,
   *   `ERROR_BAD_IMPERSONATION_LEVEL` at Identification level without `openAsSelf`, `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-openthreadtoken
   */
  openThreadToken(options: OpenThreadTokenOptions): Handle<'token'>

  /**
   * Makes a new token of the same identity, of the other type or of a lower level.
   *
   * Needs `TOKEN_DUPLICATE`.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_BAD_IMPERSONATION_LEVEL` when the level would rise
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-duplicatetokenex
   */
  duplicateTokenEx(token: Borrowed<'token'>, options: DuplicateTokenOptions): Handle<'token'>

  /**
   * Reads one information class of a token.
   *
   * Needs `TOKEN_QUERY`, and `TOKEN_QUERY_SOURCE` for `TokenSource`.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_INVALID_PARAMETER`, `ERROR_NOT_FOUND`, and
   *   `ERROR_NO_SUCH_LOGON_SESSION` for a linked token that does not exist
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-gettokeninformation
   */
  getTokenInformation<C extends TokenInformationClass>(
    token: Borrowed<'token'>,
    informationClass: C,
  ): TokenInformation[C]
}
