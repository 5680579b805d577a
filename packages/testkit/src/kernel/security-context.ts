import type { SecurityPackageName } from './credentials.ts'
import { Failure } from './failure.ts'
import { HandleTarget } from './handle-target.ts'
import type { Token } from './token.ts'

export interface LegRequest {
  /** What the other side sent. */
  readonly token: Uint8Array
  readonly channelBindings: Uint8Array | null
  readonly requirements: number
}

export interface LegAnswer {
  readonly done: boolean
  readonly token: Uint8Array
  readonly attributes: number
  /** 100 ns since 1601, in local time; never, where it is left out. */
  readonly expiry?: bigint
}

/** What an exchange has established. */
export interface EstablishedPeer {
  /** `DOMAIN\user`, the client, on both sides. */
  readonly clientName: string
  readonly targetName: string
  /** The client's, on the server's side. */
  readonly token: Token | undefined
}

/** One side of an exchange between a client and a server. */
export interface Exchange {
  readonly package: SecurityPackageName
  /** What Negotiate has settled on, or the package itself. */
  readonly settled: 'NTLM' | 'Kerberos'
  /** Undefined until this side is done, and after a leg that failed. */
  readonly peer: EstablishedPeer | undefined
  advance(request: LegRequest): LegAnswer
}

/** One side's security context. */
export class SecurityContext extends HandleTarget {
  readonly kind = 'security-context'
  readonly role: 'client' | 'server'
  readonly exchange: Exchange

  constructor(role: 'client' | 'server', exchange: Exchange) {
    super()
    this.role = role
    this.exchange = exchange
  }

  /** @throws Failure `SEC_E_INVALID_HANDLE` before the exchange is done */
  get peer(): EstablishedPeer {
    const { peer } = this.exchange
    if (peer === undefined) throw new Failure('SEC_E_INVALID_HANDLE')
    return peer
  }

  /** @throws Failure `SEC_E_NO_IMPERSONATION` for the client's side */
  get clientToken(): Token {
    const { token } = this.peer
    if (token === undefined) throw new Failure('SEC_E_NO_IMPERSONATION')
    return token
  }
}
