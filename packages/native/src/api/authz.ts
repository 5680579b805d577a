import type { NodeAccess, ObjectTypeListEntry } from './access.ts'
import type { Borrowed, Handle } from './handle.ts'
import type { ClaimAttribute, SidAndAttributes } from './token.ts'

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

/** What each information class of a context answers with. */
export interface AuthzContextInformation {
  /** Without the user. */
  AuthzContextInfoGroupsSids: readonly SidAndAttributes[]
  AuthzContextInfoDeviceSids: readonly SidAndAttributes[]
  AuthzContextInfoUserClaims: readonly ClaimAttribute[]
  AuthzContextInfoDeviceClaims: readonly ClaimAttribute[]
}

export type AuthzContextInformationClass = keyof AuthzContextInformation

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
   * Reads who the client of a context is taken for.
   *
   * @throws Win32Error `ERROR_INVALID_PARAMETER`
   * @see https://learn.microsoft.com/windows/win32/api/authz/nf-authz-authzgetinformationfromcontext
   */
  authzGetInformationFromContext<C extends AuthzContextInformationClass>(
    context: Borrowed<'authz-context'>,
    informationClass: C,
  ): AuthzContextInformation[C]

  /**
   * Decides what the client of a context may do: one answer for each part of the object, or one for the whole.
   *
   * @throws Win32Error `ERROR_INVALID_SECURITY_DESCR`, `ERROR_INVALID_PARAMETER`, `RPC_S_INVALID_STRING_UUID`
   * @see https://learn.microsoft.com/windows/win32/api/authz/nf-authz-authzaccesscheck
   */
  authzAccessCheck(options: AuthzAccessCheckOptions): readonly NodeAccess[]
}
