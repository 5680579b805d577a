import { requireBytes, wholeNumber } from './argument-errors.ts'
import { copyBytes } from './binary/reader.ts'
import { type Claim, decodeClaim } from './claim.ts'
import type { Condition } from './condition/ast.ts'
import { decodeCondition, hasConditionSignature } from './condition/decode.ts'
import { encodeCondition } from './condition/encode.ts'
import { InvalidSecurityDescriptorError, invalidAcl } from './errors.ts'
import { normalizeGuid } from './guid.ts'

/** The object type and the inherited object type of an object ACE. */
export interface AceObjectTypes {
  readonly objectType?: string | undefined
  readonly inheritedObjectType?: string | undefined
}

export const noBytes: Uint8Array = new Uint8Array(0)

export function flagsByte(flags: number): number {
  return typeof flags === 'number' && (flags & 0xff) === flags ? flags : wholeNumber('flags', flags, 0xff)
}

/** The bit operators of JavaScript make a mask with the highest bit negative: that is the same mask. */
export function accessMask(mask: number): number {
  if (typeof mask === 'number' && mask >>> 0 === mask) return mask
  return wholeNumber('mask', mask, 0xffff_ffff, -0x8000_0000) >>> 0
}

/** A copy, which nobody else changes. The size of an ACE is a multiple of four bytes. */
export function wholeWords(bytes: Uint8Array): Uint8Array {
  if (bytes === noBytes) return bytes
  requireBytes(bytes)
  if (bytes.length % 4 !== 0) throw invalidAcl(`bytes must be a multiple of 4, got ${bytes.length}`)
  return copyBytes(bytes)
}

/** The condition, as far as it can be read, and what stands for it in the ACE. */
export function conditionAndBytes(condition: Condition | Uint8Array): readonly [Condition | undefined, Uint8Array] {
  if (!(condition instanceof Uint8Array)) return [condition, encodeCondition(condition)]
  const bytes = wholeWords(condition)
  return [readableCondition(bytes), bytes]
}

function readableCondition(bytes: Uint8Array): Condition | undefined {
  if (!hasConditionSignature(bytes)) return undefined
  return valueOrUndefined(() => decodeCondition(bytes))
}

export function readableClaim(bytes: Uint8Array): Claim | undefined {
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

/** With GUIDs as they are kept, in lower case. */
export function normalTypes({ objectType, inheritedObjectType }: AceObjectTypes): Required<AceObjectTypes> {
  return {
    objectType: objectType === undefined ? undefined : normalizeGuid(objectType, 'objectType'),
    inheritedObjectType:
      inheritedObjectType === undefined ? undefined : normalizeGuid(inheritedObjectType, 'inheritedObjectType'),
  }
}
