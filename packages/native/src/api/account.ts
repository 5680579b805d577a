import type { SidNameUse } from '../constants.ts'

export interface AccountOfName {
  readonly sid: Uint8Array
  readonly domain: string
  readonly use: SidNameUse
}

export interface AccountOfSid {
  readonly name: string
  readonly domain: string
  readonly use: SidNameUse
}

export interface AccountApi {
  /**
   * The SID of an account: `alice`, `TEST\alice`, `alice@example.com` or `BUILTIN\Administrators`.
   *
   * @param systemName the computer to ask; null for this one
   * @throws Win32Error `ERROR_NONE_MAPPED`, `RPC_S_SERVER_UNAVAILABLE`
   * @see https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-lookupaccountnamew
   */
  lookupAccountName(systemName: string | null, accountName: string): Promise<AccountOfName>

  /**
   * The account that a SID belongs to.
   *
   * @param systemName the computer to ask; null for this one
   * @throws Win32Error `ERROR_NONE_MAPPED` (also for a logon SID), `ERROR_INVALID_SID`, `RPC_S_SERVER_UNAVAILABLE`
   * @see https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-lookupaccountsidw
   */
  lookupAccountSid(systemName: string | null, sid: Uint8Array): Promise<AccountOfSid>
}
