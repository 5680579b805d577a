import type { inspect } from 'node:util'
import {
  accessRight,
  type Borrowed,
  type Handle,
  type TokenInformation,
  type TokenInformationClass,
  type TokenSource,
  Win32Error,
  type Win32,
} from '@asuser/native'
import { Acl, Sid } from '@asuser/security-descriptors'
import { ImpersonationLevelError } from './impersonation-level-error.ts'
import { type CapabilityReport, reportCapabilities } from './capability-report.ts'
import { describeToken } from './describe.ts'
import { InvalidArgumentError } from './invalid-argument.ts'
import { enableTokenPrivileges, type Privilege, readPrivileges, withTokenPrivileges } from './privilege.ts'
import { callSynchronously } from './synchronous-scope.ts'
import {
  type ElevationName,
  elevationName,
  type ImpersonationLevelName,
  impersonationLevelName,
  impersonationLevels,
  namedStatistics,
  type SidAndAttributes,
  sidWithAttributes,
  type TokenStatistics,
  type TokenTypeName,
  tokenTypeName,
  tokenTypes,
} from './token-information.ts'

export interface DuplicateOptions {
  readonly type: TokenTypeName
  /** For an impersonation token; `impersonation` if left out. It cannot be above the level of this token. */
  readonly level?: ImpersonationLevelName | undefined
  /** `TOKEN_*` rights of the new handle; all that the caller may have if left out. */
  readonly access?: number | undefined
}

/**
 * An access token: who somebody is, and what they may do. It owns its handle, which `close()` or `using` closes.
 *
 * Each getter asks Windows when it is read. All of them need `TOKEN_QUERY`, and fail with `ERROR_ACCESS_DENIED`
 * without it and with `ERROR_INVALID_HANDLE` once the token is closed.
 *
 * @see https://learn.microsoft.com/windows/win32/secauthz/access-tokens
 */
export class Token implements Disposable {
  readonly win32: Win32
  readonly #handle: Handle<'token'>

  private constructor(handle: Handle<'token'>, win32: Win32) {
    this.#handle = handle
    this.win32 = win32
  }

  /** Takes a handle over: from here on the token closes it. */
  static fromHandle(handle: Handle<'token'>, win32: Win32): Token {
    return new Token(handle, win32)
  }

  /** The handle, lent for a call of `win32`. Whoever borrows it leaves it open. */
  get handle(): Borrowed<'token'> {
    return this.#handle
  }

  get closed(): boolean {
    return this.#handle.closed
  }

  close(): void {
    this.#handle.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  get user(): SidAndAttributes {
    return sidWithAttributes(this.#read('TokenUser'))
  }

  get groups(): readonly SidAndAttributes[] {
    return this.#read('TokenGroups').map(sidWithAttributes)
  }

  /** The privileges that the token holds, enabled or not: see `SE_PRIVILEGE_ENABLED` in their attributes. */
  get privileges(): readonly Privilege[] {
    return readPrivileges(this.win32, this.#handle)
  }

  /**
   * The SID of the logon session, `S-1-5-5-X-Y`: what to grant access to when only this session is meant.
   * Undefined for tokens of services and of LocalSystem, which have none.
   */
  get logonSid(): Sid | undefined {
    const [first] = this.#readUnless(['ERROR_NOT_FOUND'], 'TokenLogonSid') ?? []
    return first === undefined ? undefined : Sid.fromBytes(first.sid)
  }

  /** A process starts with a primary token, a thread impersonates with an impersonation token. */
  get type(): TokenTypeName {
    return tokenTypeName(this.#read('TokenType'))
  }

  /** What the holder may do with the client's identity; undefined for a primary token. */
  get impersonationLevel(): ImpersonationLevelName | undefined {
    if (this.type === 'primary') return undefined
    return impersonationLevelName(this.#read('TokenImpersonationLevel'))
  }

  /** `S-1-16-8192` for medium. */
  get integrityLevel(): Sid {
    return Sid.fromBytes(this.#read('TokenIntegrityLevel').sid)
  }

  /** `TOKEN_MANDATORY_POLICY_*` bits; undefined on a system that does not tell. */
  get mandatoryPolicy(): number | undefined {
    return this.#readIfKnown('TokenMandatoryPolicy')
  }

  /** The terminal session: a process that is started with the token runs there. */
  get sessionId(): number {
    return this.#read('TokenSessionId')
  }

  /** `limited` and `full` are the two halves of an administrator under user account control: see {@link linked}. */
  get elevation(): ElevationName {
    return elevationName(this.#read('TokenElevationType'))
  }

  get isElevated(): boolean {
    return this.#read('TokenElevation')
  }

  /** The id of the logon session. */
  get authenticationId(): bigint {
    return this.#read('TokenStatistics').authenticationId
  }

  /** Who owns what the client creates. */
  get owner(): Sid {
    return Sid.fromBytes(this.#read('TokenOwner'))
  }

  get primaryGroup(): Sid {
    return Sid.fromBytes(this.#read('TokenPrimaryGroup'))
  }

  /** The DACL of what the client creates; undefined when the token has none. */
  get defaultDacl(): Acl | undefined {
    const bytes = this.#read('TokenDefaultDacl')
    return bytes === null ? undefined : Acl.fromBytes(bytes)
  }

  /** Who made the token. Needs `TOKEN_QUERY_SOURCE` besides. */
  get source(): TokenSource {
    return this.#read('TokenSource')
  }

  get statistics(): TokenStatistics {
    return namedStatistics(this.#read('TokenStatistics'))
  }

  /** The SIDs of the second access check of a restricted token; empty for one that is not. */
  get restrictedSids(): readonly SidAndAttributes[] {
    return this.#readIfKnown('TokenRestrictedSids')?.map(sidWithAttributes) ?? []
  }

  /** Whether a second access check against {@link restrictedSids} is made. */
  get isRestricted(): boolean {
    return this.restrictedSids.length > 0
  }

  /** The package of a token in an AppContainer; undefined outside of one. */
  get appContainerSid(): Sid | undefined {
    const bytes = this.#readIfKnown('TokenAppContainerSid') ?? undefined
    return bytes && Sid.fromBytes(bytes)
  }

  /** What a token in an AppContainer may do besides; empty outside of one. */
  get capabilities(): readonly SidAndAttributes[] {
    return this.#readIfKnown('TokenCapabilities')?.map(sidWithAttributes) ?? []
  }

  /** The id of the logon session that the token was created from with credentials; 0 if with none. */
  get origin(): bigint {
    return this.#read('TokenOrigin')
  }

  /**
   * A new token of the same identity, which the caller closes.
   *
   * Needs `TOKEN_DUPLICATE`.
   *
   * @throws InvalidArgumentError
   * @throws ImpersonationLevelError `ERROR_BAD_IMPERSONATION_LEVEL` when a token below `impersonation` should become a
   *   primary one
   * @throws Win32Error `ERROR_BAD_IMPERSONATION_LEVEL` when the level would rise, `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-duplicatetokenex
   */
  duplicate({ type, level = 'impersonation', access = accessRight.MAXIMUM_ALLOWED }: DuplicateOptions): Token {
    if (!Object.hasOwn(tokenTypes, type)) {
      throw InvalidArgumentError.ofValue('options.type', '"primary" or "impersonation"', type)
    }
    if (!Object.hasOwn(impersonationLevels, level)) {
      const expected = `one of ${Object.keys(impersonationLevels).join(', ')}`
      throw InvalidArgumentError.ofValue('options.level', expected, level)
    }
    try {
      const handle = this.win32.duplicateTokenEx(this.#handle, {
        desiredAccess: access,
        type: tokenTypes[type],
        impersonationLevel: impersonationLevels[level],
      })
      return Token.fromHandle(handle, this.win32)
    } catch (error) {
      throw type === 'primary' ? this.#explainLevel(error) : error
    }
  }

  /** A primary token of the same identity, to start a process with. See {@link duplicate}. */
  toPrimary(): Token {
    return this.duplicate({ type: 'primary' })
  }

  /**
   * The other half of an administrator's identity under user account control, which the caller closes; undefined where
   * there is none. Without SeTcbPrivilege it is a token at identification level: to look at, not to act with.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-token_linked_token
   */
  linked(): Token | undefined {
    const handle = this.#readUnless(['ERROR_NO_SUCH_LOGON_SESSION'], 'TokenLinkedToken')
    return handle && Token.fromHandle(handle, this.win32)
  }

  /** What can be done with this token and what cannot, each answer with the fact that it follows from. */
  capabilityReport(): CapabilityReport {
    return reportCapabilities(this)
  }

  /** A text for people, like `whoami /all`: user, groups and privileges, with their names. */
  describe(): Promise<string> {
    return describeToken(this)
  }

  /**
   * Runs `callback` as this client, on the JavaScript thread, and is itself again before it returns or throws.
   * Only synchronous work is done as the client: asynchronous functions and generators are refused before, a promise
   * returned all the same is refused after the identity is put back. A failure to put it back ends the process.
   *
   * Needs `TOKEN_QUERY | TOKEN_DUPLICATE` on a primary token, `TOKEN_QUERY | TOKEN_IMPERSONATE` on another. Without
   * SeImpersonatePrivilege Windows may lower the level to identification without an error.
   *
   * @throws InvalidArgumentError
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_BAD_IMPERSONATION_LEVEL`
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-impersonateloggedonuser
   */
  impersonate<T>(callback: () => T): T {
    return callSynchronously(callback, (run) => this.win32.impersonateLoggedOnUser(this.#handle, run))
  }

  /**
   * Enables privileges until the result is disposed, which puts back what they were. Nested scopes end in the reverse
   * order, as `using` has it.
   *
   * Needs `TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY`, and that the token holds the privileges.
   *
   * @throws PrivilegeNotHeldError `ERROR_NOT_ALL_ASSIGNED`, with those missing; then none is enabled
   * @throws Win32Error `ERROR_NO_SUCH_PRIVILEGE`, `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-adjusttokenprivileges
   */
  enablePrivileges(names: readonly string[]): Disposable {
    return enableTokenPrivileges(this.win32, this.#handle, names)
  }

  /** Runs synchronous work with privileges enabled. See {@link enablePrivileges} and {@link impersonate}. */
  withPrivileges<T>(names: readonly string[], callback: () => T): T {
    return withTokenPrivileges(this.win32, this.#handle, names, callback)
  }

  static {
    Object.defineProperty(this.prototype, Symbol.for('nodejs.util.inspect.custom'), {
      value(this: Token, _depth: number, options: object, inspectValue: typeof inspect) {
        return `Token ${inspectValue(this.closed ? { closed: true } : this.#summary(), options)}`
      },
    })
  }

  /** Why a token cannot become a primary one. */
  #explainLevel(error: unknown): unknown {
    if (!(error instanceof Win32Error) || error.code !== 'ERROR_BAD_IMPERSONATION_LEVEL') return error
    const level = this.#readUnless(['ERROR_ACCESS_DENIED', 'ERROR_INVALID_PARAMETER'], 'TokenImpersonationLevel')
    if (level === undefined) return error
    return new ImpersonationLevelError(impersonationLevelName(level), error.syscall, error.context, error)
  }

  #summary(): object {
    try {
      const { sid } = this.user
      return { user: sid.toString(), type: this.type, logonSid: this.logonSid?.toString(), sessionId: this.sessionId }
    } catch (error) {
      return { unreadable: error instanceof Win32Error ? error.code : String(error) }
    }
  }

  #read<C extends TokenInformationClass>(informationClass: C): TokenInformation[C] {
    return this.win32.getTokenInformation(this.#handle, informationClass)
  }

  /** A system that does not know the class knows no tokens that have anything to tell there: Wine, Windows 7. */
  #readIfKnown<C extends TokenInformationClass>(informationClass: C): TokenInformation[C] | undefined {
    return this.#readUnless(['ERROR_INVALID_FUNCTION', 'ERROR_INVALID_PARAMETER'], informationClass)
  }

  /** Undefined where the failure is how Windows says that there is nothing to read. */
  #readUnless<C extends TokenInformationClass>(
    codes: readonly string[],
    informationClass: C,
  ): TokenInformation[C] | undefined {
    try {
      return this.#read(informationClass)
    } catch (error) {
      if (error instanceof Win32Error && codes.includes(error.code)) return undefined
      throw error
    }
  }
}
