import type { NetworkResourceType } from '../constants.ts'
import type { Borrowed } from './handle.ts'

/** Whose logon session a network call is made in. */
export interface NetworkIdentity {
  /** The client; null for this process. */
  readonly impersonate: Borrowed<'token'> | null
}

export interface WNetAddConnection2Options extends NetworkIdentity {
  /** `\\server\share` */
  readonly remoteName: string
  /** `Z:` or `LPT1`; null makes a connection without a local name. */
  readonly localName: string | null
  /** Null for the user of the logon session. */
  readonly user: string | null
  /** UTF-16LE without a terminator, copied at the call and the copy wiped; null for the password of the session. */
  readonly password: Uint8Array | null
  readonly type: NetworkResourceType
  /** `CONNECT_*` */
  readonly flags: number
}

export interface WNetCancelConnection2Options extends NetworkIdentity {
  /** The local name or, of a connection without one, the remote name. */
  readonly name: string
  /** `CONNECT_UPDATE_PROFILE` or 0. */
  readonly flags: number
  /** Whether files that are open on it are no obstacle. */
  readonly force: boolean
}

/** A connection of a logon session. */
export interface NetworkConnectionInformation {
  /** Null for a connection without a local name. */
  readonly localName: string | null
  readonly remoteName: string
  /** Whose credentials it was made with, `SERVER\alice`; null where the provider does not tell. */
  readonly user: string | null
  /** `Microsoft Windows Network` */
  readonly provider: string
}

/**
 * Connections belong to a logon session: who has another session does not see them, and a drive letter of one session
 * is none of another.
 */
export interface NetworkApi {
  /**
   * Connects a logon session to a share, with credentials of its own or given ones.
   *
   * Needs no privilege.
   *
   * @throws Win32Error `ERROR_SESSION_CREDENTIAL_CONFLICT` when the session is connected to the server with other
   *   credentials, `ERROR_LOGON_FAILURE`, `ERROR_ACCESS_DENIED`, `ERROR_BAD_NETPATH`, `ERROR_BAD_NET_NAME`,
   *   `ERROR_ALREADY_ASSIGNED`, `ERROR_BAD_DEVICE`, `ERROR_INVALID_PARAMETER`, `ERROR_NO_NETWORK`, and
   *   `ERROR_EXTENDED_ERROR` with `provider`, `providerError` and `providerMessage` in its context
   * @see https://learn.microsoft.com/windows/win32/api/winnetwk/nf-winnetwk-wnetaddconnection2w
   */
  wNetAddConnection2(options: WNetAddConnection2Options): Promise<void>

  /**
   * Ends a connection.
   *
   * @throws Win32Error `ERROR_NOT_CONNECTED`, `ERROR_OPEN_FILES` unless forced, `ERROR_DEVICE_IN_USE`,
   *   `ERROR_EXTENDED_ERROR` as above
   * @see https://learn.microsoft.com/windows/win32/api/winnetwk/nf-winnetwk-wnetcancelconnection2w
   */
  wNetCancelConnection2(options: WNetCancelConnection2Options): Promise<void>

  /**
   * The connections of a logon session, each with its user: `WNetOpenEnum`, `WNetEnumResource` and `WNetGetUser`.
   *
   * @throws Win32Error `ERROR_NO_NETWORK`, `ERROR_EXTENDED_ERROR` as above
   * @see https://learn.microsoft.com/windows/win32/api/winnetwk/nf-winnetwk-wnetopenenumw
   * @see https://learn.microsoft.com/windows/win32/api/winnetwk/nf-winnetwk-wnetgetuserw
   */
  wNetEnumerateConnections(identity: NetworkIdentity): Promise<readonly NetworkConnectionInformation[]>
}
