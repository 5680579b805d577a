const names = [
  'SeCreateTokenPrivilege',
  'SeAssignPrimaryTokenPrivilege',
  'SeLockMemoryPrivilege',
  'SeIncreaseQuotaPrivilege',
  'SeMachineAccountPrivilege',
  'SeTcbPrivilege',
  'SeSecurityPrivilege',
  'SeTakeOwnershipPrivilege',
  'SeLoadDriverPrivilege',
  'SeSystemProfilePrivilege',
  'SeSystemtimePrivilege',
  'SeProfileSingleProcessPrivilege',
  'SeIncreaseBasePriorityPrivilege',
  'SeCreatePagefilePrivilege',
  'SeCreatePermanentPrivilege',
  'SeBackupPrivilege',
  'SeRestorePrivilege',
  'SeShutdownPrivilege',
  'SeDebugPrivilege',
  'SeAuditPrivilege',
  'SeSystemEnvironmentPrivilege',
  'SeChangeNotifyPrivilege',
  'SeRemoteShutdownPrivilege',
  'SeUndockPrivilege',
  'SeSyncAgentPrivilege',
  'SeEnableDelegationPrivilege',
  'SeManageVolumePrivilege',
  'SeImpersonatePrivilege',
  'SeCreateGlobalPrivilege',
  'SeTrustedCredManAccessPrivilege',
  'SeRelabelPrivilege',
  'SeIncreaseWorkingSetPrivilege',
  'SeTimeZonePrivilege',
  'SeCreateSymbolicLinkPrivilege',
  'SeDelegateSessionUserImpersonatePrivilege',
] as const

export type PrivilegeName = (typeof names)[number]

/** Every privilege, in the order of the ids that winnt.h gives them. */
export const privilegeNames: readonly PrivilegeName[] = names

const firstId = 2n

const luids = new Map<string, bigint>(names.map((name, index) => [name.toLowerCase(), firstId + BigInt(index)]))

/** The id of a privilege; letter case does not matter. */
export function privilegeLuid(name: string): bigint | undefined {
  return luids.get(name.toLowerCase())
}

/** The name of a privilege. */
export function privilegeName(luid: bigint): PrivilegeName | undefined {
  const index = Number(luid - firstId)
  return names[index]
}
