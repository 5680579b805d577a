import { type Ace, hasObjectTypes, type PlainAce, type UnknownAce } from './ace.ts'
import {
  aceOfBytes,
  callbackAce,
  callbackObjectAce,
  objectAce,
  resourceAttributeAce,
  typedAce,
} from './ace-creation.ts'
import { type AceObjectTypes, noBytes, wholeWords } from './ace-parts.ts'
import { aceFormats, type AceFormat, aceTypeCode, type PlainAceType } from './ace-types.ts'
import { byteAt, copyBytes, readGuid, readUint16, readUint32 } from './binary/reader.ts'
import { writeBytes, writeGuid, writeUint16, writeUint32 } from './binary/writer.ts'
import { invalidAcl } from './errors.ts'
import { readSid } from './sid.ts'
import { writeSid } from './sid-bytes.ts'

/** The size of the ACE in bytes, header included. */
export function aceByteLength(ace: Ace): number {
  if (ace.type === 'unknown') return 4 + ace.bytes.length
  return 8 + objectTypesByteLength(ace) + ace.sid.byteLength + ace.bytes.length
}

/** Writes the ACE and returns the offset after it. */
export function writeAce(bytes: Uint8Array, offset: number, ace: Ace): number {
  bytes[offset] = ace.type === 'unknown' ? ace.typeCode : aceTypeCode(ace.type)
  bytes[offset + 1] = ace.flags
  const end = writeAceBody(bytes, offset + 4, ace)
  writeUint16(bytes, offset + 2, end - offset)
  return end
}

function writeAceBody(bytes: Uint8Array, offset: number, ace: Ace): number {
  if (ace.type === 'unknown') return writeBytes(bytes, offset, ace.bytes)
  let at = writeUint32(bytes, offset, ace.mask)
  if (hasObjectTypes(ace)) {
    at = writeUint32(bytes, at, (ace.objectType ? 1 : 0) | (ace.inheritedObjectType ? 2 : 0))
    if (ace.objectType !== undefined) at = writeGuid(bytes, at, ace.objectType)
    if (ace.inheritedObjectType !== undefined) at = writeGuid(bytes, at, ace.inheritedObjectType)
  }
  at = writeSid(bytes, at, ace.sid)
  return writeBytes(bytes, at, ace.bytes)
}

/**
 * Reads the ACE at `offset`, which must end before `limit`. An ACE whose type is unknown, or whose body is not what
 * its type says, is kept as bytes.
 *
 * @throws {InvalidSecurityDescriptorError} `ERROR_INVALID_ACL` when its size cannot be right
 */
export function readAce(bytes: Uint8Array, offset: number, limit: number): Ace {
  const size = offset + 4 <= limit ? readUint16(bytes, offset + 2) : 0
  const end = offset + size
  if (size < 4 || end > limit) throw invalidAcl('The size of the ACE cannot be right', offset)
  const format = size < 16 || size % 4 !== 0 ? undefined : aceFormats[byteAt(bytes, offset)]
  return (format && readTypedAce(bytes, offset, end, format)) ?? readUnknownAce(bytes, offset, end)
}

function readUnknownAce(bytes: Uint8Array, offset: number, end: number): UnknownAce {
  return aceOfBytes(byteAt(bytes, offset), byteAt(bytes, offset + 1), copyBytes(bytes, offset + 4, end))
}

function readTypedAce(bytes: Uint8Array, offset: number, end: number, format: AceFormat): Ace | undefined {
  return format.shape === 'plain'
    ? readPlainAce(bytes, offset, end, format.type)
    : readAceWithMore(bytes, offset, end, format)
}

function readPlainAce(bytes: Uint8Array, offset: number, end: number, type: PlainAceType): PlainAce | undefined {
  const sid = readSid(bytes, offset + 8, end)
  if (sid === undefined) return undefined
  const rest = restAt(bytes, offset + 8 + sid.byteLength, end)
  return typedAce(type, byteAt(bytes, offset + 1), readUint32(bytes, offset + 4), sid, wholeWords(rest))
}

function readAceWithMore(
  bytes: Uint8Array,
  offset: number,
  end: number,
  format: Exclude<AceFormat, { readonly shape: 'plain' }>,
): Ace | undefined {
  const flags = byteAt(bytes, offset + 1)
  const mask = readUint32(bytes, offset + 4)
  const mayHaveTypes = format.shape === 'object' || format.shape === 'callbackObject'
  const types = mayHaveTypes ? readObjectTypes(bytes, offset + 8, end) : noTypes
  if (types === undefined) return undefined
  const sidAt = offset + 8 + types.byteLength
  const sid = readSid(bytes, sidAt, end)
  if (sid === undefined) return undefined
  const rest = restAt(bytes, sidAt + sid.byteLength, end)
  switch (format.shape) {
    case 'object':
      return objectAce(format.type, flags, mask, sid, types, rest)
    case 'callback':
      return callbackAce(format.type, flags, mask, sid, rest)
    case 'callbackObject':
      return callbackObjectAce(format.type, flags, mask, sid, rest, types)
    case 'attribute':
      return resourceAttributeAce(flags, mask, sid, rest)
  }
}

/** What follows the SID: nothing in nearly every ACE. */
function restAt(bytes: Uint8Array, offset: number, end: number): Uint8Array {
  return offset === end ? noBytes : bytes.subarray(offset, end)
}

interface StoredObjectTypes extends AceObjectTypes {
  readonly byteLength: number
}

const noTypes: StoredObjectTypes = { byteLength: 0 }

/** The object types that stand at `offset`; `undefined` where they cannot be kept in the typed form. */
function readObjectTypes(bytes: Uint8Array, offset: number, end: number): StoredObjectTypes | undefined {
  const present = readUint32(bytes, offset)
  // Other bits have no meaning.
  if (present > 3) return undefined
  const hasType = (present & 1) !== 0
  const hasInheritedType = (present & 2) !== 0
  const inheritedAt = offset + 4 + (hasType ? 16 : 0)
  const at = inheritedAt + (hasInheritedType ? 16 : 0)
  if (at > end) return undefined
  return {
    objectType: hasType ? readGuid(bytes, offset + 4) : undefined,
    inheritedObjectType: hasInheritedType ? readGuid(bytes, inheritedAt) : undefined,
    byteLength: at - offset,
  }
}

function objectTypesByteLength(ace: Ace): number {
  if (!hasObjectTypes(ace)) return 0
  return 4 + (ace.objectType === undefined ? 0 : 16) + (ace.inheritedObjectType === undefined ? 0 : 16)
}
