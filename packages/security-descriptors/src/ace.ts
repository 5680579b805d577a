import {
  aceFormats,
  type AceFormat,
  aceTypeCode,
  type CallbackAceType,
  type CallbackObjectAceType,
  type ObjectAceType,
  type PlainAceType,
} from './ace-types.ts'
import { bytesEqual } from './binary/reader.ts'
import type { Claim } from './claim.ts'
import type { Condition } from './condition/ast.ts'
import type { Sid } from './sid.ts'

export interface TypedAce {
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
