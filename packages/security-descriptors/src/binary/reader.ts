/*
 * Little-endian reads at an offset that the caller has already checked against the end of the bytes.
 * Shifts instead of a DataView: making the view costs more than the few reads that follow.
 */

export function readUint16(bytes: Uint8Array, offset: number): number {
  return byteAt(bytes, offset) | (byteAt(bytes, offset + 1) << 8)
}

export function readUint32(bytes: Uint8Array, offset: number): number {
  return (
    (byteAt(bytes, offset) |
      (byteAt(bytes, offset + 1) << 8) |
      (byteAt(bytes, offset + 2) << 16) |
      (byteAt(bytes, offset + 3) << 24)) >>>
    0
  )
}

export function readUint64(bytes: Uint8Array, offset: number): bigint {
  return BigInt(readUint32(bytes, offset)) | (BigInt(readUint32(bytes, offset + 4)) << 32n)
}

/** UTF-16LE text of `byteLength` bytes; an odd last byte is not read. */
export function readUtf16(bytes: Uint8Array, offset: number, byteLength: number): string {
  let text = ''
  for (let at = offset; at + 1 < offset + byteLength; at += 2) {
    text += String.fromCharCode(readUint16(bytes, at))
  }
  return text
}

/** A GUID in lower case without braces, from its mixed-endian form. */
export function readGuid(bytes: Uint8Array, offset: number): string {
  return (
    hex(bytes, offset + 3) +
    hex(bytes, offset + 2) +
    hex(bytes, offset + 1) +
    hex(bytes, offset) +
    '-' +
    hex(bytes, offset + 5) +
    hex(bytes, offset + 4) +
    '-' +
    hex(bytes, offset + 7) +
    hex(bytes, offset + 6) +
    '-' +
    hex(bytes, offset + 8) +
    hex(bytes, offset + 9) +
    '-' +
    hex(bytes, offset + 10) +
    hex(bytes, offset + 11) +
    hex(bytes, offset + 12) +
    hex(bytes, offset + 13) +
    hex(bytes, offset + 14) +
    hex(bytes, offset + 15)
  )
}

/** Bytes of their own: `slice` of a Node.js `Buffer` is a view. */
export function copyBytes(bytes: Uint8Array, start = 0, end: number = bytes.length): Uint8Array {
  return new Uint8Array(bytes.subarray(start, end))
}

export function byteAt(bytes: Uint8Array, offset: number): number {
  return bytes[offset] ?? 0
}

export function bytesEqual(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false
  for (let at = 0; at < left.length; at++) {
    if (left[at] !== right[at]) return false
  }
  return true
}

/** Lower-case hex digits, two per byte. */
export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at++) text += hex(bytes, at)
  return text
}

function hex(bytes: Uint8Array, offset: number): string {
  const value = byteAt(bytes, offset)
  return (value < 16 ? '0' : '') + value.toString(16)
}
