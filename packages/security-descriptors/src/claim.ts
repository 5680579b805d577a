import { readUint16, readUint32, readUint64, readUtf16 } from './binary/reader.ts'
import { writeBytes, writeUint16, writeUint32, writeUint64, writeUtf16 } from './binary/writer.ts'
import { InvalidSecurityDescriptorError } from './errors.ts'
import { Sid, writeSid } from './sid.ts'

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

const typeCodes: Readonly<Record<ClaimType, number>> = {
  int64: 0x01,
  uint64: 0x02,
  string: 0x03,
  sid: 0x05,
  boolean: 0x06,
  octets: 0x10,
}

const claimTypes: Readonly<Record<number, ClaimType>> = {
  0x01: 'int64',
  0x02: 'uint64',
  0x03: 'string',
  0x05: 'sid',
  0x06: 'boolean',
  0x10: 'octets',
}

/**
 * The data of a resource attribute ACE: `CLAIM_SECURITY_ATTRIBUTE_RELATIVE_V1`, laid out and padded as Windows does.
 *
 * @throws {InvalidSecurityDescriptorError} `ERROR_INVALID_ACL` when a value is not of the type of the claim
 * @see https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-claim_security_attribute_relative_v1
 */
export function encodeClaim(claim: Claim): Uint8Array {
  const headerSize = 16 + 4 * claim.values.length
  const nameSize = 2 * claim.name.length + 2
  let size = headerSize + nameSize
  for (const value of claim.values) size += valueSize(claim, value)
  const bytes = new Uint8Array((size + 3) & ~3)
  writeUint32(bytes, 0, headerSize)
  writeUint16(bytes, 4, typeCodes[claim.type])
  writeUint32(bytes, 8, claim.flags ?? 0)
  writeUint32(bytes, 12, claim.values.length)
  let at = writeUtf16(bytes, headerSize, claim.name) + 2
  claim.values.forEach((value, index) => {
    writeUint32(bytes, 16 + 4 * index, at)
    at = writeValue(bytes, at, value)
  })
  return bytes
}

/**
 * Reads the data of a resource attribute ACE.
 *
 * @throws {InvalidSecurityDescriptorError} `ERROR_INVALID_ACL` when the bytes are not one whole claim
 */
export function decodeClaim(bytes: Uint8Array): Claim {
  if (bytes.length < 16) throw invalid('A claim has at least 16 bytes', bytes.length)
  const type = claimTypes[readUint16(bytes, 4)]
  if (type === undefined) throw invalid(`No claim has the type ${readUint16(bytes, 4)}`, 4)
  const count = readUint32(bytes, 12)
  if (count > (bytes.length - 16) / 4) throw invalid(`${count} values do not fit`, 12)
  const name = readTerminatedUtf16(bytes, readUint32(bytes, 0))
  const values: ClaimValue[] = []
  // Offsets may point at the same bytes again and again: what they may add up to is bounded, so that time is linear.
  let total = 0
  for (let index = 0; index < count; index++) {
    const { value, size } = readValue(bytes, readUint32(bytes, 16 + 4 * index), type)
    total += size
    if (total > bytes.length) throw invalid('The values overlap', 16 + 4 * index)
    values.push(value)
  }
  return { name, type, flags: readUint32(bytes, 8), values }
}

function valueSize(claim: Claim, value: ClaimValue): number {
  if (!isOfType(claim.type, value)) {
    throw invalid(
      `values of the claim ${JSON.stringify(claim.name)} must be of type ${claim.type}, got ${typeof value}`,
    )
  }
  if (typeof value === 'string') return 2 * value.length + 2
  if (value instanceof Sid) return 4 + value.byteLength
  if (value instanceof Uint8Array) return 4 + value.length
  return 8
}

function isOfType(type: ClaimType, value: ClaimValue): boolean {
  switch (type) {
    case 'int64':
      return typeof value === 'bigint' && BigInt.asIntN(64, value) === value
    case 'uint64':
      return typeof value === 'bigint' && BigInt.asUintN(64, value) === value
    case 'string':
      return typeof value === 'string' && !value.includes('\0')
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
      if (offset + 8 > bytes.length) throw invalid('A number reaches beyond the claim', offset)
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
      if (offset + size > bytes.length) throw invalid('A value reaches beyond the claim', offset)
      const value = bytes.slice(offset + 4, offset + size)
      return { value: type === 'sid' ? Sid.fromBytes(value) : value, size }
    }
  }
}

function readTerminatedUtf16(bytes: Uint8Array, offset: number): string {
  let end = offset
  while (end + 1 < bytes.length && readUint16(bytes, end) !== 0) end += 2
  if (end + 1 >= bytes.length) throw invalid('Text of a claim has no end', offset)
  return readUtf16(bytes, offset, end - offset)
}

function invalid(message: string, offset?: number): InvalidSecurityDescriptorError {
  return new InvalidSecurityDescriptorError(message, 'ERROR_INVALID_ACL', offset)
}
