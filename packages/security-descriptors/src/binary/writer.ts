import { invalidAcl } from '../errors.ts'

/*
 * Little-endian writes into bytes that the caller has made large enough. Each returns the offset after what it wrote.
 */

export function writeUint16(bytes: Uint8Array, offset: number, value: number): number {
  bytes[offset] = value
  bytes[offset + 1] = value >>> 8
  return offset + 2
}

export function writeUint32(bytes: Uint8Array, offset: number, value: number): number {
  bytes[offset] = value
  bytes[offset + 1] = value >>> 8
  bytes[offset + 2] = value >>> 16
  bytes[offset + 3] = value >>> 24
  return offset + 4
}

/** The low 64 bits of `value`, so that a negative number comes out in two's complement. */
export function writeUint64(bytes: Uint8Array, offset: number, value: bigint): number {
  writeUint32(bytes, offset, Number(BigInt.asUintN(32, value)))
  return writeUint32(bytes, offset + 4, Number(BigInt.asUintN(32, value >> 32n)))
}

/** UTF-16LE without a terminator. */
export function writeUtf16(bytes: Uint8Array, offset: number, text: string): number {
  for (let at = 0; at < text.length; at++) writeUint16(bytes, offset + 2 * at, text.charCodeAt(at))
  return offset + 2 * text.length
}

/** A GUID in its mixed-endian form, from `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`. */
export function writeGuid(bytes: Uint8Array, offset: number, guid: string): number {
  writeUint32(bytes, offset, Number.parseInt(guid.slice(0, 8), 16))
  writeUint16(bytes, offset + 4, Number.parseInt(guid.slice(9, 13), 16))
  writeUint16(bytes, offset + 6, Number.parseInt(guid.slice(14, 18), 16))
  const last = guid.slice(19, 23) + guid.slice(24)
  for (let at = 0; at < 8; at++) bytes[offset + 8 + at] = Number.parseInt(last.slice(2 * at, 2 * at + 2), 16)
  return offset + 16
}

export function writeBytes(bytes: Uint8Array, offset: number, source: Uint8Array): number {
  if (source.length > 0 && offset + source.length <= bytes.length) bytes.set(source, offset)
  return offset + source.length
}

let room: Uint8Array | undefined

/**
 * Bytes of just the size that is written, up to a multiple of four. It is written into more than an ACE can have at first.
 *
 * @throws {InvalidSecurityDescriptorError} `ERROR_INVALID_ACL` when no ACE could hold them
 */
export function measured(write: (bytes: Uint8Array) => number): Uint8Array {
  room ??= new Uint8Array(0x1_0000)
  let end = room.length
  try {
    end = write(room)
    if (end > room.length) throw invalidAcl(`An ACL has at most 65535 bytes, got ${end}`)
    return room.slice(0, (end + 3) & ~3)
  } finally {
    room.fill(0, 0, end)
  }
}
