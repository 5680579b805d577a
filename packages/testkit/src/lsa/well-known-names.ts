import { sidNameUse, type SidNameUse } from '@asuser/native'
import { Sid, type WellKnownSidName } from '@asuser/security-descriptors'
import { sidName } from '@asuser/security-descriptors/explain'

export interface NamedSid {
  readonly sid: Sid
  readonly domain: string
  readonly name: string
  readonly use: SidNameUse
}

/** The accounts that every Windows has under the same SID and knows by name. */
const onEveryMachine: readonly WellKnownSidName[] = [
  'Null',
  'World',
  'Local',
  'ConsoleLogon',
  'CreatorOwner',
  'CreatorGroup',
  'CreatorOwnerRights',
  'Dialup',
  'Network',
  'Batch',
  'Interactive',
  'Service',
  'Anonymous',
  'Self',
  'AuthenticatedUser',
  'RestrictedCode',
  'RemoteLogonId',
  'ThisOrganization',
  'IUser',
  'LocalSystem',
  'LocalService',
  'NetworkService',
  'BuiltinDomain',
  'BuiltinAdministrators',
  'BuiltinUsers',
  'BuiltinGuests',
  'BuiltinPowerUsers',
  'BuiltinBackupOperators',
  'BuiltinReplicator',
  'BuiltinRemoteDesktopUsers',
  'BuiltinNetworkConfigurationOperators',
  'BuiltinPerfMonitoringUsers',
  'BuiltinPerfLoggingUsers',
  'BuiltinDCOMUsers',
  'BuiltinIUsers',
  'BuiltinEventLogReadersGroup',
  'BuiltinHyperVAdmins',
  'BuiltinRemoteManagementUsers',
  'NTLMAuthentication',
  'AllServices',
  'LocalAccount',
  'LocalAccountAndAdministrator',
  'BuiltinAnyPackage',
  'UntrustedLabel',
  'LowLabel',
  'MediumLabel',
  'MediumPlusLabel',
  'HighLabel',
  'SystemLabel',
]

let known: readonly NamedSid[] | undefined

/** With their English names, as `LookupAccountSid` gives them. Read once, at the first machine. */
export function wellKnownNames(): readonly NamedSid[] {
  known ??= onEveryMachine.map((name) => namedSid(Sid.wellKnown(name)))
  return known
}

function namedSid(sid: Sid): NamedSid {
  const [name = '', authority = ''] = (sidName(sid) ?? '').split('\\').toReversed()
  const use = useOf(sid.toString())
  // A domain is in itself.
  return { sid, domain: use === sidNameUse.SidTypeDomain ? name : authority, name, use }
}

function useOf(sid: string): SidNameUse {
  if (sid === 'S-1-5-32') return sidNameUse.SidTypeDomain
  if (sid.startsWith('S-1-5-32-')) return sidNameUse.SidTypeAlias
  return sid.startsWith('S-1-16-') ? sidNameUse.SidTypeLabel : sidNameUse.SidTypeWellKnownGroup
}
