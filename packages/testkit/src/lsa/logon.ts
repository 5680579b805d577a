import { impersonationLevel, logonProvider, logonType, tokenType, type LogonType } from '@asuser/native'
import { Sid, type WellKnownSidName } from '@asuser/security-descriptors'
import { Failure, type FailureCode } from '../kernel/failure.ts'
import { createLogonSession, logonSidOf, type LogonSession } from '../kernel/logon-session.ts'
import type { LuidSource } from '../kernel/luid.ts'
import { enabledGroup, type TokenContents, type TokenGroup } from '../kernel/token.ts'
import { NotSimulatedError } from '../not-simulated-error.ts'
import type { AccountRights, LogonRight } from './account-rights.ts'
import type { Accounts, UserAccount } from './accounts.ts'
import { serviceToken, type ServiceAccountName } from './service-accounts.ts'
import { administrators, splitTokens, userToken, type UserTokenOptions } from './token-contents.ts'

/** The local security authority: who may log on, and what the token of a logon says. */
export interface Lsa {
  readonly accounts: Accounts
  readonly rights: AccountRights
  readonly luids: LuidSource
  /** Whether administrators get two tokens, as UAC has it. */
  readonly uac: boolean
}

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

interface LogonKind {
  readonly right: LogonRight
  readonly denyRight: LogonRight
  readonly groups: readonly WellKnownSidName[]
  readonly isNetwork: boolean
}

const kinds: Partial<Record<LogonType, LogonKind>> = {
  [logonType.LOGON32_LOGON_INTERACTIVE]: {
    right: 'SeInteractiveLogonRight',
    denyRight: 'SeDenyInteractiveLogonRight',
    groups: ['Interactive', 'ConsoleLogon'],
    isNetwork: false,
  },
  [logonType.LOGON32_LOGON_NETWORK]: {
    right: 'SeNetworkLogonRight',
    denyRight: 'SeDenyNetworkLogonRight',
    groups: ['Network'],
    isNetwork: true,
  },
  [logonType.LOGON32_LOGON_BATCH]: {
    right: 'SeBatchLogonRight',
    denyRight: 'SeDenyBatchLogonRight',
    groups: ['Batch', 'ConsoleLogon'],
    isNetwork: false,
  },
  [logonType.LOGON32_LOGON_SERVICE]: {
    right: 'SeServiceLogonRight',
    denyRight: 'SeDenyServiceLogonRight',
    groups: ['Service', 'ConsoleLogon'],
    isNetwork: false,
  },
  [logonType.LOGON32_LOGON_NETWORK_CLEARTEXT]: {
    right: 'SeNetworkLogonRight',
    denyRight: 'SeDenyNetworkLogonRight',
    groups: ['Network'],
    isNetwork: true,
  },
}

/**
 * Logs a user on.
 *
 * @throws Failure as `LogonUser` does
 */
export function logOn(lsa: Lsa, request: LogonRequest): TokenContents {
  if (request.type === logonType.LOGON32_LOGON_NEW_CREDENTIALS) return cloneWithNewCredentials(lsa, request)
  const kind = kindOf(request.type)
  const service = serviceAccountOf(request)
  if (service !== undefined) return logServiceOn(lsa, request, service)
  if (request.provider === logonProvider.LOGON32_PROVIDER_VIRTUAL) return logVirtualAccountOn(lsa, request, kind)
  const user = authenticate(lsa, request)
  checkRight(lsa, user, kind)
  return tokenFor(lsa, user, {
    kind,
    type: request.type,
    sessionId: request.caller.sessionId,
    // TOKEN_ORIGIN: the caller's session where credentials are kept, nothing after network authentication.
    origin: kind.isNetwork ? 0n : request.caller.session.luid,
    sourceName: 'Advapi',
    addedGroups: withTheirGroups(lsa, request.addedGroups),
  })
}

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
 * A network logon of a local user without a password, as the MSV1_0 package does it.
 *
 * @throws Failure as `LsaLogonUser` does
 */
export function logOnForService(lsa: Lsa, request: S4ULogonRequest): TokenContents {
  const type = logonType.LOGON32_LOGON_NETWORK
  const kind = kindOf(type)
  const user = isLocal(lsa, request.domain) ? lsa.accounts.user(request.user) : undefined
  if (user === undefined) throw logonFailure('ERROR_LOGON_FAILURE', request)
  if (user.lockedOut) throw logonFailure('ERROR_ACCOUNT_LOCKED_OUT', request)
  if (user.disabled) throw logonFailure('ERROR_ACCOUNT_DISABLED', request)
  checkRight(lsa, user, kind)
  const { sourceName, caller } = request
  const contents = tokenFor(lsa, user, {
    kind,
    type,
    sessionId: caller.sessionId,
    origin: 0n,
    sourceName,
    addedGroups: [],
  })
  const level = request.trusted ? impersonationLevel.SecurityImpersonation : impersonationLevel.SecurityIdentification
  return { ...contents, level }
}

/** The logon of a user at the console, or by the machine itself, where nobody asks for a password. */
export function logOnWithoutPassword(lsa: Lsa, user: UserAccount, sessionId: number): TokenContents {
  const type = logonType.LOGON32_LOGON_INTERACTIVE
  const origin = 0x3e7n
  return tokenFor(lsa, user, { kind: kindOf(type), type, sessionId, origin, sourceName: 'User32', addedGroups: [] })
}

function kindOf(type: LogonType): LogonKind {
  const kind = kinds[type]
  if (kind === undefined) throw new NotSimulatedError('logonUser', `the logon type ${type}`)
  return kind
}

/** The one token that a service account has from boot on, with what is added to it. */
function logServiceOn(lsa: Lsa, request: LogonRequest, service: ServiceAccountName): TokenContents {
  const contents = serviceToken(service, request.caller.sessionId)
  return { ...contents, groups: [...contents.groups, ...withTheirGroups(lsa, request.addedGroups)] }
}

/** The account of a service, which has no password: to be trusted is what lets the caller in. */
function logVirtualAccountOn(lsa: Lsa, request: LogonRequest, kind: LogonKind): TokenContents {
  if (!request.isTrusted) throw new Failure('ERROR_PRIVILEGE_NOT_HELD', { user: request.user })
  const account = request.domain?.toUpperCase() === 'NT SERVICE' ? lsa.accounts.service(request.user) : undefined
  if (account === undefined) throw logonFailure('ERROR_LOGON_FAILURE', request)
  const groups = [
    ...(['World', 'BuiltinUsers'] as const),
    ...kind.groups,
    ...(['AuthenticatedUser', 'ThisOrganization', 'Local'] as const),
  ].map((name) => Sid.wellKnown(name))
  const sids = [account.sid, ...groups, allServices]
  if (!lsa.rights.holds(kind.right, sids)) throw notGranted(account, kind)
  return userToken({
    session: createLogonSession({
      luid: lsa.luids.next(),
      logonSid: logonSidOf(lsa.luids.next()),
      user: account.sid,
      name: account.name,
      domain: account.domain,
    }),
    sessionId: request.caller.sessionId,
    origin: request.caller.session.luid,
    sourceName: 'Advapi',
    primaryGroup: account.sid,
    groups: sids.slice(1),
    addedGroups: withTheirGroups(lsa, request.addedGroups),
    privileges: lsa.rights.privilegesOf([...sids, ...request.addedGroups.map(({ sid }) => sid)]),
    enableAll: false,
  })
}

const allServices = Sid.parse('S-1-5-80-0')

function notGranted({ name }: { readonly name: string }, { right }: LogonKind): Failure {
  return new Failure('ERROR_LOGON_TYPE_NOT_GRANTED', { user: name, right })
}

/** Added groups and, as LSA expands them, the local groups that they are members of. */
function withTheirGroups(lsa: Lsa, added: readonly TokenGroup[]): readonly TokenGroup[] {
  const expanded = added.flatMap(({ sid }) => lsa.accounts.groupsOf(sid)).map((sid) => enabledGroup(sid))
  return [...added, ...expanded]
}

function authenticate(lsa: Lsa, request: LogonRequest): UserAccount {
  const user = isLocal(lsa, request.domain) ? lsa.accounts.user(request.user) : undefined
  // One code for both, so that nobody learns which accounts there are.
  if (user === undefined) throw logonFailure('ERROR_LOGON_FAILURE', request)
  if (user.lockedOut) throw logonFailure('ERROR_ACCOUNT_LOCKED_OUT', request)
  if (user.password !== request.password) throw logonFailure('ERROR_LOGON_FAILURE', request)
  if (user.disabled) throw logonFailure('ERROR_ACCOUNT_DISABLED', request)
  if (user.passwordMustChange) throw logonFailure('ERROR_PASSWORD_MUST_CHANGE', request)
  if (user.passwordExpired) throw logonFailure('ERROR_PASSWORD_EXPIRED', request)
  // "Limit local account use of blank passwords to console logon only", which is the default.
  if (user.password === '') throw logonFailure('ERROR_ACCOUNT_RESTRICTION', request)
  return user
}

function isLocal(lsa: Lsa, domain: string | null): boolean {
  return domain === null || domain === '.' || domain.toLowerCase() === lsa.accounts.computerName.toLowerCase()
}

function serviceAccountOf({ user, domain, type }: LogonRequest): ServiceAccountName | undefined {
  if (type !== logonType.LOGON32_LOGON_SERVICE || domain?.toUpperCase() !== 'NT AUTHORITY') return undefined
  switch (user.toLowerCase().replaceAll(' ', '')) {
    case 'localservice':
      return 'LocalService'
    case 'networkservice':
      return 'NetworkService'
    default:
      return undefined
  }
}

function checkRight(lsa: Lsa, user: UserAccount, kind: LogonKind): void {
  const sids = accountSids(lsa, user, kind)
  if (!lsa.rights.holds(kind.right, sids) || lsa.rights.holds(kind.denyRight, sids)) {
    throw notGranted(user, kind)
  }
}

interface TokenRequest {
  readonly kind: LogonKind
  readonly type: LogonType
  readonly sessionId: number
  readonly origin: bigint
  readonly sourceName: string
  readonly addedGroups: readonly TokenGroup[]
}

function tokenFor(lsa: Lsa, user: UserAccount, request: TokenRequest): TokenContents {
  const { kind } = request
  const logonSid = kind.isNetwork ? undefined : logonSidOf(lsa.luids.next())
  const sids = accountSids(lsa, user, kind)
  const allSids = [...sids, ...request.addedGroups.map(({ sid }) => sid)]
  const options: UserTokenOptions = {
    session: sessionFor(lsa, user, logonSid),
    sessionId: request.sessionId,
    origin: request.origin,
    sourceName: request.sourceName,
    primaryGroup: lsa.accounts.machineSid.child(513),
    groups: sids.slice(1),
    addedGroups: request.addedGroups,
    privileges: lsa.rights.privilegesOf(allSids),
    enableAll: kind.isNetwork,
  }
  const isAdministrator = allSids.some((sid) => sid.equals(administrators))
  const isSplit = lsa.uac && isAdministrator && request.type === logonType.LOGON32_LOGON_INTERACTIVE
  const contents = isSplit ? splitTokens(options, sessionFor(lsa, user, logonSid)) : userToken(options)
  // Windows-behaviour 2.1: a network logon gives an impersonation token.
  return request.type === logonType.LOGON32_LOGON_NETWORK
    ? { ...contents, type: tokenType.TokenImpersonation }
    : contents
}

function sessionFor(lsa: Lsa, user: UserAccount, logonSid: Sid | undefined): LogonSession {
  return createLogonSession({
    luid: lsa.luids.next(),
    logonSid,
    user: user.sid,
    name: user.name,
    domain: lsa.accounts.computerName,
  })
}

/** The user and all of its groups, in the order in which a token has them. */
function accountSids(lsa: Lsa, user: UserAccount, kind: LogonKind): readonly Sid[] {
  const groups = lsa.accounts.groupsOf(user.sid)
  const isAdministrator = groups.some((sid) => sid.equals(administrators))
  return [
    user.sid,
    lsa.accounts.machineSid.child(513),
    Sid.wellKnown('World'),
    ...(isAdministrator ? [Sid.wellKnown('LocalAccountAndAdministrator')] : []),
    ...groups,
    ...kind.groups.map((name) => Sid.wellKnown(name)),
    Sid.wellKnown('AuthenticatedUser'),
    Sid.wellKnown('ThisOrganization'),
    Sid.wellKnown('LocalAccount'),
    ...(kind.isNetwork ? [] : [Sid.wellKnown('Local')]),
    Sid.wellKnown('NTLMAuthentication'),
  ]
}

/** The caller stays who it is; the given name counts on other computers only, and nobody checks it here. */
function cloneWithNewCredentials(lsa: Lsa, request: LogonRequest): TokenContents {
  const { caller, provider } = request
  if (provider !== logonProvider.LOGON32_PROVIDER_WINNT50 && provider !== logonProvider.LOGON32_PROVIDER_DEFAULT) {
    throw new Failure('ERROR_INVALID_PARAMETER', { provider })
  }
  const { user, name, domain, logonSid } = caller.session
  const session = createLogonSession({ luid: lsa.luids.next(), logonSid, user, name, domain })
  return { ...caller, session, origin: caller.session.luid, source: { name: 'seclogo', luid: 0n } }
}

function logonFailure(code: FailureCode, { user, domain }: Pick<LogonRequest, 'user' | 'domain'>): Failure {
  return new Failure(code, domain === null ? { user } : { user, domain })
}
