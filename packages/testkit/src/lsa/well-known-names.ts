import { sidNameUse, type SidNameUse } from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'

export interface NamedSid {
  readonly sid: Sid
  readonly domain: string
  readonly name: string
  readonly use: SidNameUse
}

/** The accounts that every Windows has under the same SID, with the English names that `LookupAccountSid` gives. */
const names: Readonly<Record<string, string>> = {
  'S-1-0-0': 'NULL SID',
  'S-1-1-0': 'Everyone',
  'S-1-2-0': 'LOCAL',
  'S-1-2-1': 'CONSOLE LOGON',
  'S-1-3-0': 'CREATOR OWNER',
  'S-1-3-1': 'CREATOR GROUP',
  'S-1-3-4': 'OWNER RIGHTS',
  'S-1-5-1': 'NT AUTHORITY\\DIALUP',
  'S-1-5-2': 'NT AUTHORITY\\NETWORK',
  'S-1-5-3': 'NT AUTHORITY\\BATCH',
  'S-1-5-4': 'NT AUTHORITY\\INTERACTIVE',
  'S-1-5-6': 'NT AUTHORITY\\SERVICE',
  'S-1-5-7': 'NT AUTHORITY\\ANONYMOUS LOGON',
  'S-1-5-10': 'NT AUTHORITY\\SELF',
  'S-1-5-11': 'NT AUTHORITY\\Authenticated Users',
  'S-1-5-12': 'NT AUTHORITY\\RESTRICTED',
  'S-1-5-14': 'NT AUTHORITY\\REMOTE INTERACTIVE LOGON',
  'S-1-5-15': 'NT AUTHORITY\\This Organization',
  'S-1-5-17': 'NT AUTHORITY\\IUSR',
  'S-1-5-18': 'NT AUTHORITY\\SYSTEM',
  'S-1-5-19': 'NT AUTHORITY\\LOCAL SERVICE',
  'S-1-5-20': 'NT AUTHORITY\\NETWORK SERVICE',
  'S-1-5-32': 'BUILTIN\\BUILTIN',
  'S-1-5-32-544': 'BUILTIN\\Administrators',
  'S-1-5-32-545': 'BUILTIN\\Users',
  'S-1-5-32-546': 'BUILTIN\\Guests',
  'S-1-5-32-547': 'BUILTIN\\Power Users',
  'S-1-5-32-551': 'BUILTIN\\Backup Operators',
  'S-1-5-32-552': 'BUILTIN\\Replicator',
  'S-1-5-32-555': 'BUILTIN\\Remote Desktop Users',
  'S-1-5-32-556': 'BUILTIN\\Network Configuration Operators',
  'S-1-5-32-558': 'BUILTIN\\Performance Monitor Users',
  'S-1-5-32-559': 'BUILTIN\\Performance Log Users',
  'S-1-5-32-562': 'BUILTIN\\Distributed COM Users',
  'S-1-5-32-568': 'BUILTIN\\IIS_IUSRS',
  'S-1-5-32-573': 'BUILTIN\\Event Log Readers',
  'S-1-5-32-578': 'BUILTIN\\Hyper-V Administrators',
  'S-1-5-32-580': 'BUILTIN\\Remote Management Users',
  'S-1-5-64-10': 'NT AUTHORITY\\NTLM Authentication',
  'S-1-5-80-0': 'NT SERVICE\\ALL SERVICES',
  'S-1-5-113': 'NT AUTHORITY\\Local account',
  'S-1-5-114': 'NT AUTHORITY\\Local account and member of Administrators group',
  'S-1-15-2-1': 'APPLICATION PACKAGE AUTHORITY\\ALL APPLICATION PACKAGES',
  'S-1-16-0': 'Mandatory Label\\Untrusted Mandatory Level',
  'S-1-16-4096': 'Mandatory Label\\Low Mandatory Level',
  'S-1-16-8192': 'Mandatory Label\\Medium Mandatory Level',
  'S-1-16-8448': 'Mandatory Label\\Medium Plus Mandatory Level',
  'S-1-16-12288': 'Mandatory Label\\High Mandatory Level',
  'S-1-16-16384': 'Mandatory Label\\System Mandatory Level',
}

let known: readonly NamedSid[] | undefined

/** Read once, at the first machine. */
export function wellKnownNames(): readonly NamedSid[] {
  known ??= Object.entries(names).map(([sid, name]) => namedSid(Sid.parse(sid), name))
  return known
}

function namedSid(sid: Sid, fullName: string): NamedSid {
  const separator = fullName.indexOf('\\')
  return {
    sid,
    domain: separator === -1 ? '' : fullName.slice(0, separator),
    name: fullName.slice(separator + 1),
    use: useOf(sid.toString()),
  }
}

function useOf(sid: string): SidNameUse {
  if (sid === 'S-1-5-32') return sidNameUse.SidTypeDomain
  if (sid.startsWith('S-1-5-32-')) return sidNameUse.SidTypeAlias
  return sid.startsWith('S-1-16-') ? sidNameUse.SidTypeLabel : sidNameUse.SidTypeWellKnownGroup
}
