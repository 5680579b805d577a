import type { NetworkConnectionInformation } from '@asuser/native'
import { Failure } from './failure.ts'
import type { LogonSession } from './logon-session.ts'

/** Another computer, as far as connections to its shares go. */
export interface ServerSpec {
  /** The accounts that it knows, each with its password. */
  readonly users?: Readonly<Record<string, string>>
  /** Its shares besides `IPC$`, each with the accounts that it lets in; all that the server knows unless told. */
  readonly shares: Readonly<Record<string, { readonly users?: readonly string[] }>>
}

export interface ConnectionRequest {
  readonly remoteName: string
  readonly localName: string | null
  /** Who connects; without it whoever the logon session stands for. */
  readonly credentials: { readonly user: string; readonly password: string } | undefined
}

interface Connection {
  readonly localName: string | null
  readonly remoteName: string
  readonly server: string
  readonly user: string
}

const provider = 'Microsoft Windows Network'

/** The servers that a machine reaches, and the connections to them, which belong to logon sessions. */
export class Network {
  readonly #servers = new Map<string, ServerSpec>()
  readonly #connections = new Map<bigint, Connection[]>()

  constructor(servers: Readonly<Record<string, ServerSpec>>) {
    for (const [name, spec] of Object.entries(servers)) this.#servers.set(name.toLowerCase(), spec)
  }

  /** All connections of all sessions, for the report of leaks. */
  *connections(): Generator<NetworkConnectionInformation & { readonly session: bigint }> {
    for (const [session, list] of this.#connections)
      for (const connection of list) yield { session, ...tell(connection) }
  }

  connectionsOf({ luid }: LogonSession): readonly NetworkConnectionInformation[] {
    return this.#of(luid).map(tell)
  }

  /** @throws Failure as `WNetAddConnection2` does (windows-behaviour 2.15) */
  connect(session: LogonSession, { remoteName, localName, credentials }: ConnectionRequest): void {
    const { server, share } = parseRemoteName(remoteName)
    const connections = this.#of(session.luid)
    if (localName !== null) requireFreeDevice(connections, localName)
    const spec = this.#servers.get(server)
    if (spec === undefined) throw new Failure('ERROR_BAD_NETPATH')
    const established = connections.find((connection) => connection.server === server)?.user
    const user = userFor(server, spec, session, credentials, established)
    requireShare(spec, share, user)
    if (localName === null && connections.some((connection) => isDeviceless(connection, remoteName))) return
    this.#connections.set(session.luid, [
      ...connections,
      { localName: localName?.toUpperCase() ?? null, remoteName, server, user },
    ])
  }

  /** @throws Failure `ERROR_NOT_CONNECTED` */
  cancel({ luid }: LogonSession, name: string): void {
    const connections = this.#of(luid)
    const found = connections.find((connection) =>
      connection.localName === null ? isDeviceless(connection, name) : connection.localName === name.toUpperCase(),
    )
    if (found === undefined) throw new Failure('ERROR_NOT_CONNECTED')
    this.#connections.set(
      luid,
      connections.filter((connection) => connection !== found),
    )
  }

  #of(session: bigint): readonly Connection[] {
    return this.#connections.get(session) ?? []
  }
}

function tell({ localName, remoteName, server, user }: Connection): NetworkConnectionInformation {
  return { localName, remoteName, user: `${server.toUpperCase()}\\${user}`, provider }
}

function isDeviceless({ localName, remoteName }: Connection, name: string): boolean {
  return localName === null && remoteName.toLowerCase() === name.toLowerCase()
}

function parseRemoteName(remoteName: string): { readonly server: string; readonly share: string } {
  const [, server, share] = /^\\\\([^\\]+)\\([^\\]+)\\?$/u.exec(remoteName.toLowerCase()) ?? []
  if (server === undefined || share === undefined) throw new Failure('ERROR_BAD_NET_NAME')
  return { server, share }
}

function requireFreeDevice(connections: readonly Connection[], localName: string): void {
  if (!/^[a-z]:$/iu.test(localName)) throw new Failure('ERROR_BAD_DEVICE')
  const isTaken =
    localName.toUpperCase() === 'C:' || connections.some((each) => each.localName === localName.toUpperCase())
  if (isTaken) throw new Failure('ERROR_ALREADY_ASSIGNED')
}

/** A server takes one identity from each logon session; without credentials it is the one that it has. */
function userFor(
  server: string,
  { users = {} }: ServerSpec,
  { networkCredentials }: LogonSession,
  given: ConnectionRequest['credentials'],
  established: string | undefined,
): string {
  if (established !== undefined && (given === undefined || accountName(given.user) === established)) return established
  if (established !== undefined) throw new Failure('ERROR_SESSION_CREDENTIAL_CONFLICT', { server })
  const credentials = given ?? networkCredentials
  // A session without credentials comes as ANONYMOUS LOGON, which no share here lets in.
  if (credentials === undefined) throw new Failure('ERROR_ACCESS_DENIED')
  const user = accountName(credentials.user)
  const [, password] = Object.entries(users).find(([name]) => name.toLowerCase() === user) ?? []
  if (password === undefined || password !== credentials.password) throw new Failure('ERROR_LOGON_FAILURE')
  return user
}

function requireShare({ shares, users = {} }: ServerSpec, share: string, user: string): void {
  // Every server has it, for every account that it knows.
  if (share === 'ipc$') return
  const [, spec] = Object.entries(shares).find(([name]) => name.toLowerCase() === share) ?? []
  if (spec === undefined) throw new Failure('ERROR_BAD_NET_NAME')
  const letIn = spec.users ?? Object.keys(users)
  if (!letIn.some((name) => name.toLowerCase() === user)) throw new Failure('ERROR_ACCESS_DENIED')
}

/** `alice` of `FILES\Alice` and of `alice@files`. */
function accountName(user: string): string {
  const [name = ''] = user.slice(user.lastIndexOf('\\') + 1).split('@')
  return name.toLowerCase()
}
