import { logonProvider, logonType, type LogonType } from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import { Failure } from '../kernel/failure.ts'
import { createLogonSession, type NetworkCredentials } from '../kernel/logon-session.ts'
import type { TokenContents, TokenGroup } from '../kernel/token.ts'
import { accountSids } from './account-sids.ts'
import { withTheirGroups } from './added-groups.ts'
import { logonFailure, notGranted } from './logon-failure.ts'
import { type LogonKind, logonKindOf } from './logon-kinds.ts'
import { tokenFor } from './logon-token.ts'
import type { Lsa } from './lsa.ts'
import { logServiceOn } from './service-logon.ts'
import type { UserAccount } from './user-account.ts'

export interface LogonRequest {
  readonly user: string
  readonly domain: string | null
  /** Null for accounts that have none. */
  readonly password: string | null
  readonly type: LogonType
  readonly provider: number
  /** What the token gets besides the groups of the account. */
  readonly addedGroups: readonly TokenGroup[]
  /** Whether the process that asks has SeTcbPrivilege, enabled. */
  readonly isTrusted: boolean
  /** The token of the process that asks. */
  readonly caller: TokenContents
}

/**
 * Logs a user on.
 *
 * @throws Failure as `LogonUser` does
 */
export function logOn(lsa: Lsa, request: LogonRequest): TokenContents {
  if (request.type === logonType.LOGON32_LOGON_NEW_CREDENTIALS) return cloneWithNewCredentials(lsa, request)
  const kind = logonKindOf(request.type)
  const service = logServiceOn(lsa, request, kind)
  if (service !== undefined) return service
  const user = authenticate(lsa, request)
  checkRight(lsa, user, kind)
  return tokenFor(lsa, user, {
    kind,
    type: request.type,
    sessionId: request.caller.sessionId,
    // TOKEN_ORIGIN: the session of the caller, or nothing after network authentication.
    origin: kind.isNetwork ? 0n : request.caller.session.luid,
    sourceName: 'Advapi',
    networkCredentials: request.type === logonType.LOGON32_LOGON_NETWORK ? undefined : credentialsOf(user),
    addedGroups: withTheirGroups(lsa.accounts, request.addedGroups),
    authority: authorityFor(user, isNtlm(request)),
  })
}

/** Negotiate tries Kerberos, unless there is no domain to ask, or NTLM is asked for. */
function isNtlm({ user, domain, provider }: LogonRequest): boolean {
  return provider === logonProvider.LOGON32_PROVIDER_WINNT40 || (domain === null && !user.includes('@'))
}

/** The logon of a user at the console, or by the machine itself, where nobody asks for a password. */
export function logOnWithoutPassword(lsa: Lsa, user: UserAccount, sessionId: number): TokenContents {
  const type = logonType.LOGON32_LOGON_INTERACTIVE
  const kind = logonKindOf(type)
  return tokenFor(lsa, user, {
    kind,
    type,
    sessionId,
    origin: 0x3e7n,
    sourceName: 'User32',
    addedGroups: [],
    authority: authorityFor(user, false),
    networkCredentials: credentialsOf(user),
  })
}

function credentialsOf({ name, password }: UserAccount): NetworkCredentials {
  return { user: name, password }
}

function authenticate(lsa: Lsa, request: LogonRequest): UserAccount {
  const user = lsa.accounts.userOfLogon(request.user, request.domain)
  // One code for both, so that nobody learns which accounts there are.
  if (user === undefined) throw logonFailure('ERROR_LOGON_FAILURE', request)
  if (user.lockedOut) throw logonFailure('ERROR_ACCOUNT_LOCKED_OUT', request)
  if (user.password !== request.password) throw logonFailure('ERROR_LOGON_FAILURE', request)
  if (user.disabled) throw logonFailure('ERROR_ACCOUNT_DISABLED', request)
  if (user.passwordMustChange) throw logonFailure('ERROR_PASSWORD_MUST_CHANGE', request)
  if (user.passwordExpired) throw logonFailure('ERROR_PASSWORD_EXPIRED', request)
  // "Limit local account use of blank passwords to console logon only", which is the default.
  if (user.password === '' && user.isLocal) throw logonFailure('ERROR_ACCOUNT_RESTRICTION', request)
  return user
}

/** @throws Failure `ERROR_LOGON_TYPE_NOT_GRANTED` */
export function checkRight(lsa: Lsa, user: UserAccount, kind: LogonKind): void {
  const sids = accountSids(lsa.accounts, user, kind)
  if (!lsa.rights.holds(kind.right, sids) || lsa.rights.holds(kind.denyRight, sids)) {
    throw notGranted(user.name, kind)
  }
}

/** Who is asked about a user's password: the computer itself and NTLM, or a domain controller through Kerberos. */
function authorityFor(user: UserAccount, throughNtlm: boolean): readonly Sid[] {
  return [
    ...(user.isLocal || throughNtlm ? [Sid.wellKnown('NTLMAuthentication')] : []),
    ...(user.isLocal ? [] : [Sid.wellKnown('AuthenticationAuthorityAsserted')]),
  ]
}

/** The caller stays who it is; the given name counts on other computers only, and nobody checks it here. */
function cloneWithNewCredentials(lsa: Lsa, request: LogonRequest): TokenContents {
  const { caller, provider } = request
  if (provider !== logonProvider.LOGON32_PROVIDER_WINNT50 && provider !== logonProvider.LOGON32_PROVIDER_DEFAULT) {
    throw new Failure('ERROR_INVALID_PARAMETER', { provider })
  }
  const { user, name, domain, logonSid } = caller.session
  const { password } = request
  const networkCredentials = password === null ? undefined : { user: request.user, password }
  const session = createLogonSession({ luid: lsa.luids.next(), logonSid, user, name, domain, networkCredentials })
  return { ...caller, session, origin: caller.session.luid, source: { name: 'seclogo', luid: 0n } }
}
