import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** What stands for a password, so that it is not kept. */
export function keyOf(utf16: Uint8Array): Uint8Array {
  return createHash('sha256').update(utf16).digest()
}

export function keyOfText(password: string): Uint8Array {
  return keyOf(Buffer.from(password, 'utf16le'))
}

/** Empty for none, so that none and empty ones differ. */
export function hashOfBindings(channelBindings: Uint8Array | null): Uint8Array {
  return channelBindings === null ? new Uint8Array() : createHash('sha256').update(channelBindings).digest()
}

/** All that has been said, each message with its length, so that no byte can move from one to the other. */
export class Transcript {
  readonly #messages: Uint8Array[] = []

  add(message: Uint8Array): void {
    const length = Buffer.alloc(4)
    length.writeUInt32LE(message.length)
    this.#messages.push(length, message)
  }

  /** The proof that its maker has the key and has seen all of it. */
  prove(key: Uint8Array, side: 'client' | 'server'): Uint8Array {
    const hmac = createHmac('sha256', key).update(side)
    for (const message of this.#messages) hmac.update(message)
    return hmac.digest()
  }
}

export function areEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right)
}
