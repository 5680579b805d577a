import {
  acceptRequirement,
  getWin32,
  type Handle,
  type ImpersonatedCallback,
  type ImpersonationLevel,
  type Win32,
} from '@asuser/native'
import { type ImpersonateOptions, runImpersonated } from './impersonation.ts'
import { levelLimit, type LevelLimit } from './impersonation-level-error.ts'
import { ExchangingContext } from './exchanging-context.ts'
import { SecurityContextError } from './security-context-error.ts'
import {
  parseExchangeOptions,
  type ParsedExchangeOptions,
  requireBytes,
  SecurityExchange,
  type SecurityExchangeOptions,
  type SecurityLeg,
  withPackage,
} from './security-exchange.ts'
import { comparableTarget, parseServerPolicy, type ServerPolicy, type ServerPolicyOptions } from './server-policy.ts'
import type { Synchronous } from './synchronous-scope.ts'
import { Token } from './token.ts'

export interface SecurityContextOptions extends SecurityExchangeOptions, ServerPolicyOptions {
  readonly win32?: Win32 | undefined
}

const {
  ASC_REQ_DELEGATE,
  ASC_REQ_CONNECTION,
  ASC_REQ_INTEGRITY,
  ASC_REQ_REPLAY_DETECT,
  ASC_REQ_SEQUENCE_DETECT,
  ASC_REQ_ALLOW_MISSING_BINDINGS,
  ASC_REQ_ALLOW_NULL_SESSION: ASC_RET_NULL_SESSION,
} = acceptRequirement

// Without integrity the client's choice of packages is not protected against a change on the way. What a client
// delegates is taken; one that delegates nothing is no worse.
const requirements =
  ASC_REQ_CONNECTION | ASC_REQ_INTEGRITY | ASC_REQ_REPLAY_DETECT | ASC_REQ_SEQUENCE_DETECT | ASC_REQ_DELEGATE

/**
 * A server's side of an exchange that says who the client is: one context for each client, or for each connection of
 * one. The credentials are those of the process.
 *
 * Needs no privilege. For Kerberos the account of the process must have the service principal name that clients ask for
 * (`setspn -S HTTP/server.example.com DOMAIN\\account`); LocalSystem, NetworkService and the virtual accounts of services
 * are the computer, which has the names of its own services. Where the name belongs to another account, the server cannot
 * read the ticket: then {@link SecurityContext.accept} gives a last token that is not `done`, and the client fails with
 * `SEC_E_WRONG_PRINCIPAL`; or it fails itself with `SEC_E_LOGON_DENIED`.
 *
 * @throws InvalidArgumentError
 * @throws Win32Error `SEC_E_SECPKG_NOT_FOUND`, `SEC_E_NO_CREDENTIALS`
 * @see https://learn.microsoft.com/windows/win32/secauthn/sspi
 * @see https://learn.microsoft.com/windows-server/administration/windows-commands/setspn
 */
export async function createSecurityContext(options: SecurityContextOptions = {}): Promise<SecurityContext> {
  const parsed = parseExchangeOptions(options)
  const policy = parseServerPolicy(options)
  const win32 = options.win32 ?? getWin32()
  try {
    const credentials = await win32.acquireCredentialsHandle({
      package: parsed.packageName,
      use: 'inbound',
      principal: null,
      identity: null,
      impersonate: null,
    })
    return SecurityContext.fromCredentials(credentials, parsed, policy, win32)
  } catch (error) {
    throw withPackage(error, parsed.packageName)
  }
}

/**
 * Who a client is, from the tokens that it sends. Feed each to {@link accept} and send back what that gives, until it
 * is done; then {@link token} and {@link impersonate} are the client. `close()` or `using` frees what Windows holds.
 */
export class SecurityContext extends ExchangingContext {
  readonly #exchange: SecurityExchange
  readonly #policy: ServerPolicy

  private constructor(exchange: SecurityExchange, packageName: string, policy: ServerPolicy, win32: Win32) {
    super(exchange, packageName, win32)
    this.#exchange = exchange
    this.#policy = policy
  }

  /** Takes credentials over: from here on the context closes them. */
  static fromCredentials(
    credentials: Handle<'credentials'>,
    { packageName, channelBindings, limits }: ParsedExchangeOptions,
    policy: ServerPolicy,
    win32: Win32,
  ): SecurityContext {
    const exchange = new SecurityExchange('server', credentials, limits, (lent, context, token) =>
      win32.acceptSecurityContext({
        credentials: lent,
        context,
        token,
        channelBindings,
        requirements: policy.allowsMissingBindings ? requirements | ASC_REQ_ALLOW_MISSING_BINDINGS : requirements,
      }),
    )
    return new SecurityContext(exchange, packageName, policy, win32)
  }

  /**
   * Takes the next token of the client. A failure ends the exchange: the client has to begin anew, with a new context.
   * An anonymous client is refused. Where the account Guest is enabled Windows takes a user whom it does not know for that
   * one: {@link clientName} and {@link token} say so.
   *
   * @throws InvalidArgumentError
   * @throws SecurityContextError `ERR_SECURITY_TOKEN_EMPTY`, `ERR_SECURITY_TOKEN_TOO_LARGE`, `ERR_TOO_MANY_LEGS`,
   *   `ERR_ANONYMOUS_CLIENT`, `ERR_WRONG_TARGET` for a client that asked for none of `targets`,
   *   `ERR_SECURITY_CONTEXT_BUSY` while the leg before is under way, and `ERR_SECURITY_CONTEXT_ESTABLISHED`,
   *   `ERR_SECURITY_CONTEXT_FAILED`, `ERR_SECURITY_CONTEXT_CLOSED` after the last leg, a failed one or the close
   * @throws Win32Error `SEC_E_LOGON_DENIED` (unknown user, wrong password, an account that may not log on),
   *   `SEC_E_INVALID_TOKEN`, `SEC_E_BAD_BINDINGS`, `SEC_E_MESSAGE_ALTERED`, `SEC_E_OUT_OF_SEQUENCE`
   * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-acceptsecuritycontext
   */
  async accept(bytes: Uint8Array): Promise<SecurityLeg> {
    requireBytes('bytes', bytes)
    return await this.takeLeg(bytes, ({ status, attributes }) => {
      if (status === 'ok') this.#requireWelcome(attributes)
    })
  }

  /**
   * The client, `DOMAIN\user`.
   *
   * @throws SecurityContextError `ERR_SECURITY_CONTEXT_INCOMPLETE` before the exchange is done
   */
  get clientName(): string {
    return this.win32.queryContextAttributes(this.#exchange.establishedContext, 'SECPKG_ATTR_NAMES')
  }

  /**
   * Whom the client said that it wants to reach, `HTTP/server.example.com`, for Kerberos with the realm after it, as
   * `HTTP/server.example.com@EXAMPLE.COM`; empty when it did not say.
   *
   * @throws SecurityContextError `ERR_SECURITY_CONTEXT_INCOMPLETE` before the exchange is done
   * @throws Win32Error `SEC_E_UNSUPPORTED_FUNCTION` where the package does not tell
   */
  get target(): string {
    return this.win32.queryContextAttributes(this.#exchange.establishedContext, 'SECPKG_ATTR_CLIENT_SPECIFIED_TARGET')
  }

  /**
   * The client's token, which the caller closes: an impersonation token of a network logon. It reaches no other
   * computer, unless the client delegated: then its level is `delegation`.
   *
   * @throws SecurityContextError `ERR_SECURITY_CONTEXT_INCOMPLETE` before the exchange is done
   * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-querysecuritycontexttoken
   */
  token(): Token {
    return Token.fromHandle(this.win32.querySecurityContextToken(this.#exchange.establishedContext), this.win32)
  }

  /**
   * Runs synchronous work as the client. See `Token.impersonate`, of which this is the short form.
   *
   * @throws InvalidArgumentError
   * @throws ImpersonationLevelError `ERROR_BAD_IMPERSONATION_LEVEL` when the level is below `minimumLevel`
   * @throws SecurityContextError `ERR_SECURITY_CONTEXT_INCOMPLETE` before the exchange is done
   * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-impersonatesecuritycontext
   */
  impersonate<T>(callback: () => Synchronous<T>, options: ImpersonateOptions = {}): T {
    const context = this.#exchange.establishedContext
    const enter = (run: ImpersonatedCallback<T>): T => this.win32.impersonateSecurityContext(context, run)
    return runImpersonated(callback, options, enter, {
      syscall: 'ImpersonateSecurityContext',
      limitOf: (level) => this.#limitOf(level),
    })
  }

  #requireWelcome(attributes: number): void {
    if ((attributes & ASC_RET_NULL_SESSION) !== 0) throw new SecurityContextError('ERR_ANONYMOUS_CLIENT')
    if (this.#policy.targets?.has(comparableTarget(this.target)) === false) {
      throw new SecurityContextError('ERR_WRONG_TARGET')
    }
  }

  /** What the client allowed is the level of its token; what is less Windows made of it. */
  #limitOf(level: ImpersonationLevel): LevelLimit {
    using token = this.token()
    return levelLimit(token.impersonationLevel, level)
  }
}
