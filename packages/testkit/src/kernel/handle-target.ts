/** What a handle refers to: something that knows how many handles of all processes there are to it. */
export abstract class HandleTarget {
  #handles = 0

  get handleCount(): number {
    return this.#handles
  }

  addHandle(): void {
    this.#handles += 1
  }

  removeHandle(): void {
    this.#handles -= 1
    if (this.#handles === 0) this.lastHandleClosed()
  }

  /** Most kinds need nothing done. */
  protected lastHandleClosed(): void {}
}
