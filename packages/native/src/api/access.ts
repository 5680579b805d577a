import type { Borrowed } from './handle.ts'
import type { LuidAndAttributes } from './token.ts'

/** What the generic rights mean for a kind of object. */
export interface GenericMapping {
  readonly genericRead: number
  readonly genericWrite: number
  readonly genericExecute: number
  readonly genericAll: number
}

export interface AccessCheckOptions {
  /** Self-relative, with owner and group. */
  readonly descriptor: Uint8Array
  /** An impersonation token of Identification level or above. */
  readonly token: Borrowed<'token'>
  /** Without generic rights: map them before. */
  readonly desiredAccess: number
  readonly genericMapping: GenericMapping
}

/** The decision. That access is denied is an answer, not an error. */
export interface AccessCheckResult {
  readonly accessStatus: boolean
  readonly grantedAccess: number
  /** Why access is denied: `ERROR_ACCESS_DENIED` or `ERROR_PRIVILEGE_NOT_HELD` as a number; 0 when it is granted. */
  readonly errno: number
  readonly privilegesUsed: readonly LuidAndAttributes[]
}

/** A part of an object, for which object ACEs name it: the object itself at level 0, its property sets, properties. */
export interface ObjectTypeListEntry {
  readonly level: number
  /** `bf967aba-0de6-11d0-a285-00aa003049e2` */
  readonly guid: string
}

export interface AccessCheckByTypeOptions extends AccessCheckOptions {
  /** In the order of a tree that is walked from the top: one entry of level 0 comes first. */
  readonly objectTypes: readonly ObjectTypeListEntry[]
  /** Who `PRINCIPAL SELF` is; null for nobody. */
  readonly principalSelf: Uint8Array | null
}

/** The decision for one part of the object; `grantedAccess` is there for a refused one as well. */
export interface NodeAccess {
  readonly grantedAccess: number
  /** 0 when everything is granted that was asked for, otherwise why not. */
  readonly errno: number
}

export interface AccessCheckByTypeResult {
  /** One for each entry of `objectTypes`, in its order. */
  readonly nodes: readonly NodeAccess[]
  readonly privilegesUsed: readonly LuidAndAttributes[]
}

export interface PrivilegeCheckOptions {
  /** A primary token, or an impersonation token of Identification level or above. */
  readonly token: Borrowed<'token'>
  readonly privileges: readonly bigint[]
  /** Whether all are needed, or one is enough. */
  readonly allNecessary: boolean
}

export interface PrivilegeCheckResult {
  readonly result: boolean
  /** Those that were asked for; the enabled ones have `SE_PRIVILEGE_USED_FOR_ACCESS`. */
  readonly privileges: readonly LuidAndAttributes[]
}

export interface AccessApi {
  /**
   * Asks Windows whether a client would get access to an object with this security descriptor.
   *
   * Needs `TOKEN_QUERY`.
   *
   * @throws Win32Error `ERROR_INVALID_SECURITY_DESCR` without owner or group, `ERROR_GENERIC_NOT_MAPPED`,
   *   `ERROR_NO_IMPERSONATION_TOKEN` for a primary token, `ERROR_BAD_IMPERSONATION_LEVEL` at Anonymous level
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-accesscheck
   */
  accessCheck(options: AccessCheckOptions): AccessCheckResult

  /**
   * The same for an object with parts, of which object ACEs speak: one decision, that for the object as a whole.
   *
   * Needs `TOKEN_QUERY`.
   *
   * @throws Win32Error as `accessCheck`, `ERROR_INVALID_PARAMETER` when `objectTypes` is not a tree,
   *   `RPC_S_INVALID_STRING_UUID`
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-accesscheckbytype
   */
  accessCheckByType(options: AccessCheckByTypeOptions): AccessCheckResult

  /**
   * The same with a decision for each part.
   *
   * Needs `TOKEN_QUERY`.
   *
   * @throws Win32Error as `accessCheckByType`
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-accesscheckbytyperesultlist
   */
  accessCheckByTypeResultList(options: AccessCheckByTypeOptions): AccessCheckByTypeResult

  /**
   * Asks whether privileges are enabled in the token of a client.
   *
   * Needs `TOKEN_QUERY`.
   *
   * @throws Win32Error `ERROR_BAD_IMPERSONATION_LEVEL`, `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-privilegecheck
   */
  privilegeCheck(options: PrivilegeCheckOptions): PrivilegeCheckResult
}
