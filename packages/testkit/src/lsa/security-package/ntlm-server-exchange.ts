import { randomBytes } from 'node:crypto'
import { impersonationLevel, logonProvider, logonType } from '@asuser/native'
import { defaultSecurity } from '../../kernel/default-security.ts'
import type { SecurityPackageName } from '../../kernel/credentials.ts'
import { Failure } from '../../kernel/failure.ts'
import type { EstablishedPeer, Exchange, LegAnswer, LegRequest } from '../../kernel/security-context.ts'
import { Token, type TokenContents } from '../../kernel/token.ts'
import { logOn } from '../logon.ts'
import type { Lsa } from '../lsa.ts'
import { decodeMessage, decodeText, encodeMessage, encodeText, invalidToken } from './message.ts'
import { checkBindings } from './channel-bindings.ts'
import { areEqual, keyOfText, Transcript } from './proof.ts'
import { serverRequirements } from './requirements.ts'

/** The server's side: it challenges, checks the proof, and logs the client on over the network. */
export class NtlmServerExchange implements Exchange {
  readonly package: SecurityPackageName
  readonly settled = 'NTLM'
  readonly #lsa: Lsa
  /** The token of the process that accepts. */
  readonly #server: TokenContents
  readonly #transcript = new Transcript()
  #expects: 'negotiate' | 'authenticate' | 'nothing' = 'negotiate'
  #framing = ''
  #peer: EstablishedPeer | undefined

  /** @param before what both sides have said before they settled on NTLM */
  constructor(packageName: SecurityPackageName, lsa: Lsa, server: TokenContents, before: readonly Uint8Array[] = []) {
    this.package = packageName
    this.#lsa = lsa
    this.#server = server
    for (const message of before) this.#transcript.add(message)
  }

  get peer(): EstablishedPeer | undefined {
    return this.#peer
  }

  advance(request: LegRequest): LegAnswer {
    const expects = this.#expects
    // A leg that fails ends the exchange.
    this.#expects = 'nothing'
    switch (expects) {
      case 'negotiate':
        return this.#challenge(request.token)
      case 'authenticate':
        return this.#authenticate(request)
      case 'nothing':
        throw new Failure('SEC_E_OUT_OF_SEQUENCE')
    }
  }

  #challenge(bytes: Uint8Array): LegAnswer {
    this.#framing = decodeText(decodeMessage('negotiate', bytes).framing)
    // Negotiate takes the tokens of NTLM as they are; NTLM does not know those of Negotiate.
    const understood = this.#framing === 'NTLM' || (this.#framing === 'Negotiate' && this.package === 'Negotiate')
    if (!understood) throw invalidToken()
    const challenge = encodeMessage('challenge', {
      nonce: randomBytes(16),
      computerName: encodeText(this.#lsa.accounts.computerName),
    })
    this.#transcript.add(bytes)
    this.#transcript.add(challenge)
    this.#expects = 'authenticate'
    return { done: false, token: challenge, attributes: 0 }
  }

  #authenticate({ token: bytes, channelBindings, requirements }: LegRequest): LegAnswer {
    const message = decodeMessage('authenticate', bytes)
    const user = decodeText(message.user)
    const domain = decodeText(message.domain) || null
    const targetName = decodeText(message.targetName)
    const account = this.#lsa.accounts.userOfLogon(user, domain)
    const key = keyOfText(account?.password ?? '')
    this.#transcript.add(encodeMessage('authenticate', { ...message, proof: new Uint8Array() }))
    const isProven = areEqual(this.#transcript.prove(key, 'client'), message.proof)
    if (account === undefined || !isProven) throw new Failure('SEC_E_LOGON_DENIED')
    checkBindings(message.bindings, channelBindings, requirements)
    const contents = this.#logOn(user, domain, account.password)
    const level =
      message.identify.length > 0 ? impersonationLevel.SecurityIdentification : impersonationLevel.SecurityImpersonation
    this.#peer = {
      clientName: `${contents.session.domain}\\${contents.session.name}`,
      targetName,
      token: new Token(this.#lsa.luids, { ...contents, level }, defaultSecurity(contents, 'token')),
    }
    const attributes = requirements & serverRequirements
    // Negotiate answers once more, so that the client knows that nothing of the negotiation was changed.
    const answer = this.#framing === 'Negotiate' ? this.#accepted(key) : new Uint8Array()
    return { done: true, token: answer, attributes }
  }

  #accepted(key: Uint8Array): Uint8Array {
    return encodeMessage('accepted', { proof: this.#transcript.prove(key, 'server') })
  }

  #logOn(user: string, domain: string | null, password: string): TokenContents {
    try {
      const contents = logOn(this.#lsa, {
        user,
        domain,
        password,
        type: logonType.LOGON32_LOGON_NETWORK,
        provider: logonProvider.LOGON32_PROVIDER_WINNT40,
        addedGroups: [],
        isTrusted: false,
        caller: this.#server,
      })
      // Nobody showed the server credentials, which would let it act for the client without a privilege.
      return { ...contents, origin: 0n, sessionId: 0, source: { name: 'NtLmSsp', luid: 0n } }
    } catch (error) {
      throw error instanceof Failure ? new Failure('SEC_E_LOGON_DENIED') : error
    }
  }
}
