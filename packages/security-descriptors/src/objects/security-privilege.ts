import { securityInformation, type Borrowed, type Win32, Win32Error } from '@asuser/native'

const name = 'SeSecurityPrivilege'

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
  using _enabled = enable(win32)
  return await naming(work)
}

function enable(win32: Win32): Disposable {
  try {
    return win32.enableProcessPrivileges([win32.lookupPrivilegeValue(name)])
  } catch (error) {
    const isMissing = error instanceof Win32Error && error.code === 'ERROR_NOT_ALL_ASSIGNED'
    if (!isMissing) throw error
    throw Win32Error.of('ERROR_PRIVILEGE_NOT_HELD', error.syscall, { privilege: name })
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
