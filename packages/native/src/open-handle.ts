import timers from 'node:timers'
import type { Handle, HandleKind, PseudoHandle, StreamHandle } from './api/handle.ts'

declare const onlyTheAddonMakesKeys: unique symbol

/** What the addon knows a handle by: a value that JavaScript can neither make nor look into. It is never used twice. */
export interface HandleKey {
  readonly [onlyTheAddonMakesKeys]: true
}

/** What the addon does with a key, which stays valid when the handle is closed. */
export interface HandleKeys {
  kindOfHandle(key: HandleKey): HandleKind
  isHandleOpen(key: HandleKey): boolean
  /** Whether it was open. */
  closeHandle(key: HandleKey): boolean
}

/** What the addon makes handles with, and knows them again by. The keys never leave the objects but through `keyOf`. */
export interface HandleObjects {
  readonly createHandle: (key: HandleKey) => Handle
  readonly createPseudoHandle: (key: HandleKey) => PseudoHandle
  readonly createStreamHandle: (key: HandleKey) => StreamHandle
  /** Undefined for all that these three did not make: what is like a handle, inherits from one, or stands in front of one. */
  readonly keyOf: (value: unknown) => HandleKey | undefined
}

/**
 * @param warnUnclosed a handle of that kind was garbage collected that nobody had closed
 * @param soon how many milliseconds a handle is kept from the collector at most
 */
export function createHandleObjects(
  keys: HandleKeys,
  warnUnclosed: (kind: HandleKind) => void,
  soon = 1000,
): HandleObjects {
  const forgotten = new FinalizationRegistry<HandleKey>((key) => {
    if (keys.closeHandle(key)) warnUnclosed(keys.kindOfHandle(key))
  })
  const lentAndForgotten = new FinalizationRegistry<HandleKey>((key) => keys.closeHandle(key))

  // Most handles are closed soon. To register one and to take it out again costs as much as all the rest of opening and closing
  // it, and leaves what only a full collection of garbage takes away.
  const recent: OpenHandle[] = []
  let registersRecent = false

  class OpenHandle implements Handle {
    readonly #key: HandleKey
    /** In `recent`; negative when it is not there any more. */
    #place: number

    constructor(key: HandleKey, permit: symbol) {
      requirePermit(permit)
      this.#key = key
      this.#place = recent.push(this) - 1
      if (registersRecent) return
      registersRecent = true
      startTimer(OpenHandle.#registerRecent, soon).unref()
    }

    static readonly #registerRecent = (): void => {
      registersRecent = false
      for (const handle of recent) {
        handle.#place = -1
        forgotten.register(handle, handle.#key, handle)
      }
      recent.length = 0
    }

    static keyOf(value: object): HandleKey | undefined {
      return #key in value ? value.#key : undefined
    }

    get kind(): HandleKind {
      return keys.kindOfHandle(keyOfReceiver(this))
    }

    get closed(): boolean {
      return !keys.isHandleOpen(keyOfReceiver(this))
    }

    close(): void {
      if (!keys.closeHandle(keyOfReceiver(this))) return
      if (this.#place < 0) forgotten.unregister(this)
      else this.#leaveRecent()
    }

    #leaveRecent(): void {
      const last = recent.pop()
      if (last === undefined || last === this) return
      last.#place = this.#place
      recent[this.#place] = last
    }

    [Symbol.dispose](): void {
      this.close()
    }
  }

  class LentHandle {
    readonly kind: HandleKind
    readonly #key: HandleKey

    constructor(key: HandleKey, permit: symbol) {
      requirePermit(permit)
      this.kind = keys.kindOfHandle(key)
      this.#key = key
      lentAndForgotten.register(this, key)
    }

    static keyOf(value: object): HandleKey | undefined {
      return #key in value ? value.#key : undefined
    }
  }

  function keyOfReceiver(receiver: unknown): HandleKey {
    const key = isObject(receiver) ? OpenHandle.keyOf(receiver) : undefined
    if (key === undefined)
      throw Object.assign(new TypeError('The receiver must be a handle'), { code: 'ERR_INVALID_THIS' })
    return key
  }

  return {
    createHandle: (key) => new OpenHandle(key, permission),
    createPseudoHandle: (key) => Object.freeze(Object.assign(new LentHandle(key, permission), pseudo)),
    createStreamHandle: (key) => Object.freeze(Object.assign(new LentHandle(key, permission), ofStream)),
    keyOf: (value) => (isObject(value) ? (OpenHandle.keyOf(value) ?? LentHandle.keyOf(value)) : undefined),
  }
}

/** As it was at first: what programs replace it with for their tests may never call, or has no `unref`. */
const startTimer = timers.setTimeout

/** What the contract tells handles by that nobody closes. */
const pseudo = { pseudo: true } as const
const ofStream = { ofStream: true } as const

/** Whoever has a handle has its constructor. */
const permission = Symbol('made by the addon')

function requirePermit(permit: symbol): void {
  if (permit !== permission) throw new TypeError('Illegal constructor')
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
