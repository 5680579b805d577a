import type { SecurableKind } from './default-security.ts'
import { KernelObject } from './kernel-object.ts'

/** An object that one can wait for: it becomes signaled once and stays so. */
export abstract class Waitable<K extends SecurableKind> extends KernelObject<K> {
  #signaled = false
  readonly #waiters = new Set<() => void>()

  get signaled(): boolean {
    return this.#signaled
  }

  /** Calls back when the object is signaled: at once if it is. Returns how to stop waiting. */
  whenSignaled(callback: () => void): () => void {
    if (this.#signaled) {
      callback()
      return doNothing
    }
    this.#waiters.add(callback)
    return () => {
      this.#waiters.delete(callback)
    }
  }

  protected signal(): void {
    this.#signaled = true
    for (const waiter of this.#waiters) waiter()
    this.#waiters.clear()
  }
}

function doNothing(): void {}
