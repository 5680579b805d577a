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
