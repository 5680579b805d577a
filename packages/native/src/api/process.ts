import type { Borrowed, Handle } from './handle.ts'
import type { ImpersonateOption } from './impersonation.ts'

/**
 * What a standard handle of a new process is. `null-device` reads as empty and swallows what is written: opened for the
 * call, by the caller and not by its client, and in no handle list. Null: none.
 */
export type StandardHandle = Borrowed<'pipe' | 'file'> | 'null-device' | null

export interface StandardHandles {
  readonly input: StandardHandle
  readonly output: StandardHandle
  readonly error: StandardHandle
}

export interface StartupInfo {
  /** `winsta0\default`; null inherits the caller's, `''` asks for the station of the logon session. */
  readonly desktop: string | null
  readonly title: string | null
  /** `SW_*`; null leaves the choice to the program. */
  readonly showWindow: number | null
  /** Null: the new process gets no standard handles from here. */
  readonly standardHandles: StandardHandles | null
}

export interface CreateProcessOptions extends ImpersonateOption {
  /** Absolute path of the image. */
  readonly applicationName: string
  /** The whole command line, argv[0] included; at most 32,767 UTF-16 units with the terminator. */
  readonly commandLine: string
  /** `NAME=value` strings in the order of the block; null passes on the environment of the caller. */
  readonly environment: readonly string[] | null
  /** Null: the caller's. */
  readonly currentDirectory: string | null
  /** `CREATE_*` flags; `CREATE_UNICODE_ENVIRONMENT` and `EXTENDED_STARTUPINFO_PRESENT` are always added. */
  readonly creationFlags: number
  readonly startupInfo: StartupInfo
  /**
   * The handles that the process inherits, and no others but the null device. They need not be inheritable: they are made so for the call.
   * Standard handles must be in the list; one that is not is a TypeError.
   */
  readonly handleList: readonly Borrowed<'pipe' | 'file'>[]
  /** Jobs that the process belongs to from its first instruction. */
  readonly jobList: readonly Borrowed<'job'>[]
}

export interface CreateProcessAsUserOptions extends CreateProcessOptions {
  readonly token: Borrowed<'token'>
}

export interface CreatedProcess {
  readonly process: Handle<'process'>
  readonly thread: Handle<'thread'>
  readonly processId: number
  readonly threadId: number
}

/** A pending call back for a handle that becomes signaled. Disposing it more than once does nothing. */
export interface RegisteredWait extends Disposable {
  /** Keeps the event loop alive while it waits; the default. */
  ref(): void
  unref(): void
  /** Stops waiting; the callback is not called any more. */
  unregister(): void
}

export interface ProcessApi {
  /** The pseudo handle of this process. */
  getCurrentProcess(): Borrowed<'process'>

  getCurrentProcessId(): number

  /**
   * Starts a process with the identity of `token`, off the JavaScript thread. `impersonate` is the identity that the
   * image and the current directory are reached with.
   *
   * Needs SeIncreaseQuotaPrivilege, and SeAssignPrimaryTokenPrivilege unless the token is a restricted version of the
   * caller's own; both must be held, Windows enables them for the call. The token needs
   * `TOKEN_QUERY | TOKEN_DUPLICATE | TOKEN_ASSIGN_PRIMARY`.
   *
   * @throws Win32Error `ERROR_PRIVILEGE_NOT_HELD`, `ERROR_ACCESS_DENIED`, `ERROR_FILE_NOT_FOUND`, `ERROR_PATH_NOT_FOUND`,
   *   `ERROR_BAD_EXE_FORMAT`, `ERROR_DIRECTORY`, `ERROR_ELEVATION_REQUIRED`, `ERROR_INVALID_PARAMETER`
   * @see https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-createprocessasuserw
   */
  createProcessAsUser(options: CreateProcessAsUserOptions): Promise<CreatedProcess>

  /**
   * Opens a process by its id.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_INVALID_PARAMETER` when there is no such process
   * @see https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-openprocess
   */
  openProcess(processId: number, desiredAccess: number): Handle<'process'>

  /**
   * Opens a thread by its id.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_INVALID_PARAMETER` when there is no such thread
   * @see https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-openthread
   */
  openThread(threadId: number, desiredAccess: number): Handle<'thread'>

  /**
   * The exit code, an unsigned 32-bit number, or `STILL_ACTIVE` (259), which a process may also exit with: ask
   * `waitForSingleObject` whether it ended.
   *
   * Needs `PROCESS_QUERY_LIMITED_INFORMATION`.
   *
   * @see https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-getexitcodeprocess
   */
  getExitCodeProcess(process: Borrowed<'process'>): number

  /**
   * Ends a process at once.
   *
   * Needs `PROCESS_TERMINATE`.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, also for a process that ended already
   * @see https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-terminateprocess
   */
  terminateProcess(process: Borrowed<'process'>, exitCode: number): void

  /**
   * Lets a suspended thread go on; returns how often it was suspended before.
   *
   * Needs `THREAD_SUSPEND_RESUME`.
   *
   * @see https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-resumethread
   */
  resumeThread(thread: Borrowed<'thread'>): number

  /**
   * How many kernel handles a process has open.
   *
   * Needs `PROCESS_QUERY_LIMITED_INFORMATION`.
   *
   * @see https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-getprocesshandlecount
   */
  getProcessHandleCount(process: Borrowed<'process'>): number

  /**
   * Calls back once, on the JavaScript thread, when the object is signaled: when a process ends. Never from within
   * this call, even if it is signaled already.
   *
   * Needs `SYNCHRONIZE`.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_INVALID_HANDLE`
   * @see https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-registerwaitforsingleobject
   */
  registerWaitForSingleObject(object: Borrowed<'process' | 'thread' | 'job'>, callback: () => void): RegisteredWait
}
