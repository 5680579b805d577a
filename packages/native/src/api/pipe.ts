import type { Duplex } from 'node:stream'
import type { Handle, StreamHandle } from './handle.ts'

/** Both ends of an anonymous byte pipe. */
export interface PipePair {
  /** The end of this process, overlapped, for `openPipeStream`. */
  readonly server: Handle<'pipe'>
  /** The end for a child process, blocking, not inheritable until it is in a handle list. */
  readonly client: Handle<'pipe'>
}

/** `outbound`: the server end writes, the child reads (stdin). `inbound`: the child writes (stdout, stderr). */
export type PipeDirection = 'outbound' | 'inbound'

/** `duplex`: both ends read and write, as those of named pipes do. */
export type PipeStreamDirection = PipeDirection | 'duplex'

/** A Node stream of one end of a pipe; on Windows a `net.Socket`. */
export interface PipeStream extends Duplex {
  /** Keeps the process alive while it reads or writes; the default. */
  ref(): this
  /** Lets the process end though it reads or writes. */
  unref(): this
}

/** A stream, and its handle for questions about who is at the other end. */
export interface NamedPipeStream {
  readonly stream: PipeStream
  readonly handle: StreamHandle<'pipe'>
}

/** Which standard handle of this process. */
export type StandardDevice = 'input' | 'output' | 'error'

export interface PipeApi {
  /**
   * Creates a pipe for the stdio of one child: a name from 128 random bits, first instance only, one instance, remote
   * clients rejected, a DACL for the server's own user alone, both ends open when the call returns.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_PIPE_BUSY`
   * @see https://learn.microsoft.com/windows/win32/api/namedpipeapi/nf-namedpipeapi-createnamedpipew
   */
  createPipePair(direction: PipeDirection): PipePair

  /**
   * Makes a Node stream of an overlapped end. It takes the handle: the stream closes it, and
   * the object is closed from then on. A stream that reads does so at once.
   *
   * @throws Win32Error `ERROR_INVALID_HANDLE`, `ERROR_BUSY` while `connectNamedPipe` or a process creation in flight
   *   uses the handle
   */
  openPipeStream(pipe: Handle<'pipe'>, direction: PipeStreamDirection): PipeStream

  /**
   * Makes a duplex stream of the server's end of a named pipe, as `openPipeStream` does.
   *
   * @throws Win32Error `ERROR_INVALID_HANDLE`, `ERROR_BUSY`, `ERROR_TOO_MANY_OPEN_FILES`
   */
  openNamedPipeStream(pipe: Handle<'pipe'>): NamedPipeStream

  /**
   * A duplicate of a standard handle of this process, for a child to inherit; null when the process has none.
   *
   * @see https://learn.microsoft.com/windows/console/getstdhandle
   */
  duplicateStandardHandle(device: StandardDevice): Handle<'file'> | null
}
