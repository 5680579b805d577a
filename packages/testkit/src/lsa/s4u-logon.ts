import { impersonationLevel, logonType, type S4UPackage } from '@asuser/native'
import type { TokenContents } from '../kernel/token.ts'
import { Sid } from '@asuser/security-descriptors'
import { checkRight } from './logon.ts'
import { tokenFor } from './logon-token.ts'
import type { Lsa } from './lsa.ts'
import { logonFailure } from './logon-failure.ts'
import { logonKindOf } from './logon-kinds.ts'
import type { UserAccount } from './user-account.ts'

export interface S4ULogonRequest {
  readonly authenticationPackage: S4UPackage
  readonly user: string
  readonly domain: string | null
  readonly sourceName: string
  /** Whether the token is one to act with. */
  readonly trusted: boolean
  /** The token of the process that asks. */
  readonly caller: TokenContents
}

/**
 * A network logon of a user without a password: of a local one, as the MSV1_0 package does it, or of one of the domain,
 * as Kerberos does. That a password has expired does not matter where none is asked for.
 *
 * @throws Failure as `LsaLogonUser` does
 */
export function logOnForService(lsa: Lsa, request: S4ULogonRequest): TokenContents {
  const type = logonType.LOGON32_LOGON_NETWORK
  const kind = logonKindOf(type)
  const user = findUser(lsa, request)
  if (user === undefined) throw logonFailure('ERROR_LOGON_FAILURE', request)
  if (user.lockedOut) throw logonFailure('ERROR_ACCOUNT_LOCKED_OUT', request)
  if (user.disabled) throw logonFailure('ERROR_ACCOUNT_DISABLED', request)
  checkRight(lsa, user, kind)
  const { sourceName, trusted, caller } = request
  const { sessionId } = caller
  const authority = [Sid.wellKnown(user.isLocal ? 'NTLMAuthentication' : 'AuthenticationServiceAsserted')]
  const contents = tokenFor(lsa, user, { kind, type, sessionId, origin: 0n, sourceName, addedGroups: [], authority })
  const level = trusted ? impersonationLevel.SecurityImpersonation : impersonationLevel.SecurityIdentification
  return { ...contents, level }
}

/** Each package knows its own users alone; Kerberos by their principal names. */
function findUser(
  { accounts }: Lsa,
  { authenticationPackage, user, domain }: S4ULogonRequest,
): UserAccount | undefined {
  if (authenticationPackage !== 'Kerberos') {
    const found = accounts.userOfLogon(user, domain)
    return found?.isLocal === true ? found : undefined
  }
  const isRealm = domain === null || accounts.domain?.isNamed(domain) === true
  return isRealm ? accounts.domain?.principal(user) : undefined
}
