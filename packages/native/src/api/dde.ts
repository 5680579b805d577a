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

  /**
   * Runs `callback` as the client of a conversation of a host that uses the DDE Management Library: for its `HCONV`, on
   * the thread that called `DdeInitialize`. See `impersonateLoggedOnUser`.
   *
   * @throws Win32Error `ERROR_CANNOT_IMPERSONATE` where Windows does not say why, and that is usual: the library tells
   *   the host alone, by `DdeGetLastError`. And whatever the callback throws
   * @see https://learn.microsoft.com/windows/win32/api/ddeml/nf-ddeml-ddeimpersonateclient
   */
  ddeImpersonateClient<T>(conversation: bigint, callback: ImpersonatedCallback<T>): T
}
