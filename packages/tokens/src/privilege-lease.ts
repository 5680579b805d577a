import { tokenAccess, type Win32 } from '@asuser/native'
import { currentProcessToken } from './open-token.ts'
import type { Token } from './token.ts'

interface Lease {
  readonly token: Token
  readonly enabled: Disposable
  holders: number
}

const leasesOfImplementation = new WeakMap<Win32, Map<string, Lease>>()

/**
 * Enables privileges of this process for a call that another thread does, and that Windows checks against the process:
 * SeTcbPrivilege is such a one. Calls at the same time share them, so that the first to end does not take them away
 * from the others; what was enabled before stays so.
 *
 * @throws PrivilegeNotHeldError with those that the process does not hold; then none is enabled
 */
export function leasePrivileges(names: readonly string[], win32: Win32): Disposable {
  const stack: string[] = []
  try {
    for (const name of names) {
      acquire(name, win32)
      stack.push(name)
    }
  } catch (error) {
    for (const name of stack.toReversed()) release(name, win32)
    throw error
  }
  return {
    [Symbol.dispose]() {
      for (let name = stack.pop(); name !== undefined; name = stack.pop()) release(name, win32)
    },
  }
}

function acquire(name: string, win32: Win32): void {
  const leases = leasesOf(win32)
  const lease = leases.get(name)
  if (lease === undefined) leases.set(name, openLease(name, win32))
  else lease.holders += 1
}

function openLease(name: string, win32: Win32): Lease {
  const token = currentProcessToken({ access: tokenAccess.TOKEN_QUERY | tokenAccess.TOKEN_ADJUST_PRIVILEGES, win32 })
  try {
    return { token, enabled: token.enablePrivileges([name]), holders: 1 }
  } catch (error) {
    token.close()
    throw error
  }
}

function release(name: string, win32: Win32): void {
  const leases = leasesOf(win32)
  const lease = leases.get(name)
  if (lease === undefined) return
  lease.holders -= 1
  if (lease.holders > 0) return
  leases.delete(name)
  using _token = lease.token
  // A process that has ended meanwhile, in a simulation, has nothing to put back.
  if (!lease.token.closed) lease.enabled[Symbol.dispose]()
}

function leasesOf(win32: Win32): Map<string, Lease> {
  const leases = leasesOfImplementation.get(win32) ?? new Map<string, Lease>()
  leasesOfImplementation.set(win32, leases)
  return leases
}
