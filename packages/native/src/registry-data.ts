import type { RegistryData } from './api/registry.ts'
import { registryValueType } from './constants.ts'

/** What a registry value means in JavaScript. Bytes are what has no other meaning. */
export type RegistryContent = string | number | bigint | readonly string[] | Uint8Array

/**
 * The data of a value: a string is `REG_SZ`, a number of 32 bits `REG_DWORD`, a bigint of 64 bits `REG_QWORD`, strings
 * are `REG_MULTI_SZ`, bytes `REG_BINARY`.
 *
 * @throws RangeError for a number that does not fit, and for an empty string among several, which would end them
 */
export function encodeRegistryContent(content: RegistryContent): RegistryData {
  if (typeof content === 'string') return { type: registryValueType.REG_SZ, data: encodeText(`${content}\0`) }
  if (typeof content === 'number') return { type: registryValueType.REG_DWORD, data: encodeNumber(content) }
  if (typeof content === 'bigint') return { type: registryValueType.REG_QWORD, data: encodeBigInt(content) }
  if (content instanceof Uint8Array) return { type: registryValueType.REG_BINARY, data: content }
  return { type: registryValueType.REG_MULTI_SZ, data: encodeTexts(content) }
}

/**
 * What the data of a value means. Windows does not check that data fits its type: where it does not, it is left as
 * bytes, and a missing terminator is forgiven.
 */
export function decodeRegistryContent({ type, data }: RegistryData): RegistryContent {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  switch (type) {
    case registryValueType.REG_SZ:
    case registryValueType.REG_EXPAND_SZ:
    case registryValueType.REG_LINK:
      return data.length % 2 === 0 ? untilTerminator(decodeText(data)) : data
    case registryValueType.REG_MULTI_SZ:
      return data.length % 2 === 0 ? decodeTexts(data) : data
    case registryValueType.REG_DWORD:
      return data.length === 4 ? view.getUint32(0, true) : data
    case registryValueType.REG_DWORD_BIG_ENDIAN:
      return data.length === 4 ? view.getUint32(0) : data
    case registryValueType.REG_QWORD:
      return data.length === 8 ? view.getBigUint64(0, true) : data
    default:
      return data
  }
}

function encodeText(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2)
  const view = new DataView(bytes.buffer)
  for (let index = 0; index < text.length; index++) view.setUint16(index * 2, text.charCodeAt(index), true)
  return bytes
}

function encodeTexts(texts: readonly string[]): Uint8Array {
  if (texts.includes('')) throw new RangeError('A list of strings in the registry cannot have an empty one')
  return encodeText(`${texts.map((text) => `${text}\0`).join('')}\0`)
}

function encodeNumber(number: number): Uint8Array {
  if (!Number.isInteger(number) || number < 0 || number > 0xffff_ffff) {
    throw new RangeError(`A number in the registry must be a whole number of 32 bits without a sign, got ${number}`)
  }
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, number, true)
  return bytes
}

function encodeBigInt(number: bigint): Uint8Array {
  if (BigInt.asUintN(64, number) !== number) {
    throw new RangeError(`A bigint in the registry must be of 64 bits without a sign, got ${number}`)
  }
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, number, true)
  return bytes
}

function decodeText(data: Uint8Array): string {
  return new TextDecoder('utf-16le', { ignoreBOM: true }).decode(data)
}

function untilTerminator(text: string): string {
  const end = text.indexOf('\0')
  return end < 0 ? text : text.slice(0, end)
}

function decodeTexts(data: Uint8Array): readonly string[] {
  const texts: string[] = []
  for (const text of decodeText(data).split('\0')) {
    if (text === '') break
    texts.push(text)
  }
  return texts
}
