import { requireType } from '../argument-errors.ts'
import { sidKind } from '../derived-sids.ts'
import { Sid } from '../sid.ts'

/** Names for SIDs that only their machine or domain knows. */
export type SidNames = ReadonlyMap<string, string> | ((sid: Sid) => string | undefined)

/**
 * The English name of a SID that has the same one everywhere, such as `BUILTIN\Administrators`. For other SIDs
 * nothing, unless `names` has something.
 *
 * @example
 * ```ts
 * sidName(Sid.parse('S-1-5-18')) // 'NT AUTHORITY\\SYSTEM'
 * ```
 */
export function sidName(sid: Sid, names?: SidNames): string | undefined {
  requireType(sid instanceof Sid, 'sid', 'a Sid', sid)
  const given = typeof names === 'function' ? names(sid) : names?.get(sid.toString())
  return given ?? wellKnownName(sid) ?? nameByKind(sid)
}

function wellKnownName(sid: Sid): string | undefined {
  const text = sid.toString()
  return Object.hasOwn(englishNames, text) ? englishNames[text] : undefined
}

function nameByKind(sid: Sid): string | undefined {
  switch (sidKind(sid)) {
    case 'logonSession':
      return `logon session ${sid.subAuthorities.slice(1).join('-')}`
    case 'account': {
      const account = sid.rid === undefined || sid.subAuthorities.length !== 5 ? undefined : englishAccounts[sid.rid]
      return account === undefined ? undefined : `${account} of ${sid.domain?.toString() ?? ''}`
    }
    case 'other':
      return sessionAccount(sid)
    case 'integrityLevel':
    case 'builtin':
    case 'service':
    case 'applicationPool':
    case 'virtualMachine':
    case 'appContainer':
    case 'capability':
    case 'processTrust':
    case 'centralAccessPolicy':
      return undefined
  }
}

/** The accounts that draw the desktop and the fonts of each session. */
function sessionAccount({ authority, subAuthorities: [first, second, session, ...more] }: Sid): string | undefined {
  if (authority !== 5 || second !== 0 || session === undefined || more.length > 0) return undefined
  if (first === 90) return `Window Manager\\DWM-${session}`
  return first === 96 ? `Font Driver Host\\UMFD-${session}` : undefined
}

/** As an English Windows shows them. */
const englishNames: Readonly<Record<string, string>> = {
  'S-1-0-0': 'NULL SID',
  'S-1-1-0': 'Everyone',
  'S-1-2-0': 'LOCAL',
  'S-1-2-1': 'CONSOLE LOGON',
  'S-1-3-0': 'CREATOR OWNER',
  'S-1-3-1': 'CREATOR GROUP',
  'S-1-3-2': 'CREATOR OWNER SERVER',
  'S-1-3-3': 'CREATOR GROUP SERVER',
  'S-1-3-4': 'OWNER RIGHTS',
  'S-1-5-1': 'NT AUTHORITY\\DIALUP',
  'S-1-5-2': 'NT AUTHORITY\\NETWORK',
  'S-1-5-3': 'NT AUTHORITY\\BATCH',
  'S-1-5-4': 'NT AUTHORITY\\INTERACTIVE',
  'S-1-5-6': 'NT AUTHORITY\\SERVICE',
  'S-1-5-7': 'NT AUTHORITY\\ANONYMOUS LOGON',
  'S-1-5-8': 'NT AUTHORITY\\PROXY',
  'S-1-5-9': 'NT AUTHORITY\\ENTERPRISE DOMAIN CONTROLLERS',
  'S-1-5-10': 'NT AUTHORITY\\SELF',
  'S-1-5-11': 'NT AUTHORITY\\Authenticated Users',
  'S-1-5-12': 'NT AUTHORITY\\RESTRICTED',
  'S-1-5-13': 'NT AUTHORITY\\TERMINAL SERVER USER',
  'S-1-5-14': 'NT AUTHORITY\\REMOTE INTERACTIVE LOGON',
  'S-1-5-15': 'NT AUTHORITY\\This Organization',
  'S-1-5-17': 'NT AUTHORITY\\IUSR',
  'S-1-5-18': 'NT AUTHORITY\\SYSTEM',
  'S-1-5-19': 'NT AUTHORITY\\LOCAL SERVICE',
  'S-1-5-20': 'NT AUTHORITY\\NETWORK SERVICE',
  'S-1-5-33': 'NT AUTHORITY\\WRITE RESTRICTED',
  'S-1-5-64-10': 'NT AUTHORITY\\NTLM Authentication',
  'S-1-5-64-14': 'NT AUTHORITY\\SChannel Authentication',
  'S-1-5-64-21': 'NT AUTHORITY\\Digest Authentication',
  'S-1-5-65-1': 'NT AUTHORITY\\This Organization Certificate',
  'S-1-5-80-0': 'NT SERVICE\\ALL SERVICES',
  'S-1-5-83-0': 'NT VIRTUAL MACHINE\\Virtual Machines',
  'S-1-5-84-0-0-0-0-0': 'NT AUTHORITY\\USER MODE DRIVERS',
  'S-1-5-90-0': 'Window Manager\\Window Manager Group',
  'S-1-5-113': 'NT AUTHORITY\\Local account',
  'S-1-5-114': 'NT AUTHORITY\\Local account and member of Administrators group',
  'S-1-5-1000': 'NT AUTHORITY\\Other Organization',
  'S-1-5-32': 'BUILTIN',
  'S-1-5-32-544': 'BUILTIN\\Administrators',
  'S-1-5-32-545': 'BUILTIN\\Users',
  'S-1-5-32-546': 'BUILTIN\\Guests',
  'S-1-5-32-547': 'BUILTIN\\Power Users',
  'S-1-5-32-548': 'BUILTIN\\Account Operators',
  'S-1-5-32-549': 'BUILTIN\\Server Operators',
  'S-1-5-32-550': 'BUILTIN\\Print Operators',
  'S-1-5-32-551': 'BUILTIN\\Backup Operators',
  'S-1-5-32-552': 'BUILTIN\\Replicator',
  'S-1-5-32-554': 'BUILTIN\\Pre-Windows 2000 Compatible Access',
  'S-1-5-32-555': 'BUILTIN\\Remote Desktop Users',
  'S-1-5-32-556': 'BUILTIN\\Network Configuration Operators',
  'S-1-5-32-557': 'BUILTIN\\Incoming Forest Trust Builders',
  'S-1-5-32-558': 'BUILTIN\\Performance Monitor Users',
  'S-1-5-32-559': 'BUILTIN\\Performance Log Users',
  'S-1-5-32-560': 'BUILTIN\\Windows Authorization Access Group',
  'S-1-5-32-561': 'BUILTIN\\Terminal Server License Servers',
  'S-1-5-32-562': 'BUILTIN\\Distributed COM Users',
  'S-1-5-32-568': 'BUILTIN\\IIS_IUSRS',
  'S-1-5-32-569': 'BUILTIN\\Cryptographic Operators',
  'S-1-5-32-573': 'BUILTIN\\Event Log Readers',
  'S-1-5-32-574': 'BUILTIN\\Certificate Service DCOM Access',
  'S-1-5-32-575': 'BUILTIN\\RDS Remote Access Servers',
  'S-1-5-32-576': 'BUILTIN\\RDS Endpoint Servers',
  'S-1-5-32-577': 'BUILTIN\\RDS Management Servers',
  'S-1-5-32-578': 'BUILTIN\\Hyper-V Administrators',
  'S-1-5-32-579': 'BUILTIN\\Access Control Assistance Operators',
  'S-1-5-32-580': 'BUILTIN\\Remote Management Users',
  'S-1-5-32-581': 'BUILTIN\\System Managed Accounts Group',
  'S-1-5-32-582': 'BUILTIN\\Storage Replica Administrators',
  'S-1-5-32-583': 'BUILTIN\\Device Owners',
  'S-1-15-2-1': 'APPLICATION PACKAGE AUTHORITY\\ALL APPLICATION PACKAGES',
  'S-1-15-2-2': 'APPLICATION PACKAGE AUTHORITY\\ALL RESTRICTED APPLICATION PACKAGES',
  'S-1-15-3-1': 'Your Internet connection',
  'S-1-15-3-2': 'Your Internet connection, including incoming connections',
  'S-1-15-3-3': 'Your home or work networks',
  'S-1-15-3-4': 'Your pictures library',
  'S-1-15-3-5': 'Your videos library',
  'S-1-15-3-6': 'Your music library',
  'S-1-15-3-7': 'Your documents library',
  'S-1-15-3-8': 'Your Windows credentials',
  'S-1-15-3-9': 'Software and hardware certificates or a smart card',
  'S-1-15-3-10': 'Removable storage',
  'S-1-15-3-11': 'Your Appointments',
  'S-1-15-3-12': 'Your Contacts',
  'S-1-16-0': 'Mandatory Label\\Untrusted Mandatory Level',
  'S-1-16-4096': 'Mandatory Label\\Low Mandatory Level',
  'S-1-16-8192': 'Mandatory Label\\Medium Mandatory Level',
  'S-1-16-8448': 'Mandatory Label\\Medium Plus Mandatory Level',
  'S-1-16-12288': 'Mandatory Label\\High Mandatory Level',
  'S-1-16-16384': 'Mandatory Label\\System Mandatory Level',
  'S-1-16-20480': 'Mandatory Label\\Protected Process Mandatory Level',
  'S-1-18-1': 'Authentication authority asserted identity',
  'S-1-18-2': 'Service asserted identity',
  'S-1-18-3': 'Fresh public key identity',
  'S-1-18-4': 'Key trust identity',
  'S-1-18-5': 'Key property multi-factor authentication',
  'S-1-18-6': 'Key property attestation',
}

/** Accounts that every domain or machine has. */
const englishAccounts: Readonly<Record<number, string>> = {
  498: 'Enterprise Read-only Domain Controllers',
  500: 'Administrator',
  501: 'Guest',
  502: 'krbtgt',
  503: 'DefaultAccount',
  512: 'Domain Admins',
  513: 'Domain Users',
  514: 'Domain Guests',
  515: 'Domain Computers',
  516: 'Domain Controllers',
  517: 'Cert Publishers',
  518: 'Schema Admins',
  519: 'Enterprise Admins',
  520: 'Group Policy Creator Owners',
  521: 'Read-only Domain Controllers',
  522: 'Cloneable Domain Controllers',
  525: 'Protected Users',
  526: 'Key Admins',
  527: 'Enterprise Key Admins',
  553: 'RAS and IAS Servers',
}
