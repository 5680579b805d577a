import { tokenAccess, type Win32, Win32Error } from '@asuser/native'
import { currentProcessToken } from '@asuser/tokens'

/** What `CreateProcessAsUser` needs for a token that is not the server's own. Windows enables them for the call. */
const launchPrivileges = ['SeAssignPrimaryTokenPrivilege', 'SeIncreaseQuotaPrivilege']

/** Windows says that a privilege is missing, and not which: this adds it. Other failures stay as they are. */
export function nameMissingPrivileges(win32: Win32, error: unknown): unknown {
  if (!(error instanceof Win32Error) || error.code !== 'ERROR_PRIVILEGE_NOT_HELD') return error
  using server = currentProcessToken({ access: tokenAccess.TOKEN_QUERY, win32 })
  const held = new Set(server.privileges.map(({ name }) => name))
  const missing = launchPrivileges.filter((name) => !held.has(name))
  return missing.length === 0 ? error : error.with({ missing: missing.join(', ') })
}
