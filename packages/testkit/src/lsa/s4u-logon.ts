import { impersonationLevel, logonType } from '@asuser/native'
import type { TokenContents } from '../kernel/token.ts'
import { checkRight, isLocal, type Lsa, tokenFor } from './logon.ts'
import { logonFailure } from './logon-failure.ts'
import { logonKindOf } from './logon-kinds.ts'

export interface S4ULogonRequest {
  readonly user: string
  readonly domain: string | null
  readonly sourceName: string
  /** Whether the token is one to act with. */
  readonly trusted: boolean
  /** The token of the process that asks. */
  readonly caller: TokenContents
}

/**
 * A network logon of a local user without a password, as the MSV1_0 package does it. That a password has expired does
 * not matter where none is asked for.
 *
 * @throws Failure as `LsaLogonUser` does
 */
export function logOnForService(lsa: Lsa, request: S4ULogonRequest): TokenContents {
  const type = logonType.LOGON32_LOGON_NETWORK
  const kind = logonKindOf(type)
  const user = isLocal(lsa, request.domain) ? lsa.accounts.user(request.user) : undefined
  if (user === undefined) throw logonFailure('ERROR_LOGON_FAILURE', request)
  if (user.lockedOut) throw logonFailure('ERROR_ACCOUNT_LOCKED_OUT', request)
  if (user.disabled) throw logonFailure('ERROR_ACCOUNT_DISABLED', request)
  checkRight(lsa, user, kind)
  const { sourceName, trusted, caller } = request
  const { sessionId } = caller
  const contents = tokenFor(lsa, user, { kind, type, sessionId, origin: 0n, sourceName, addedGroups: [] })
  const level = trusted ? impersonationLevel.SecurityImpersonation : impersonationLevel.SecurityIdentification
  return { ...contents, level }
}
