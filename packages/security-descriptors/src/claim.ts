import { copyBytes, readUint16, readUint32, readUint64, readUtf16 } from './binary/reader.ts'
import { measured, writeBytes, writeUint16, writeUint32, writeUint64, writeUtf16 } from './binary/writer.ts'
import { quoted, requireBytes, requireType, wholeNumber } from './argument-errors.ts'
import { invalidAcl } from './errors.ts'
import { Sid } from './sid.ts'
import { writeSid } from './sid-bytes.ts'

/** The types of claims, in the words of `CLAIM_SECURITY_ATTRIBUTE_TYPE_*`. */
export type ClaimType = 'int64' | 'uint64' | 'string' | 'sid' | 'boolean' | 'octets'

export type ClaimValue = bigint | string | Sid | boolean | Uint8Array

/**
 * A claim of a user or a device, or an attribute of a resource.
 *
 * @see https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-claim_security_attribute_v1
 */
export interface Claim {
  readonly name: string
  readonly type: ClaimType
  /** `CLAIM_SECURITY_ATTRIBUTE_*` bits; 2 makes string values case sensitive. */
  readonly flags?: number | undefined
  /** All of the kind that `type` says. */
  readonly values: readonly ClaimValue[]
}

/** The flag bits of a claim. */
export const claimFlags = {
  NON_INHERITABLE: 0x01,
  VALUE_CASE_SENSITIVE: 0x02,
  USE_FOR_DENY_ONLY: 0x04,
  DISABLED_BY_DEFAULT: 0x08,
  DISABLED: 0x10,
  MANDATORY: 0x20,
} as const

/** What a type of claim is called in SDDL, and its code in bytes. */
export const claimFormats: readonly (readonly [type: ClaimType, sddl: string, code: number])[] = [
  ['int64', 'TI', 0x01],
  ['uint64', 'TU', 0x02],
  ['string', 'TS', 0x03],
  ['sid', 'TD', 0x05],
  ['boolean', 'TB', 0x06],
  ['octets', 'TX', 0x10],
]

/**
 * The data of a resource attribute ACE: `CLAIM_SECURITY_ATTRIBUTE_RELATIVE_V1`, laid out and padded as Windows does.
 *
 * @throws {InvalidSecurityDescriptorError} `ERROR_INVALID_ACL` when a value is not of the type of the claim, the name is
 *   empty, a text has a NUL, or the flags do not fit 32 bits
 * @see https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-claim_security_attribute_relative_v1
 */
export function encodeClaim(claim: Claim): Uint8Array {
  const { name, type, flags = 0, values } = claim
  const code = claimFormats.find(([known]) => known === type)?.[2]
  if (code === undefined) throw invalidAcl(`No claim has the type ${quoted(type)}`)
  if (!isClaimText(name) || name === '') throw invalidAcl(`No claim has the name ${quoted(name)}`)
  wholeNumber('flags', flags, 0xffff_ffff)
  requireType(Array.isArray(values), 'values', 'an array', values)
  for (const value of values) {
    if (!isOfType(type, value)) {
      throw invalidAcl(`values of the claim ${quoted(name)} must be of type ${type}, got ${quoted(value)}`)
    }
  }
  const headerSize = 16 + 4 * values.length
  return measured((bytes) => {
    writeUint32(bytes, 0, headerSize)
    writeUint16(bytes, 4, code)
    writeUint32(bytes, 8, flags)
    writeUint32(bytes, 12, values.length)
    let at = writeUtf16(bytes, headerSize, name) + 2
    values.forEach((value, index) => {
      writeUint32(bytes, 16 + 4 * index, at)
      at = writeValue(bytes, at, value)
    })
    return at
  })
}

/**
 * Reads the data of a resource attribute ACE.
 *
 * @throws {InvalidSecurityDescriptorError} `ERROR_INVALID_ACL` when the bytes are not one whole claim
 */
export function decodeClaim(bytes: Uint8Array): Claim {
  requireBytes(bytes)
  if (bytes.length < 16) throw invalidAcl('A claim has at least 16 bytes', bytes.length)
  const code = readUint16(bytes, 4)
  const type = claimFormats.find((format) => format[2] === code)?.[0]
  if (type === undefined) throw invalidAcl(`No claim has the type ${code}`, 4)
  const count = readUint32(bytes, 12)
  if (count > (bytes.length - 16) / 4) throw invalidAcl(`${count} values do not fit`, 12)
  const name = readTerminatedUtf16(bytes, readUint32(bytes, 0))
  const values: ClaimValue[] = []
  // Offsets may point at the same bytes again and again: what they may add up to is bounded, so that time is linear.
  let total = 0
  for (let index = 0; index < count; index++) {
    const { value, size } = readValue(bytes, readUint32(bytes, 16 + 4 * index), type)
    total += size
    if (total > bytes.length) throw invalidAcl('The values overlap', 16 + 4 * index)
    values.push(value)
  }
  return { name, type, flags: readUint32(bytes, 8), values }
}

/** Names and texts of claims end with a NUL in their binary form. */
function isClaimText(value: unknown): boolean {
  return typeof value === 'string' && !value.includes('\0')
}

/** Whether it is a value of a claim of that type. */
export function isOfType(type: ClaimType, value: ClaimValue): boolean {
  switch (type) {
    case 'int64':
      return typeof value === 'bigint' && BigInt.asIntN(64, value) === value
    case 'uint64':
      return typeof value === 'bigint' && BigInt.asUintN(64, value) === value
    case 'string':
      return isClaimText(value)
    case 'sid':
      return value instanceof Sid
    case 'boolean':
      return typeof value === 'boolean'
    case 'octets':
      return value instanceof Uint8Array
  }
}

function writeValue(bytes: Uint8Array, offset: number, value: ClaimValue): number {
  if (typeof value === 'bigint') return writeUint64(bytes, offset, value)
  if (typeof value === 'boolean') return writeUint64(bytes, offset, value ? 1n : 0n)
  if (typeof value === 'string') return writeUtf16(bytes, offset, value) + 2
  if (value instanceof Sid) return writeSid(bytes, writeUint32(bytes, offset, value.byteLength), value)
  return writeBytes(bytes, writeUint32(bytes, offset, value.length), value)
}

function readValue(bytes: Uint8Array, offset: number, type: ClaimType): { value: ClaimValue; size: number } {
  switch (type) {
    case 'int64':
    case 'uint64':
    case 'boolean': {
      if (offset + 8 > bytes.length) throw invalidAcl('A value reaches beyond the claim', offset)
      const unsigned = readUint64(bytes, offset)
      if (type === 'boolean') return { value: unsigned !== 0n, size: 8 }
      return { value: type === 'int64' ? BigInt.asIntN(64, unsigned) : unsigned, size: 8 }
    }
    case 'string': {
      const value = readTerminatedUtf16(bytes, offset)
      return { value, size: 2 * value.length + 2 }
    }
    case 'sid':
    case 'octets': {
      const size = offset + 4 > bytes.length ? Number.POSITIVE_INFINITY : 4 + readUint32(bytes, offset)
      if (offset + size > bytes.length) throw invalidAcl('A value reaches beyond the claim', offset)
      const value = copyBytes(bytes, offset + 4, offset + size)
      return { value: type === 'sid' ? Sid.fromBytes(value) : value, size }
    }
  }
}

function readTerminatedUtf16(bytes: Uint8Array, offset: number): string {
  let end = offset
  while (end + 1 < bytes.length && readUint16(bytes, end) !== 0) end += 2
  if (end + 1 >= bytes.length) throw invalidAcl('A text reaches beyond the claim', offset)
  return readUtf16(bytes, offset, end - offset)
}
