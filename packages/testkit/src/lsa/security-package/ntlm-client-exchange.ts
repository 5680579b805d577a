import { randomBytes } from 'node:crypto'
import { initializeRequirement } from '@asuser/native'
import type { Credentials, CredentialsOwner, SecurityPackageName } from '../../kernel/credentials.ts'
import { Failure } from '../../kernel/failure.ts'
import type { EstablishedPeer, Exchange, LegAnswer, LegRequest } from '../../kernel/security-context.ts'
import { clientOwner } from './acquire-credentials.ts'
import { decodeMessage, encodeMessage, encodeText } from './message.ts'
import { areEqual, hashOfBindings, Transcript } from './proof.ts'
import { clientRequirements } from './requirements.ts'

/** The client's side: it proves that it has the password, for this challenge and these channel bindings. */
export class NtlmClientExchange implements Exchange {
  readonly package: SecurityPackageName
  readonly settled = 'NTLM'
  readonly #owner: KnownOwner
  readonly #targetName: string
  readonly #transcript = new Transcript()
  #expects: 'begin' | 'challenge' | 'accepted' | 'nothing' = 'begin'
  #peer: EstablishedPeer | undefined

  /** @param before what both sides have said before they settled on NTLM */
  constructor(credentials: Credentials, targetName: string, before: readonly Uint8Array[] = []) {
    this.package = credentials.package
    this.#owner = ownerOf(credentials)
    this.#targetName = targetName
    for (const message of before) this.#transcript.add(message)
  }

  get peer(): EstablishedPeer | undefined {
    return this.#peer
  }

  advance(request: LegRequest): LegAnswer {
    const expects = this.#expects
    this.#expects = 'nothing'
    switch (expects) {
      case 'begin':
        return this.#negotiate(request)
      case 'challenge':
        return this.#authenticate(request)
      case 'accepted':
        return this.#finish(request)
      case 'nothing':
        throw new Failure('SEC_E_OUT_OF_SEQUENCE')
    }
  }

  #negotiate({ token }: LegRequest): LegAnswer {
    if (token.length > 0) throw new Failure('SEC_E_INVALID_TOKEN')
    const message = encodeMessage('negotiate', { framing: encodeText(this.package) })
    this.#transcript.add(message)
    this.#expects = 'challenge'
    return { done: false, token: message, attributes: 0 }
  }

  #authenticate({ token: challenge, channelBindings, requirements }: LegRequest): LegAnswer {
    decodeMessage('challenge', challenge)
    this.#transcript.add(challenge)
    const isIdentify = (requirements & initializeRequirement.ISC_REQ_IDENTIFY) !== 0
    const unproven = {
      user: encodeText(this.#owner.user),
      domain: encodeText(this.#owner.domain),
      targetName: encodeText(this.#targetName),
      nonce: randomBytes(16),
      identify: isIdentify ? Uint8Array.of(1) : new Uint8Array(),
      bindings: hashOfBindings(channelBindings),
      proof: new Uint8Array(),
    }
    this.#transcript.add(encodeMessage('authenticate', unproven))
    const proof = this.#transcript.prove(this.#owner.key, 'client')
    const done = this.package === 'NTLM'
    if (done) this.#establish()
    else this.#expects = 'accepted'
    const token = encodeMessage('authenticate', { ...unproven, proof })
    return { done, token, attributes: requirements & clientRequirements }
  }

  #finish({ token, requirements }: LegRequest): LegAnswer {
    const { proof } = decodeMessage('accepted', token)
    if (!areEqual(proof, this.#transcript.prove(this.#owner.key, 'server'))) throw new Failure('SEC_E_MESSAGE_ALTERED')
    this.#establish()
    return { done: true, token: new Uint8Array(), attributes: requirements & clientRequirements }
  }

  #establish(): void {
    const { user, domain } = this.#owner
    this.#peer = { clientName: `${domain}\\${user}`, targetName: this.#targetName, token: undefined }
  }
}

type KnownOwner = CredentialsOwner & { readonly key: Uint8Array }

function ownerOf(credentials: Credentials): KnownOwner {
  const owner = clientOwner(credentials)
  const { key } = owner
  // NTLM delegates nothing, and what Kerberos has delegated is of no use to it.
  if (key === undefined) throw new Failure('SEC_E_NO_CREDENTIALS')
  return { ...owner, key }
}
