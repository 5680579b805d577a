import type { MutexState } from '@asuser/native'
import type { SecurityDescriptor } from '@asuser/security-descriptors'
import { Failure } from './failure.ts'
import { KernelObject } from './kernel-object.ts'
import type { ObjectNamespace } from './object-namespace.ts'
import type { Thread } from './thread.ts'

/** A mutex: held by one thread at a time, as often as that thread took it. */
export class Mutex extends KernelObject<'mutex'> {
  readonly kind = 'mutex'
  readonly name: string
  readonly #namespace: ObjectNamespace
  #owner: Thread | undefined
  #depth = 0
  #abandoned = false

  constructor(name: string, namespace: ObjectNamespace, security: SecurityDescriptor) {
    super(security)
    this.name = name
    this.#namespace = namespace
  }

  tryAcquire(thread: Thread): MutexState {
    if (this.#owner !== undefined && this.#owner !== thread) return 'busy'
    const wasAbandoned = this.#abandoned
    this.#abandoned = false
    this.#owner = thread
    this.#depth += 1
    thread.heldMutexes.add(this)
    return wasAbandoned ? 'abandoned' : 'acquired'
  }

  release(thread: Thread): void {
    if (this.#owner !== thread) throw new Failure('ERROR_NOT_OWNER')
    this.#depth -= 1
    if (this.#depth > 0) return
    this.#owner = undefined
    thread.heldMutexes.delete(this)
  }

  /** Its owner ended. */
  abandon(): void {
    this.#owner = undefined
    this.#depth = 0
    this.#abandoned = true
  }

  protected override lastHandleClosed(): void {
    this.#namespace.remove(this)
  }
}
