import type { SecurityDescriptor } from '@asuser/security-descriptors'
import { EventLoopHold } from './event-loop-hold.ts'
import { FileTree } from './file-tree.ts'
import type { HandleOrigins } from './handle-table.ts'
import { LuidSource } from './luid.ts'
import { NamedPipes } from './named-pipe.ts'
import { Network, type ServerSpec } from './network.ts'
import { type NamespaceSecurity, ObjectNamespace } from './object-namespace.ts'
import type { Process } from './process.ts'
import type { ProgramFile } from './program-file.ts'
import { Registry } from './registry.ts'
import { SecurityLog } from './security-log.ts'
import { ServiceList } from './service-list.ts'
import { TerminalSession, type SessionConnection } from './terminal-session.ts'
import type { Thread } from './thread.ts'
import type { TokenContents } from './token.ts'

export interface MachineOptions {
  readonly origins: HandleOrigins
  readonly rootSecurity: SecurityDescriptor
  readonly namespaceSecurity: NamespaceSecurity
  readonly servers: Readonly<Record<string, ServerSpec>>
  /** Runs the code of a program in its process, from the first instruction on. */
  readonly run: (process: Process, file: ProgramFile) => void
}

/** One computer, from one boot to the next: all that its processes share. */
export class Machine {
  readonly origins: HandleOrigins
  readonly luids: LuidSource = new LuidSource()
  readonly namespace: ObjectNamespace
  readonly namedPipes: NamedPipes = new NamedPipes()
  readonly hold: EventLoopHold = new EventLoopHold()
  readonly files: FileTree<ProgramFile>
  readonly run: (process: Process, file: ProgramFile) => void
  readonly network: Network
  readonly securityLog: SecurityLog = new SecurityLog()
  /** The users whose registry hives are there, so that the variables that they set are seen. */
  readonly loadedProfiles: Set<string> = new Set()
  readonly registry: Registry = new Registry(this.loadedProfiles)
  readonly services: ServiceList = new ServiceList()
  readonly #sessions = new Map<number, TerminalSession>()
  readonly #processes = new Map<number, Process>()
  // Windows counts processes and threads with the same numbers, in steps of four.
  #lastId = 1000

  constructor(options: MachineOptions) {
    this.origins = options.origins
    this.namespace = new ObjectNamespace(options.namespaceSecurity)
    this.files = new FileTree(options.rootSecurity)
    this.run = options.run
    this.network = new Network(options.servers)
  }

  get sessions(): IterableIterator<TerminalSession> {
    return this.#sessions.values()
  }

  /** Those that have not ended. */
  get processes(): IterableIterator<Process> {
    return this.#processes.values()
  }

  startSession(id: number, connection: SessionConnection, user: TokenContents | undefined): TerminalSession {
    const session = new TerminalSession(id, connection, user)
    if (id !== 0) this.namespace.addSession(id)
    this.#sessions.set(id, session)
    return session
  }

  session(id: number): TerminalSession {
    const session = this.#sessions.get(id)
    if (session === undefined) throw new RangeError(`There is no session ${id} on this machine`)
    return session
  }

  nextId(): number {
    this.#lastId += 4
    return this.#lastId
  }

  process(id: number): Process | undefined {
    return this.#processes.get(id)
  }

  thread(id: number): Thread | undefined {
    for (const { thread } of this.#processes.values()) if (thread.id === id) return thread
    return undefined
  }

  addProcess(process: Process): void {
    this.#processes.set(process.id, process)
  }

  removeProcess(process: Process): void {
    this.#processes.delete(process.id)
  }
}
