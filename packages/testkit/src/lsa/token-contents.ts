import { groupAttribute, tokenElevationType, tokenType, type TokenElevationType } from '@asuser/native'
import { SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import type { LogonSession } from '../kernel/logon-session.ts'
import type { PrivilegeName } from '../kernel/privileges.ts'
import {
  enabledGroup,
  heldPrivilege,
  primaryLevel,
  type TokenContents,
  type TokenDefaults,
  type TokenGroup,
} from '../kernel/token.ts'
import { limitedPrivileges } from './account-rights.ts'

export const administrators: Sid = Sid.wellKnown('BuiltinAdministrators')

const noWriteUp = 1
const newProcessMinimum = 2

/** These are of use only when they are enabled from the start. */
const enabledByDefault: ReadonlySet<PrivilegeName> = new Set([
  'SeChangeNotifyPrivilege',
  'SeImpersonatePrivilege',
  'SeCreateGlobalPrivilege',
])

export interface UserTokenOptions {
  readonly session: LogonSession
  readonly sessionId: number
  readonly origin: bigint
  readonly sourceName: string
  readonly primaryGroup: Sid
  /** The groups in the order of the token, without label and logon SID. */
  readonly groups: readonly Sid[]
  /** Those that the caller of the logon asked for, with the attributes that it gave them. */
  readonly addedGroups: readonly TokenGroup[]
  readonly privileges: readonly PrivilegeName[]
  /** A network logon has them all enabled. */
  readonly enableAll: boolean
}

/** What the one token of a user says who is no administrator, or whose logons UAC does not split. */
export function userToken(options: UserTokenOptions): TokenContents {
  const isAdministrator = [...options.groups, ...options.addedGroups.map(({ sid }) => sid)].some((sid) =>
    sid.equals(administrators),
  )
  return contents(options, isAdministrator ? 'full' : 'standard', tokenElevationType.TokenElevationTypeDefault)
}

/** What the two tokens of an administrator say under UAC: the limited one comes first and leads to the full one. */
export function splitTokens(options: UserTokenOptions, fullSession: LogonSession): TokenContents {
  const limited: TokenContents = {
    ...contents(options, 'limited', tokenElevationType.TokenElevationTypeLimited),
    linked: () => full,
  }
  const full: TokenContents = {
    ...contents({ ...options, session: fullSession }, 'full', tokenElevationType.TokenElevationTypeFull),
    linked: () => limited,
  }
  return limited
}

type Rank = 'standard' | 'limited' | 'full'

function contents(options: UserTokenOptions, rank: Rank, elevationType: TokenElevationType): TokenContents {
  const { session } = options
  const isFull = rank === 'full'
  const privileges =
    rank === 'limited' ? options.privileges.filter((name) => limitedPrivileges.has(name)) : options.privileges
  const integrityLevel = Sid.wellKnown(isFull ? 'HighLabel' : 'MediumLabel')
  return {
    type: tokenType.TokenPrimary,
    level: primaryLevel,
    session,
    sessionId: options.sessionId,
    user: { sid: session.user, attributes: 0 },
    groups: [
      ...options.groups.map((sid) => groupOf(sid, rank)),
      ...options.addedGroups.map((group) => addedGroupOf(group, rank)),
      ...logonGroup(session.logonSid),
      labelGroup(integrityLevel),
    ],
    privileges: privileges.map((name) => heldPrivilege(name, options.enableAll || enabledByDefault.has(name))),
    defaults: defaultsFor(isFull ? administrators : session.user, options.primaryGroup, session.logonSid),
    source: { name: options.sourceName, luid: 0n },
    origin: options.origin,
    elevationType,
    elevated: isFull,
    integrityLevel,
    mandatoryPolicy: isFull ? noWriteUp : noWriteUp | newProcessMinimum,
    restrictedSids: [],
    linked: undefined,
  }
}

function groupOf(sid: Sid, rank: Rank): TokenGroup {
  if (!sid.equals(administrators)) return enabledGroup(sid)
  if (rank === 'limited') return { sid, attributes: groupAttribute.SE_GROUP_USE_FOR_DENY_ONLY }
  return enabledGroup(sid, groupAttribute.SE_GROUP_OWNER)
}

function addedGroupOf(group: TokenGroup, rank: Rank): TokenGroup {
  return group.sid.equals(administrators) ? groupOf(group.sid, rank) : group
}

function logonGroup(logonSid: Sid | undefined): readonly TokenGroup[] {
  return logonSid === undefined ? [] : [enabledGroup(logonSid, groupAttribute.SE_GROUP_LOGON_ID)]
}

export function labelGroup(level: Sid): TokenGroup {
  return { sid: level, attributes: groupAttribute.SE_GROUP_INTEGRITY | groupAttribute.SE_GROUP_INTEGRITY_ENABLED }
}

/** Full access for the owner and the system, reading for the rest of the logon session. */
function defaultsFor(owner: Sid, primaryGroup: Sid, logonSid: Sid | undefined): TokenDefaults {
  const session = logonSid === undefined ? '' : `(A;;GRGX;;;${logonSid.toString()})`
  const { dacl } = SecurityDescriptor.fromSddl(`D:(A;;GA;;;${owner.toString()})(A;;GA;;;SY)${session}`)
  return { owner, primaryGroup, dacl: dacl ?? null }
}
