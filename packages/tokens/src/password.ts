import { Buffer, isUtf8, transcode } from 'node:buffer'
import { InvalidArgumentError } from './invalid-argument.ts'

/**
 * A password as UTF-16LE in memory of its own, which is zeroed when disposed. Where the caller gives bytes, no string
 * is ever made of them, so that nothing is left for the garbage collector to find.
 */
export class Password implements Disposable {
  readonly bytes: Uint8Array

  private constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  /** @throws InvalidArgumentError which says nothing of the password but what kind of value it was */
  static from(name: string, password: unknown): Password {
    const result = new Password(encode(name, password))
    if (hasNulCharacter(result.bytes)) {
      result[Symbol.dispose]()
      throw InvalidArgumentError.ofSecret(name, 'a password without NUL, where Windows would cut it', 'one with NUL')
    }
    return result
  }

  [Symbol.dispose](): void {
    this.bytes.fill(0)
  }
}

function encode(name: string, password: unknown): Uint8Array {
  if (typeof password === 'string') {
    const bytes = Buffer.alloc(password.length * 2)
    bytes.write(password, 'utf16le')
    return bytes
  }
  if (!(password instanceof Uint8Array)) {
    throw InvalidArgumentError.ofSecret(name, 'a string or a Uint8Array of UTF-8', `a value of type ${typeof password}`)
  }
  if (!isUtf8(password)) throw InvalidArgumentError.ofSecret(name, 'UTF-8', 'bytes that are not')
  return transcode(password, 'utf8', 'utf16le')
}

function hasNulCharacter(bytes: Uint8Array): boolean {
  for (let index = 0; index + 1 < bytes.length; index += 2) {
    if (bytes[index] === 0 && bytes[index + 1] === 0) return true
  }
  return false
}
