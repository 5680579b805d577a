import { type NetworkResourceType, Win32Error, type Win32 } from '@asuser/native'
import { PasswordMark } from './password-mark.ts'
import type { Token } from './token.ts'

export interface NetworkLeaseRequest {
  readonly remoteName: string
  readonly localName: string | null
  /** The logon session. */
  readonly sessionId: bigint
  readonly type: NetworkResourceType
  readonly flags: number
}

/** Who connects; both are null for whoever the session is. */
export interface NetworkCredentials {
  readonly user: string | null
  /** UTF-16LE; the caller's to zero once the call it is for has settled. */
  readonly password: Uint8Array | null
}

/** What a connection of this process was made with, without the password. */
interface Proof {
  readonly user: string
  readonly password: PasswordMark
}

const leasesOfImplementation = new WeakMap<Win32, Map<string, NetworkLease>>()

/** One connection, made for the first who holds it and ended by the last. Holding and releasing take turns. */
export class NetworkLease {
  readonly request: NetworkLeaseRequest
  readonly #win32: Win32
  #turn: Promise<unknown> = Promise.resolve()
  /** Those who hold it, and those who are waiting for their turn to. */
  #interested = 0
  #holders = 0
  #identity: Token | undefined
  #proof: Proof | undefined
  /** Whether the connection was there before, and is not this process' to end. */
  #isForeign = false

  private constructor(win32: Win32, request: NetworkLeaseRequest) {
    this.#win32 = win32
    this.request = request
  }

  /** The lease of a connection: the same for all who ask for it. */
  static of(win32: Win32, request: NetworkLeaseRequest): NetworkLease {
    const leases = leasesOfImplementation.get(win32) ?? new Map<string, NetworkLease>()
    leasesOfImplementation.set(win32, leases)
    const key = keyOf(request)
    const lease = leases.get(key) ?? new NetworkLease(win32, request)
    leases.set(key, lease)
    return lease
  }

  acquire(credentials: NetworkCredentials, openIdentity: () => Token | undefined): Promise<void> {
    this.#interested += 1
    return this.#inTurn(async () => {
      try {
        if (this.#holders === 0) await this.#connect(credentials, openIdentity())
        else await this.#join(credentials)
        this.#holders += 1
      } catch (error) {
        this.#leave()
        throw error
      }
    })
  }

  release(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#holders === 1) await this.#disconnect()
      this.#holders -= 1
      this.#leave()
    })
  }

  /** Forgotten with the last who holds it or waits for it. */
  #leave(): void {
    this.#interested -= 1
    if (this.#interested === 0) leasesOfImplementation.get(this.#win32)?.delete(keyOf(this.request))
  }

  async #connect(credentials: NetworkCredentials, identity: Token | undefined): Promise<void> {
    const impersonate = identity?.handle ?? null
    try {
      this.#isForeign = this.request.localName === null && (await this.#isConnected(impersonate))
      // What somebody else's was made with, nobody here has shown: Windows looks at no password for it.
      this.#proof = this.#isForeign ? undefined : await proofOf(credentials)
      await this.#add(credentials, impersonate)
      this.#identity = identity
    } catch (error) {
      identity?.close()
      throw error
    }
  }

  /** Who shares the connection has to show what it was made with: Windows does not look at the password again. */
  async #join(credentials: NetworkCredentials): Promise<void> {
    const { user, password } = credentials
    const proof = this.#proof
    if (user !== null && password !== null && proof !== undefined) {
      if (!(await proof.password.isOf(password))) {
        const context = { remoteName: this.request.remoteName, user }
        throw Win32Error.of('ERROR_SESSION_CREDENTIAL_CONFLICT', 'WNetAddConnection2W', context)
      }
      if (user.toLowerCase() === proof.user.toLowerCase()) return
    }
    if (user === null && proof === undefined) return
    // Whether the two are one and the same user Windows knows: `alice` and `FILES\\alice`.
    await this.#add(credentials, this.#identity?.handle ?? null)
  }

  #add({ user, password }: NetworkCredentials, impersonate: Token['handle'] | null): Promise<void> {
    const { remoteName, localName, type, flags } = this.request
    return this.#win32.wNetAddConnection2({ remoteName, localName, user, password, type, flags, impersonate })
  }

  async #isConnected(impersonate: Token['handle'] | null): Promise<boolean> {
    const connections = await this.#win32.wNetEnumerateConnections({ impersonate })
    const remoteName = this.request.remoteName.toLowerCase()
    return connections.some((each) => each.localName === null && each.remoteName.toLowerCase() === remoteName)
  }

  async #disconnect(): Promise<void> {
    const { localName, remoteName } = this.request
    const impersonate = this.#identity?.handle ?? null
    if (!this.#isForeign) {
      await this.#win32
        .wNetCancelConnection2({ name: localName ?? remoteName, flags: 0, force: false, impersonate })
        .catch(ignoreEnded)
    }
    this.#identity?.close()
    this.#identity = undefined
  }

  #inTurn(step: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(step)
    this.#turn = turn.catch(() => {})
    return turn
  }
}

/** A connection is that of a session, whoever made it: as another user there is no second one to the same server. */
function keyOf({ sessionId, remoteName, localName }: NetworkLeaseRequest): string {
  return JSON.stringify([String(sessionId), remoteName.toLowerCase(), localName?.toLowerCase() ?? null])
}

async function proofOf({ user, password }: NetworkCredentials): Promise<Proof | undefined> {
  return user === null || password === null ? undefined : { user, password: await PasswordMark.of(password) }
}

/** Somebody else ended the connection: then there is nothing left to do. */
export function ignoreEnded(error: unknown): void {
  if (error instanceof Win32Error && error.code === 'ERROR_NOT_CONNECTED') return
  throw error
}
