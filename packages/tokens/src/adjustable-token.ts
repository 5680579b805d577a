import { groupAttribute } from '@asuser/native'
import { Acl, type Sid } from '@asuser/security-descriptors'
import { adjustTokenGroups, type AdjustGroupsOptions } from './group.ts'
import { type IntegrityLevelName, integrityLevelSid } from './integrity-level.ts'
import { InvalidArgumentError, requireSid } from './invalid-argument.ts'
import { leaseIfHeld, leasePrivileges } from './privilege-lease.ts'
import { TokenContents } from './token-contents.ts'

/**
 * What of a token can be changed, for all who hold a handle of it. The setters change it for good, and need
 * `TOKEN_ADJUST_DEFAULT`; without it they fail with `ERROR_ACCESS_DENIED`.
 *
 * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-settokeninformation
 */
export abstract class AdjustableToken extends TokenContents {
  /**
   * Enables and disables groups until the result is disposed, which puts back what they were.
   *
   * Needs `TOKEN_ADJUST_GROUPS | TOKEN_QUERY`.
   *
   * @throws InvalidArgumentError
   * @throws GroupNotInTokenError `ERROR_NOT_ALL_ASSIGNED`, with those missing; then nothing is changed
   * @throws Win32Error `ERROR_CANT_DISABLE_MANDATORY` for groups that always count (`restrict` can take those out),
   *   `ERROR_CANT_ENABLE_DENY_ONLY`, `ERROR_ACCESS_DENIED`; then nothing is changed either
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-adjusttokengroups
   */
  adjustGroups(options: AdjustGroupsOptions): Disposable {
    return adjustTokenGroups(this.win32, this.handle, options)
  }

  /**
   * Lowers the integrity level, or raises it if the process holds SeTcbPrivilege. A lower one disables the privileges that it is too low
   * for.
   *
   * @throws InvalidArgumentError
   * @throws Win32Error `ERROR_PRIVILEGE_NOT_HELD`; `ERROR_TOKEN_ALREADY_IN_USE` to raise that of a running process
   */
  setIntegrityLevel(level: IntegrityLevelName | Sid): void {
    const sid = integrityLevelSid('level', level).toBytes()
    using _trusted = leaseIfHeld('SeTcbPrivilege', this.win32)
    this.win32.setTokenInformation(this.handle, 'TokenIntegrityLevel', {
      sid,
      attributes: groupAttribute.SE_GROUP_INTEGRITY,
    })
  }

  /**
   * Moves the token to another terminal session, before a process is started with it. Needs `TOKEN_ADJUST_SESSIONID`
   * besides, and that the process holds SeTcbPrivilege.
   *
   * @throws InvalidArgumentError
   * @throws PrivilegeNotHeldError when the process does not hold SeTcbPrivilege
   * @throws Win32Error `ERROR_TOKEN_ALREADY_IN_USE` for the token of a running process, and `ERROR_PRIVILEGE_NOT_HELD` in
   *   the callback of a client without the privilege
   */
  setSessionId(sessionId: number): void {
    if (!Number.isInteger(sessionId) || sessionId < 0 || sessionId > 0xffff_ffff) {
      throw InvalidArgumentError.ofValue('sessionId', 'the id of a session', sessionId)
    }
    using _trusted = leasePrivileges(['SeTcbPrivilege'], this.win32)
    this.win32.setTokenInformation(this.handle, 'TokenSessionId', sessionId)
  }

  /**
   * Changes the DACL of what the client creates from now on; undefined takes it away, so that anybody may do anything
   * with that.
   *
   * @throws InvalidArgumentError
   */
  setDefaultDacl(dacl: Acl | undefined): void {
    if (dacl !== undefined && !(dacl instanceof Acl)) throw InvalidArgumentError.ofType('dacl', 'an Acl', dacl)
    this.win32.setTokenInformation(this.handle, 'TokenDefaultDacl', dacl?.toBytes() ?? null)
  }

  /**
   * Changes who owns what the client creates from now on.
   *
   * @throws InvalidArgumentError
   * @throws Win32Error `ERROR_INVALID_OWNER` unless it is the user, or a group with `SE_GROUP_OWNER`
   */
  setOwner(owner: Sid): void {
    this.win32.setTokenInformation(this.handle, 'TokenOwner', requireSid('owner', owner).toBytes())
  }

  /**
   * Changes the primary group of what the client creates from now on.
   *
   * @throws InvalidArgumentError
   * @throws Win32Error `ERROR_INVALID_PRIMARY_GROUP` unless it is the user or a group of the token
   */
  setPrimaryGroup(group: Sid): void {
    this.win32.setTokenInformation(this.handle, 'TokenPrimaryGroup', requireSid('group', group).toBytes())
  }
}
