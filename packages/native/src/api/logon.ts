import type { LogonProvider, LogonType } from '../constants.ts'
import type { Handle } from './handle.ts'

export interface LogonUserOptions {
  /** Account name, or a user principal name (`alice@example.com`); then `domain` must be null. */
  readonly user: string
  /** `.` is the local account database; null lets Windows search, with NTLM instead of Negotiate for plain names. */
  readonly domain: string | null
  /** UTF-16LE without a terminator. Copied at the call and the copy wiped; the caller wipes its own bytes. */
  readonly password: Uint8Array
  readonly type: LogonType
  readonly provider: LogonProvider
}

export interface LogonApi {
  /**
   * Logs a user on to this computer and returns the token of the new logon session: a primary token, except for
   * `LOGON32_LOGON_NETWORK`, which gives an impersonation token.
   *
   * Needs no privilege; the user needs the account right of the logon type.
   *
   * @throws Win32Error `ERROR_LOGON_FAILURE` (unknown user or wrong password, not told apart), `ERROR_ACCOUNT_DISABLED`,
   *   `ERROR_ACCOUNT_RESTRICTION`, `ERROR_LOGON_TYPE_NOT_GRANTED`, `ERROR_PASSWORD_EXPIRED`, `ERROR_INVALID_PARAMETER`
   * @see https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-logonuserw
   */
  logonUser(options: LogonUserOptions): Promise<Handle<'token'>>
}
