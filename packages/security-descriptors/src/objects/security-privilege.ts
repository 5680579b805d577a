import {
  privilegeAttribute,
  securityInformation,
  tokenAccess,
  type Borrowed,
  type Handle,
  type LuidAndAttributes,
  type Win32,
  Win32Error,
} from '@asuser/native'

const name = 'SeSecurityPrivilege'

/** Calls under way that need the privilege: the first enables it in the token of the process, the last puts it back. */
interface Lease {
  users: number
  readonly token: Handle<'token'>
  readonly previous: readonly LuidAndAttributes[]
}

const leases = new WeakMap<Win32, Lease>()

/**
 * Runs work that touches the SACL with SeSecurityPrivilege enabled. A client has to have it enabled itself: its token is
 * not changed.
 *
 * @throws Win32Error `ERROR_PRIVILEGE_NOT_HELD` that names the privilege
 */
export async function withSecurityPrivilege<T>(
  win32: Win32,
  asked: number,
  impersonate: Borrowed<'token'> | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (!(asked & securityInformation.SACL_SECURITY_INFORMATION)) return work()
  if (impersonate !== undefined) return naming(work)
  const lease = take(win32)
  try {
    return await naming(work)
  } finally {
    giveBack(win32, lease)
  }
}

function take(win32: Win32): Lease {
  const existing = leases.get(win32)
  const lease = existing ?? { users: 0, ...enable(win32) }
  lease.users += 1
  leases.set(win32, lease)
  return lease
}

function giveBack(win32: Win32, lease: Lease): void {
  lease.users -= 1
  if (lease.users > 0) return
  leases.delete(win32)
  using token = lease.token
  if (lease.previous.length > 0) win32.adjustTokenPrivileges(token, lease.previous)
}

function enable(win32: Win32): Pick<Lease, 'token' | 'previous'> {
  const luid = win32.lookupPrivilegeValue(name)
  const access = tokenAccess.TOKEN_ADJUST_PRIVILEGES | tokenAccess.TOKEN_QUERY
  const token = win32.openProcessToken(win32.getCurrentProcess(), access)
  try {
    const attributes = privilegeAttribute.SE_PRIVILEGE_ENABLED
    const { previous, allAssigned } = win32.adjustTokenPrivileges(token, [{ luid, attributes }])
    if (!allAssigned) throw Win32Error.of('ERROR_PRIVILEGE_NOT_HELD', 'AdjustTokenPrivileges', { privilege: name })
    return { token, previous }
  } catch (error) {
    token.close()
    throw error
  }
}

async function naming<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const isMissing = error instanceof Win32Error && error.code === 'ERROR_PRIVILEGE_NOT_HELD'
    throw isMissing ? error.with({ privilege: name }) : error
  }
}
