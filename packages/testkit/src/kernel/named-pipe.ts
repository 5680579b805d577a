import {
  impersonationLevel,
  PIPE_UNLIMITED_INSTANCES,
  tokenType,
  type ImpersonationLevel,
  type SecurityQualityOfService,
} from '@asuser/native'
import type { SecurityDescriptor } from '@asuser/security-descriptors'
import { type EventLoopHold, LoopReference } from './event-loop-hold.ts'
import { Failure } from './failure.ts'
import { impersonationTokenAt } from './impersonation.ts'
import { PipeBuffer, PipeEnd } from './pipe.ts'
import type { Process } from './process.ts'
import type { Token } from './token.ts'

/** The named pipes of a machine, by their names without regard to letter case. */
export class NamedPipes {
  readonly #pipes = new Map<string, NamedPipe>()

  find(name: string): NamedPipe | undefined {
    return this.#pipes.get(name.toLowerCase())
  }

  /** A pipe lives as long as it has an instance. */
  create(name: string, maxInstances: number, security: SecurityDescriptor): NamedPipe {
    const key = name.toLowerCase()
    const pipe = new NamedPipe(maxInstances, security, () => this.#pipes.delete(key))
    this.#pipes.set(key, pipe)
    return pipe
  }
}

/** What the instances of a pipe share. */
export class NamedPipe {
  security: SecurityDescriptor
  readonly #maxInstances: number
  readonly #onGone: () => void
  readonly #instances = new Set<NamedPipeInstance>()
  readonly #waiters = new Set<(exists: boolean) => void>()

  constructor(maxInstances: number, security: SecurityDescriptor, onGone: () => void) {
    this.#maxInstances = maxInstances
    this.security = security
    this.#onGone = onGone
  }

  addInstance(server: Process, rejectsRemoteClients: boolean): NamedPipeInstance {
    const isFull = this.#maxInstances !== PIPE_UNLIMITED_INSTANCES && this.#instances.size >= this.#maxInstances
    if (isFull) throw new Failure('ERROR_PIPE_BUSY')
    const instance = new NamedPipeInstance(this, server, rejectsRemoteClients)
    this.#instances.add(instance)
    this.announceListening()
    return instance
  }

  removeInstance(instance: NamedPipeInstance): void {
    this.#instances.delete(instance)
    if (this.#instances.size > 0) return
    this.#onGone()
    this.#notify(false)
  }

  /** The one that has waited longest. */
  get listening(): NamedPipeInstance | undefined {
    for (const instance of this.#instances) if (instance.isListening) return instance
    return undefined
  }

  announceListening(): void {
    this.#notify(true)
  }

  /** Calls back when an instance waits for a client, or with false when the pipe is gone. Returns how to stop. */
  whenListening(callback: (exists: boolean) => void): () => void {
    this.#waiters.add(callback)
    return () => this.#waiters.delete(callback)
  }

  #notify(exists: boolean): void {
    for (const waiter of this.#waiters) waiter(exists)
    this.#waiters.clear()
  }
}

interface Wait {
  readonly resolve: () => void
  readonly reject: (error: Failure) => void
  readonly reference: LoopReference
}

/** The server's end of a pipe, for one client at a time. */
export class NamedPipeInstance extends PipeEnd {
  readonly pipe: NamedPipe
  readonly server: Process
  readonly rejectsRemoteClients: boolean
  #client: NamedPipeClientEnd | undefined
  #state: 'listening' | 'connected' | 'disconnected' = 'listening'
  #wait: Wait | undefined

  constructor(pipe: NamedPipe, server: Process, rejectsRemoteClients: boolean) {
    super({ incoming: new PipeBuffer(), outgoing: new PipeBuffer() }, pipe.security)
    this.pipe = pipe
    this.server = server
    this.rejectsRemoteClients = rejectsRemoteClients
  }

  override get security(): SecurityDescriptor {
    return this.pipe.security
  }

  override set security(security: SecurityDescriptor) {
    this.pipe.security = security
  }

  get isListening(): boolean {
    return this.#state === 'listening'
  }

  get isAwaited(): boolean {
    return this.#wait !== undefined
  }

  /** @throws Failure `ERROR_PIPE_NOT_CONNECTED` */
  get client(): NamedPipeClientEnd {
    if (this.#client === undefined) throw new Failure('ERROR_PIPE_NOT_CONNECTED')
    return this.#client
  }

  /** Resolves when there is a client, and holds the event loop until then. */
  async connect(hold: EventLoopHold): Promise<void> {
    if (this.#wait !== undefined) throw new Failure('ERROR_BUSY')
    if (this.#state === 'connected') {
      if (this.client.handleCount === 0) throw new Failure('ERROR_NO_DATA')
      return
    }
    this.#state = 'listening'
    this.pipe.announceListening()
    const reference = new LoopReference(hold)
    try {
      await new Promise<void>((resolve, reject) => {
        this.#wait = { resolve, reject, reference }
      })
    } finally {
      reference.unref()
    }
  }

  /** Whether the wait under way holds the event loop. */
  setConnectRef(referenced: boolean): void {
    if (referenced) this.#wait?.reference.ref()
    else this.#wait?.reference.unref()
  }

  cancelConnect(): void {
    this.#wait?.reject(new Failure('ERROR_OPERATION_ABORTED'))
    this.#wait = undefined
  }

  disconnect(): void {
    if (this.#state !== 'connected') throw new Failure('ERROR_PIPE_NOT_CONNECTED')
    this.hangUp()
    this.client.hangUp()
    this.buffers = { incoming: new PipeBuffer(), outgoing: new PipeBuffer() }
    this.#client = undefined
    this.#state = 'disconnected'
  }

  /** Connects a client; its end is what the client gets a handle of. */
  accept(client: PipeClientOptions): NamedPipeClientEnd {
    const end = new NamedPipeClientEnd(this, client)
    this.#client = end
    this.#state = 'connected'
    this.#wait?.resolve()
    this.#wait = undefined
    return end
  }

  /**
   * The token that a thread of the server gets when it impersonates the client.
   *
   * @throws Failure `ERROR_CANNOT_IMPERSONATE`
   */
  impersonationToken(server: Token, security: SecurityDescriptor): Token {
    if (this.#client === undefined || !this.incoming?.wasRead) throw new Failure('ERROR_CANNOT_IMPERSONATE')
    const { token, level } = this.#client.identityFor(this.incoming.lastReadFrom)
    return impersonationTokenAt(level, token, server, security)
  }

  protected override lastHandleClosed(): void {
    super.lastHandleClosed()
    this.cancelConnect()
    this.pipe.removeInstance(this)
  }
}

export interface PipeClientOptions {
  readonly process: Process
  /** The computer that the client comes from over the network. */
  readonly remoteComputer: string | undefined
  /** Who opens the pipe. */
  readonly token: Token
  readonly service: SecurityQualityOfService
  readonly tokenSecurity: SecurityDescriptor
}

/** The client's end of a pipe, which knows what the server may do with the client's identity. */
export class NamedPipeClientEnd extends PipeEnd {
  readonly instance: NamedPipeInstance
  readonly process: Process
  readonly remoteComputer: string | undefined
  readonly #service: SecurityQualityOfService
  /** With static tracking who opened the pipe stays the client. */
  readonly #opener: Token

  /** @throws Failure `ERROR_BAD_IMPERSONATION_LEVEL` for a level above that of the opener's own token */
  constructor(instance: NamedPipeInstance, options: PipeClientOptions) {
    const { process, remoteComputer, token, service, tokenSecurity } = options
    super({ incoming: instance.outgoing, outgoing: instance.incoming }, instance.security)
    if (!token.isPrimary && token.level < service.impersonationLevel) throw new Failure('ERROR_BAD_IMPERSONATION_LEVEL')
    this.instance = instance
    this.process = process
    this.remoteComputer = remoteComputer
    this.#service = service
    this.#opener = service.contextTracking === 'static' ? snapshot(token, tokenSecurity) : token
  }

  override get security(): SecurityDescriptor {
    return this.instance.security
  }

  override set security(security: SecurityDescriptor) {
    this.instance.security = security
  }

  /** Who the server may be, and how far, after it has read what `writer` wrote. */
  identityFor(writer: Token | undefined): { readonly token: Token; readonly level: ImpersonationLevel } {
    const token = this.#service.contextTracking === 'static' ? this.#opener : (writer ?? this.#opener)
    const level = token.isPrimary || token.level > this.#service.impersonationLevel ? undefined : token.level
    return {
      token: this.#service.effectiveOnly ? token.withoutDisabled() : token,
      level: level ?? this.#service.impersonationLevel,
    }
  }
}

/** What the client is now, whatever its token becomes. */
function snapshot(token: Token, security: SecurityDescriptor): Token {
  return token.duplicate({ type: tokenType.TokenPrimary, level: token.level }, security)
}

/** What Windows takes where the client says nothing. */
export const defaultQualityOfService: SecurityQualityOfService = {
  impersonationLevel: impersonationLevel.SecurityImpersonation,
  contextTracking: 'dynamic',
  effectiveOnly: false,
}

/** What it takes of a client of the network, whatever that says: who it has logged on as stays the client. */
export const networkQualityOfService: SecurityQualityOfService = {
  impersonationLevel: impersonationLevel.SecurityImpersonation,
  contextTracking: 'static',
  effectiveOnly: false,
}
