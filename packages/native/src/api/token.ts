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

/** A program by the names in its certificate, as a value of a claim. */
export interface FullyQualifiedBinaryName {
  readonly version: bigint
  readonly name: string
}

/** A claim of a user or of a device, `CLAIM_SECURITY_ATTRIBUTE_V1`. */
export interface ClaimAttribute {
  readonly name: string
  /** One of `claimValueType`. */
  readonly valueType: number
  /** `CLAIM_SECURITY_ATTRIBUTE_*` bits. */
  readonly flags: number
  /** Numbers and booleans are bigints, SIDs and octets are bytes. */
  readonly values: readonly (bigint | string | Uint8Array | FullyQualifiedBinaryName)[]
}

/** Who a token stands for and what it may do, in one answer: nothing changes between one part and the next. */
export interface TokenGroupsAndPrivileges {
  readonly user: SidAndAttributes
  readonly groups: readonly SidAndAttributes[]
  readonly restrictedSids: readonly SidAndAttributes[]
  readonly privileges: readonly LuidAndAttributes[]
  /** The logon session that the token belongs to. */
  readonly authenticationId: bigint
}

/** What an access check asks a token for, but its claims, in one answer. */
export interface TokenAccessInformation extends TokenGroupsAndPrivileges {
  readonly tokenType: TokenType
  readonly impersonationLevel: ImpersonationLevel
  readonly mandatoryPolicy: number
  /** `TOKEN_*` bits: see `tokenFlag`. Windows fills them in, and calls them reserved. */
  readonly flags: number
  /** 0 outside of an AppContainer. */
  readonly appContainerNumber: number
  /** Null outside of an AppContainer. */
  readonly appContainerSid: Uint8Array | null
  readonly capabilities: readonly SidAndAttributes[]
  /** Null but for protected processes. */
  readonly processTrustLevel: Uint8Array | null
}

/** What a log entry says of a token, in one answer. */
export interface TokenLoggingInformation {
  readonly tokenType: TokenType
  readonly isElevated: boolean
  readonly elevationType: TokenElevationType
  readonly impersonationLevel: ImpersonationLevel
  /** The last part of the SID of the level: 0x2000 for medium. */
  readonly integrityLevel: number
  readonly user: SidAndAttributes
  /** Null but for protected processes. */
  readonly processTrustLevel: Uint8Array | null
  readonly sessionId: number
  /** 0 outside of an AppContainer. */
  readonly appContainerNumber: number
  /** The logon session that the token belongs to. */
  readonly authenticationId: bigint
  readonly groups: readonly SidAndAttributes[]
}

/** Whether names of kernel objects are kept apart from those of the session, and under which prefix. */
export interface BnoIsolation {
  /** Null when they are not. */
  readonly isolationPrefix: string | null
  readonly isolationEnabled: boolean
}

/**
 * What each information class answers with. SIDs and ACLs are in their binary form. Left out are the classes that
 * Microsoft reserves (14, 16, 35, 36, 39) and those that it names without a word of what they hold (43, 45, 50).
 *
 * @see https://learn.microsoft.com/windows/win32/api/winnt/ne-winnt-token_information_class
 */
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
  TokenGroupsAndPrivileges: TokenGroupsAndPrivileges
  /** Whether software restriction policies are passed over. */
  TokenSandBoxInert: boolean
  /** The logon session that the token was created from. */
  TokenOrigin: bigint
  TokenElevationType: TokenElevationType
  /** A new handle each time; the caller closes it. Without SeTcbPrivilege an identification-level token. */
  TokenLinkedToken: Handle<'token'>
  TokenElevation: boolean
  /** Whether it was filtered, by `createRestrictedToken` or at the logon of an administrator. */
  TokenHasRestrictions: boolean
  TokenAccessInformation: TokenAccessInformation
  /** Whether writes of old programs to protected places may be redirected into the profile. */
  TokenVirtualizationAllowed: boolean
  TokenVirtualizationEnabled: boolean
  TokenIntegrityLevel: SidAndAttributes
  TokenUIAccess: boolean
  TokenMandatoryPolicy: number
  /** The logon SID; more than one only for odd tokens. Fails with `ERROR_NOT_FOUND` when there is none. */
  TokenLogonSid: readonly SidAndAttributes[]
  TokenIsAppContainer: boolean
  TokenCapabilities: readonly SidAndAttributes[]
  /** Null outside of an AppContainer. */
  TokenAppContainerSid: Uint8Array | null
  /** 0 outside of an AppContainer. */
  TokenAppContainerNumber: number
  TokenUserClaimAttributes: readonly ClaimAttribute[]
  TokenDeviceClaimAttributes: readonly ClaimAttribute[]
  /** The groups of the computer that the user came from. */
  TokenDeviceGroups: readonly SidAndAttributes[]
  TokenRestrictedDeviceGroups: readonly SidAndAttributes[]
  /** Whether there are restricting SIDs, for all access or for writing. */
  TokenIsRestricted: boolean
  /** Null but for protected processes. */
  TokenProcessTrustLevel: Uint8Array | null
  /** Whether the names of kernel objects are private to the holder. */
  TokenPrivateNameSpace: boolean
  TokenBnoIsolation: BnoIsolation
  /** Whether an AppContainer is denied what all AppContainers may do. */
  TokenIsLessPrivilegedAppContainer: boolean
  /** Whether the integrity level is below medium. */
  TokenIsSandboxed: boolean
  /** Whether it is one of an isolated Win32 program. Since Windows 11 22H2; `ERROR_INVALID_PARAMETER` before. */
  TokenIsAppSilo: boolean
  /** Since Windows 11 24H2; `ERROR_INVALID_PARAMETER` before. */
  TokenLoggingInformation: TokenLoggingInformation
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
   * The primary token of this process, with `TOKEN_QUERY | TOKEN_QUERY_SOURCE`, whomever the thread impersonates: a
   * client could not open it.
   *
   * @see https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-getcurrentprocesstoken
   */
  getCurrentProcessToken(): Borrowed<'token'>

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

  /**
   * Whether a SID is in a token and enabled: whether it would grant access. Restricting SIDs count. A token of an
   * AppContainer is a member of nothing here.
   *
   * Needs `TOKEN_QUERY` and an impersonation token; null asks about who the calling JavaScript thread acts as.
   *
   * @throws Win32Error `ERROR_NO_IMPERSONATION_TOKEN` for a primary token, `ERROR_INVALID_SID`, `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-checktokenmembership
   */
  checkTokenMembership(token: Borrowed<'token'> | null, sid: Uint8Array): boolean
}
