import type { Borrowed, Handle } from './handle.ts'
import type { LuidAndAttributes } from './token.ts'

export interface AdjustedPrivileges {
  /** The state before the call of the privileges that it changed; give it back to restore them. */
  readonly previous: readonly LuidAndAttributes[]
  /** False when the token lacks one of them (`ERROR_NOT_ALL_ASSIGNED`); the others are adjusted all the same. */
  readonly allAssigned: boolean
}

export interface PrivilegeApi {
  /**
   * Enables, disables or removes privileges of a token.
   *
   * Needs `TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY`.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-adjusttokenprivileges
   */
  adjustTokenPrivileges(token: Borrowed<'token'>, privileges: readonly LuidAndAttributes[]): AdjustedPrivileges

  /**
   * Enables privileges in the primary token of this process until the handle is closed: all of them or none. Those who
   * ask at the same time, on whatever thread or worker, share them; the last to close puts back what was before, and
   * where Windows fails to, the next to close any. It does not matter whom the thread impersonates.
   *
   * @throws Win32Error `ERROR_NOT_ALL_ASSIGNED` when the process does not hold one of them
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-adjusttokenprivileges
   */
  enableProcessPrivileges(privileges: readonly bigint[]): Handle<'enabled-privileges'>

  /**
   * The id of a privilege on this computer, `SeTcbPrivilege` for instance.
   *
   * @throws Win32Error `ERROR_NO_SUCH_PRIVILEGE`
   * @see https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-lookupprivilegevaluew
   */
  lookupPrivilegeValue(name: string): bigint

  /**
   * The name of a privilege.
   *
   * @throws Win32Error `ERROR_NO_SUCH_PRIVILEGE`
   * @see https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-lookupprivilegenamew
   */
  lookupPrivilegeName(luid: bigint): string
}
