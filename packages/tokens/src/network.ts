import {
  connectFlag,
  getWin32,
  type NetworkConnectionInformation,
  networkResourceType,
  tokenAccess,
  Win32Error,
  type Win32,
} from '@asuser/native'
import { parseAccountName } from './account-name.ts'
import { InvalidArgumentError, requireInstance, requireObject, requireText } from './invalid-argument.ts'
import { NetworkLease } from './network-lease.ts'
import { currentProcessToken } from './open-token.ts'
import { Password } from './password.ts'
import { Token } from './token.ts'

export interface ConnectNetworkOptions {
  /** `\\server\share` */
  readonly remote: string
  /** A drive letter for it, `Z:`, in the logon session alone; without one the share is reached by its name. */
  readonly local?: string | undefined
  /** Who connects: `alice`, `FILES\alice` or `alice@example.com`, with `password`; left out, whoever the session is. */
  readonly user?: string | undefined
  readonly domain?: string | undefined
  /** A string, or its UTF-8 bytes. The copies made of it are zeroed. */
  readonly password?: string | Uint8Array | undefined
  /** Whose logon session is connected; that of this process if left out. May be closed afterwards. */
  readonly token?: Token | undefined
  readonly win32?: Win32 | undefined
}

const nothingListed =
  'what Windows does not list, as files that were opened by their full name or an attempt that failed'

/** The logon session is connected to the server as somebody else; Windows allows one identity for each server. */
export class NetworkCredentialConflictError extends Win32Error {
  /** The connections of the session to the same server: ending them all makes room. */
  readonly connections: readonly NetworkConnectionInformation[]

  constructor(refusal: Win32Error, connections: readonly NetworkConnectionInformation[]) {
    const inTheWay = connections.map(({ localName, remoteName, user }) =>
      [localName, remoteName, user === null ? null : `as ${user}`].filter((part) => part !== null).join(' '),
    )
    super({
      errno: refusal.errno,
      syscall: refusal.syscall,
      context: { ...refusal.context, inTheWay: inTheWay.length === 0 ? nothingListed : inTheWay.join('; ') },
      cause: refusal,
    })
    this.connections = connections
  }

  static {
    Object.defineProperty(this.prototype, 'name', {
      value: 'NetworkCredentialConflictError',
      configurable: true,
      writable: true,
    })
  }
}

/**
 * A connection that this process holds. Who connects to the same share again, in the same session and with the same
 * credentials, shares it; it ends with the last of them, unless somebody else had made it before. Worker threads do not
 * know of each other's connections.
 */
export class NetworkConnection implements AsyncDisposable {
  readonly remote: string
  readonly local: string | undefined
  readonly #lease: NetworkLease
  #closing: Promise<void> | undefined

  private constructor(lease: NetworkLease) {
    this.#lease = lease
    this.remote = lease.request.remoteName
    this.local = lease.request.localName ?? undefined
  }

  /** Takes over one hold of a lease. */
  static fromLease(lease: NetworkLease): NetworkConnection {
    return new NetworkConnection(lease)
  }

  /**
   * Gives the connection back. Once is enough; after a failure it can be called again.
   *
   * @throws Win32Error `ERROR_OPEN_FILES`, `ERROR_DEVICE_IN_USE`, for nobody's open files are cut off
   * @see https://learn.microsoft.com/windows/win32/api/winnetwk/nf-winnetwk-wnetcancelconnection2w
   */
  close(): Promise<void> {
    this.#closing ??= this.#lease.release().catch((error: unknown) => {
      this.#closing = undefined
      throw error
    })
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/**
 * Connects a logon session to a share: processes of that session, and this one while it impersonates the token, reach it
 * then. Without a token it is the session of this process, which for LocalSystem all services share. A token of a
 * network or S4U logon has no credentials of its own: give `user` and `password`.
 *
 * Needs no privilege, and `TOKEN_QUERY | TOKEN_DUPLICATE` on the token. Credentials are tried once. A connection
 * of the session that this process did not make is shared as Windows shares it, which does not look at the password: to
 * know who somebody is, log him on.
 *
 * @throws InvalidArgumentError
 * @throws NetworkCredentialConflictError `ERROR_SESSION_CREDENTIAL_CONFLICT`, with the connections in the way; also for
 *   another password than that of a connection that this process holds
 * @throws Win32Error `ERROR_LOGON_FAILURE`, `ERROR_ACCESS_DENIED`, `ERROR_BAD_NETPATH`, `ERROR_BAD_NET_NAME`,
 *   `ERROR_ALREADY_ASSIGNED`, `ERROR_BAD_DEVICE`, `ERROR_NO_NETWORK`, `ERROR_NO_SUCH_LOGON_SESSION`, and
 *   `ERROR_EXTENDED_ERROR` with the words of the network provider in its context
 * @see https://learn.microsoft.com/windows/win32/api/winnetwk/nf-winnetwk-wnetaddconnection2w
 */
export async function connectNetwork(options: ConnectNetworkOptions): Promise<NetworkConnection> {
  requireObject('options', options)
  const remoteName = requireRemote(options.remote)
  const localName = options.local === undefined ? null : requireText('options.local', options.local)
  const user = userOf(options)
  using password = user === null ? undefined : Password.from('options.password', options.password)
  const win32 = options.win32 ?? options.token?.win32 ?? getWin32()
  const lease = NetworkLease.of(win32, {
    remoteName,
    localName,
    sessionId: sessionOf(options.token, win32),
    type: networkResourceType.RESOURCETYPE_ANY,
    flags: connectFlag.CONNECT_TEMPORARY,
  })
  try {
    await lease.acquire({ user, password: password?.bytes ?? null }, () => identityOf(options.token))
  } catch (error) {
    throw isConflict(error) ? await explainConflict(error, win32, remoteName, options.token) : error
  }
  return NetworkConnection.fromLease(lease)
}

function requireRemote(remote: unknown): string {
  const text = requireText('options.remote', remote)
  if (/^\\\\[^\\]+\\[^\\]+$/u.test(text)) return text
  throw InvalidArgumentError.ofValue('options.remote', String.raw`the name of a share, "\\server\share"`, text)
}

/** `FILES\alice`, as WNetAddConnection2 takes it; null for the user of the session. */
function userOf(options: ConnectNetworkOptions): string | null {
  const { user, password, domain } = options
  if (user === undefined) {
    if (password !== undefined) throw InvalidArgumentError.ofType('options.user', 'given with the password', user)
    if (domain !== undefined) throw InvalidArgumentError.ofType('options.user', 'given with the domain', user)
    return null
  }
  const account = parseAccountName('options', { user, domain })
  return account.domain === null ? account.user : `${account.domain}\\${account.user}`
}

function sessionOf(token: Token | undefined, win32: Win32): bigint {
  if (token !== undefined) return requireActing(token).authenticationId
  using own = currentProcessToken({ access: tokenAccess.TOKEN_QUERY, win32 })
  return own.authenticationId
}

/** Below impersonation level nothing can be done for a client, and Windows would connect this process or nobody. */
function requireActing(token: Token): Token {
  const { impersonationLevel: level } = requireInstance('options.token', Token, token)
  if (level !== 'anonymous' && level !== 'identification') return token
  throw InvalidArgumentError.ofValue('options.token', 'a primary token, or one of impersonation level or above', level)
}

/** A token of the lease's own: the session lives as long as the connection, whatever becomes of the caller's token. */
function identityOf(token: Token | undefined): Token | undefined {
  return token?.duplicate({
    type: 'impersonation',
    level: token.impersonationLevel ?? 'impersonation',
    access: tokenAccess.TOKEN_QUERY | tokenAccess.TOKEN_IMPERSONATE,
  })
}

function isConflict(error: unknown): error is Win32Error {
  return error instanceof Win32Error && error.code === 'ERROR_SESSION_CREDENTIAL_CONFLICT'
}

async function explainConflict(
  refusal: Win32Error,
  win32: Win32,
  remoteName: string,
  token: Token | undefined,
): Promise<Win32Error> {
  const connections = await connectionsOf(win32, token).catch(() => [])
  const server = serverOf(remoteName)
  return new NetworkCredentialConflictError(
    refusal,
    connections.filter((connection) => serverOf(connection.remoteName) === server),
  )
}

async function connectionsOf(win32: Win32, token: Token | undefined): Promise<readonly NetworkConnectionInformation[]> {
  using identity = identityOf(token)
  return await win32.wNetEnumerateConnections({ impersonate: identity?.handle ?? null })
}

function serverOf(remoteName: string): string {
  return remoteName.split('\\')[2]?.toLowerCase() ?? ''
}
