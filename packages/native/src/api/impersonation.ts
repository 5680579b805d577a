import type { ImpersonationLevel } from '../constants.ts'
import type { Borrowed, StreamHandle } from './handle.ts'

/**
 * For work that runs on another thread: the client that it is done as.
 *
 * The work fails with `ERROR_BAD_IMPERSONATION_LEVEL`, or `ERROR_CANT_OPEN_ANONYMOUS`, before it begins when the thread
 * has less than Impersonation level: because the client allowed no more, or because Windows lowered it.
 */
export interface ImpersonateOption {
  /** The worker sets this thread token, makes the one call and reverts. Null: as the server itself. */
  readonly impersonate: Borrowed<'token'> | null
}

/**
 * Work that is done as somebody else. It gets the level that the thread has now, which Windows may have lowered without
 * an error. It must not return a promise; `@asuser/tokens` refuses one.
 */
export type ImpersonatedCallback<T> = (level: ImpersonationLevel) => T

/**
 * Each function runs `callback` on the JavaScript thread under another identity, and puts the identity back that the
 * thread had before (another client's in a nested call) before it returns or throws. A failure to put it back ends the
 * process: to go on under the wrong identity is worse than a crash. No function leaves an identity behind.
 *
 * In a nested call the identity is taken on by the process itself, whatever the outer client may do.
 *
 * All of them fail with `ERROR_CANT_OPEN_ANONYMOUS` on a thread that is at Anonymous level already: that identity could
 * not be put back.
 */
export interface ImpersonationApi {
  /**
   * As the client of `token`.
   *
   * Needs `TOKEN_QUERY | TOKEN_DUPLICATE` on a primary token, `TOKEN_QUERY | TOKEN_IMPERSONATE` on an impersonation
   * token. Without SeImpersonatePrivilege Windows may lower the level to Identification, and says nothing.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_BAD_IMPERSONATION_LEVEL`, and whatever the callback throws
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-impersonateloggedonuser
   */
  impersonateLoggedOnUser<T>(token: Borrowed<'token'>, callback: ImpersonatedCallback<T>): T

  /**
   * As this process, with a token of its own for the thread, which can be adjusted without touching the process.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, and whatever the callback throws
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-impersonateself
   */
  impersonateSelf<T>(level: ImpersonationLevel, callback: ImpersonatedCallback<T>): T

  /**
   * As nobody: `NT AUTHORITY\ANONYMOUS LOGON`, which by default is not even a member of Everyone.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED` from a restricted process, and whatever the callback throws
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-impersonateanonymoustoken
   */
  impersonateAnonymousToken<T>(callback: ImpersonatedCallback<T>): T

  /**
   * With this very token, not a duplicate: what is adjusted in it counts at once, for the callback and for every other
   * holder.
   *
   * Needs `TOKEN_IMPERSONATE`.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_BAD_TOKEN_TYPE` for a primary token, and whatever the callback throws
   * @see https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-setthreadtoken
   */
  setThreadToken<T>(token: Borrowed<'token'>, callback: ImpersonatedCallback<T>): T

  /**
   * As the client of the remote procedure call that runs on this thread.
   *
   * @throws Win32Error `RPC_S_NO_CALL_ACTIVE`, `RPC_S_CANNOT_SUPPORT`, and whatever the callback throws
   * @see https://learn.microsoft.com/windows/win32/api/rpcdce/nf-rpcdce-rpcimpersonateclient
   */
  rpcImpersonateClient<T>(callback: ImpersonatedCallback<T>): T

  /**
   * As the client of the COM call that runs on this thread.
   *
   * @throws Win32Error `RPC_E_CALL_COMPLETE` when no call is active, `CO_E_NOTINITIALIZED`, and whatever the callback throws
   * @see https://learn.microsoft.com/windows/win32/api/combaseapi/nf-combaseapi-coimpersonateclient
   */
  coImpersonateClient<T>(callback: ImpersonatedCallback<T>): T

  /**
   * As the client of a named pipe: who wrote what was read last, at the level that the
   * client allowed when it opened the pipe. Without SeImpersonatePrivilege Windows may lower the level to
   * Identification, and says nothing. `pipe` is a handle of the server's end.
   *
   * @throws Win32Error `ERROR_CANNOT_IMPERSONATE` before the first read, and whatever the callback throws
   * @see https://learn.microsoft.com/windows/win32/api/namedpipeapi/nf-namedpipeapi-impersonatenamedpipeclient
   */
  impersonateNamedPipeClient<T>(pipe: Borrowed<'pipe'> | StreamHandle<'pipe'>, callback: ImpersonatedCallback<T>): T
}
