import { Win32Error, type Win32 } from '@asuser/native'
import { missingPrivileges, privilegeLuids, PrivilegeNotHeldError, privilegesNotHeld } from './privilege.ts'

/**
 * Enables privileges of this process until the result is disposed: for a call that another thread does, and for what
 * Windows checks against the process whomever a thread acts for. Those who ask at the same time, on whatever thread,
 * share them, so that the first to end does not take them away from the others; what was enabled before stays so.
 *
 * @throws PrivilegeNotHeldError with those that the process does not hold; then none is enabled
 */
export function leasePrivileges(names: readonly string[], win32: Win32): Disposable {
  const privileges = privilegeLuids(win32, 'names', names)
  try {
    return win32.enableProcessPrivileges(privileges)
  } catch (error) {
    if (!(error instanceof Win32Error) || error.code !== 'ERROR_NOT_ALL_ASSIGNED') throw error
    throw privilegesNotHeld(names, () => missingPrivileges(win32, win32.getCurrentProcessToken(), names))
  }
}

/** The same for a call that says itself what it lacks, or does less then: undefined where the process does not hold it. */
export function leaseIfHeld(name: string, win32: Win32): Disposable | undefined {
  try {
    return leasePrivileges([name], win32)
  } catch (error) {
    if (error instanceof PrivilegeNotHeldError) return undefined
    throw error
  }
}
