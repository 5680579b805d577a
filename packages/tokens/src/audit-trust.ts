import type { Win32 } from '@asuser/native'
import { leasePrivileges } from './privilege-lease.ts'

/** It is the process that Windows trusts with the log, whoever a thread acts for. */
export function trusted<T>(win32: Win32, call: () => T): T {
  using _enabled = leasePrivileges(['SeAuditPrivilege'], win32)
  return call()
}

export async function trustedWhile<T>(win32: Win32, call: () => Promise<T>): Promise<T> {
  using _enabled = leasePrivileges(['SeAuditPrivilege'], win32)
  return await call()
}
