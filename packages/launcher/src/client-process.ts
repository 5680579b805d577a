import { EventEmitter } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { Cancellation } from './cancellation.ts'
import { AbortError, TimeoutError } from './errors.ts'
import { type ExitStatus, exitStatusOf } from './exit-status.ts'
import type { LaunchRequest } from './launch-request.ts'
import { requireExitCode } from './option-checks.ts'
import { startProcess } from './start-process.ts'
import { killedExitCode, type StartedProcess } from './started-process.ts'
import type { StationGrant } from './station-grant.ts'
import { ChildStdio } from './stdio.ts'
import { warnOfLeftovers } from './warnings.ts'

export interface ClientProcessEvents {
  /** The process is up. */
  spawn: []
  /** It has ended. Its streams may still have something to read, and what it started may still run. */
  exit: [exitCode: number, exitStatus: string | undefined]
  /**
   * It has ended, its streams have, and what was held for it is given back, unless processes that it started still
   * need that: then `released` tells.
   */
  close: [exitCode: number, exitStatus: string | undefined]
  /** It could not be started, and no other event follows; or the signal was aborted while it ran. */
  error: [error: Error]
}

/** A process that runs as a client, much like a `ChildProcess` of `node:child_process`. */
export class ClientProcess extends EventEmitter<ClientProcessEvents> implements AsyncDisposable, Disposable {
  readonly stdin: Writable | null
  readonly stdout: Readable | null
  readonly stderr: Readable | null
  /** How the process ended. Rejects with what the `error` event tells when it could not be started. */
  readonly exited: Promise<ExitStatus>
  /**
   * What was held for the process is given back: streams, handles, job, grant. The grant goes when the last of the
   * processes that it started has ended as well. Rejects with what could not be given back.
   */
  readonly released: Promise<void>
  readonly #cancellation = new Cancellation()
  readonly #streams: readonly (Readable | Writable)[]
  #started: StartedProcess | undefined
  #status: ExitStatus | undefined
  #settled = false
  #killed = false
  #timedOut = false
  #referenced = true
  #timer: NodeJS.Timeout | undefined
  #stopListening: (() => void) | undefined

  private constructor(request: LaunchRequest) {
    super()
    const stdio = ChildStdio.open(request.win32, request.stdio)
    this.stdin = stdio.stdin
    this.stdout = stdio.stdout
    this.stderr = stdio.stderr
    this.#streams = stdio.streams
    this.#obeySignal(request.signal)
    this.#startTimer(request.timeout)
    this.exited = this.#live(startProcess(request, stdio, this.#cancellation))
    this.released = this.#giveBack()
    this.exited.catch((error: Error) => this.#later(() => this.emit('error', error)))
    this.released.catch(warnOfLeftovers)
  }

  /** Begins to start a process. @throws Win32Error when its streams cannot be opened */
  static start(request: LaunchRequest): ClientProcess {
    return new ClientProcess(request)
  }

  /** Undefined until `spawn`. */
  get pid(): number | undefined {
    return this.#started?.processId
  }

  /** The absolute path of the image; undefined until `spawn`. */
  get image(): string | undefined {
    return this.#started?.image
  }

  get stdio(): readonly [Writable | null, Readable | null, Readable | null] {
    return [this.stdin, this.stdout, this.stderr]
  }

  /** Unsigned, 32 bits; null until `exit`. */
  get exitCode(): number | null {
    return this.#status?.exitCode ?? null
  }

  /** `STATUS_DLL_INIT_FAILED` for 0xC0000142; null until `exit`, and for a code that the program chose. */
  get exitStatus(): string | null {
    return this.#status?.exitStatus ?? null
  }

  /** Whether `kill()` or `killTree()` has ended it, or kept it from being started. */
  get killed(): boolean {
    return this.#killed
  }

  /** Whether the time ran out. */
  get timedOut(): boolean {
    return this.#timedOut
  }

  /** The access to the desktop that was given for it; undefined when it needed none. */
  get grant(): StationGrant | undefined {
    return this.#started?.grant
  }

  /**
   * Ends the process at once; it has no say in it. Before it is up, it never will be. False when there is nothing to end.
   *
   * @throws InvalidArgumentError
   * @throws Win32Error
   * @see https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-terminateprocess
   */
  kill(exitCode: number = killedExitCode): boolean {
    const code = requireExitCode(exitCode)
    return this.#end((started) => started.terminate(code))
  }

  /**
   * Ends the process and everything that it started, also when it has ended itself.
   *
   * @throws InvalidArgumentError
   * @throws Win32Error
   * @see https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-terminatejobobject
   */
  killTree(exitCode: number = killedExitCode): boolean {
    const code = requireExitCode(exitCode)
    return this.#end((started) => started.terminateTree(code))
  }

  /** Keeps the server running while the process does; the default. */
  ref(): this {
    this.#referenced = true
    this.#started?.ref()
    this.#timer?.ref()
    return this
  }

  unref(): this {
    this.#referenced = false
    this.#started?.unref()
    this.#timer?.unref()
    return this
  }

  /** Ends the process and everything that it started. */
  [Symbol.dispose](): void {
    this.killTree()
    for (const stream of this.#streams) stream.destroy()
  }

  /** The same, and waits until everything is given back. */
  async [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]()
    await this.released
  }

  async #live(starting: Promise<StartedProcess>): Promise<ExitStatus> {
    try {
      this.#started = await starting
      if (!this.#referenced) this.#started.unref()
      this.#later(() => this.emit('spawn'))
      await this.#started.ended
      this.#status = exitStatusOf(this.#started.readExitCode())
      const { exitCode, exitStatus } = this.#status
      this.#later(() => this.emit('exit', exitCode, exitStatus))
      return this.#status
    } finally {
      this.#settled = true
      clearTimeout(this.#timer)
      this.#stopListening?.()
      this.#letStreamsEnd()
    }
  }

  async #giveBack(): Promise<void> {
    const status = await this.exited.catch(() => undefined)
    const streamsClosed = Promise.all(this.#streams.map(untilClosed))
    // A process that could not be started has given back the rest already.
    const released = Promise.all([streamsClosed, this.#started?.release()])
    // What could not be given back is told of at the end.
    released.catch(() => {})
    if (status !== undefined) await this.#close(status, this.#started?.isOutlived === true ? streamsClosed : released)
    await released
  }

  /** Done when the listeners of `close` are, whatever they do, so that `released` never comes before. */
  async #close({ exitCode, exitStatus }: ExitStatus, isOver: Promise<unknown>): Promise<void> {
    await isOver.catch(() => {})
    await new Promise<void>((resolve) => {
      this.#later(() => {
        resolve()
        this.emit('close', exitCode, exitStatus)
      })
    })
  }

  /** As in `node:child_process`: nobody reads stdin any more, and output that nobody has asked for is dropped. */
  #letStreamsEnd(): void {
    this.stdin?.destroy()
    for (const stream of [this.stdout, this.stderr]) {
      if (stream?.readableFlowing === null) process.nextTick(() => stream.resume())
    }
  }

  #obeySignal(signal: AbortSignal | undefined): void {
    if (signal === undefined) return
    const abort = (): void => {
      const error = new AbortError('The operation was aborted', signal.reason)
      if (this.#started === undefined) return this.#cancellation.cancel(error)
      this.#later(() => this.emit('error', error))
      this.#endTree()
    }
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    this.#stopListening = () => signal.removeEventListener('abort', abort)
  }

  #startTimer(timeout: number | undefined): void {
    if (timeout === undefined) return
    this.#timer = setTimeout(() => {
      this.#timedOut = true
      const error = new TimeoutError(`The process was not up within ${timeout} ms`)
      if (this.#started === undefined) return this.#cancellation.cancel(error)
      this.#endTree()
    }, timeout)
  }

  #end(terminate: (started: StartedProcess) => boolean): boolean {
    if (this.#started !== undefined) {
      const ended = terminate(this.#started)
      this.#killed ||= ended
      return ended
    }
    if (this.#settled) return false
    this.#cancellation.cancel(new AbortError('The process was killed before it was up'))
    this.#killed = true
    return true
  }

  /** From a timer or a signal there is nobody to throw to. */
  #endTree(): void {
    try {
      this.#started?.terminateTree(killedExitCode)
    } catch (error) {
      this.#later(() => this.emit('error', error instanceof Error ? error : new Error(String(error))))
    }
  }

  /** A listener that throws is an uncaught exception, as with every emitter, and no rejection of ours. */
  #later(emit: () => void): void {
    process.nextTick(emit)
  }
}

function untilClosed(stream: Readable | Writable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed) resolve()
    else stream.once('close', resolve)
  })
}
