import type { Duplex } from 'node:stream'
import {
  type ErrorContext,
  type Handle,
  type ImpersonationLevel,
  type NamedPipeStream,
  type PipeStream,
  type StreamHandle,
  tokenAccess,
  type Win32,
  Win32Error,
} from '@asuser/native'
import { type FirstBytes, waitForFirstBytes } from './first-bytes.ts'
import { type ImpersonateOptions, minimumLevelOf } from './impersonation.ts'
import { ImpersonationLevelError } from './impersonation-level-error.ts'
import { callSynchronously } from './synchronous-scope.ts'
import { Token } from './token.ts'
import { type ImpersonationLevelName, impersonationLevelName, impersonationLevels } from './token-information.ts'

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
   * The bytes; on Windows a `net.Socket`, whose `ref` and `unref` it has anywhere. An error of the connection, which a client can always cause, closes it
   * and does not need a listener.
   */
  readonly stream: PipeStream
  readonly #win32: Win32
  readonly #path: string
  /** The stream's own, which it closes; undefined when it has ended, lest it be asked for what is another's by then. */
  #handle: StreamHandle<'pipe'> | undefined
  /** Open while the stream is being ended. */
  #held: Handle<'pipe'> | undefined
  readonly #firstBytes: FirstBytes
  #processId: number | undefined

  private constructor({ win32, path, firstByteTimeout, onLeave }: PipeConnection, { stream, handle }: NamedPipeStream) {
    this.#win32 = win32
    this.#path = path
    this.#handle = handle
    this.stream = stream
    this.#firstBytes = waitForFirstBytes(stream, firstByteTimeout, () => this.#context)
    this.identified.catch(() => {})
    whenEnding(stream, {
      onFlush: () => this.#hold(),
      onEnd: () => this.#leave(onLeave),
    })
  }

  /** @throws Win32Error when there can be no stream; then the instance is left open */
  static accept(connection: PipeConnection): PipeClient {
    const end = connection.win32.openNamedPipeStream(connection.instance)
    end.stream.on('error', () => {})
    return new PipeClient(connection, end)
  }

  /**
   * Resolves when the first bytes have come, which are left in the stream. Rejects when the client leaves before, or
   * lets the time for its first byte pass, which ends the connection. A rejection that nobody awaits does no harm.
   */
  get identified(): Promise<void> {
    return this.#firstBytes.arrival
  }

  /**
   * The process that opened the pipe. Its id is no proof of identity: it may belong to another one by now. Windows is
   * asked when this is first read, and not again.
   *
   * @throws Win32Error `ERROR_PIPE_NOT_CONNECTED` when it is first read after the connection was closed
   * @see https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-getnamedpipeclientprocessid
   */
  get processId(): number {
    this.#processId ??= this.#ask('GetNamedPipeClientProcessId', (pipe) =>
      this.#win32.getNamedPipeClientProcessId(pipe),
    )
    return this.#processId
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
    return this.#ask('GetNamedPipeClientSessionId', (pipe) => this.#win32.getNamedPipeClientSessionId(pipe))
  }

  /**
   * The computer of the client; undefined when that is this one.
   *
   * @throws Win32Error `ERROR_PIPE_NOT_CONNECTED`
   * @see https://learn.microsoft.com/windows/win32/api/namedpipeapi/nf-namedpipeapi-getnamedpipeclientcomputernamew
   */
  get computerName(): string | undefined {
    try {
      return this.#ask('GetNamedPipeClientComputerNameW', (pipe) => this.#win32.getNamedPipeClientComputerName(pipe))
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
   * @throws ImpersonationLevelError `ERROR_BAD_IMPERSONATION_LEVEL` when the level is below `minimumLevel`, and
   *   `ERROR_CANT_OPEN_ANONYMOUS` when it is `anonymous`
   * @throws InvalidArgumentError
   * @throws Win32Error `ERROR_CANNOT_IMPERSONATE` before anything was read, `ERROR_PIPE_NOT_CONNECTED`
   */
  impersonate<T>(callback: () => T, options: ImpersonateOptions = {}): T {
    const minimumLevel = minimumLevelOf(options)
    return callSynchronously(callback, (run) =>
      this.#asClient((level) => {
        if (level < impersonationLevels[minimumLevel]) {
          throw new ImpersonationLevelError(impersonationLevelName(level), 'ImpersonateNamedPipeClient', this.#context)
        }
        return run()
      }),
    )
  }

  #asClient<T>(work: (level: ImpersonationLevel) => T): T {
    let entered = false
    const enter = (level: ImpersonationLevel): T => {
      entered = true
      return work(level)
    }
    try {
      return this.#win32.impersonateNamedPipeClient(this.#openHandle('ImpersonateNamedPipeClient'), enter)
    } catch (error) {
      throw entered ? error : this.#explain(error, 'ImpersonateNamedPipeClient')
    }
  }

  #ask<T>(syscall: string, question: (pipe: Handle<'pipe'> | StreamHandle<'pipe'>) => T): T {
    try {
      return question(this.#openHandle(syscall))
    } catch (error) {
      throw this.#explain(error, syscall)
    }
  }

  /** @throws Win32Error `ERROR_INVALID_HANDLE` */
  #openHandle(syscall: string): Handle<'pipe'> | StreamHandle<'pipe'> {
    const handle = this.#held ?? this.#handle
    if (handle === undefined) throw Win32Error.of('ERROR_INVALID_HANDLE', syscall)
    return handle
  }

  #explain(error: unknown, syscall: string): unknown {
    if (!(error instanceof Win32Error)) return error
    if (error.code !== 'ERROR_INVALID_HANDLE') return error.with({ ...this.#context, ...adviceFor(error) })
    const advice = 'take the identity before the stream has ended'
    return Win32Error.of('ERROR_PIPE_NOT_CONNECTED', syscall, { ...this.#context, advice })
  }

  get #context(): ErrorContext {
    this.#askProcessId()
    return { path: this.#path, ...(this.#processId !== undefined && { processId: this.#processId }) }
  }

  /** For errors, which name the process if they can. */
  #askProcessId(): void {
    try {
      this.#processId ??= this.#win32.getNamedPipeClientProcessId(this.#openHandle('GetNamedPipeClientProcessId'))
    } catch {
      this.#processId = undefined
    }
  }

  /** libuv may have closed its handle before it says that the stream has ended: name and identity stay until then. */
  #hold(): void {
    if (this.#handle === undefined) return
    try {
      this.#held = this.#win32.duplicateHandle(this.#handle)
    } catch {
      this.#held = undefined
    }
  }

  #leave(onLeave: () => void): void {
    // Of who has said nothing there is nothing else to report.
    if (!this.#firstBytes.haveCome()) this.#askProcessId()
    onLeave()
    this.#held?.close()
    this.#held = undefined
    this.#handle = undefined
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
 * Flushing waits, on a thread of its own, until the client has read everything, which a hostile one never does: of such
 * threads Windows gives a process some 500, and then nothing is flushed for anybody. Beyond these the server's end is closed
 * without waiting. What the client has not read then stays for it all the same.
 */
const mostFlushes = 16
let flushes = 0

/**
 * Calls back once when the stream has ended or is being destroyed, before its handle is closed. That is not its 'close':
 * for as long as another handle is open Windows does not abort what libuv waits for before it. `onFlush` comes before
 * that, if the stream waits until the client has read everything.
 */
function whenEnding(stream: Duplex, { onFlush, onEnd }: { onFlush: () => void; onEnd: () => void }): void {
  let hasEnded = false
  const destroy = stream._destroy.bind(stream)
  stream._destroy = (error, callback) => {
    end()
    destroy(error, callback)
  }
  const flush = stream._final.bind(stream)
  stream._final = (callback) => {
    // A client that has closed its end, and so ended what can be read here, reads nothing more.
    if (stream.readableEnded) {
      callback()
      return
    }
    if (flushes >= mostFlushes) {
      callback()
      setImmediate(() => stream.destroy())
      return
    }
    flushes += 1
    const release = once(() => (flushes -= 1))
    stream.once('close', release)
    onFlush()
    flush((error) => {
      release()
      callback(error)
    })
  }
  stream.once('finish', end)

  function end(): void {
    if (hasEnded) return
    hasEnded = true
    onEnd()
  }
}

function once(callback: () => void): () => void {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    callback()
  }
}
