import { Waitable } from './waitable.ts'
import type { SecurityDescriptor } from '@asuser/security-descriptors'
import type { Mutex } from './mutex.ts'
import type { Process } from './process.ts'
import type { Token } from './token.ts'

/** A thread. Each simulated process has one: the one that runs its JavaScript. */
export class Thread extends Waitable<'thread'> {
  readonly kind = 'thread'
  readonly id: number
  readonly process: Process
  /** Who it acts for at this moment, if not for its process. */
  impersonation: Token | undefined
  readonly heldMutexes: Set<Mutex> = new Set()
  #suspendCount: number
  #onRunning: (() => void) | undefined

  constructor(options: { id: number; process: Process; suspended: boolean }, security: SecurityDescriptor) {
    super(security)
    this.id = options.id
    this.process = options.process
    this.#suspendCount = options.suspended ? 1 : 0
  }

  get suspended(): boolean {
    return this.#suspendCount > 0
  }

  /** The identity that its calls are checked against. */
  get effectiveToken(): Token {
    return this.impersonation ?? this.process.token
  }

  /** Undoes one suspension and returns how many there were. */
  resume(): number {
    const before = this.#suspendCount
    if (before > 0) this.#suspendCount -= 1
    if (before === 1) this.#onRunning?.()
    return before
  }

  /** Calls back when the thread is not suspended any more: at once if it is not. */
  onceRunning(callback: () => void): void {
    if (this.suspended) this.#onRunning = callback
    else callback()
  }

  end(): void {
    this.impersonation = undefined
    for (const mutex of this.heldMutexes) mutex.abandon()
    this.heldMutexes.clear()
    this.signal()
  }
}
