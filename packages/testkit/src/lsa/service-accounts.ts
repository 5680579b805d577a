import { groupAttribute, tokenElevationType, tokenType } from '@asuser/native'
import { SecurityDescriptor, Sid, type WellKnownSidName } from '@asuser/security-descriptors'
import { createLogonSession } from '../kernel/logon-session.ts'
import type { PrivilegeName } from '../kernel/privileges.ts'
import { enabledGroup, heldPrivilege, primaryLevel, type TokenContents } from '../kernel/token.ts'
import { labelGroup } from './token-contents.ts'

/** The accounts that services run as. They have no password, and one logon session from boot on. */
export type ServiceAccountName = 'LocalSystem' | 'LocalService' | 'NetworkService'

interface ServiceAccount {
  readonly sid: WellKnownSidName
  readonly name: string
  readonly luid: bigint
  readonly groups: readonly WellKnownSidName[]
  readonly enabled: readonly PrivilegeName[]
  readonly disabled: readonly PrivilegeName[]
}

const ordinaryServiceGroups = [
  'World',
  'BuiltinUsers',
  'Service',
  'ConsoleLogon',
  'AuthenticatedUser',
  'ThisOrganization',
  'Local',
] as const

/*
 * Privileges as `whoami /priv` shows them in a service of each account.
 * https://learn.microsoft.com/windows/win32/services/localsystem-account, localservice-account, networkservice-account
 */
const serviceAccounts: Record<ServiceAccountName, ServiceAccount> = {
  LocalSystem: {
    sid: 'LocalSystem',
    name: 'SYSTEM',
    luid: 0x3e7n,
    groups: ['BuiltinAdministrators', 'World', 'AuthenticatedUser'],
    enabled: [
      'SeLockMemoryPrivilege',
      'SeTcbPrivilege',
      'SeSystemProfilePrivilege',
      'SeProfileSingleProcessPrivilege',
      'SeIncreaseBasePriorityPrivilege',
      'SeCreatePagefilePrivilege',
      'SeCreatePermanentPrivilege',
      'SeDebugPrivilege',
      'SeAuditPrivilege',
      'SeChangeNotifyPrivilege',
      'SeImpersonatePrivilege',
      'SeCreateGlobalPrivilege',
      'SeIncreaseWorkingSetPrivilege',
      'SeTimeZonePrivilege',
      'SeCreateSymbolicLinkPrivilege',
      'SeDelegateSessionUserImpersonatePrivilege',
    ],
    disabled: [
      'SeAssignPrimaryTokenPrivilege',
      'SeIncreaseQuotaPrivilege',
      'SeSecurityPrivilege',
      'SeTakeOwnershipPrivilege',
      'SeLoadDriverPrivilege',
      'SeSystemtimePrivilege',
      'SeBackupPrivilege',
      'SeRestorePrivilege',
      'SeShutdownPrivilege',
      'SeSystemEnvironmentPrivilege',
      'SeUndockPrivilege',
      'SeManageVolumePrivilege',
    ],
  },
  LocalService: {
    sid: 'LocalService',
    name: 'LOCAL SERVICE',
    luid: 0x3e5n,
    groups: ordinaryServiceGroups,
    enabled: ['SeChangeNotifyPrivilege', 'SeImpersonatePrivilege', 'SeCreateGlobalPrivilege'],
    disabled: [
      'SeAssignPrimaryTokenPrivilege',
      'SeIncreaseQuotaPrivilege',
      'SeSystemtimePrivilege',
      'SeAuditPrivilege',
      'SeIncreaseWorkingSetPrivilege',
      'SeTimeZonePrivilege',
    ],
  },
  NetworkService: {
    sid: 'NetworkService',
    name: 'NETWORK SERVICE',
    luid: 0x3e4n,
    groups: ordinaryServiceGroups,
    enabled: ['SeChangeNotifyPrivilege', 'SeImpersonatePrivilege', 'SeCreateGlobalPrivilege'],
    disabled: [
      'SeAssignPrimaryTokenPrivilege',
      'SeIncreaseQuotaPrivilege',
      'SeAuditPrivilege',
      'SeIncreaseWorkingSetPrivilege',
      'SeTimeZonePrivilege',
    ],
  },
}

export function isServiceAccountName(name: string): name is ServiceAccountName {
  return Object.hasOwn(serviceAccounts, name)
}

/** What the token of a service account says from boot on. */
export function serviceToken(accountName: ServiceAccountName, sessionId: number): TokenContents {
  const account = serviceAccounts[accountName]
  const user = Sid.wellKnown(account.sid)
  const isSystem = accountName === 'LocalSystem'
  const integrityLevel = Sid.wellKnown('SystemLabel')
  return {
    type: tokenType.TokenPrimary,
    level: primaryLevel,
    session: createLogonSession({
      luid: account.luid,
      logonSid: undefined,
      user,
      name: account.name,
      domain: 'NT AUTHORITY',
    }),
    sessionId,
    user: { sid: user, attributes: 0 },
    groups: [...account.groups.map(serviceGroup), labelGroup(integrityLevel)],
    privileges: [
      ...account.enabled.map((name) => heldPrivilege(name, true)),
      ...account.disabled.map((name) => heldPrivilege(name, false)),
    ].toSorted((left, right) => Number(left.luid - right.luid)),
    defaults: {
      owner: isSystem ? Sid.wellKnown('BuiltinAdministrators') : user,
      primaryGroup: user,
      dacl:
        SecurityDescriptor.fromSddl(
          isSystem ? 'D:(A;;GA;;;SY)(A;;GRGXRC;;;BA)' : `D:(A;;GA;;;SY)(A;;GA;;;${user.toString()})`,
        ).dacl ?? null,
    },
    source: { name: '*SYSTEM*', luid: 0n },
    origin: 0n,
    elevationType: tokenElevationType.TokenElevationTypeDefault,
    elevated: true,
    integrityLevel,
    mandatoryPolicy: 1,
    restrictedSids: [],
    linked: undefined,
  }
}

function serviceGroup(name: WellKnownSidName): { sid: Sid; attributes: number } {
  const sid = Sid.wellKnown(name)
  if (name !== 'BuiltinAdministrators') return enabledGroup(sid)
  const { SE_GROUP_ENABLED_BY_DEFAULT, SE_GROUP_ENABLED, SE_GROUP_OWNER } = groupAttribute
  return { sid, attributes: SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED | SE_GROUP_OWNER }
}
