import type {
  AccessAllowedAce,
  AccessDeniedAce,
  Ace,
  CallbackAce,
  CallbackObjectAce,
  MandatoryLabelAce,
  ObjectAce,
  PlainAce,
  ResourceAttributeAce,
  SystemAuditAce,
  TypedAce,
  UnknownAce,
} from './ace.ts'
import type { CallbackAceType, CallbackObjectAceType, ObjectAceType, PlainAceType } from './ace-types.ts'
import {
  accessMask,
  type AceObjectTypes,
  conditionAndBytes,
  flagsByte,
  noBytes,
  normalTypes,
  readableClaim,
  wholeWords,
} from './ace-parts.ts'
import { requireType, wholeNumber } from './argument-errors.ts'
import { type Claim, encodeClaim } from './claim.ts'
import type { Condition } from './condition/ast.ts'
import { Sid } from './sid.ts'

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

export function aceOfBytes(typeCode: number, flags: number, bytes: Uint8Array): UnknownAce {
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
export function typedAce<Type, Guid = undefined, Kind = undefined, Attribute = undefined>(
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
