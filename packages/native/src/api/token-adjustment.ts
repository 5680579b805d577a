import type { Borrowed } from './handle.ts'
import type { SidAndAttributes, TokenInformation } from './token.ts'

/** The information classes that can be set, each with what it takes: the same as it answers with. */
export type TokenSettings = Pick<
  TokenInformation,
  | 'TokenOwner'
  | 'TokenPrimaryGroup'
  | 'TokenDefaultDacl'
  | 'TokenSessionId'
  | 'TokenOrigin'
  | 'TokenIntegrityLevel'
  | 'TokenUIAccess'
  | 'TokenMandatoryPolicy'
>

export type TokenSettingClass = keyof TokenSettings

export interface AdjustedGroups {
  /** The state before the call of the groups that it changed; give it back to restore them. */
  readonly previous: readonly SidAndAttributes[]
  /** False when one of them is not in the token (`ERROR_NOT_ALL_ASSIGNED`); the others are adjusted all the same. */
  readonly allAssigned: boolean
}

export interface TokenAdjustmentApi {
  /**
   * Changes one thing that a token says, for good.
   *
   * Needs `TOKEN_ADJUST_DEFAULT`, for the session `TOKEN_ADJUST_SESSIONID` besides. The caller needs SeTcbPrivilege for
   * the session, the origin, the mandatory policy, to turn UI access on and to raise the integrity level; lowering it
   * needs no privilege, and disables those that the new level is too low for.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_PRIVILEGE_NOT_HELD`,
   *   `ERROR_INVALID_OWNER` for an owner that is neither the user nor a group with `SE_GROUP_OWNER`,
   *   `ERROR_INVALID_PRIMARY_GROUP` for a group that is not in the token, `ERROR_INVALID_ACL`, `ERROR_INVALID_SID`,
   *   `ERROR_TOKEN_ALREADY_IN_USE` for session, policy or a higher level of a token that a process runs with
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-settokeninformation
   */
  setTokenInformation<C extends TokenSettingClass>(
    token: Borrowed<'token'>,
    informationClass: C,
    information: TokenSettings[C],
  ): void

  /**
   * Enables groups that are in a token, or disables them, as `SE_GROUP_ENABLED` in their attributes says. Null puts all
   * groups into their default state.
   *
   * Needs `TOKEN_ADJUST_GROUPS | TOKEN_QUERY`.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_CANT_DISABLE_MANDATORY`, `ERROR_CANT_ENABLE_DENY_ONLY`,
   *   `ERROR_INVALID_SID`; then nothing is changed
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-adjusttokengroups
   */
  adjustTokenGroups(token: Borrowed<'token'>, groups: readonly SidAndAttributes[] | null): AdjustedGroups
}
