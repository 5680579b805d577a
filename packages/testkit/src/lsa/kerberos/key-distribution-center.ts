import { randomBytes } from 'node:crypto'
import type { CredentialsOwner } from '../../kernel/credentials.ts'
import { Failure } from '../../kernel/failure.ts'
import { windowsTimeNow } from '../../kernel/windows-time.ts'
import { NotSimulatedError } from '../../not-simulated-error.ts'
import type { Domain } from '../domain.ts'
import { decodeText, encodeText } from '../security-package/message.ts'
import { areEqual, keyOfText } from '../security-package/proof.ts'
import type { UserAccount } from '../user-account.ts'
import { seal, unseal } from './sealed-message.ts'
import { decodeTime, encodeTime } from './time.ts'

/** What a client gets for one service. */
export interface ServiceTicket {
  /** The client, `CORP\alice`. */
  readonly clientName: string
  /** For the service, sealed with the key of its account. */
  readonly ticket: Uint8Array
  readonly sessionKey: Uint8Array
  /** A ticket to hand on, where the client's account and that of the service allow it. */
  readonly forwardable: Uint8Array | undefined
  readonly endTime: bigint
}

/** The lifetime of tickets that a new domain has: ten hours. */
const lifetime = 10n * 3600n * 10_000_000n

/**
 * The domain controller's part in Kerberos: who knows a password gets a ticket to ask for tickets with, and those are for
 * services.
 *
 * @see https://learn.microsoft.com/openspecs/windows_protocols/ms-kile/2a32282e-dd48-4ad9-a542-609804b02cc9
 */
export class KeyDistributionCenter {
  readonly domain: Domain
  readonly #key = randomBytes(32)

  constructor(domain: Domain) {
    this.domain = domain
  }

  /**
   * The ticket for a service, where both the client and the service are known here.
   *
   * @throws Failure `SEC_E_NO_AUTHENTICATING_AUTHORITY` for a client of another domain, `SEC_E_LOGON_DENIED`,
   *   `SEC_E_TARGET_UNKNOWN`
   */
  ticketFor(owner: CredentialsOwner, serviceName: string): ServiceTicket {
    return this.#serviceTicket(owner.grantingTicket ?? this.#authenticate(owner), serviceName)
  }

  #authenticate({ user, domain, key }: CredentialsOwner): Uint8Array {
    const isRealm = domain === '' ? user.includes('@') : this.domain.isNamed(domain)
    const account = domain === '' ? this.domain.principal(user) : this.domain.user(user)
    const isElsewhere = domain === '' && !this.domain.isNamed(user.slice(user.lastIndexOf('@') + 1))
    if (!isRealm || isElsewhere) throw new Failure('SEC_E_NO_AUTHENTICATING_AUTHORITY', { user, domain })
    if (
      account === undefined ||
      key === undefined ||
      !areEqual(key, keyOfText(account.password)) ||
      isBarred(account)
    ) {
      throw new Failure('SEC_E_LOGON_DENIED', { user, domain })
    }
    return seal(this.#key, 'grantingTicket', {
      client: encodeText(account.name),
      forwardable: account.accountNotDelegated ? new Uint8Array() : Uint8Array.of(1),
      endTime: encodeTime(windowsTimeNow() + lifetime),
    })
  }

  #serviceTicket(grantingTicket: Uint8Array, serviceName: string): ServiceTicket {
    const shown = unseal(this.#key, 'grantingTicket', grantingTicket)
    if (shown === undefined) throw new Failure('SEC_E_LOGON_DENIED')
    if (decodeTime(shown.endTime) < windowsTimeNow()) {
      throw new NotSimulatedError('initializeSecurityContext', 'a client’s ticket that has ended')
    }
    const service = this.domain.serviceAccount(serviceName)
    if (service === undefined) throw this.#targetUnknown(serviceName)
    const sessionKey = randomBytes(32)
    const sealed = { client: shown.client, sessionKey, endTime: shown.endTime }
    return {
      clientName: `${this.domain.name}\\${decodeText(shown.client)}`,
      ticket: seal(keyOfText(service.password), 'ticket', sealed),
      sessionKey,
      // The flags FORWARDABLE of the client and OK-AS-DELEGATE of the service: MS-KILE 3.3.5.1.
      forwardable: shown.forwardable.length > 0 && service.trustedForDelegation ? grantingTicket : undefined,
      endTime: decodeTime(shown.endTime),
    }
  }

  /** Without a slash it may be a user or a computer, of whom a ticket is made in another way. */
  #targetUnknown(name: string): Error {
    const isAccount =
      (this.domain.principal(name) ?? this.domain.user(name.slice(name.lastIndexOf('\\') + 1))) !== undefined
    return isAccount
      ? new NotSimulatedError('initializeSecurityContext', 'Kerberos to an account by its own name')
      : new Failure('SEC_E_TARGET_UNKNOWN', { target: name })
  }
}

function isBarred({ disabled, lockedOut, passwordExpired, passwordMustChange }: UserAccount): boolean {
  return disabled || lockedOut || passwordExpired || passwordMustChange
}
