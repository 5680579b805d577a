import type { RegisteredWait } from '@asuser/native'
import type { EventLoopHold } from '../kernel/event-loop-hold.ts'
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
  readonly #hold: EventLoopHold
  readonly #stopWaiting: () => void
  #waiting = true
  #holds = false

  constructor(object: Process | Thread | Job, callback: () => void, hold: EventLoopHold) {
    this.#callback = callback
    this.#hold = hold
    this.ref()
    this.#stopWaiting = object.whenSignaled(() => {
      setImmediate(() => this.#complete())
    })
  }

  ref(): void {
    if (this.#holds || !this.#waiting) return
    this.#holds = true
    this.#hold.take()
  }

  unref(): void {
    if (!this.#holds) return
    this.#holds = false
    this.#hold.release()
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
