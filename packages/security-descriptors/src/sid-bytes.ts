import { byteAt } from './binary/reader.ts'
import { writeUint32 } from './binary/writer.ts'
import type { SidParts } from './sid-text.ts'

/** The identifier authority, the one number that stands with its highest byte first. Nearly always it is a small integer. */
export function readAuthority(bytes: Uint8Array, offset: number): number {
  const high = (byteAt(bytes, offset) << 8) | byteAt(bytes, offset + 1)
  const low =
    (byteAt(bytes, offset + 2) << 24) |
    (byteAt(bytes, offset + 3) << 16) |
    (byteAt(bytes, offset + 4) << 8) |
    byteAt(bytes, offset + 5)
  return high === 0 && low >= 0 ? low : high * 0x1_0000_0000 + (low >>> 0)
}

/** Writes the SID and returns the offset after it. */
export function writeSid(bytes: Uint8Array, offset: number, sid: SidParts): number {
  const { authority, subAuthorities } = sid
  const low = authority >>> 0
  const high = authority === low ? 0 : Math.floor(authority / 0x1_0000_0000)
  bytes[offset] = 1
  bytes[offset + 1] = subAuthorities.length
  bytes[offset + 2] = high >>> 8
  bytes[offset + 3] = high
  bytes[offset + 4] = low >>> 24
  bytes[offset + 5] = low >>> 16
  bytes[offset + 6] = low >>> 8
  bytes[offset + 7] = low
  let at = offset + 8
  // An index, because some of these lists are frozen, which makes iterating over any of them slow.
  for (let index = 0; index < subAuthorities.length; index++) at = writeUint32(bytes, at, subAuthorities[index] ?? 0)
  return at
}
