import type { LogonProvider, LogonType } from '../constants.ts'
import type { Handle } from './handle.ts'
import type { SidAndAttributes } from './token.ts'

export interface LogonUserOptions {
  /** Account name, or a user principal name (`alice@example.com`); then `domain` must be null. */
  readonly user: string
  /** `.` is the local account database; null lets Windows search, with NTLM instead of Negotiate for plain names. */
  readonly domain: string | null
  /**
   * UTF-16LE without a terminator. Copied at the call and the copy wiped; the caller wipes its own bytes. Null for
   * accounts that have none: `NT AUTHORITY\LocalService`, virtual accounts, managed service accounts.
   */
  readonly password: Uint8Array | null
  readonly type: LogonType
  readonly provider: LogonProvider
}

export interface LogonUserExExWOptions extends LogonUserOptions {
  /** What the token gets besides the groups of the account, with their attributes; null for nothing. */
  readonly groups: readonly SidAndAttributes[] | null
}

export interface LogonApi {
  /**
   * Logs a user on to this computer and returns the token of the new logon session: a primary token, except for
   * `LOGON32_LOGON_NETWORK`, which gives an impersonation token.
   *
   * Needs no privilege; the user needs the account right of the logon type.
   *
   * @throws Win32Error `ERROR_LOGON_FAILURE` (unknown user or wrong password, not told apart), `ERROR_ACCOUNT_DISABLED`,
   *   `ERROR_ACCOUNT_EXPIRED`, `ERROR_ACCOUNT_LOCKED_OUT`, `ERROR_ACCOUNT_RESTRICTION`, `ERROR_INVALID_LOGON_HOURS`,
   *   `ERROR_INVALID_WORKSTATION`, `ERROR_LOGON_TYPE_NOT_GRANTED`, `ERROR_PASSWORD_EXPIRED`,
   *   `ERROR_PASSWORD_MUST_CHANGE`, `ERROR_NO_LOGON_SERVERS`, `ERROR_INVALID_PARAMETER`, and `ERROR_PRIVILEGE_NOT_HELD`
   *   for a virtual account without SeTcbPrivilege
   * @see https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-logonuserw
   */
  logonUser(options: LogonUserOptions): Promise<Handle<'token'>>

  /**
   * The same with groups added to the token; those of which an added group is a member follow.
   *
   * Needs SeTcbPrivilege, enabled, when `groups` is not null.
   *
   * @throws Win32Error as {@link logonUser}, and `ERROR_PRIVILEGE_NOT_HELD`, `ERROR_PROC_NOT_FOUND` on a system without it
   * @see https://learn.microsoft.com/windows/win32/secauthn/logonuserexexw
   */
  logonUserExExW(options: LogonUserExExWOptions): Promise<Handle<'token'>>
}
