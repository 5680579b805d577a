import type { NodeAccess, ObjectTypeListEntry } from './access.ts'
import type { Borrowed, Handle } from './handle.ts'

export interface AuthzInitializeContextFromSidOptions {
  /** A user, or with `AUTHZ_SKIP_TOKEN_GROUPS` anybody. */
  readonly sid: Uint8Array
  /** `AUTHZ_*`, see `authzContextFlag`. */
  readonly flags: number
}

export interface AuthzAccessCheckOptions {
  readonly context: Borrowed<'authz-context'>
  /** Self-relative, with owner and group. Its ACEs name no generic rights: AuthZ maps none. */
  readonly descriptor: Uint8Array
  /** Without generic rights. */
  readonly desiredAccess: number
  /** Empty for an object without parts. */
  readonly objectTypes: readonly ObjectTypeListEntry[]
  /** Who `PRINCIPAL SELF` is; null for nobody. */
  readonly principalSelf: Uint8Array | null
}

/** Access checks for somebody who is not here: without a token and without a password. */
export interface AuthzApi {
  /**
   * What a user would be, as far as this computer can tell: the groups of the account, not those of a logon type.
   *
   * Needs no privilege. For a domain account it asks the domain, which may take long and refuse the caller.
   *
   * @throws Win32Error `ERROR_NONE_MAPPED`, `ERROR_INVALID_SID`, `ERROR_NO_SUCH_DOMAIN`, `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/authz/nf-authz-authzinitializecontextfromsid
   */
  authzInitializeContextFromSid(options: AuthzInitializeContextFromSidOptions): Promise<Handle<'authz-context'>>

  /**
   * Decides what the client of a context may do: one answer for each part of the object, or one for the whole.
   *
   * @throws Win32Error `ERROR_INVALID_SECURITY_DESCR`, `ERROR_INVALID_PARAMETER`, `RPC_S_INVALID_STRING_UUID`
   * @see https://learn.microsoft.com/windows/win32/api/authz/nf-authz-authzaccesscheck
   */
  authzAccessCheck(options: AuthzAccessCheckOptions): readonly NodeAccess[]
}
