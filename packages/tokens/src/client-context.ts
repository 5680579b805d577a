import { getWin32, type Handle, initializeRequirement, type Win32 } from '@asuser/native'
import { parseAccountName } from './account-name.ts'
import { ExchangingContext } from './exchanging-context.ts'
import {
  InvalidArgumentError,
  requireBoolean,
  requireInstance,
  requireKeyOf,
  requireObject,
  requireText,
} from './invalid-argument.ts'
import type { Credentials } from './logon.ts'
import { Password } from './password.ts'
import {
  parseExchangeOptions,
  type ParsedExchangeOptions,
  requireBytes,
  SecurityExchange,
  type SecurityExchangeOptions,
  type SecurityLeg,
  withPackage,
} from './security-exchange.ts'
import { SecurityContextError, type SecurityContextErrorCode } from './security-context-error.ts'
import { Token } from './token.ts'

export interface ClientContextOptions extends SecurityExchangeOptions {
  /**
   * Who is to be reached, a service principal name: `HTTP/server.example.com`. Kerberos makes a ticket for the account that
   * has it, which nobody else can use; under NTLM it is only told to the server.
   */
  readonly target: string
  /** Whose credentials to show; those of the process if left out. The password is copied and the copy zeroed. */
  readonly credentials?: Pick<Credentials, 'user' | 'domain' | 'password'> | undefined
  /** Somebody whose logon session has the credentials, in place of `credentials`. */
  readonly token?: Token | undefined
  /**
   * What the server may do with the client's identity: only see who it is, act as the client on its own computer
   * (`impersonation`, if left out), or on others, too: `delegation` hands it a ticket that it can get others with, which
   * takes Kerberos, mutual authentication (which it implies), an account of the server that is trusted for delegation, and
   * one of the client that is not barred from it. Without them the exchange fails with `ERR_DELEGATION_REFUSED`.
   */
  readonly level?: 'identification' | 'impersonation' | 'delegation' | undefined
  /**
   * Whether the server has to prove that it is `target`; false if left out. NTLM has no such proof: where Negotiate takes
   * it, the exchange fails with `ERR_SERVER_NOT_AUTHENTICATED`, once the server has seen who the client is. With the package
   * `Kerberos` nobody but the target sees that.
   */
  readonly mutualAuthentication?: boolean | undefined
  readonly win32?: Win32 | undefined
}

const {
  ISC_REQ_DELEGATE,
  ISC_REQ_MUTUAL_AUTH,
  ISC_REQ_CONNECTION,
  ISC_REQ_INTEGRITY,
  ISC_REQ_REPLAY_DETECT,
  ISC_REQ_SEQUENCE_DETECT,
  ISC_REQ_IDENTIFY,
} = initializeRequirement

const usualRequirements = ISC_REQ_CONNECTION | ISC_REQ_INTEGRITY | ISC_REQ_REPLAY_DETECT | ISC_REQ_SEQUENCE_DETECT

// Windows delegates to nobody who has not proved who it is.
const requirementsOfLevel = {
  identification: usualRequirements | ISC_REQ_IDENTIFY,
  impersonation: usualRequirements,
  delegation: usualRequirements | ISC_REQ_DELEGATE | ISC_REQ_MUTUAL_AUTH,
} as const

/**
 * A client's side of the exchange that {@link createSecurityContext} is the server's of.
 *
 * Needs no privilege; with `token` the right `TOKEN_IMPERSONATE`, or `TOKEN_DUPLICATE` for a primary one.
 *
 * @throws InvalidArgumentError which shows nothing of the password
 * @throws Win32Error `SEC_E_SECPKG_NOT_FOUND`, `SEC_E_NO_CREDENTIALS`, `SEC_E_UNKNOWN_CREDENTIALS`
 * @see https://learn.microsoft.com/windows/win32/secauthn/sspi
 */
export async function createClientContext(options: ClientContextOptions): Promise<ClientContext> {
  const parsed = parseExchangeOptions(options)
  const target = requireText('options.target', options.target)
  const level = requireKeyOf('options.level', requirementsOfLevel, options.level ?? 'impersonation')
  const isMutual = requireBoolean('options.mutualAuthentication', options.mutualAuthentication ?? false)
  const requirements = requirementsOfLevel[level] | (isMutual ? ISC_REQ_MUTUAL_AUTH : 0)
  const win32 = options.win32 ?? getWin32()
  try {
    return ClientContext.fromCredentials(
      await acquire(parsed.packageName, options, win32),
      parsed,
      target,
      requirements,
      win32,
    )
  } catch (error) {
    throw withPackage(error, parsed.packageName)
  }
}

/**
 * Shows a server who the client is. Send what {@link initialize} gives, and feed it what the server answers, until it
 * is done. `close()` or `using` frees what Windows holds.
 */
export class ClientContext extends ExchangingContext {
  readonly #requirements: number

  private constructor(exchange: SecurityExchange, packageName: string, requirements: number, win32: Win32) {
    super(exchange, packageName, win32)
    this.#requirements = requirements
  }

  /** Takes credentials over: from here on the context closes them. */
  static fromCredentials(
    credentials: Handle<'credentials'>,
    { packageName, channelBindings, limits }: ParsedExchangeOptions,
    targetName: string,
    requirements: number,
    win32: Win32,
  ): ClientContext {
    const exchange = new SecurityExchange('client', credentials, limits, (lent, context, token) =>
      win32.initializeSecurityContext({
        credentials: lent,
        context,
        token,
        targetName,
        channelBindings,
        requirements,
      }),
    )
    return new ClientContext(exchange, packageName, requirements, win32)
  }

  /**
   * Takes the next token of the server; the first call has none. A failure ends the exchange.
   *
   * @throws InvalidArgumentError
   * @throws SecurityContextError as `SecurityContext.accept` does, and where these were asked for
   *   `ERR_SERVER_NOT_AUTHENTICATED` and `ERR_DELEGATION_REFUSED`
   * @throws Win32Error `SEC_E_NO_CREDENTIALS`, `SEC_E_NO_AUTHENTICATING_AUTHORITY` (no domain to ask for a ticket),
   *   `SEC_E_TARGET_UNKNOWN` (nobody has that service principal name), `SEC_E_LOGON_DENIED` (Kerberos knows the client and
   *   not this password, or the account may not log on), `SEC_E_INVALID_TOKEN`, `SEC_E_MESSAGE_ALTERED`,
   *   `SEC_E_WRONG_PRINCIPAL` (the server runs as another account than the one that has the service principal name),
   *   `SEC_E_TIME_SKEW`
   * @see https://learn.microsoft.com/windows/win32/secauthn/initializesecuritycontext--general
   */
  async initialize(bytes?: Uint8Array): Promise<SecurityLeg> {
    if (bytes !== undefined) requireBytes('bytes', bytes)
    return await this.takeLeg(bytes ?? new Uint8Array(), ({ status, attributes }) => {
      // Before the last leg the attributes say nothing.
      const missing = status === 'ok' ? missingFrom(attributes, this.#requirements) : undefined
      if (missing !== undefined) throw new SecurityContextError(missing)
    })
  }
}

/** What was asked for and did not come, since Windows leaves it to the caller to look. */
function missingFrom(attributes: number, requirements: number): SecurityContextErrorCode | undefined {
  const missing = requirements & ~attributes
  if ((missing & ISC_REQ_DELEGATE) !== 0) return 'ERR_DELEGATION_REFUSED'
  return (missing & ISC_REQ_MUTUAL_AUTH) === 0 ? undefined : 'ERR_SERVER_NOT_AUTHENTICATED'
}

/** The password is with Windows once this is done, and nowhere else. */
async function acquire(
  packageName: string,
  { credentials, token }: ClientContextOptions,
  win32: Win32,
): Promise<Handle<'credentials'>> {
  const request = { package: packageName, use: 'outbound', principal: null } as const
  if (token !== undefined) requireInstance('options.token', Token, token)
  if (credentials === undefined) {
    return win32.acquireCredentialsHandle({ ...request, identity: null, impersonate: token?.handle ?? null })
  }
  if (token !== undefined) {
    throw InvalidArgumentError.ofValue('options.token', 'left out where there are credentials', token)
  }
  const account = parseAccountName('options.credentials', requireObject('options.credentials', credentials))
  using password = Password.from('options.credentials.password', credentials.password)
  return await win32.acquireCredentialsHandle({
    ...request,
    identity: { ...account, password: password.bytes },
    impersonate: null,
  })
}
