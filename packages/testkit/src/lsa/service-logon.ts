import { logonProvider, logonType } from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import { Failure } from '../kernel/failure.ts'
import { createLogonSession, logonSidOf } from '../kernel/logon-session.ts'
import type { TokenContents } from '../kernel/token.ts'
import { withTheirGroups } from './added-groups.ts'
import { logonFailure, notGranted } from './logon-failure.ts'
import type { LogonKind } from './logon-kinds.ts'
import type { LogonRequest } from './logon.ts'
import type { Lsa } from './lsa.ts'
import { serviceToken, type ServiceAccountName } from './service-accounts.ts'
import { userToken } from './token-contents.ts'

/**
 * The logon of an account that services run as, which has no password. Undefined for any other account.
 *
 * @throws Failure as `LogonUser` does
 */
export function logServiceOn(lsa: Lsa, request: LogonRequest, kind: LogonKind): TokenContents | undefined {
  if (request.provider === logonProvider.LOGON32_PROVIDER_VIRTUAL) return logVirtualAccountOn(lsa, request, kind)
  const service = serviceAccountOf(request)
  if (service === undefined) return undefined
  // It has one logon session from boot on.
  const contents = serviceToken(service, request.caller.sessionId)
  return { ...contents, groups: [...contents.groups, ...withTheirGroups(lsa.accounts, request.addedGroups)] }
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

/** `NT SERVICE\\name`: that the caller is trusted is all that is asked for. */
function logVirtualAccountOn(lsa: Lsa, request: LogonRequest, kind: LogonKind): TokenContents {
  if (!request.isTrusted) throw new Failure('ERROR_PRIVILEGE_NOT_HELD', { user: request.user })
  const account = request.domain?.toUpperCase() === 'NT SERVICE' ? lsa.accounts.service(request.user) : undefined
  if (account === undefined) throw logonFailure('ERROR_LOGON_FAILURE', request)
  const { sid, name, domain } = account
  const groups = [...virtualAccountGroups.before, ...kind.groups, ...virtualAccountGroups.after]
  const sids = [sid, ...groups.map((group) => Sid.wellKnown(group)), allServices]
  if (!lsa.rights.holds(kind.right, sids)) throw notGranted(name, kind)
  const addedGroups = withTheirGroups(lsa.accounts, request.addedGroups)
  const logonSid = logonSidOf(lsa.luids.next())
  return userToken({
    session: createLogonSession({ luid: lsa.luids.next(), logonSid, user: sid, name, domain }),
    sessionId: request.caller.sessionId,
    origin: request.caller.session.luid,
    sourceName: 'Advapi',
    primaryGroup: sid,
    groups: sids.slice(1),
    addedGroups,
    privileges: lsa.rights.privilegesOf([...sids, ...addedGroups.map((group) => group.sid)]),
    enableAll: false,
  })
}

const virtualAccountGroups = {
  before: ['World', 'BuiltinUsers'],
  after: ['AuthenticatedUser', 'ThisOrganization', 'Local'],
} as const

const allServices = Sid.parse('S-1-5-80-0')
