import type { Duplex } from 'node:stream'
import {
  type Handle,
  impersonationLevel,
  type ImpersonationLevel,
  tokenAccess,
  type Win32,
  Win32Error,
} from '@asuser/native'
import { ImpersonationLevelError } from './impersonation-level-error.ts'
import { callSynchronously } from './synchronous-scope.ts'
import { Token } from './token.ts'
import { type ImpersonationLevelName, impersonationLevelName } from './token-information.ts'

/** What may be done with a client's token: look at it, impersonate with it, make a primary one of it. */
const clientTokenAccess = tokenAccess.TOKEN_QUERY | tokenAccess.TOKEN_DUPLICATE | tokenAccess.TOKEN_IMPERSONATE

export interface PipeConnection {
  readonly win32: Win32
  /** The server's end, with a client. */
  readonly instance: Handle<'pipe'>
  readonly path: string
  /** In milliseconds; `Infinity` for no limit. */
  readonly firstByteTimeout: number
  /** Called once, before the server's end is closed. */
  readonly onLeave: () => void
}

/**
 * A client of a {@link PipeServer}: its bytes, and its identity.
 *
 * Windows knows who a client is when something has been read that it wrote. Wait for {@link identified}, or for the
 * first data of {@link stream}; before that `token()` and `impersonate()` fail with `ERROR_CANNOT_IMPERSONATE`. The
 * identity goes with the connection: take what is needed before the stream has ended.
 */
export class PipeClient implements Disposable {
  /**
   * The bytes; on Windows a `net.Socket`. An error of the connection, which a client can always cause, closes it
   * and does not need a listener.
   */
  readonly stream: Duplex
  /** The process that opened the pipe. Its id is no proof of identity: it may belong to another one by now. */
  readonly processId: number
  /**
   * Resolves when the first bytes have come, which are left in the stream. Rejects when the client leaves before, or
   * lets the time for its first byte pass, which ends the connection. A rejection that nobody awaits does no harm.
   */
  readonly identified: Promise<void>
  readonly #win32: Win32
  readonly #path: string
  /** The stream has a handle of its own, which belongs to libuv. */
  readonly #instance: Handle<'pipe'>

  private constructor({ win32, instance, path, firstByteTimeout, onLeave }: PipeConnection, stream: Duplex) {
    this.#win32 = win32
    this.#path = path
    this.#instance = instance
    this.stream = stream
    this.processId = win32.getNamedPipeClientProcessId(instance)
    closeWith(stream, instance, onLeave)
    finishWithoutFlush(stream)
    this.identified = firstBytes(stream, firstByteTimeout, { path, processId: this.processId })
    this.identified.catch(() => {})
  }

  /** @throws Win32Error when the client is gone already; then the instance is left open */
  static accept(connection: PipeConnection): PipeClient {
    const { win32, instance } = connection
    const end = win32.duplicateHandle(instance)
    try {
      const stream = win32.openPipeStream(end, 'duplex')
      stream.on('error', () => {})
      try {
        return new PipeClient(connection, stream)
      } catch (error) {
        stream.destroy()
        throw error
      }
    } finally {
      end.close()
    }
  }

  get closed(): boolean {
    return this.stream.destroyed
  }

  /** Ends the connection at once, whatever is under way. */
  close(): void {
    this.stream.destroy()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /**
   * The terminal session of the process that opened the pipe.
   *
   * @throws Win32Error `ERROR_PIPE_NOT_CONNECTED`
   * @see https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-getnamedpipeclientsessionid
   */
  get sessionId(): number {
    return this.#win32.getNamedPipeClientSessionId(this.#openInstance('GetNamedPipeClientSessionId'))
  }

  /**
   * The computer of the client; undefined when that is this one.
   *
   * @throws Win32Error `ERROR_PIPE_NOT_CONNECTED`
   * @see https://learn.microsoft.com/windows/win32/api/namedpipeapi/nf-namedpipeapi-getnamedpipeclientcomputernamew
   */
  get computerName(): string | undefined {
    const instance = this.#openInstance('GetNamedPipeClientComputerNameW')
    try {
      return this.#win32.getNamedPipeClientComputerName(instance)
    } catch (error) {
      if (error instanceof Win32Error && error.code === 'ERROR_PIPE_LOCAL') return undefined
      throw error
    }
  }

  /**
   * What this process may do with the client's identity: what the client allowed when it opened the pipe. Without
   * SeImpersonatePrivilege Windows may lower it to `identification`.
   *
   * @throws Win32Error `ERROR_CANNOT_IMPERSONATE` before anything was read, `ERROR_PIPE_NOT_CONNECTED`
   */
  get impersonationLevel(): ImpersonationLevelName {
    return this.#asClient(impersonationLevelName)
  }

  /**
   * The token of the client, which the caller closes. It outlives the connection. At level `identification` it can be
   * looked at, and neither impersonates nor starts a process.
   *
   * @throws ImpersonationLevelError `ERROR_CANT_OPEN_ANONYMOUS` for a client that keeps its identity to itself
   * @throws Win32Error `ERROR_CANNOT_IMPERSONATE` before anything was read, `ERROR_PIPE_NOT_CONNECTED`,
   *   `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/namedpipeapi/nf-namedpipeapi-impersonatenamedpipeclient
   */
  token(): Token {
    return this.#asClient(() => openThreadToken(this.#win32, clientTokenAccess))
  }

  /**
   * Runs `callback` as this client. See `Token.impersonate`, whose rules are the same; here the identity is that of
   * who wrote what was read last.
   *
   * @throws ImpersonationLevelError `ERROR_BAD_IMPERSONATION_LEVEL` when the level does not allow to act as the client
   * @throws InvalidArgumentError
   * @throws Win32Error `ERROR_CANNOT_IMPERSONATE` before anything was read, `ERROR_PIPE_NOT_CONNECTED`
   */
  impersonate<T>(callback: () => T): T {
    return callSynchronously(callback, (run) =>
      this.#asClient((level) => {
        if (level < impersonationLevel.SecurityImpersonation) {
          throw new ImpersonationLevelError(impersonationLevelName(level), 'ImpersonateNamedPipeClient', this.#context)
        }
        return run()
      }),
    )
  }

  #asClient<T>(work: (level: ImpersonationLevel) => T): T {
    const instance = this.#openInstance('ImpersonateNamedPipeClient')
    let entered = false
    try {
      return this.#win32.impersonateNamedPipeClient(instance, (level) => {
        entered = true
        return work(level)
      })
    } catch (error) {
      const isRefusal = !entered && error instanceof Win32Error
      throw isRefusal ? error.with({ ...this.#context, ...adviceFor(error) }) : error
    }
  }

  #openInstance(syscall: string): Handle<'pipe'> {
    if (!this.#instance.closed) return this.#instance
    const advice = 'take the identity before the stream has ended'
    throw Win32Error.of('ERROR_PIPE_NOT_CONNECTED', syscall, { ...this.#context, advice })
  }

  get #context(): { readonly path: string; readonly processId: number } {
    return { path: this.#path, processId: this.processId }
  }
}

function adviceFor(error: Win32Error): { readonly advice?: string } {
  return error.code === 'ERROR_CANNOT_IMPERSONATE' ? { advice: 'await client.identified, or read from it, before' } : {}
}

function openThreadToken(win32: Win32, desiredAccess: number): Token {
  try {
    // As the server: the client may have no access to its own token, and at identification level opens nothing.
    return Token.fromHandle(win32.openThreadToken({ desiredAccess, openAsSelf: true }), win32)
  } catch (error) {
    if (!(error instanceof Win32Error) || error.code !== 'ERROR_CANT_OPEN_ANONYMOUS') throw error
    throw new ImpersonationLevelError('anonymous', 'OpenThreadToken', {}, { cause: error })
  }
}

/**
 * Closes the handle besides the stream's when the server has ended its side, or the stream is being destroyed: not
 * after its 'close', for as long as another handle is open Windows does not abort what libuv waits for before it.
 */
function closeWith(stream: Duplex, instance: Handle<'pipe'>, onLeave: () => void): void {
  const destroy = stream._destroy.bind(stream)
  stream._destroy = (error, callback) => {
    close()
    destroy(error, callback)
  }
  stream.once('finish', close)

  function close(): void {
    if (instance.closed) return
    onLeave()
    instance.close()
  }
}

/**
 * Flushing waits, on a thread of its own, until the client has read everything. One that has closed its end, and so
 * ended what can be read here, reads nothing more.
 */
function finishWithoutFlush(stream: Duplex): void {
  const flush = stream._final.bind(stream)
  stream._final = (callback) => {
    if (stream.readableEnded) callback()
    else flush(callback)
  }
}

/** Reads nothing: what has come stays for whom the stream is for. */
function firstBytes(stream: Duplex, timeout: number, context: Record<string, string | number>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = timeout === Infinity ? undefined : setTimeout(giveUp, timeout)
    stream.on('readable', finish)
    stream.on('close', leave)

    function finish(): void {
      if (stream.readableLength === 0) return
      stopWaiting()
      resolve()
    }
    function leave(): void {
      stopWaiting()
      reject(Win32Error.of('ERROR_BROKEN_PIPE', 'ReadFile', context))
    }
    function giveUp(): void {
      stopWaiting()
      stream.destroy()
      reject(Win32Error.of('ERROR_SEM_TIMEOUT', 'ReadFile', { ...context, firstByteTimeout: timeout }))
    }
    function stopWaiting(): void {
      clearTimeout(timer)
      stream.off('readable', finish)
      stream.off('close', leave)
    }
  })
}
