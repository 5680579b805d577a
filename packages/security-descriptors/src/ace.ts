import {
  aceFormats,
  type AceFormat,
  aceTypeCode,
  type CallbackAceType,
  type CallbackObjectAceType,
  type ObjectAceType,
  type PlainAceType,
} from './ace-types.ts'
import { requireBytes, requireType, wholeNumber } from './argument-errors.ts'
import { byteAt, bytesEqual, copyBytes, readGuid, readUint16, readUint32 } from './binary/reader.ts'
import { writeBytes, writeGuid, writeUint16, writeUint32 } from './binary/writer.ts'
import { type Claim, decodeClaim, encodeClaim } from './claim.ts'
import type { Condition } from './condition/ast.ts'
import { decodeCondition, hasConditionSignature } from './condition/decode.ts'
import { encodeCondition } from './condition/encode.ts'
import { InvalidSecurityDescriptorError, invalidAcl } from './errors.ts'
import { normalizeGuid } from './guid.ts'
import { readSid, Sid, writeSid } from './sid.ts'

interface TypedAce {
  /** `aceFlags` bits. */
  readonly flags: number
  readonly mask: number
  readonly sid: Sid
  /** What follows the SID: nothing in most ACEs; the application data of callback ACEs; a claim. */
  readonly bytes: Uint8Array
}

/** An ACE of a mask and a SID. The mask of a mandatory label is its policy. */
export interface PlainAce<Type extends PlainAceType = PlainAceType> extends TypedAce {
  readonly type: Type
  readonly objectType: undefined
  readonly inheritedObjectType: undefined
  readonly condition: undefined
  readonly claim: undefined
}

/** An ACE that may apply to a part of an object or to a class of child objects only, by GUID in lower case. */
export interface ObjectAce<Type extends ObjectAceType = ObjectAceType> extends TypedAce {
  readonly type: Type
  readonly objectType: string | undefined
  readonly inheritedObjectType: string | undefined
  readonly condition: undefined
  readonly claim: undefined
}

/** An ACE with a condition; `undefined` where `bytes` holds none that can be read. */
export interface CallbackAce<Type extends CallbackAceType = CallbackAceType> extends TypedAce {
  readonly type: Type
  readonly objectType: undefined
  readonly inheritedObjectType: undefined
  readonly condition: Condition | undefined
  readonly claim: undefined
}

export interface CallbackObjectAce<Type extends CallbackObjectAceType = CallbackObjectAceType> extends TypedAce {
  readonly type: Type
  readonly objectType: string | undefined
  readonly inheritedObjectType: string | undefined
  readonly condition: Condition | undefined
  readonly claim: undefined
}

/** An attribute of the resource; `claim` is `undefined` where `bytes` holds none that can be read. */
export interface ResourceAttributeAce extends TypedAce {
  readonly type: 'systemResourceAttribute'
  readonly objectType: undefined
  readonly inheritedObjectType: undefined
  readonly condition: undefined
  readonly claim: Claim | undefined
}

/** An ACE of a type that this package does not know: everything after its header, kept as it is. */
export interface UnknownAce {
  readonly type: 'unknown'
  /** The type byte of the header. */
  readonly typeCode: number
  readonly flags: number
  readonly mask: undefined
  readonly sid: undefined
  readonly objectType: undefined
  readonly inheritedObjectType: undefined
  readonly condition: undefined
  readonly claim: undefined
  /** All that follows the four bytes of the header. */
  readonly bytes: Uint8Array
}

/**
 * An access control entry: an immutable value, told apart by `type`.
 *
 * @see https://learn.microsoft.com/windows/win32/secauthz/access-control-entries
 */
export type Ace = PlainAce | ObjectAce | CallbackAce | CallbackObjectAce | ResourceAttributeAce | UnknownAce

export type AccessAllowedAce = PlainAce<'accessAllowed'>
export type AccessDeniedAce = PlainAce<'accessDenied'>
export type SystemAuditAce = PlainAce<'systemAudit'>
export type MandatoryLabelAce = PlainAce<'systemMandatoryLabel'>

/** The object type and the inherited object type of an object ACE. */
export interface AceObjectTypes {
  readonly objectType?: string | undefined
  readonly inheritedObjectType?: string | undefined
}

/**
 * An ACE that allows.
 *
 * @example
 * ```ts
 * formatAce(allow(Sid.wellKnown('BuiltinUsers'), objectTypes.file.genericMapping.read)) // '(A;;FR;;;BU)'
 * ```
 */
export function allow(sid: Sid, mask: number, flags = 0): AccessAllowedAce {
  return plainAce('accessAllowed', flags, mask, sid)
}

/** An ACE that denies. */
export function deny(sid: Sid, mask: number, flags = 0): AccessDeniedAce {
  return plainAce('accessDenied', flags, mask, sid)
}

/** An ACE that asks for audit entries; without `SUCCESSFUL_ACCESS` or `FAILED_ACCESS` in the flags it asks for none. */
export function audit(sid: Sid, mask: number, flags: number): SystemAuditAce {
  return plainAce('systemAudit', flags, mask, sid)
}

/** A mandatory label: an integrity level and the policy against callers below it (`NO_WRITE_UP` and the like). */
export function mandatoryLabel(level: Sid, policy: number, flags = 0): MandatoryLabelAce {
  return plainAce('systemMandatoryLabel', flags, policy, level)
}

/** @throws {InvalidSecurityDescriptorError} `ERROR_INVALID_ACL` when a number does not fit or the bytes are no whole words */
export function plainAce<Type extends PlainAceType>(
  type: Type,
  flags: number,
  mask: number,
  sid: Sid,
  bytes: Uint8Array = noBytes,
): PlainAce<Type> {
  return checkedAce(type, flags, mask, sid, wholeWords(bytes))
}

/** @throws {InvalidSecurityDescriptorError} as {@link plainAce}; `RPC_S_INVALID_STRING_UUID` when a type is no GUID */
export function objectAce<Type extends ObjectAceType>(
  type: Type,
  flags: number,
  mask: number,
  sid: Sid,
  types: AceObjectTypes = {},
  bytes: Uint8Array = noBytes,
): ObjectAce<Type> {
  const { objectType, inheritedObjectType } = normalTypes(types)
  return checkedAce(type, flags, mask, sid, wholeWords(bytes), objectType, inheritedObjectType)
}

/** @throws {InvalidSecurityDescriptorError} as {@link plainAce}; `ERROR_INVALID_ACL` when the condition cannot be written */
export function callbackAce<Type extends CallbackAceType>(
  type: Type,
  flags: number,
  mask: number,
  sid: Sid,
  condition: Condition | Uint8Array,
): CallbackAce<Type> {
  const [readable, bytes] = conditionAndBytes(condition)
  return checkedAce(type, flags, mask, sid, bytes, undefined, undefined, readable)
}

/** @throws {InvalidSecurityDescriptorError} as {@link callbackAce}; `RPC_S_INVALID_STRING_UUID` when a type is no GUID */
export function callbackObjectAce<Type extends CallbackObjectAceType>(
  type: Type,
  flags: number,
  mask: number,
  sid: Sid,
  condition: Condition | Uint8Array,
  types: AceObjectTypes = {},
): CallbackObjectAce<Type> {
  const { objectType, inheritedObjectType } = normalTypes(types)
  const [readable, bytes] = conditionAndBytes(condition)
  return checkedAce(type, flags, mask, sid, bytes, objectType, inheritedObjectType, readable)
}

/**
 * An attribute of the resource, for conditions that name `@Resource.…`. Windows wants the trustee to be Everyone.
 *
 * @throws {InvalidSecurityDescriptorError} `ERROR_INVALID_ACL` when the claim cannot be written, see {@link encodeClaim}
 */
export function resourceAttribute(claim: Claim, flags = 0): ResourceAttributeAce {
  return resourceAttributeAce(flags, 0, Sid.wellKnown('World'), claim)
}

export function resourceAttributeAce(
  flags: number,
  mask: number,
  sid: Sid,
  claim: Claim | Uint8Array,
): ResourceAttributeAce {
  const bytes = claim instanceof Uint8Array ? wholeWords(claim) : encodeClaim(claim)
  return checkedAce(
    'systemResourceAttribute',
    flags,
    mask,
    sid,
    bytes,
    undefined,
    undefined,
    undefined,
    readableClaim(bytes),
  )
}

/** @throws {InvalidSecurityDescriptorError} as {@link plainAce} */
export function unknownAce(typeCode: number, flags: number, bytes: Uint8Array): UnknownAce {
  return aceOfBytes(typeCode, flags, wholeWords(bytes))
}

function aceOfBytes(typeCode: number, flags: number, bytes: Uint8Array): UnknownAce {
  return {
    type: 'unknown',
    typeCode: wholeNumber('typeCode', typeCode, 0xff),
    flags: flagsByte(flags),
    mask: undefined,
    sid: undefined,
    objectType: undefined,
    inheritedObjectType: undefined,
    condition: undefined,
    claim: undefined,
    bytes,
  }
}

interface AceOf<Type, Guid, Kind, Attribute> extends TypedAce {
  readonly type: Type
  readonly objectType: Guid | undefined
  readonly inheritedObjectType: Guid | undefined
  readonly condition: Kind | undefined
  readonly claim: Attribute | undefined
}

function checkedAce<Type, Guid = undefined, Kind = undefined, Attribute = undefined>(
  type: Type,
  flags: number,
  mask: number,
  sid: Sid,
  bytes: Uint8Array,
  objectType?: Guid,
  inheritedObjectType?: Guid,
  condition?: Kind,
  claim?: Attribute,
): AceOf<Type, Guid, Kind, Attribute> {
  requireType(sid instanceof Sid, 'sid', 'a Sid', sid)
  const byte = flagsByte(flags)
  return typedAce(type, byte, accessMask(mask), sid, bytes, objectType, inheritedObjectType, condition, claim)
}

/** The ACEs of all types have the same shape, so that what reads them is fast. */
function typedAce<Type, Guid = undefined, Kind = undefined, Attribute = undefined>(
  type: Type,
  flags: number,
  mask: number,
  sid: Sid,
  bytes: Uint8Array,
  objectType?: Guid,
  inheritedObjectType?: Guid,
  condition?: Kind,
  claim?: Attribute,
): AceOf<Type, Guid, Kind, Attribute> {
  return { type, flags, mask, sid, objectType, inheritedObjectType, condition, claim, bytes }
}

function flagsByte(flags: number): number {
  return typeof flags === 'number' && (flags & 0xff) === flags ? flags : wholeNumber('flags', flags, 0xff)
}

/** The bit operators of JavaScript make a mask with the highest bit negative: that is the same mask. */
function accessMask(mask: number): number {
  if (typeof mask === 'number' && mask >>> 0 === mask) return mask
  return wholeNumber('mask', mask, 0xffff_ffff, -0x8000_0000) >>> 0
}

/** A copy, which nobody else changes. The size of an ACE is a multiple of four bytes. */
function wholeWords(bytes: Uint8Array): Uint8Array {
  if (bytes === noBytes) return bytes
  requireBytes(bytes)
  if (bytes.length % 4 !== 0) throw invalidAcl(`bytes must be a multiple of 4, got ${bytes.length}`)
  return copyBytes(bytes)
}

function conditionAndBytes(condition: Condition | Uint8Array): readonly [Condition | undefined, Uint8Array] {
  if (!(condition instanceof Uint8Array)) return [condition, encodeCondition(condition)]
  const bytes = wholeWords(condition)
  return [readableCondition(bytes), bytes]
}

/**
 * The same ACE with other flags, mask or SID.
 *
 * @throws {InvalidSecurityDescriptorError} as {@link plainAce}
 */
export function withAceChanges<Entry extends Exclude<Ace, UnknownAce>>(
  ace: Entry,
  changes: { readonly flags?: number; readonly mask?: number; readonly sid?: Sid },
): Entry {
  const { flags = ace.flags, mask = ace.mask, sid = ace.sid } = changes
  requireType(sid instanceof Sid, 'sid', 'a Sid', sid)
  return { ...ace, flags: flagsByte(flags), mask: accessMask(mask), sid }
}

/** Whether both ACEs are the same in every byte. */
export function acesEqual(left: Ace, right: Ace): boolean {
  if (left === right) return true
  if (left.type !== right.type || left.flags !== right.flags || left.mask !== right.mask) return false
  if (left.type === 'unknown' || right.type === 'unknown') {
    const leftCode = left.type === 'unknown' ? left.typeCode : -1
    const rightCode = right.type === 'unknown' ? right.typeCode : -1
    return leftCode === rightCode && bytesEqual(left.bytes, right.bytes)
  }
  return (
    left.sid.equals(right.sid) &&
    left.objectType === right.objectType &&
    left.inheritedObjectType === right.inheritedObjectType &&
    bytesEqual(left.bytes, right.bytes)
  )
}

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

/** Whether the ACE is laid out with object types, and so needs the ACL revision 4. */
export function hasObjectTypes(ace: Ace): ace is ObjectAce | CallbackObjectAce {
  const shape = shapeOf(ace)
  return shape === 'object' || shape === 'callbackObject'
}

/** Whether the ACE is of a type whose effect depends on a condition. */
export function isConditional(ace: Ace): ace is CallbackAce | CallbackObjectAce {
  const shape = shapeOf(ace)
  return shape === 'callback' || shape === 'callbackObject'
}

function shapeOf(ace: Ace): AceFormat['shape'] | undefined {
  return ace.type === 'unknown' ? undefined : aceFormats[aceTypeCode(ace.type)]?.shape
}

function objectTypesByteLength(ace: Ace): number {
  if (!hasObjectTypes(ace)) return 0
  return 4 + (ace.objectType === undefined ? 0 : 16) + (ace.inheritedObjectType === undefined ? 0 : 16)
}

function readableCondition(bytes: Uint8Array): Condition | undefined {
  if (!hasConditionSignature(bytes)) return undefined
  return valueOrUndefined(() => decodeCondition(bytes))
}

function readableClaim(bytes: Uint8Array): Claim | undefined {
  return valueOrUndefined(() => decodeClaim(bytes))
}

function valueOrUndefined<Value>(decode: () => Value): Value | undefined {
  try {
    return decode()
  } catch (error) {
    if (error instanceof InvalidSecurityDescriptorError) return undefined
    throw error
  }
}

function normalTypes({ objectType, inheritedObjectType }: AceObjectTypes): Required<AceObjectTypes> {
  return {
    objectType: objectType === undefined ? undefined : normalizeGuid(objectType, 'objectType'),
    inheritedObjectType:
      inheritedObjectType === undefined ? undefined : normalizeGuid(inheritedObjectType, 'inheritedObjectType'),
  }
}

const noBytes: Uint8Array = new Uint8Array(0)
