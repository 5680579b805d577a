import { logonType, tokenType, type LogonType } from '@asuser/native'
import type { Sid } from '@asuser/security-descriptors'
import { createLogonSession, logonSidOf, type LogonSession, type NetworkCredentials } from '../kernel/logon-session.ts'
import type { TokenContents, TokenGroup } from '../kernel/token.ts'
import { accountSids } from './account-sids.ts'
import type { LogonKind } from './logon-kinds.ts'
import type { Lsa } from './lsa.ts'
import { administrators, splitTokens, userToken, type UserTokenOptions } from './token-contents.ts'
import type { UserAccount } from './user-account.ts'

export interface TokenRequest {
  readonly kind: LogonKind
  readonly type: LogonType
  readonly sessionId: number
  readonly origin: bigint
  readonly sourceName: string
  /** Who the session is for other computers; left out, nobody. */
  readonly networkCredentials?: NetworkCredentials | undefined
  readonly addedGroups: readonly TokenGroup[]
  /** The groups that say who vouches for the user, and how. */
  readonly authority: readonly Sid[]
}

/** What the token of a user says who may log on. */
export function tokenFor(lsa: Lsa, user: UserAccount, request: TokenRequest): TokenContents {
  const { kind, authority } = request
  const logonSid = kind.isNetwork ? undefined : logonSidOf(lsa.luids.next())
  const sids = [...accountSids(lsa.accounts, user, kind), ...authority]
  const allSids = [...sids, ...request.addedGroups.map(({ sid }) => sid)]
  const options: UserTokenOptions = {
    session: sessionFor(lsa, user, logonSid, request.networkCredentials),
    sessionId: request.sessionId,
    origin: request.origin,
    sourceName: request.sourceName,
    primaryGroup: user.primaryGroup,
    groups: sids.slice(1),
    addedGroups: request.addedGroups,
    privileges: lsa.rights.privilegesOf(allSids),
    enableAll: kind.isNetwork,
  }
  const isAdministrator = allSids.some((sid) => sid.equals(administrators))
  const isSplit = lsa.uac && isAdministrator && request.type === logonType.LOGON32_LOGON_INTERACTIVE
  const contents = isSplit
    ? splitTokens(options, sessionFor(lsa, user, logonSid, request.networkCredentials))
    : userToken(options)
  // Windows-behaviour 2.1: a network logon gives an impersonation token.
  return request.type === logonType.LOGON32_LOGON_NETWORK
    ? { ...contents, type: tokenType.TokenImpersonation }
    : contents
}

function sessionFor(
  lsa: Lsa,
  user: UserAccount,
  logonSid: Sid | undefined,
  networkCredentials: NetworkCredentials | undefined,
): LogonSession {
  return createLogonSession({
    luid: lsa.luids.next(),
    logonSid,
    user: user.sid,
    name: user.name,
    domain: user.domain,
    networkCredentials,
  })
}
