import type { RegisteredWait } from '@asuser/native'
import { type EventLoopHold, LoopReference } from '../kernel/event-loop-hold.ts'
import type { Job } from '../kernel/job.ts'
import type { Process } from '../kernel/process.ts'
import type { Thread } from '../kernel/thread.ts'

/** Calls back once, at a later turn of the event loop, after the object has been signaled. */
export function registerWait(
  object: Process | Thread | Job,
  callback: () => void,
  hold: EventLoopHold,
): RegisteredWait {
  return new Wait(object, callback, hold)
}

class Wait implements RegisteredWait {
  readonly #callback: () => void
  readonly #reference: LoopReference
  readonly #stopWaiting: () => void
  #waiting = true

  constructor(object: Process | Thread | Job, callback: () => void, hold: EventLoopHold) {
    this.#callback = callback
    this.#reference = new LoopReference(hold)
    this.#stopWaiting = object.whenSignaled(() => {
      setImmediate(() => this.#complete())
    })
  }

  ref(): void {
    if (this.#waiting) this.#reference.ref()
  }

  unref(): void {
    this.#reference.unref()
  }

  unregister(): void {
    if (!this.#waiting) return
    this.unref()
    this.#waiting = false
    this.#stopWaiting()
  }

  [Symbol.dispose](): void {
    this.unregister()
  }

  #complete(): void {
    if (!this.#waiting) return
    this.unregister()
    this.#callback()
  }
}
