import type { Credentials } from '../../kernel/credentials.ts'
import { Failure } from '../../kernel/failure.ts'
import type { Exchange, LegAnswer, LegRequest } from '../../kernel/security-context.ts'
import type { TokenContents } from '../../kernel/token.ts'
import type { Lsa } from '../lsa.ts'
import { KerberosServerExchange } from './kerberos-server-exchange.ts'
import { encodeMessage, invalidToken, isMessage } from './message.ts'
import { NtlmServerExchange } from './ntlm-server-exchange.ts'
import { SettlingExchange } from './settling-exchange.ts'

/** The server's side. What the client sends first tells which package it has taken. */
export class ServerExchange extends SettlingExchange {
  readonly #credentials: Credentials
  readonly #lsa: Lsa
  readonly #server: TokenContents
  #current: Exchange | undefined
  #before: readonly Uint8Array[] = []

  /** @param server the token of the process that accepts */
  constructor(credentials: Credentials, lsa: Lsa, server: TokenContents) {
    super(credentials.package, 'clients', 'acceptSecurityContext')
    this.#credentials = credentials
    this.#lsa = lsa
    this.#server = server
  }

  get current(): Exchange | undefined {
    return this.#current
  }

  protected takeLeg(request: LegRequest): LegAnswer {
    const mayAskForNtlm = this.package === 'Negotiate' && this.#current === undefined && this.#before.length === 0
    if (mayAskForNtlm && isMessage('apRequest', request.token) && this.#kerberos() === undefined) {
      const answer = encodeMessage('useNtlm', {})
      this.#before = [request.token, answer]
      return { done: false, token: answer, attributes: 0 }
    }
    this.#current ??= this.#beginningFor(request.token)
    return this.#current.advance(request)
  }

  #beginningFor(token: Uint8Array): Exchange {
    const isKerberos = this.package === 'Kerberos' || (this.package === 'Negotiate' && isMessage('apRequest', token))
    if (!isKerberos) return new NtlmServerExchange(this.package, this.#lsa, this.#server, this.#before)
    const kerberos = this.#kerberos()
    if (kerberos !== undefined) return kerberos
    throw this.package === 'Kerberos' ? new Failure('SEC_E_NO_CREDENTIALS') : invalidToken()
  }

  /** Undefined for a server that has no account in the domain, to which no ticket can be made. */
  #kerberos(): Exchange | undefined {
    const { keyDistributionCenter } = this.#lsa
    const { owner } = this.#credentials
    if (keyDistributionCenter === undefined || typeof owner === 'string' || this.package === 'NTLM') return undefined
    const isOfDomain = owner.domain === '' || keyDistributionCenter.domain.isNamed(owner.domain)
    return isOfDomain && owner.key !== undefined
      ? new KerberosServerExchange(this.package, this.#lsa, owner.key, keyDistributionCenter)
      : undefined
  }
}
