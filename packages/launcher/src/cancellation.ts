/** A wish that a launch shall not go on, looked at between its steps. */
export class Cancellation {
  #reason: Error | undefined

  /** The first reason stays. */
  cancel(reason: Error): void {
    this.#reason ??= reason
  }

  get reason(): Error | undefined {
    return this.#reason
  }

  /** @throws the reason */
  throwIfCancelled(): void {
    if (this.#reason !== undefined) throw this.#reason
  }
}
