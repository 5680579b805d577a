import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Password } from './password.ts'

const secret = 'pässwörd 🗝'
const utf16 = Buffer.from(secret, 'utf16le')

describe('Password', () => {
  it.each([
    ['a string', secret],
    ['UTF-8 bytes', new TextEncoder().encode(secret)],
    ['an empty string', ''],
  ])('is UTF-16LE when made from %s', (_, given) => {
    using password = Password.from('password', given)
    expect(Buffer.from(password.bytes)).toEqual(given === '' ? Buffer.alloc(0) : utf16)
  })

  it('is zeroed when disposed, and leaves the bytes of the caller alone', () => {
    const given = new TextEncoder().encode(secret)
    const password = Password.from('password', given)
    password[Symbol.dispose]()
    expect(password.bytes.every((byte) => byte === 0)).toBe(true)
    expect(new TextDecoder().decode(given)).toBe(secret)
  })

  it.each([
    ['NUL in a string', 'secret\0rest'],
    ['NUL in bytes', new TextEncoder().encode('secret\0rest')],
    ['bytes that are not UTF-8', new Uint8Array([0x73, 0x65, 0xff])],
    ['a number', 123_456],
    ['an array', ['secret']],
    ['null', null],
    ['undefined', undefined],
  ])('refuses %s and shows nothing of it', (_, given) => {
    const failure = capture(() => Password.from('options.password', given))
    expect(failure).toMatchObject({ name: 'InvalidArgumentError', argument: 'options.password' })
    expect(inspect(failure, { depth: 10, showHidden: true })).not.toMatch(/secret|123456|115, 101/)
  })
})

function capture(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}
