import { getWin32, type Handle, initializeRequirement, type Win32 } from '@asuser/native'
import { type AccountName, parseAccountName } from './account-name.ts'
import { ExchangingContext } from './exchanging-context.ts'
import { InvalidArgumentError, requireText } from './invalid-argument.ts'
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
import { Token } from './token.ts'

export interface ClientContextOptions extends SecurityExchangeOptions {
  /** Who is to be reached, a service principal name: `HTTP/server.example.com`. */
  readonly target: string
  /** Whose credentials to show; those of the process if left out. The password is copied and the copy zeroed. */
  readonly credentials?: Pick<Credentials, 'user' | 'domain' | 'password'> | undefined
  /** Somebody whose logon session has the credentials, in place of `credentials`. */
  readonly token?: Token | undefined
  /** What the server may do with the client's identity: act as the client (if left out), or only see who it is. */
  readonly level?: 'identification' | 'impersonation' | undefined
  readonly win32?: Win32 | undefined
}

const { ISC_REQ_CONNECTION, ISC_REQ_INTEGRITY, ISC_REQ_REPLAY_DETECT, ISC_REQ_SEQUENCE_DETECT, ISC_REQ_IDENTIFY } =
  initializeRequirement

const usualRequirements = ISC_REQ_CONNECTION | ISC_REQ_INTEGRITY | ISC_REQ_REPLAY_DETECT | ISC_REQ_SEQUENCE_DETECT

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
  const level = requireLevel(options.level ?? 'impersonation')
  const win32 = options.win32 ?? getWin32()
  try {
    return ClientContext.fromCredentials(
      await acquire(parsed.packageName, options, win32),
      parsed,
      target,
      level,
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
  private constructor(exchange: SecurityExchange, packageName: string, win32: Win32) {
    super(exchange, packageName, win32)
  }

  /** Takes credentials over: from here on the context closes them. */
  static fromCredentials(
    credentials: Handle<'credentials'>,
    { packageName, channelBindings, limits }: ParsedExchangeOptions,
    targetName: string,
    level: 'identification' | 'impersonation',
    win32: Win32,
  ): ClientContext {
    const requirements = level === 'identification' ? usualRequirements | ISC_REQ_IDENTIFY : usualRequirements
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
    return new ClientContext(exchange, packageName, win32)
  }

  /**
   * Takes the next token of the server; the first call has none. A failure ends the exchange.
   *
   * @throws InvalidArgumentError
   * @throws SecurityContextError as `SecurityContext.accept` does
   * @throws Win32Error `SEC_E_NO_CREDENTIALS`, `SEC_E_NO_AUTHENTICATING_AUTHORITY`, `SEC_E_TARGET_UNKNOWN`,
   *   `SEC_E_INVALID_TOKEN`, `SEC_E_MESSAGE_ALTERED`, `SEC_E_WRONG_PRINCIPAL`
   * @see https://learn.microsoft.com/windows/win32/secauthn/initializesecuritycontext--general
   */
  async initialize(bytes?: Uint8Array): Promise<SecurityLeg> {
    if (bytes !== undefined) requireBytes('bytes', bytes)
    return await this.takeLeg(bytes ?? new Uint8Array())
  }
}

/** The password is with Windows once this is done, and nowhere else. */
async function acquire(
  packageName: string,
  { credentials, token }: ClientContextOptions,
  win32: Win32,
): Promise<Handle<'credentials'>> {
  const request = { package: packageName, use: 'outbound', principal: null } as const
  if (token !== undefined && !(token instanceof Token))
    throw InvalidArgumentError.ofType('options.token', 'a Token', token)
  if (credentials === undefined) {
    return win32.acquireCredentialsHandle({ ...request, identity: null, impersonate: token?.handle ?? null })
  }
  if (token !== undefined) {
    throw InvalidArgumentError.ofValue('options.token', 'left out where there are credentials', token)
  }
  const account = parseCredentials(credentials)
  using password = Password.from('options.credentials.password', credentials.password)
  return await win32.acquireCredentialsHandle({
    ...request,
    identity: { ...account, password: password.bytes },
    impersonate: null,
  })
}

function parseCredentials(credentials: ClientContextOptions['credentials'] & object): AccountName {
  if (typeof credentials !== 'object' || credentials === null) {
    throw InvalidArgumentError.ofType('options.credentials', 'an object', credentials)
  }
  return parseAccountName('options.credentials', credentials)
}

function requireLevel(value: unknown): 'identification' | 'impersonation' {
  if (value === 'identification' || value === 'impersonation') return value
  throw InvalidArgumentError.ofValue('options.level', '"identification" or "impersonation"', value)
}
