const aLongTime = 2 ** 31 - 1

/** Keeps the event loop alive while somebody waits: one timer for all who do. */
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
