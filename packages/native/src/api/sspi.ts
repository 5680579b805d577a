import type { Borrowed, Handle } from './handle.ts'
import type { ImpersonatedCallback, ImpersonateOption } from './impersonation.ts'

/** `inbound`: a server's, to accept contexts. `outbound`: a client's, to initialize them. */
export type CredentialsUse = 'inbound' | 'outbound' | 'both'

/** Whose credentials, where they are not those of the logon session. */
export interface SecurityIdentity {
  readonly user: string
  /** Null where the user is a principal name, or for the default domain. */
  readonly domain: string | null
  /** UTF-16LE without a terminator. Copied at the call and the copy wiped; the caller wipes its own bytes. */
  readonly password: Uint8Array
}

export interface AcquireCredentialsHandleOptions extends ImpersonateOption {
  /** `Negotiate`, `NTLM`, `Kerberos`, or another package of this computer. */
  readonly package: string
  readonly use: CredentialsUse
  /** Whose credentials to take, where the caller may choose; null: those that the thread has. */
  readonly principal: string | null
  readonly identity: SecurityIdentity | null
}

interface SecurityContextOptions {
  readonly credentials: Borrowed<'credentials'>
  /** What the other side sent; empty where the exchange begins here. */
  readonly token: Uint8Array
  /**
   * The application data of the channel bindings, `tls-server-end-point:` and the hash of the server's certificate for
   * instance (RFC 5929). Null: none.
   */
  readonly channelBindings: Uint8Array | null
}

export interface AcceptSecurityContextOptions extends SecurityContextOptions {
  /** The context of the legs before; null for the first leg. */
  readonly context: Borrowed<'security-context'> | null
  /** `ASC_REQ_*` of `acceptRequirement`. Memory is always allocated by the package. */
  readonly requirements: number
}

export interface InitializeSecurityContextOptions extends SecurityContextOptions {
  /** The context of the legs before; null for the first leg. */
  readonly context: Borrowed<'security-context'> | null
  /** Who the client wants to reach, a service principal name: `HTTP/server.example.com`. */
  readonly targetName: string | null
  /** `ISC_REQ_*` of `initializeRequirement`. Memory is always allocated by the package. */
  readonly requirements: number
}

/** What one leg of the exchange came to. */
export interface SecurityContextLeg {
  /** `continue`: the other side has to answer. `ok`: this side is done, and may have a last token to send. */
  readonly status: 'ok' | 'continue'
  /** The new context, which the caller closes whatever comes of it; null where the call went on with a given one. */
  readonly context: Handle<'security-context'> | null
  /** What to send; empty for nothing. */
  readonly token: Uint8Array
  /** `ASC_RET_*` or `ISC_RET_*`, which have the numbers of the requirements. Right once the status is `ok`. */
  readonly attributes: number
  /** When the context ends: 100 ns since 1601, in local time. */
  readonly expiry: bigint
}

/** What {@link SspiApi.queryContextAttributes} answers with. */
export interface SecurityContextAttributes {
  /** The client on a server's context, `DOMAIN\user`. */
  SECPKG_ATTR_NAMES: string
  /** The package of the context. */
  SECPKG_ATTR_PACKAGE_INFO: PackageInformation
  /** What Negotiate has settled on. */
  SECPKG_ATTR_NEGOTIATION_INFO: PackageInformation
  /**
   * Who the client said that it wants to reach, so that a server can refuse what was meant for another. Under Kerberos
   * `@REALM` comes after it.
   */
  SECPKG_ATTR_CLIENT_SPECIFIED_TARGET: string
}

export type SecurityContextAttribute = keyof SecurityContextAttributes

export interface PackageInformation {
  /** `NTLM` */
  readonly name: string
  /** `SECPKG_FLAG_*` */
  readonly capabilities: number
  readonly maxTokenSize: number
}

export interface SspiApi {
  /**
   * Credentials for one side of an exchange. They stay valid when the logon session's own credentials change.
   *
   * Needs no privilege. A `principal` other than the caller needs SeTcbPrivilege.
   *
   * @throws Win32Error `SEC_E_SECPKG_NOT_FOUND`, `SEC_E_NO_CREDENTIALS`, `SEC_E_UNKNOWN_CREDENTIALS`,
   *   `SEC_E_NOT_OWNER`
   * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-acquirecredentialshandlew
   */
  acquireCredentialsHandle(options: AcquireCredentialsHandleOptions): Promise<Handle<'credentials'>>

  /**
   * A server's leg. Where the package wants `CompleteAuthToken` called, it has been. A leg that fails leaves the context
   * of the legs before to its holder, who can only close it. Kerberos also refuses in a token for the client, with the
   * status `continue`: a ticket that the account of the server cannot read, one that came before, one of another time.
   *
   * @throws Win32Error `SEC_E_LOGON_DENIED` (unknown user, wrong password, an account that may not log on),
   *   `SEC_E_INVALID_TOKEN`, `SEC_E_BAD_BINDINGS`, `SEC_E_MESSAGE_ALTERED`, `SEC_E_NO_CREDENTIALS`,
   *   `SEC_E_OUT_OF_SEQUENCE`, `ERROR_BUSY` while another leg of the same context is under way
   * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-acceptsecuritycontext
   */
  acceptSecurityContext(options: AcceptSecurityContextOptions): Promise<SecurityContextLeg>

  /**
   * A client's leg; the first has an empty token. See {@link acceptSecurityContext}.
   *
   * @throws Win32Error `SEC_E_NO_CREDENTIALS`, `SEC_E_NO_AUTHENTICATING_AUTHORITY`, `SEC_E_TARGET_UNKNOWN`,
   *   `SEC_E_INVALID_TOKEN`, `SEC_E_WRONG_PRINCIPAL` (the service runs as another account than the one that has the
   *   name), `SEC_E_LOGON_DENIED` (Kerberos refuses the client), `SEC_E_TIME_SKEW`, `ERROR_BUSY`
   * @see https://learn.microsoft.com/windows/win32/secauthn/initializesecuritycontext--general
   */
  initializeSecurityContext(options: InitializeSecurityContextOptions): Promise<SecurityContextLeg>

  /**
   * The token of the client of an accepted context: an impersonation token of the level that the client allowed.
   *
   * @throws Win32Error `SEC_E_INVALID_HANDLE` for a context that is not established, `SEC_E_NO_IMPERSONATION`
   * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-querysecuritycontexttoken
   */
  querySecurityContextToken(context: Borrowed<'security-context'>): Handle<'token'>

  /**
   * Runs `callback` as the client of an accepted context, at the level that the client allowed, or at that to which
   * Windows lowered it. See `impersonateLoggedOnUser`.
   *
   * @throws Win32Error `SEC_E_INVALID_HANDLE`, `SEC_E_NO_IMPERSONATION`, and whatever the callback throws
   * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-impersonatesecuritycontext
   */
  impersonateSecurityContext<T>(context: Borrowed<'security-context'>, callback: ImpersonatedCallback<T>): T

  /**
   * @throws Win32Error `SEC_E_INVALID_HANDLE` for a context that is not established, `SEC_E_UNSUPPORTED_FUNCTION` for
   *   what the package does not tell
   * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-querycontextattributesw
   */
  queryContextAttributes<A extends SecurityContextAttribute>(
    context: Borrowed<'security-context'>,
    attribute: A,
  ): SecurityContextAttributes[A]
}
