/**
 * Rights that the local security policy gives to an account for good: to log on in some way
 * (`SeBatchLogonRight`), or to hold a privilege (`SeAssignPrimaryTokenPrivilege`). They count from the next logon on.
 * Each function opens the policy of this computer for itself.
 *
 * @see https://learn.microsoft.com/windows/win32/secauthz/account-rights-constants
 */
export interface AccountRightApi {
  /**
   * Gives rights to an account. Those that it has already are left as they are.
   *
   * Needs `POLICY_CREATE_ACCOUNT | POLICY_LOOKUP_NAMES`, which administrators and LocalSystem have.
   *
   * @param account the SID, which need not belong to an account of this computer
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_NO_SUCH_PRIVILEGE` for a name that is no right, and then none is
   *   given; `ERROR_INVALID_SID`
   * @see https://learn.microsoft.com/windows/win32/api/ntsecapi/nf-ntsecapi-lsaaddaccountrights
   */
  lsaAddAccountRights(account: Uint8Array, rights: readonly string[]): Promise<void>

  /**
   * Takes rights away from an account. Those that it has through a group stay.
   *
   * Needs `POLICY_LOOKUP_NAMES`, and to be an administrator or LocalSystem.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_NO_SUCH_PRIVILEGE`, `ERROR_FILE_NOT_FOUND` for an account that the
   *   policy does not list, `ERROR_INVALID_SID`
   * @see https://learn.microsoft.com/windows/win32/api/ntsecapi/nf-ntsecapi-lsaremoveaccountrights
   */
  lsaRemoveAccountRights(account: Uint8Array, rights: readonly string[]): Promise<void>

  /**
   * The rights that an account was given itself, not through a group.
   *
   * Needs `POLICY_LOOKUP_NAMES`, and to be an administrator or LocalSystem.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND` for an account that the policy does not list, `ERROR_ACCESS_DENIED`,
   *   `ERROR_INVALID_SID`
   * @see https://learn.microsoft.com/windows/win32/api/ntsecapi/nf-ntsecapi-lsaenumerateaccountrights
   */
  lsaEnumerateAccountRights(account: Uint8Array): Promise<readonly string[]>
}
