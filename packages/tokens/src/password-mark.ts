/** By which a password is known again, and of which nobody learns it. */
export class PasswordMark {
  readonly #mark: Uint8Array

  private constructor(mark: Uint8Array) {
    this.#mark = mark
  }

  static async of(password: Uint8Array): Promise<PasswordMark> {
    return new PasswordMark(await markOf(password))
  }

  /** Whether the password is the same; that takes as long for one that almost is. */
  async isOf(password: Uint8Array): Promise<boolean> {
    const { timingSafeEqual } = await import('node:crypto')
    return timingSafeEqual(this.#mark, await markOf(password))
  }
}

/** Of this process, so that a mark is worth nothing elsewhere. */
let key: Uint8Array | undefined

async function markOf(password: Uint8Array): Promise<Uint8Array> {
  // Imported by who has a password: it would make the import of everything above take a third longer.
  const { createHmac, randomBytes } = await import('node:crypto')
  key ??= randomBytes(32)
  return createHmac('sha256', key).update(password).digest()
}
