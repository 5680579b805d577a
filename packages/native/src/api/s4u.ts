import type { LogonType } from '../constants.ts'
import type { Handle } from './handle.ts'

/** The authentication packages that log a client on without credentials, by the names that LSA knows them under. */
export type S4UPackage = 'MICROSOFT_AUTHENTICATION_PACKAGE_V1_0' | 'Kerberos'

export interface LsaLogonUserS4UOptions {
  /**
   * How LSA is connected to: with `LsaRegisterLogonProcess`, which needs SeTcbPrivilege and makes the token one to act
   * with, or with `LsaConnectUntrusted`, after which the token is at Identification level.
   */
  readonly trusted: boolean
  readonly authenticationPackage: S4UPackage
  /** The name of a local account for the first package, the user principal name for Kerberos. */
  readonly user: string
  /** The computer, `.` or a domain; the realm for Kerberos, where null lets it follow from the name. */
  readonly domain: string | null
  /** `LOGON32_LOGON_NETWORK`; the user needs its account right. */
  readonly logonType: LogonType
  /** Who asks, for the audit log: ASCII, without secrets. */
  readonly originName: string
  /** Who asks, as `TokenSource` tells it: eight ASCII characters at most. */
  readonly sourceName: string
}

export interface S4UApi {
  /**
   * Logs a client on without its credentials ("service for user"): connects to LSA, finds the package, logs on, frees
   * what was returned, disconnects. The token is an impersonation token and has no network credentials.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED` of `LsaRegisterLogonProcess` without SeTcbPrivilege, `ERROR_NO_SUCH_PACKAGE`,
   *   `ERROR_LOGON_FAILURE`, `ERROR_NO_SUCH_USER`, `ERROR_ACCOUNT_DISABLED`, `ERROR_LOGON_TYPE_NOT_GRANTED`,
   *   `ERROR_NO_LOGON_SERVERS`, `ERROR_INVALID_LOGON_TYPE`
   * @see https://learn.microsoft.com/windows/win32/api/ntsecapi/nf-ntsecapi-lsalogonuser
   * @see https://learn.microsoft.com/windows/win32/api/ntsecapi/ns-ntsecapi-msv1_0_s4u_logon
   */
  lsaLogonUserS4U(options: LsaLogonUserS4UOptions): Promise<Handle<'token'>>
}
