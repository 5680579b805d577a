import { EventEmitter } from 'node:events'
import {
  type CreateNamedPipeOptions,
  getWin32,
  type Handle,
  PIPE_UNLIMITED_INSTANCES,
  type Win32,
  Win32Error,
} from '@asuser/native'
import { requireBoolean, requireCount, requireDuration, requireObject } from './invalid-argument.ts'
import { Arrivals } from './pipe-arrivals.ts'
import { PipeClient } from './pipe-client.ts'
import { randomPipePath, requireLocalPipePath } from './pipe-path.ts'
import { pipeDescriptor, type PipeSecurity } from './pipe-security.ts'

export interface PipeServerOptions {
  /** `\\.\pipe\name`; one from 128 random bits if left out, see `server.path`. */
  readonly path?: string | undefined
  /**
   * Who may connect; the user of this process alone if left out. Those of `allow` can do no more than that; who writes a
   * DACL gives nobody else `FILE_CREATE_PIPE_INSTANCE` (4, a part of generic write), by which others serve the pipe, too.
   */
  readonly security?: PipeSecurity | undefined
  /** How many clients may be connected at a time; the next ones wait for one to leave. 1,000 if left out. */
  readonly maxClients?: number | undefined
  /** How long a client may take to its first byte, in milliseconds; 30,000 if left out, `Infinity` for no limit. */
  readonly firstByteTimeout?: number | undefined
  /** Whether clients of other computers may connect; they may not if left out. */
  readonly allowRemoteClients?: boolean | undefined
  readonly win32?: Win32 | undefined
}

export interface PipeServerEvents {
  /** Somebody has connected; nothing was read yet. */
  client: [client: PipeClient]
  /**
   * The server cannot go on to wait for clients. It is closed; those who are connected stay. While a loop goes on over
   * the server it is the loop that fails.
   */
  error: [error: Error]
  /** The server is closed, its last client has left, and the name is free. */
  close: []
}

interface Settings {
  /** Any but the first. */
  readonly instance: CreateNamedPipeOptions
  readonly maxClients: number
  readonly firstByteTimeout: number
  readonly win32: Win32
}

/** What became of the wait for a client. */
interface WaitOutcome {
  /** The instance that took the place of the one waited in. */
  readonly next: Handle<'pipe'> | null
  readonly failure?: Error
}

/**
 * As many clients find an open door while the server is busy with another. One that finds none waits on a thread of its
 * own, which costs more than an instance does.
 */
const waitingInstances = 8
const bufferSize = 65_536

/**
 * A server on a named pipe that knows who its clients are. It waits for clients from its creation on.
 *
 * The name is this server's alone: if there is a pipe of the name, the creation fails. Clients come by the event
 * `client` or by `for await`; those who come before anybody listens wait. What a client does, or fails to do, ends
 * nothing but its own connection.
 *
 * @example
 * ```ts
 * const server = createPipeServer({ path: '\\\\.\\pipe\\jobs', security: { allow: [Sid.wellKnown('AuthenticatedUser')] } })
 * for await (const client of server) void serve(client)
 * ```
 */
export class PipeServer extends EventEmitter<PipeServerEvents> implements Disposable, AsyncIterable<PipeClient> {
  readonly path: string
  readonly #settings: Settings
  readonly #waiting = new Set<Handle<'pipe'>>()
  /** How many of those that wait have another take their place when their client has come. */
  #promised = 0
  readonly #clients = new Set<PipeClient>()
  readonly #arrivals = new Arrivals(this)
  #referenced = true
  #closed = false
  #isOver = false

  private constructor(settings: Settings) {
    super()
    this.path = settings.instance.name
    this.#settings = settings
  }

  /** See {@link createPipeServer}. */
  static create(options: PipeServerOptions = {}): PipeServer {
    requireObject('options', options)
    const { maxClients = 1000, firstByteTimeout = 30_000, allowRemoteClients = false } = options
    requireCount('options.maxClients', maxClients)
    requireDuration('options.firstByteTimeout', firstByteTimeout)
    requireBoolean('options.allowRemoteClients', allowRemoteClients)
    const path = options.path === undefined ? randomPipePath() : requireLocalPipePath('options.path', options.path)
    const win32 = options.win32 ?? getWin32()
    const instance: CreateNamedPipeOptions = {
      name: path,
      firstInstance: false,
      rejectRemoteClients: !allowRemoteClients,
      maxInstances: PIPE_UNLIMITED_INSTANCES,
      inBufferSize: bufferSize,
      outBufferSize: bufferSize,
      security: pipeDescriptor(win32, options.security).toBytes(),
    }
    const server = new PipeServer({ instance, maxClients, firstByteTimeout, win32 })
    server.#start()
    return server
  }

  /** How many clients are connected. */
  get clientCount(): number {
    return this.#clients.size
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Keeps the process alive while it waits for clients; the default. As `net.Server` has it. */
  ref(): this {
    return this.#setReferenced(true)
  }

  /**
   * Lets the process end, if nothing else keeps it. A client's stream keeps it alive by itself, as any socket does, and
   * has a `ref` and an `unref` of its own.
   */
  unref(): this {
    return this.#setReferenced(false)
  }

  /** Waits for no more clients. Those who are connected stay; the last of them to leave brings about `close`. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const instance of this.#waiting) instance.close()
    this.#arrivals.end()
    this.#checkIsOver()
  }

  /** Closes the server and the connections of its clients. */
  [Symbol.dispose](): void {
    this.close()
    for (const client of this.#clients) client.close()
  }

  /** Each client once, whoever iterates; the end when the server is closed. */
  [Symbol.asyncIterator](): AsyncGenerator<PipeClient, void, undefined> {
    return this.#arrivals.iterate()
  }

  /** @throws Win32Error when there is no first instance to be had, or no second one */
  #start(): void {
    try {
      this.#fill(true)
    } catch (error) {
      this.close()
      throw error
    }
  }

  #addInstance(firstInstance: boolean): Handle<'pipe'> {
    const instance = this.#settings.win32.createNamedPipe({ ...this.#settings.instance, firstInstance })
    this.#waiting.add(instance)
    return instance
  }

  /**
   * Has enough instances wait, and none beyond the limit of clients. It is called before an instance is closed, so that
   * the name is never free for somebody else.
   */
  #fill(withFirst = false): void {
    const added: Handle<'pipe'>[] = []
    try {
      while (!this.#closed && this.#waiting.size < waitingInstances && this.#hasRoom) {
        added.push(this.#addInstance(withFirst && added.length === 0))
      }
    } finally {
      // After all are there: what room is left then is for those who take their places.
      for (const instance of added) this.#waitIn(instance)
    }
  }

  get #hasRoom(): boolean {
    return this.#clients.size + this.#waiting.size + this.#promised < this.#settings.maxClients
  }

  /** As long as one instance waits, a failure to make more is none: the next to come or to leave has it tried again. */
  #refill(): void {
    try {
      this.#fill()
    } catch (error) {
      if (this.#waiting.size === 0) this.#fail(error instanceof Error ? error : new Error(String(error)))
    }
  }

  #waitIn(instance: Handle<'pipe'>): void {
    void this.#connect(instance)
    if (!this.#referenced) this.#settings.win32.setConnectNamedPipeRef(instance, false)
  }

  #setReferenced(referenced: boolean): this {
    this.#referenced = referenced
    if (this.#closed) return this
    for (const instance of this.#waiting) this.#settings.win32.setConnectNamedPipeRef(instance, referenced)
    return this
  }

  async #connect(instance: Handle<'pipe'>): Promise<void> {
    const promised = this.#hasRoom
    if (promised) this.#promised += 1
    const { next, failure } = await this.#wait(instance, promised)
    if (promised) this.#promised -= 1
    this.#waiting.delete(instance)
    const client = failure === undefined ? this.#admit(instance) : undefined
    this.#succeed(next)
    if (failure === undefined || hasVanished(failure)) this.#refill()
    else this.#fail(failure)
    if (client === undefined) instance.close()
    else this.#arrivals.announce()
    this.#checkIsOver()
  }

  async #wait(instance: Handle<'pipe'>, promised: boolean): Promise<WaitOutcome> {
    try {
      return { next: await this.#settings.win32.connectNamedPipe(instance, promised) }
    } catch (error) {
      return { next: null, failure: error instanceof Error ? error : new Error(String(error)) }
    }
  }

  #succeed(next: Handle<'pipe'> | null): void {
    if (next === null) return
    if (this.#closed) {
      next.close()
      return
    }
    this.#waiting.add(next)
    this.#waitIn(next)
  }

  /** Undefined for one who is gone again, or for whose stream there is no room: that ends its own connection alone. */
  #admit(instance: Handle<'pipe'>): PipeClient | undefined {
    if (this.#closed) return undefined
    const { win32, firstByteTimeout } = this.#settings
    const { path } = this
    try {
      const client = PipeClient.accept({ win32, instance, path, firstByteTimeout, onLeave: () => this.#leave(client) })
      this.#clients.add(client)
      this.#arrivals.add(client)
      return client
    } catch {
      return undefined
    }
  }

  #leave(client: PipeClient): void {
    this.#clients.delete(client)
    this.#arrivals.delete(client)
    this.#refill()
    this.#checkIsOver()
  }

  /** Nobody shall wait for clients that cannot come. */
  #fail(failure: Error): void {
    if (this.#closed) return
    this.#arrivals.fail(failure)
    this.close()
  }

  #checkIsOver(): void {
    if (!this.#closed || this.#waiting.size > 0 || this.#clients.size > 0 || this.#isOver) return
    this.#isOver = true
    process.nextTick(() => this.emit('close'))
  }
}

/**
 * Starts a server on a named pipe: first instance only, remote clients rejected unless asked for, and unless `security`
 * gives them the right to, no client can serve the pipe itself. It is no work for a callback of `impersonate`, where it would be the client who serves.
 *
 * @throws InvalidArgumentError
 * @throws Win32Error `ERROR_ACCESS_DENIED` when somebody has a pipe of this name, or when `security` does not let this
 *   process add instances, or the client whom the thread acts for; then also `ERROR_INVALID_OWNER`
 * @see https://learn.microsoft.com/windows/win32/ipc/named-pipe-security-and-access-rights
 */
export function createPipeServer(options: PipeServerOptions = {}): PipeServer {
  return PipeServer.create(options)
}

/** The client came and went before the server looked. */
function hasVanished(error: unknown): boolean {
  return error instanceof Win32Error && error.code === 'ERROR_NO_DATA'
}
