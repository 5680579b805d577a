import { randomBytes } from 'node:crypto'
import { initializeRequirement } from '@asuser/native'
import type { CredentialsOwner } from '../../kernel/credentials.ts'
import { Failure, type FailureCode } from '../../kernel/failure.ts'
import type { EstablishedPeer, Exchange, LegAnswer, LegRequest } from '../../kernel/security-context.ts'
import { windowsTimeNow } from '../../kernel/windows-time.ts'
import { NotSimulatedError } from '../../not-simulated-error.ts'
import type { KeyDistributionCenter, ServiceTicket } from '../kerberos/key-distribution-center.ts'
import { seal, unseal } from '../kerberos/sealed-message.ts'
import { encodeTime, localTime } from '../kerberos/time.ts'
import { decodeMessage, decodeText, encodeMessage, encodeText, isMessage } from './message.ts'
import { areEqual, hashOfBindings, Transcript } from './proof.ts'
import { clientRequirements } from './requirements.ts'

const { ISC_REQ_DELEGATE, ISC_REQ_MUTUAL_AUTH, ISC_REQ_IDENTIFY } = initializeRequirement

const supported = clientRequirements | ISC_REQ_MUTUAL_AUTH

/** What the authenticator asks for. */
export const authenticatorFlag = { mutual: 1, identify: 2 } as const

/**
 * The client's side of Kerberos: it shows a ticket that only the service can read, and where it asks for mutual
 * authentication the service proves that it could.
 *
 * @see https://learn.microsoft.com/openspecs/windows_protocols/ms-kile/b15648e2-439a-4d04-b8a2-2f34c45690f9
 */
export class KerberosClientExchange implements Exchange {
  readonly package: 'Negotiate' | 'Kerberos'
  readonly settled = 'Kerberos'
  readonly #targetName: string
  readonly #ticket: ServiceTicket
  readonly #realm: string
  readonly #transcript = new Transcript()
  #expects: 'begin' | 'reply' | 'nothing' = 'begin'
  #attributes = 0
  #sentAt: Uint8Array = new Uint8Array()
  #peer: EstablishedPeer | undefined

  /** @throws Failure as `KeyDistributionCenter.ticketFor` does */
  constructor(
    packageName: 'Negotiate' | 'Kerberos',
    owner: CredentialsOwner,
    targetName: string,
    keyDistributionCenter: KeyDistributionCenter,
  ) {
    this.package = packageName
    this.#targetName = targetName
    this.#realm = keyDistributionCenter.domain.realm
    this.#ticket = keyDistributionCenter.ticketFor(owner, targetName)
  }

  get peer(): EstablishedPeer | undefined {
    return this.#peer
  }

  advance(request: LegRequest): LegAnswer {
    const expects = this.#expects
    this.#expects = 'nothing'
    switch (expects) {
      case 'begin':
        return this.#request(request)
      case 'reply':
        return this.#finish(request.token)
      case 'nothing':
        throw new Failure('SEC_E_OUT_OF_SEQUENCE')
    }
  }

  #request({ token, channelBindings, requirements }: LegRequest): LegAnswer {
    if (token.length > 0) throw new Failure('SEC_E_INVALID_TOKEN')
    const isMutual = (requirements & ISC_REQ_MUTUAL_AUTH) !== 0
    // Without mutual authentication a ticket might be handed on to anybody.
    const forwarded = isMutual && (requirements & ISC_REQ_DELEGATE) !== 0 ? this.#ticket.forwardable : undefined
    this.#attributes = (requirements & supported) | (forwarded === undefined ? 0 : ISC_REQ_DELEGATE)
    this.#sentAt = Buffer.concat([encodeTime(windowsTimeNow()), randomBytes(8)])
    const authenticator = seal(this.#ticket.sessionKey, 'authenticator', {
      time: this.#sentAt,
      service: encodeText(`${this.#targetName}@${this.#realm}`),
      flags: Uint8Array.of(flagsOf(requirements)),
      bindings: hashOfBindings(channelBindings),
      forwarded: forwarded ?? new Uint8Array(),
    })
    const message = encodeMessage('apRequest', {
      framing: encodeText(this.package),
      service: encodeText(this.#targetName),
      ticket: this.#ticket.ticket,
      authenticator,
    })
    this.#transcript.add(message)
    // SPNEGO waits for the server to agree, Kerberos for its proof.
    const done = this.package === 'Kerberos' && !isMutual
    if (done) this.#establish()
    else this.#expects = 'reply'
    return this.#answer(done, message)
  }

  #finish(token: Uint8Array): LegAnswer {
    if (isMessage('kerberosError', token)) throw refusal(decodeText(decodeMessage('kerberosError', token).code))
    const isProven = (this.#attributes & ISC_REQ_MUTUAL_AUTH) !== 0 ? this.#isReply(token) : this.#isAcceptance(token)
    if (!isProven) throw new Failure('SEC_E_MESSAGE_ALTERED')
    this.#establish()
    return this.#answer(true, new Uint8Array())
  }

  #isReply(token: Uint8Array): boolean {
    const part = unseal(this.#ticket.sessionKey, 'replyPart', decodeMessage('apReply', token).part)
    return part !== undefined && areEqual(part.time, this.#sentAt)
  }

  #isAcceptance(token: Uint8Array): boolean {
    return areEqual(decodeMessage('accepted', token).proof, this.#transcript.prove(this.#ticket.sessionKey, 'server'))
  }

  #answer(done: boolean, token: Uint8Array): LegAnswer {
    return { done, token, attributes: this.#attributes, expiry: localTime(this.#ticket.endTime) }
  }

  #establish(): void {
    this.#peer = { clientName: this.#ticket.clientName, targetName: this.#targetName, token: undefined }
  }
}

function flagsOf(requirements: number): number {
  return (
    ((requirements & ISC_REQ_MUTUAL_AUTH) === 0 ? 0 : authenticatorFlag.mutual) |
    ((requirements & ISC_REQ_IDENTIFY) === 0 ? 0 : authenticatorFlag.identify)
  )
}

/**
 * What Windows makes of the errors of Kerberos that a server answers with.
 *
 * @see https://github.com/dotnet/wcf/issues/2805 where a service changed its account: the client fails, the server hears of it
 */
const refusals: Readonly<Record<string, FailureCode>> = {
  KRB_AP_ERR_MODIFIED: 'SEC_E_WRONG_PRINCIPAL',
  KRB_AP_ERR_SKEW: 'SEC_E_TIME_SKEW',
}

function refusal(error: string): Error {
  const code = refusals[error]
  if (code === undefined) return new NotSimulatedError('initializeSecurityContext', `the answer ${error} of a server`)
  return new Failure(code, { error })
}
