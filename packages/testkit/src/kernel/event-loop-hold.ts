const aLongTime = 2 ** 31 - 1

/** Keeps the event loop alive while somebody holds it: one timer for all who do. */
export class EventLoopHold {
  #timer: NodeJS.Timeout | undefined
  #holders = 0

  take(): void {
    this.#holders += 1
    if (this.#holders > 1) return
    if (this.#timer === undefined) this.#timer = setInterval(() => {}, aLongTime)
    else this.#timer.ref()
  }

  release(): void {
    this.#holders -= 1
    if (this.#holders === 0) this.#timer?.unref()
  }
}

/** One holder, as long as it likes. */
export class LoopReference {
  readonly #hold: EventLoopHold
  #holds = false

  constructor(hold: EventLoopHold) {
    this.#hold = hold
    this.ref()
  }

  ref(): void {
    if (this.#holds) return
    this.#holds = true
    this.#hold.take()
  }

  unref(): void {
    if (!this.#holds) return
    this.#holds = false
    this.#hold.release()
  }
}

/** A holder as a handle of libuv is one: while it is busy, unless it was told not to. */
export class LoopHandle {
  readonly #hold: EventLoopHold | undefined
  #isBusy = false
  #isReferenced = true

  /** @param hold none for what belongs to another process, whose loop is not this one */
  constructor(hold: EventLoopHold | undefined) {
    this.#hold = hold
  }

  setBusy(isBusy: boolean): void {
    this.#change(isBusy, this.#isReferenced)
  }

  setReferenced(isReferenced: boolean): void {
    this.#change(this.#isBusy, isReferenced)
  }

  #change(isBusy: boolean, isReferenced: boolean): void {
    const held = this.#isBusy && this.#isReferenced
    const holds = isBusy && isReferenced
    this.#isBusy = isBusy
    this.#isReferenced = isReferenced
    if (holds === held) return
    if (holds) this.#hold?.take()
    else this.#hold?.release()
  }
}
