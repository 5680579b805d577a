import type { inspect } from 'node:util'
import {
  accessRight,
  type Handle,
  type ImpersonatedCallback,
  type ImpersonationLevel,
  tokenAccess,
  Win32Error,
  type Win32,
} from '@asuser/native'
import { AdjustableToken } from './adjustable-token.ts'
import { type CapabilityReport, reportCapabilities } from './capability-report.ts'
import { describeToken } from './describe.ts'
import { type ImpersonateOptions, type ImpersonationSource, runImpersonated } from './impersonation.ts'
import { ImpersonationLevelError, levelLimit } from './impersonation-level-error.ts'
import { requireInstance, requireKeyOf, requireMask, requireObject } from './invalid-argument.ts'
import { enableTokenPrivileges } from './privilege.ts'
import { leaseIfHeld } from './privilege-lease.ts'
import { createLowBox, type LowBoxOptions, type RestrictOptions, restrictToken } from './restricted-token.ts'
import type { Synchronous } from './synchronous-scope.ts'
import { areTokensEqual } from './token-equality.ts'
import {
  type ImpersonationLevelName,
  impersonationLevelName,
  impersonationLevels,
  type TokenTypeName,
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
export class Token extends AdjustableToken implements Disposable {
  readonly #handle: Handle<'token'>

  private constructor(handle: Handle<'token'>, win32: Win32) {
    super(handle, win32)
    this.#handle = handle
  }

  /** Takes a handle over: from here on the token closes it. */
  static fromHandle(handle: Handle<'token'>, win32: Win32): Token {
    return new Token(handle, win32)
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
  duplicate(options: DuplicateOptions): Token {
    const { type, level = 'impersonation', access = accessRight.MAXIMUM_ALLOWED } = requireObject('options', options)
    requireKeyOf('options.type', tokenTypes, type)
    requireKeyOf('options.level', impersonationLevels, level)
    try {
      const handle = this.win32.duplicateTokenEx(this.#handle, {
        desiredAccess: requireMask('options.access', access),
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
   * there is none. If the process does not hold SeTcbPrivilege it is a token at identification level: to look at, not to
   * act with.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-token_linked_token
   */
  linked(): Token | undefined {
    using _trusted = leaseIfHeld('SeTcbPrivilege', this.win32)
    const handle = this.readUnless(['ERROR_NO_SUCH_LOGON_SESSION'], 'TokenLinkedToken')
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
   * A token of the same identity that can do less, which the caller closes: see {@link RestrictOptions}. It has the type
   * and the level of this one, and its handle the same access. Run what is restricted on a desktop of its own: windows
   * of one desktop can send each other keys.
   *
   * Needs `TOKEN_DUPLICATE`.
   *
   * @throws InvalidArgumentError
   * @throws Win32Error `ERROR_NO_SUCH_PRIVILEGE`, `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/secauthz/restricted-tokens
   */
  restrict(options: RestrictOptions): Token {
    return Token.fromHandle(restrictToken(this.win32, this.#handle, options), this.win32)
  }

  /**
   * The primary token of an AppContainer for the same identity, which the caller closes. It has low integrity, and is
   * granted only what its package or one of its capabilities is granted too.
   *
   * Needs `TOKEN_QUERY | TOKEN_DUPLICATE`, and a caller of medium integrity or higher.
   *
   * @throws InvalidArgumentError
   * @throws Win32Error `ERROR_BAD_IMPERSONATION_LEVEL` for a token below `impersonation`, `ERROR_ACCESS_DENIED`,
   *   `ERROR_CALL_NOT_IMPLEMENTED` where there are no AppContainers
   * @see https://learn.microsoft.com/windows/win32/secauthz/appcontainer-isolation
   */
  lowBox(options: LowBoxOptions): Token {
    return Token.fromHandle(createLowBox(this.win32, this.#handle, options), this.win32)
  }

  /**
   * Whether an access check answers the same for both, whatever the object: they have the same user, groups, privileges,
   * restricting SIDs, integrity, policy, AppContainer, capabilities, device groups and claims, each as enabled as the
   * other. Type, level, logon session, terminal session and what new objects get do not count.
   *
   * @throws InvalidArgumentError
   * @see https://learn.microsoft.com/windows/win32/secauthz/ntcomparetokens
   */
  equals(other: Token): boolean {
    return areTokensEqual(this, requireInstance('other', Token, other))
  }

  /**
   * Runs `callback` as this client, on the JavaScript thread, and is itself again before it returns or throws.
   * Only synchronous work is done as the client: asynchronous functions and generators are refused before, a promise
   * returned all the same is refused after the identity is put back. A failure to put it back ends the process.
   *
   * What is begun there and done later is done as the server, and Windows says nothing: `fs.readFile` with a callback,
   * `fs.createReadStream`, connections. So is what a process does that is started there. For asynchronous work see
   * `asClient`, for processes the launcher.
   *
   * Needs `TOKEN_QUERY | TOKEN_DUPLICATE` on a primary token, `TOKEN_QUERY | TOKEN_IMPERSONATE` on another, and for a
   * client that this process did not log on SeImpersonatePrivilege: without it Windows lowers the level.
   *
   * @throws InvalidArgumentError
   * @throws ImpersonationLevelError `ERROR_BAD_IMPERSONATION_LEVEL` when the level is below `minimumLevel`
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_CANT_OPEN_ANONYMOUS` inside of another identity at anonymous level
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-impersonateloggedonuser
   */
  impersonate<T>(callback: () => Synchronous<T>, options: ImpersonateOptions = {}): T {
    const enter = (run: ImpersonatedCallback<T>): T => this.win32.impersonateLoggedOnUser(this.#handle, run)
    return runImpersonated(callback, options, enter, this.#source('ImpersonateLoggedOnUser'))
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

  /**
   * Runs synchronous work as the owner of this token with privileges enabled, on the JavaScript thread alone: they are
   * enabled in a duplicate, and neither this token nor the process gets any wider. See {@link impersonate}, and
   * `withPrivileges` for those that Windows asks of the process.
   *
   * Needs `TOKEN_DUPLICATE | TOKEN_QUERY`, and that the token holds the privileges.
   *
   * @throws InvalidArgumentError
   * @throws PrivilegeNotHeldError `ERROR_NOT_ALL_ASSIGNED`, with those missing; then the callback is not run
   * @throws ImpersonationLevelError
   * @throws Win32Error `ERROR_NO_SUCH_PRIVILEGE`, `ERROR_ACCESS_DENIED`
   */
  withPrivileges<T>(names: readonly string[], callback: () => Synchronous<T>): T {
    using duplicate = this.duplicate({
      type: 'impersonation',
      level: this.impersonationLevel ?? 'impersonation',
      access: tokenAccess.TOKEN_QUERY | tokenAccess.TOKEN_IMPERSONATE | tokenAccess.TOKEN_ADJUST_PRIVILEGES,
    })
    duplicate.enablePrivileges(names)
    const enter = (run: ImpersonatedCallback<T>): T => this.win32.setThreadToken(duplicate.handle, run)
    return runImpersonated(callback, {}, enter, this.#source('SetThreadToken'))
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
    const level = this.#levelUnlessUnknown()
    if (level === undefined) return error
    return new ImpersonationLevelError(impersonationLevelName(level), error.syscall, error.context, { cause: error })
  }

  /** Undefined for a primary token as well. */
  #levelUnlessUnknown(): ImpersonationLevel | undefined {
    try {
      return this.read('TokenImpersonationLevel')
    } catch {
      return undefined
    }
  }

  #source(syscall: string): ImpersonationSource {
    return { syscall, limitOf: (level) => levelLimit(this.impersonationLevel, level) }
  }

  #summary(): object {
    try {
      const { sid } = this.user
      return { user: sid.toString(), type: this.type, logonSid: this.logonSid?.toString(), sessionId: this.sessionId }
    } catch (error) {
      return { unreadable: error instanceof Win32Error ? error.code : String(error) }
    }
  }
}
