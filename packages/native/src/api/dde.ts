import type { ImpersonatedCallback } from './impersonation.ts'

/** The two windows of a conversation by Dynamic Data Exchange, by their handles (`HWND`). */
export interface DdeConversation {
  /** Who asked: the window that `WM_DDE_INITIATE` named. */
  readonly client: bigint
  /** A window of the calling thread, which answered. */
  readonly server: bigint
}

/** Dynamic Data Exchange, of which a host with windows and a message loop serves the conversations. */
export interface DdeApi {
  /**
   * Runs `callback` as the client of a conversation. See `impersonateLoggedOnUser`.
   *
   * @throws Win32Error `ERROR_INVALID_WINDOW_HANDLE`, `ERROR_ACCESS_DENIED`, `ERROR_CANNOT_IMPERSONATE` where Windows
   *   does not say why, and whatever the callback throws
   * @see https://learn.microsoft.com/windows/win32/api/dde/nf-dde-impersonateddeclientwindow
   */
  impersonateDdeClientWindow<T>(conversation: DdeConversation, callback: ImpersonatedCallback<T>): T
}
