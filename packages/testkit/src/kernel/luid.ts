/** Gives out locally unique ids, as the kernel does for tokens and logon sessions: each once between two boots. */
export class LuidSource {
  // The ids up to 0x3e7 are fixed: privileges and the logon sessions of the service accounts.
  #last = 0x1_0000

  next(): bigint {
    this.#last += 1
    return BigInt(this.#last)
  }
}
