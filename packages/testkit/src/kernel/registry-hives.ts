import { SecurityDescriptor } from '@asuser/security-descriptors'

/** Below `HKEY_LOCAL_MACHINE`. */
export const keysAtBoot: readonly string[] = [
  'SOFTWARE\\Classes',
  'SOFTWARE\\Microsoft\\Windows\\CurrentVersion',
  'SYSTEM\\CurrentControlSet\\Services',
]

/** The hives of the service accounts, and the one for who has none. */
export const alwaysLoaded: ReadonlySet<string> = new Set(['.DEFAULT', 'S-1-5-18', 'S-1-5-19', 'S-1-5-20'])

/*
 * The security of the hives is that of a fresh installation as far as it is known to matter: users read the machine's
 * keys, SAM and SECURITY are the system's, and a hive belongs to its user.
 */

/** The security of both roots. */
export const rootSecurity: SecurityDescriptor = SecurityDescriptor.fromSddl(
  'O:BAG:SYD:PAI(A;CI;KA;;;BA)(A;CI;KA;;;SY)(A;CI;KR;;;WD)',
)

const machineHiveSecurity = SecurityDescriptor.fromSddl(
  'O:BAG:SYD:PAI(A;CI;KA;;;BA)(A;CI;KA;;;SY)(A;CIIO;KA;;;CO)(A;CI;KR;;;BU)',
)
const closedHiveSecurity = SecurityDescriptor.fromSddl('O:BAG:SYD:P(A;CI;KA;;;SY)(A;CI;RCWD;;;BA)')

/** The security of a hive below `HKEY_LOCAL_MACHINE`. */
export function machineHiveSecurityOf(name: string): SecurityDescriptor {
  return name === 'SAM' || name === 'SECURITY' ? closedHiveSecurity : machineHiveSecurity
}

/** The security of a hive below `HKEY_USERS`. */
export function userHiveSecurity(sid: string): SecurityDescriptor {
  const user = sid.startsWith('S-') ? `(A;CI;KA;;;${sid})` : '(A;CI;KR;;;WD)'
  return SecurityDescriptor.fromSddl(`O:BAG:SYD:AI${user}(A;CI;KA;;;SY)(A;CI;KA;;;BA)`)
}
