import { describe, expect, it } from 'vitest'
import { registryValueType as type } from './constants.ts'
import { decodeRegistryContent, encodeRegistryContent } from './registry-data.ts'

describe('encodeRegistryContent', () => {
  it.each([
    ['text', 'hé€', type.REG_SZ, 'h\0\xe9\0\xac\x20\0\0'],
    ['an empty text', '', type.REG_SZ, '\0\0'],
    ['a number', 0xfedc_ba98, type.REG_DWORD, '\x98\xba\xdc\xfe'],
    ['a bigint', 0x0102_0304_0506_0708n, type.REG_QWORD, '\x08\x07\x06\x05\x04\x03\x02\x01'],
    ['texts', ['a', 'b'], type.REG_MULTI_SZ, 'a\0\0\0b\0\0\0\0\0'],
    ['no texts', [], type.REG_MULTI_SZ, '\0\0'],
    ['bytes', Uint8Array.of(1, 2, 3), type.REG_BINARY, '\x01\x02\x03'],
  ])('writes %s as Windows does and reads it back', (_, content, expected, latin1) => {
    const data = encodeRegistryContent(content)
    expect(data.type).toBe(expected)
    expect(Buffer.from(data.data).toString('latin1')).toBe(latin1)
    expect(decodeRegistryContent(data)).toEqual(content)
  })

  it.each([
    ['a fraction', 1.5],
    ['a negative number', -1],
    ['a number of 33 bits', 2 ** 32],
    ['a negative bigint', -1n],
    ['a bigint of 65 bits', 2n ** 64n],
    ['an empty text among others', ['a', '', 'b']],
  ])('refuses %s', (_, content) => {
    expect(() => encodeRegistryContent(content)).toThrow(RangeError)
  })
})

describe('decodeRegistryContent', () => {
  const bytes = (latin1: string): Uint8Array => new Uint8Array(Buffer.from(latin1, 'latin1'))

  it.each([
    ['a text without a terminator', type.REG_SZ, 'a\0b\0', 'ab'],
    ['a text with a tail', type.REG_EXPAND_SZ, 'a\0\0\0b\0', 'a'],
    ['texts without their terminators', type.REG_MULTI_SZ, 'a\0\0\0b\0', ['a', 'b']],
    ['a number of the other byte order', type.REG_DWORD_BIG_ENDIAN, '\0\0\x01\x02', 0x102],
  ])('reads %s', (_, valueType, latin1, content) => {
    expect(decodeRegistryContent({ type: valueType, data: bytes(latin1) })).toEqual(content)
  })

  it.each([
    ['a text of an odd length', type.REG_SZ],
    ['texts of an odd length', type.REG_MULTI_SZ],
    ['a number of three bytes', type.REG_DWORD],
    ['a bigint of three bytes', type.REG_QWORD],
    ['a type that a program made up', 0x1234],
  ])('leaves %s as bytes', (_, valueType) => {
    const data = bytes('abc')
    expect(decodeRegistryContent({ type: valueType, data })).toBe(data)
  })
})
