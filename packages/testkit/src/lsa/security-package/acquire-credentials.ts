import type { SecurityIdentity } from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import type { CredentialsOwner, Credentials, SecurityPackageName } from '../../kernel/credentials.ts'
import { Failure } from '../../kernel/failure.ts'
import type { Token } from '../../kernel/token.ts'
import { NotSimulatedError } from '../../not-simulated-error.ts'
import type { Lsa } from '../lsa.ts'
import type { UserAccount } from '../user-account.ts'
import { keyOf, keyOfText } from './proof.ts'

const packages: readonly SecurityPackageName[] = ['Negotiate', 'NTLM', 'Kerberos']

/** @throws Failure `SEC_E_SECPKG_NOT_FOUND` */
export function securityPackage(name: string): SecurityPackageName {
  const found = packages.find((known) => known.toLowerCase() === name.toLowerCase())
  if (found === undefined) throw new Failure('SEC_E_SECPKG_NOT_FOUND', { package: name })
  return found
}

/** Whom the credentials are of: the given identity, which is not checked here, or the caller. */
export function credentialsOwner(lsa: Lsa, caller: Token, identity: SecurityIdentity | null): Credentials['owner'] {
  return identity === null ? ownerOfSession(lsa, caller) : ownerOfIdentity(lsa, identity)
}

/**
 * Who a client with these credentials is.
 *
 * @throws Failure `SEC_E_NO_CREDENTIALS`
 */
export function clientOwner({ use, owner }: Credentials): CredentialsOwner {
  if (use === 'inbound' || owner === 'network logon') throw new Failure('SEC_E_NO_CREDENTIALS')
  if (owner !== 'service') return owner
  throw new NotSimulatedError('initializeSecurityContext', 'the credentials of a service account: give an identity')
}

function ownerOfIdentity(lsa: Lsa, { user, domain, password }: SecurityIdentity): CredentialsOwner {
  if (user === '') throw new NotSimulatedError('acquireCredentialsHandle', 'an anonymous identity')
  return { user, domain: domain ?? (user.includes('@') ? '' : lsa.accounts.computerName), key: keyOf(password) }
}

/** What a logon leaves behind for other computers to see; a network logon leaves what the client delegated. */
function ownerOfSession(lsa: Lsa, { contents }: Token): Credentials['owner'] {
  const { source, session } = contents
  if (source.name === 'seclogo') throw new NotSimulatedError('acquireCredentialsHandle', 'a logon with new credentials')
  if (session.grantingTicket !== undefined) {
    return { user: session.name, domain: session.domain, key: undefined, grantingTicket: session.grantingTicket }
  }
  const account = lsa.accounts.userBySid(session.user) ?? computerFor(lsa, session.user)
  if (account === undefined) return 'service'
  if (session.logonSid === undefined && account !== lsa.accounts.domain?.computer) return 'network logon'
  return { user: account.name, domain: account.domain, key: keyOfText(account.password) }
}

/**
 * Services are the computer for others, but for those of LocalService, who are nobody.
 *
 * @see https://learn.microsoft.com/windows/win32/services/service-user-accounts
 */
function computerFor({ accounts }: Lsa, user: Sid): UserAccount | undefined {
  return user.equals(Sid.wellKnown('LocalService')) ? undefined : accounts.domain?.computer
}
