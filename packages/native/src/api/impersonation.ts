import type { Borrowed } from './handle.ts'

/** For work that runs on another thread: the client that it is done as. */
export interface ImpersonateOption {
  /** The worker sets this thread token, makes the one call and reverts. Null: as the server itself. */
  readonly impersonate: Borrowed<'token'> | null
}

export interface ImpersonationApi {
  /**
   * Runs `callback` on the JavaScript thread under the identity of `token`, and puts the identity back that the thread
   * had before (another client's in a nested call) before it returns or throws. A failure to put it back ends the
   * process: to go on under the wrong identity is worse than a crash.
   *
   * There is no call that leaves an identity behind. The callback must not return a promise; `@asuser/tokens` refuses one.
   *
   * Needs `TOKEN_QUERY | TOKEN_DUPLICATE` on a primary token, `TOKEN_QUERY | TOKEN_IMPERSONATE` on an impersonation
   * token. Without SeImpersonatePrivilege Windows may lower the level to Identification, and says nothing.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_BAD_IMPERSONATION_LEVEL`, and whatever the callback throws
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-impersonateloggedonuser
   */
  impersonateLoggedOnUser<T>(token: Borrowed<'token'>, callback: () => T): T

  /**
   * The same under the identity of the client of a named pipe: who wrote what was read last, at the level that the
   * client allowed when it opened the pipe. Without SeImpersonatePrivilege Windows may lower the level to
   * Identification, and says nothing. `pipe` is a handle of the server's end.
   *
   * @throws Win32Error `ERROR_CANNOT_IMPERSONATE` before the first read, and whatever the callback throws
   * @see https://learn.microsoft.com/windows/win32/api/namedpipeapi/nf-namedpipeapi-impersonatenamedpipeclient
   */
  impersonateNamedPipeClient<T>(pipe: Borrowed<'pipe'>, callback: () => T): T
}
