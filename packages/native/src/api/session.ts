import type { WtsClientProtocol, WtsConnectState } from '../constants.ts'
import type { Handle } from './handle.ts'

/** A session of Remote Desktop Services: that of the services, the console, one over the network. */
export interface EnumeratedSession {
  readonly sessionId: number
  readonly state: WtsConnectState
  /** `Services`, `Console`, `RDP-Tcp#3`; empty for a session that nothing is connected to. */
  readonly sessionName: string
  /** Empty where nobody is logged on. */
  readonly userName: string
  readonly domainName: string
}

/** Times as `FILETIME`: tenths of a microsecond since 1601, UTC; 0 where there is none. */
export interface SessionTimes {
  readonly connectTime: bigint
  readonly disconnectTime: bigint
  readonly lastInputTime: bigint
  readonly logonTime: bigint
  /** When the question was answered. */
  readonly currentTime: bigint
}

/** What each information class answers with. */
export interface SessionInformation {
  WTSClientProtocolType: WtsClientProtocol
  WTSSessionInfo: SessionTimes
}

export type SessionInformationClass = keyof SessionInformation

export interface SessionApi {
  /**
   * The sessions of this computer, the services' session 0 and listeners among them.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/wtsapi32/nf-wtsapi32-wtsenumeratesessionsexw
   */
  wtsEnumerateSessions(): Promise<readonly EnumeratedSession[]>

  /**
   * Reads one information class of a session.
   *
   * Needs the Query Information permission for the sessions of others, which administrators and LocalSystem have.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND` or `ERROR_CTX_WINSTATION_NOT_FOUND` for a session that does not exist,
   *   `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/wtsapi32/nf-wtsapi32-wtsquerysessioninformationw
   */
  wtsQuerySessionInformation<C extends SessionInformationClass>(
    sessionId: number,
    informationClass: C,
  ): Promise<SessionInformation[C]>

  /**
   * The session at the screen of this computer, or `NO_CONSOLE_SESSION` while one is being attached.
   *
   * @see https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-wtsgetactiveconsolesessionid
   */
  wtsGetActiveConsoleSessionId(): number

  /**
   * The primary token of the user who is logged on in a session.
   *
   * Needs SeTcbPrivilege, enabled, which LocalSystem has.
   *
   * @throws Win32Error `ERROR_PRIVILEGE_NOT_HELD`, `ERROR_NO_TOKEN` where nobody is logged on (always so in session 0),
   *   `ERROR_CTX_WINSTATION_NOT_FOUND` or `ERROR_FILE_NOT_FOUND` for a session that does not exist
   * @see https://learn.microsoft.com/windows/win32/api/wtsapi32/nf-wtsapi32-wtsqueryusertoken
   */
  wtsQueryUserToken(sessionId: number): Promise<Handle<'token'>>
}
