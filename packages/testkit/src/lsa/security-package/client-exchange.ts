import type { Credentials } from '../../kernel/credentials.ts'
import { Failure } from '../../kernel/failure.ts'
import type { Exchange, LegAnswer, LegRequest } from '../../kernel/security-context.ts'
import type { Lsa } from '../lsa.ts'
import { clientOwner } from './acquire-credentials.ts'
import { KerberosClientExchange } from './kerberos-client-exchange.ts'
import { isMessage } from './message.ts'
import { NtlmClientExchange } from './ntlm-client-exchange.ts'
import { SettlingExchange } from './settling-exchange.ts'

/** The client's side. Negotiate begins with Kerberos where there is a ticket to be had, and takes NTLM otherwise. */
export class ClientExchange extends SettlingExchange {
  readonly #credentials: Credentials
  readonly #targetName: string
  #current: Exchange
  #sent: Uint8Array = new Uint8Array()

  constructor(credentials: Credentials, targetName: string, lsa: Lsa) {
    super(credentials.package, 'servers', 'initializeSecurityContext')
    this.#credentials = credentials
    this.#targetName = targetName
    this.#current = beginningOf(credentials, targetName, lsa)
  }

  get current(): Exchange {
    return this.#current
  }

  protected takeLeg(request: LegRequest): LegAnswer {
    const isAsked = this.settled === 'Kerberos' && this.package === 'Negotiate' && isMessage('useNtlm', request.token)
    if (!isAsked || this.peer !== undefined) return this.#advance(request)
    this.#current = new NtlmClientExchange(this.#credentials, this.#targetName, [this.#sent, request.token])
    return this.#advance({ ...request, token: new Uint8Array() })
  }

  #advance(request: LegRequest): LegAnswer {
    const answer = this.#current.advance(request)
    this.#sent = answer.token
    return answer
  }
}

/** @throws Failure where Kerberos is asked for and cannot be had, or Negotiate has nothing at all */
function beginningOf(credentials: Credentials, targetName: string, lsa: Lsa): Exchange {
  switch (credentials.package) {
    case 'NTLM':
      return new NtlmClientExchange(credentials, targetName)
    case 'Kerberos':
      return kerberosClient('Kerberos', credentials, targetName, lsa)
    case 'Negotiate':
      return tryKerberos(credentials, targetName, lsa) ?? new NtlmClientExchange(credentials, targetName)
  }
}

/**
 * Negotiate takes NTLM where the parties or the name that is asked for rule Kerberos out, and not where Kerberos says
 * that the client is not who it claims to be.
 *
 * @see https://learn.microsoft.com/windows/win32/secauthn/microsoft-negotiate
 */
function tryKerberos(credentials: Credentials, targetName: string, lsa: Lsa): Exchange | undefined {
  try {
    return kerberosClient('Negotiate', credentials, targetName, lsa)
  } catch (error) {
    if (error instanceof Failure && error.code !== 'SEC_E_LOGON_DENIED') return undefined
    throw error
  }
}

function kerberosClient(
  packageName: 'Negotiate' | 'Kerberos',
  credentials: Credentials,
  targetName: string,
  { keyDistributionCenter, accounts }: Lsa,
): Exchange {
  const owner = clientOwner(credentials)
  // A computer that is in no domain has nobody to ask for a ticket.
  if (keyDistributionCenter === undefined) throw new Failure('SEC_E_NO_AUTHENTICATING_AUTHORITY')
  const isLocalLogon = !credentials.isGiven && owner.domain === accounts.computerName
  if (isLocalLogon) throw new Failure('SEC_E_NO_CREDENTIALS')
  return new KerberosClientExchange(packageName, owner, targetName, keyDistributionCenter)
}
