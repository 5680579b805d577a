import type { ImpersonationLevel } from '../constants.ts'
import type { Borrowed, Handle, StreamHandle } from './handle.ts'
import type { ImpersonateOption } from './impersonation.ts'

export interface CreateNamedPipeOptions {
  /** `\\.\pipe\name` */
  readonly name: string
  /** Whether the call fails when somebody, perhaps an impostor, has a pipe of this name already. */
  readonly firstInstance: boolean
  /** Whether clients of other computers are refused. */
  readonly rejectRemoteClients: boolean
  /** How many instances there may be at a time, 1 to 254; 255 stands for no limit. The first instance decides. */
  readonly maxInstances: number
  /** Bytes that a writer may be ahead of the server's reads. */
  readonly inBufferSize: number
  /** Bytes that the server may be ahead of the client's reads. */
  readonly outBufferSize: number
  /** A self-relative security descriptor; null gives the default of named pipes. The first instance decides. */
  readonly security: Uint8Array | null
}

/** What a client lets the server do with its identity. */
export interface SecurityQualityOfService {
  readonly impersonationLevel: ImpersonationLevel
  /** `static`: who it is when it opens the pipe. `dynamic`: who it is when it writes. */
  readonly contextTracking: 'static' | 'dynamic'
  /** Whether privileges and groups that are disabled are kept from the server. */
  readonly effectiveOnly: boolean
}

export interface OpenNamedPipeOptions extends ImpersonateOption {
  /** `\\.\pipe\name`, or `\\server\pipe\name` on another computer. */
  readonly name: string
  readonly desiredAccess: number
  /** Null leaves it to Windows: Impersonation level, dynamic. Has no meaning for a pipe of another computer. */
  readonly securityQualityOfService: SecurityQualityOfService | null
}

export interface WaitNamedPipeOptions {
  readonly name: string
  /** In milliseconds, at least 1. */
  readonly timeout: number
}

export interface NamedPipeApi {
  /**
   * Creates an instance of a named pipe: overlapped, duplex, of bytes, for one client at a time. A client may open it
   * as soon as it exists.
   *
   * Needs, for any but the first instance, `FILE_CREATE_PIPE_INSTANCE` and what the instance is opened with, generic
   * read and write, from the DACL of the pipe.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED` also for a first instance when there is one, `ERROR_PIPE_BUSY` beyond the
   *   limit of instances, `ERROR_INVALID_NAME`, `ERROR_INVALID_SECURITY_DESCR`
   * @see https://learn.microsoft.com/windows/win32/api/namedpipeapi/nf-namedpipeapi-createnamedpipew
   */
  createNamedPipe(options: CreateNamedPipeOptions): Handle<'pipe'>

  /**
   * Waits, off the JavaScript thread, until a client has opened the instance; one who did before the call counts.
   * Closing the handle ends the wait with `ERROR_OPERATION_ABORTED`. The wait keeps the event loop alive until
   * `setConnectNamedPipeRef` says otherwise.
   *
   * With `addAnother` there is another instance when the promise resolves, with it: created when the client has come, as
   * this one was but not as the first, by the process itself. So clients find an open door while JavaScript is busy, and
   * that has less to do for each. Null without it; null also when that instance cannot be created, and for a handle that
   * is a duplicate: `createNamedPipe` does it then, or says why not.
   *
   * @throws Win32Error `ERROR_OPERATION_ABORTED`, `ERROR_NO_DATA` when the client is gone already,
   *   `ERROR_BUSY` while another wait is under way
   * @see https://learn.microsoft.com/windows/win32/api/namedpipeapi/nf-namedpipeapi-connectnamedpipe
   */
  connectNamedPipe(pipe: Handle<'pipe'>, addAnother: boolean): Promise<Handle<'pipe'> | null>

  /**
   * Whether the wait of `connectNamedPipe` that is under way keeps the event loop alive. Nothing happens when there is
   * none.
   *
   * @throws Win32Error `ERROR_INVALID_HANDLE`
   */
  setConnectNamedPipeRef(pipe: Handle<'pipe'>, referenced: boolean): void

  /**
   * Ends the connection of an instance, whatever is under way; bytes that the client has not read are lost.
   *
   * @throws Win32Error `ERROR_PIPE_NOT_CONNECTED`
   * @see https://learn.microsoft.com/windows/win32/api/namedpipeapi/nf-namedpipeapi-disconnectnamedpipe
   */
  disconnectNamedPipe(pipe: Borrowed<'pipe'>): void

  /**
   * Opens the client's end of a pipe, overlapped, as the client of `impersonate`.
   *
   * Needs the asked access from the DACL of the pipe, and `FILE_READ_ATTRIBUTES` and `SYNCHRONIZE`, which `CreateFile`
   * always adds; `FILE_CREATE_PIPE_INSTANCE` in it is passed over. Whatever the access is, it takes an instance.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND` when there is no such pipe, `ERROR_PIPE_BUSY` when no instance waits for
   *   a client, `ERROR_ACCESS_DENIED`, `ERROR_BAD_IMPERSONATION_LEVEL` for a level above that of the client's own token
   * @see https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-createfilew
   */
  openNamedPipe(options: OpenNamedPipeOptions): Promise<Handle<'pipe'>>

  /**
   * Waits, off the JavaScript thread, until an instance of the pipe waits for a client. Another client may be faster.
   *
   * @throws Win32Error `ERROR_SEM_TIMEOUT`, `ERROR_FILE_NOT_FOUND`
   * @see https://learn.microsoft.com/windows/win32/api/namedpipeapi/nf-namedpipeapi-waitnamedpipew
   */
  waitNamedPipe(options: WaitNamedPipeOptions): Promise<void>

  /**
   * The process that opened the client's end. It may have ended since, and its id may belong to another one.
   *
   * @see https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-getnamedpipeclientprocessid
   */
  getNamedPipeClientProcessId(pipe: Borrowed<'pipe'> | StreamHandle<'pipe'>): number

  /**
   * The terminal session of the process that opened the client's end.
   *
   * @see https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-getnamedpipeclientsessionid
   */
  getNamedPipeClientSessionId(pipe: Borrowed<'pipe'> | StreamHandle<'pipe'>): number

  /**
   * The computer that the client's end was opened on.
   *
   * @throws Win32Error `ERROR_PIPE_LOCAL` when that is this computer
   * @see https://learn.microsoft.com/windows/win32/api/namedpipeapi/nf-namedpipeapi-getnamedpipeclientcomputernamew
   */
  getNamedPipeClientComputerName(pipe: Borrowed<'pipe'> | StreamHandle<'pipe'>): string

  /**
   * The process that created the pipe, asked at the client's end. It may have ended since.
   *
   * @see https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-getnamedpipeserverprocessid
   */
  getNamedPipeServerProcessId(pipe: Borrowed<'pipe'> | StreamHandle<'pipe'>): number
}
