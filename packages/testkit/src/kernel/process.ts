import type { SecurityDescriptor } from '@asuser/security-descriptors'
import type { Desktop } from './desktop.ts'
import { defaultSecurity } from './default-security.ts'
import { HandleTable, type HandleOrigins } from './handle-table.ts'
import { PrivilegeHoldings } from './enabled-privileges.ts'
import type { Job } from './job.ts'
import type { KernelObjects } from './kernel-objects.ts'
import type { PipeStream } from './pipe-stream.ts'
import { Thread } from './thread.ts'
import type { Token } from './token.ts'
import { Waitable } from './waitable.ts'

/** The open standard handles of a process: what each stands for. */
export interface StandardObjects {
  readonly input: KernelObjects['pipe' | 'file'] | undefined
  readonly output: KernelObjects['pipe' | 'file'] | undefined
  readonly error: KernelObjects['pipe' | 'file'] | undefined
}

export interface ProcessOptions {
  readonly id: number
  readonly threadId: number
  readonly token: Token
  readonly image: string
  readonly commandLine: string
  readonly environment: readonly string[]
  readonly currentDirectory: string
  readonly suspended: boolean
  readonly origins: HandleOrigins
  /** Called once, when it has ended and everything that it held is closed. */
  readonly onEnd: (process: Process) => void
}

/** A process, with the one thread that it has. */
export class Process extends Waitable<'process'> {
  readonly kind = 'process'
  readonly id: number
  readonly token: Token
  readonly image: string
  readonly commandLine: string
  readonly environment: readonly string[]
  readonly currentDirectory: string
  /** Where it runs, from its first instruction on. */
  desktop: Desktop | undefined
  readonly handles: HandleTable
  readonly thread: Thread
  readonly privilegeHoldings: PrivilegeHoldings
  /** The pipes that it has made streams of, in place of handles. */
  readonly streams: Set<PipeStream> = new Set()
  standard: StandardObjects = { input: undefined, output: undefined, error: undefined }
  /** The job that it was put into last; the outer ones follow from it. */
  innermostJob: Job | undefined
  readonly #onEnd: (process: Process) => void
  readonly #endListeners: (() => void)[] = []
  #exitCode: number | undefined

  constructor(options: ProcessOptions, security: SecurityDescriptor) {
    super(security)
    this.id = options.id
    this.token = options.token
    this.image = options.image
    this.commandLine = options.commandLine
    this.environment = options.environment
    this.currentDirectory = options.currentDirectory
    this.#onEnd = options.onEnd
    this.handles = new HandleTable(options.origins)
    this.privilegeHoldings = new PrivilegeHoldings(options.token)
    this.thread = new Thread(
      { id: options.threadId, process: this, suspended: options.suspended },
      defaultSecurity(options.token.contents, 'thread'),
    )
  }

  /** Undefined while it runs. */
  get exitCode(): number | undefined {
    return this.#exitCode
  }

  get hasEnded(): boolean {
    return this.#exitCode !== undefined
  }

  /** Has something done when it ends, before its handles close. */
  onceEnded(listener: () => void): void {
    this.#endListeners.push(listener)
  }

  /** Ends it, whatever it is doing; nothing happens when it has ended already. */
  end(exitCode: number): void {
    if (this.hasEnded) return
    this.#exitCode = exitCode >>> 0
    for (const listener of this.#endListeners) listener()
    for (const stream of this.streams) stream.destroy()
    this.thread.end()
    this.handles.closeAll()
    this.innermostJob?.leave(this)
    this.#onEnd(this)
    this.signal()
  }
}
