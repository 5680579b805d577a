import { acceptRequirement, impersonationLevel, logonType, type ImpersonationLevel } from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import { defaultSecurity } from '../../kernel/default-security.ts'
import { Failure } from '../../kernel/failure.ts'
import type { EstablishedPeer, Exchange, LegAnswer, LegRequest } from '../../kernel/security-context.ts'
import { Token, type TokenContents } from '../../kernel/token.ts'
import { windowsTimeNow } from '../../kernel/windows-time.ts'
import type { KeyDistributionCenter } from '../kerberos/key-distribution-center.ts'
import { clockTolerance } from '../kerberos/replay-cache.ts'
import { seal, unseal } from '../kerberos/sealed-message.ts'
import { decodeTime, localTime } from '../kerberos/time.ts'
import { logonKindOf } from '../logon-kinds.ts'
import { tokenFor } from '../logon-token.ts'
import { checkRight } from '../logon.ts'
import type { Lsa } from '../lsa.ts'
import type { UserAccount } from '../user-account.ts'
import { checkBindings } from './channel-bindings.ts'
import { authenticatorFlag } from './kerberos-client-exchange.ts'
import { decodeMessage, decodeText, encodeMessage, encodeText, invalidToken, type Message } from './message.ts'
import { keyOfText, Transcript } from './proof.ts'
import { serverRequirements } from './requirements.ts'

const { ASC_REQ_DELEGATE, ASC_REQ_MUTUAL_AUTH, ASC_REQ_IDENTIFY } = acceptRequirement

/** Why Kerberos refuses a client; it is told in the server's answer, upon which the client gives up. */
type Refusal = 'KRB_AP_ERR_MODIFIED' | 'KRB_AP_ERR_SKEW' | 'KRB_AP_ERR_REPEAT'

/** What a client has shown, once it is read. */
interface Shown {
  readonly client: UserAccount
  readonly authenticator: Message<'authenticator'>
  readonly sessionKey: Uint8Array
  readonly endTime: bigint
}

/**
 * The server's side of Kerberos: it reads the ticket with the key of its own account and logs the client on over the
 * network. A ticket for another account it cannot read: it answers so, and has no client.
 *
 * @see https://learn.microsoft.com/openspecs/windows_protocols/ms-kile/f3b2f5c0-962b-4666-bb57-d0e9ebf664a2
 */
export class KerberosServerExchange implements Exchange {
  readonly package: 'Negotiate' | 'Kerberos'
  readonly settled = 'Kerberos'
  readonly #lsa: Lsa
  readonly #key: Uint8Array
  readonly #keyDistributionCenter: KeyDistributionCenter
  #isOver = false
  #peer: EstablishedPeer | undefined

  constructor(
    packageName: 'Negotiate' | 'Kerberos',
    lsa: Lsa,
    key: Uint8Array,
    keyDistributionCenter: KeyDistributionCenter,
  ) {
    this.package = packageName
    this.#lsa = lsa
    this.#key = key
    this.#keyDistributionCenter = keyDistributionCenter
  }

  get peer(): EstablishedPeer | undefined {
    return this.#peer
  }

  advance(request: LegRequest): LegAnswer {
    if (this.#isOver) throw new Failure('SEC_E_OUT_OF_SEQUENCE')
    this.#isOver = true
    const message = decodeMessage('apRequest', request.token)
    const framing = decodeText(message.framing)
    // Negotiate takes the tokens of Kerberos as they are; Kerberos does not know those of Negotiate.
    const isUnderstood = framing === 'Kerberos' || (framing === 'Negotiate' && this.package === 'Negotiate')
    if (!isUnderstood) throw invalidToken()
    const shown = this.#read(message)
    if (typeof shown === 'string') {
      this.#isOver = false
      return refuse(shown)
    }
    checkBindings(shown.authenticator.bindings, request.channelBindings, request.requirements)
    return this.#accept(shown, request, framing)
  }

  #read({ service, ticket, authenticator }: Message<'apRequest'>): Shown | Refusal {
    const ticketPart = unseal(this.#keyFor(decodeText(service)), 'ticket', ticket)
    const opened = ticketPart && unseal(ticketPart.sessionKey, 'authenticator', authenticator)
    const client = ticketPart && this.#keyDistributionCenter.domain.user(decodeText(ticketPart.client))
    if (ticketPart === undefined || opened === undefined || client === undefined) return 'KRB_AP_ERR_MODIFIED'
    const now = windowsTimeNow()
    const time = decodeTime(opened.time)
    if (now - time > clockTolerance || time - now > clockTolerance) return 'KRB_AP_ERR_SKEW'
    if (!this.#lsa.replays.take(authenticator, time, now)) return 'KRB_AP_ERR_REPEAT'
    const { sessionKey, endTime } = ticketPart
    return { client, authenticator: opened, sessionKey, endTime: decodeTime(endTime) }
  }

  /** RestrictedKrbHost is the computer, whoever the server runs as. */
  #keyFor(service: string): Uint8Array {
    const isOfComputer = service.toLowerCase().startsWith('restrictedkrbhost/')
    return isOfComputer ? keyOfText(this.#keyDistributionCenter.domain.computer.password) : this.#key
  }

  #accept({ client, authenticator, sessionKey, endTime }: Shown, request: LegRequest, framing: string): LegAnswer {
    const flags = authenticator.flags[0] ?? 0
    const isMutual = (flags & authenticatorFlag.mutual) !== 0
    const isIdentify = (flags & authenticatorFlag.identify) !== 0
    const forwarded = authenticator.forwarded.length > 0 ? authenticator.forwarded : undefined
    const level = levelOf(isIdentify, forwarded)
    const contents = { ...this.#logOn(client, forwarded), level }
    this.#peer = {
      clientName: `${client.domain}\\${client.name}`,
      targetName: decodeText(authenticator.service),
      token: new Token(this.#lsa.luids, contents, defaultSecurity(contents, 'token')),
    }
    return {
      done: true,
      token: isMutual
        ? encodeMessage('apReply', { part: seal(sessionKey, 'replyPart', { time: authenticator.time }) })
        : acceptance(framing, request.token, sessionKey),
      attributes:
        (request.requirements & serverRequirements) |
        (isMutual ? ASC_REQ_MUTUAL_AUTH : 0) |
        (isIdentify ? ASC_REQ_IDENTIFY : 0) |
        (forwarded === undefined ? 0 : ASC_REQ_DELEGATE),
      expiry: localTime(endTime),
    }
  }

  #logOn(client: UserAccount, grantingTicket: Uint8Array | undefined): TokenContents {
    const type = logonType.LOGON32_LOGON_NETWORK
    const kind = logonKindOf(type)
    try {
      checkRight(this.#lsa, client, kind)
    } catch (error) {
      throw error instanceof Failure ? new Failure('SEC_E_LOGON_DENIED') : error
    }
    const networkCredentials = grantingTicket && { user: `${client.domain}\\${client.name}`, password: client.password }
    const contents = tokenFor(this.#lsa, client, {
      kind,
      type,
      sessionId: 0,
      origin: 0n,
      sourceName: 'Kerberos',
      addedGroups: [],
      authority: [Sid.wellKnown('AuthenticationAuthorityAsserted')],
      networkCredentials,
    })
    return { ...contents, session: { ...contents.session, grantingTicket } }
  }
}

function levelOf(isIdentify: boolean, forwarded: Uint8Array | undefined): ImpersonationLevel {
  if (isIdentify) return impersonationLevel.SecurityIdentification
  return forwarded === undefined ? impersonationLevel.SecurityImpersonation : impersonationLevel.SecurityDelegation
}

/** SPNEGO tells the client that it is accepted; Kerberos itself says nothing to one that does not ask who the server is. */
function acceptance(framing: string, apRequest: Uint8Array, sessionKey: Uint8Array): Uint8Array {
  if (framing !== 'Negotiate') return new Uint8Array()
  const transcript = new Transcript()
  transcript.add(apRequest)
  return encodeMessage('accepted', { proof: transcript.prove(sessionKey, 'server') })
}

function refuse(error: Refusal): LegAnswer {
  return { done: false, token: encodeMessage('kerberosError', { code: encodeText(error) }), attributes: 0 }
}
