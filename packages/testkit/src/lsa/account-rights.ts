import type { Sid } from '@asuser/security-descriptors'
import { privilegeNames, type PrivilegeName } from '../kernel/privileges.ts'
import type { Accounts } from './accounts.ts'

/** What an account may do to log on; the other account rights are privileges. */
export const logonRights = [
  'SeInteractiveLogonRight',
  'SeNetworkLogonRight',
  'SeBatchLogonRight',
  'SeServiceLogonRight',
  'SeRemoteInteractiveLogonRight',
  'SeDenyInteractiveLogonRight',
  'SeDenyNetworkLogonRight',
  'SeDenyBatchLogonRight',
  'SeDenyServiceLogonRight',
  'SeDenyRemoteInteractiveLogonRight',
] as const

export type LogonRight = (typeof logonRights)[number]

/** An account right: to log on in some way, or a privilege. */
export type AccountRight = LogonRight | PrivilegeName

/** The accounts that hold a right, by their names. */
export type RightsSpec = Readonly<Partial<Record<AccountRight, readonly string[]>>>

const ordinaryPrivileges = [
  'SeChangeNotifyPrivilege',
  'SeShutdownPrivilege',
  'SeUndockPrivilege',
  'SeIncreaseWorkingSetPrivilege',
  'SeTimeZonePrivilege',
] as const

const administratorPrivileges = [
  'SeIncreaseQuotaPrivilege',
  'SeSecurityPrivilege',
  'SeTakeOwnershipPrivilege',
  'SeLoadDriverPrivilege',
  'SeSystemProfilePrivilege',
  'SeSystemtimePrivilege',
  'SeProfileSingleProcessPrivilege',
  'SeIncreaseBasePriorityPrivilege',
  'SeCreatePagefilePrivilege',
  'SeBackupPrivilege',
  'SeRestorePrivilege',
  'SeDebugPrivilege',
  'SeSystemEnvironmentPrivilege',
  'SeRemoteShutdownPrivilege',
  'SeManageVolumePrivilege',
  'SeImpersonatePrivilege',
  'SeCreateGlobalPrivilege',
  'SeCreateSymbolicLinkPrivilege',
  'SeDelegateSessionUserImpersonatePrivilege',
] as const

/** Without UAC's elevation an administrator keeps these only. */
export const limitedPrivileges: ReadonlySet<PrivilegeName> = new Set(ordinaryPrivileges)

/**
 * Who holds which right after a fresh installation of Windows.
 *
 * @see https://learn.microsoft.com/windows/security/threat-protection/security-policy-settings/user-rights-assignment
 */
const defaultRights: RightsSpec = {
  SeInteractiveLogonRight: ['Administrators', 'Users', 'Backup Operators'],
  SeNetworkLogonRight: ['Everyone', 'Administrators', 'Users', 'Backup Operators'],
  SeBatchLogonRight: ['Administrators', 'Backup Operators', 'Performance Log Users'],
  SeServiceLogonRight: ['NT SERVICE\\ALL SERVICES'],
  SeRemoteInteractiveLogonRight: ['Administrators', 'Remote Desktop Users'],
  ...Object.fromEntries(ordinaryPrivileges.map((name) => [name, ['Administrators', 'Users']])),
  ...Object.fromEntries(administratorPrivileges.map((name) => [name, ['Administrators']])),
  SeBackupPrivilege: ['Administrators', 'Backup Operators'],
  SeRestorePrivilege: ['Administrators', 'Backup Operators'],
  SeImpersonatePrivilege: ['Administrators', 'SERVICE', 'LOCAL SERVICE', 'NETWORK SERVICE'],
  SeCreateGlobalPrivilege: ['Administrators', 'SERVICE', 'LOCAL SERVICE', 'NETWORK SERVICE'],
}

const allRights: readonly AccountRight[] = [...privilegeNames, ...logonRights]

/** A right by its name; letter case does not matter. */
export function findAccountRight(name: string): AccountRight | undefined {
  return allRights.find((right) => right.toLowerCase() === name.toLowerCase())
}

/** The rights of the accounts of one computer. */
export class AccountRights {
  readonly #holders = new Map<AccountRight, Set<string>>()

  /** @param additions what the machine grants besides the rights of a fresh installation */
  constructor(accounts: Accounts, additions: RightsSpec) {
    for (const rights of [defaultRights, additions]) {
      for (const right of allRights) {
        for (const name of rights[right] ?? []) this.grant(right, accountSid(accounts, name))
      }
    }
  }

  /** Whether one of the SIDs of an account holds a right. */
  holds(right: AccountRight, sids: readonly Sid[]): boolean {
    const holders = this.#holders.get(right)
    return holders !== undefined && sids.some((sid) => holders.has(sid.toString()))
  }

  privilegesOf(sids: readonly Sid[]): readonly PrivilegeName[] {
    return privilegeNames.filter((name) => this.holds(name, sids))
  }

  /** What the account was given itself, not through a group. */
  rightsOf(sid: Sid): readonly AccountRight[] {
    return allRights.filter((right) => this.#holders.get(right)?.has(sid.toString()))
  }

  grant(right: AccountRight, sid: Sid): void {
    const holders = this.#holders.get(right) ?? new Set()
    this.#holders.set(right, holders.add(sid.toString()))
  }

  revoke(right: AccountRight, sid: Sid): void {
    this.#holders.get(right)?.delete(sid.toString())
  }
}

function accountSid(accounts: Accounts, name: string): Sid {
  const account = accounts.findByName(name)
  if (account === undefined) throw new RangeError(`rights must name accounts of the machine, got "${name}"`)
  return account.sid
}
