import type { ObjectTypeListEntry } from '@asuser/native'
import { InvalidSecurityDescriptorError, Sid } from '@asuser/security-descriptors'
import { type ObjectTypeNode } from '@asuser/security-descriptors/access-check'
import { Failure } from '../kernel/failure.ts'

/** Undefined for an object without parts. @throws Failure `RPC_S_INVALID_STRING_UUID` */
export function objectTypesOf(entries: readonly ObjectTypeListEntry[]): readonly ObjectTypeNode[] | undefined {
  for (const { guid } of entries) {
    if (!/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu.test(guid)) {
      throw new Failure('RPC_S_INVALID_STRING_UUID', { guid })
    }
  }
  return entries.length === 0 ? undefined : entries
}

/** @throws Failure `ERROR_INVALID_SID` */
export function sidOrNone(bytes: Uint8Array | null): Sid | undefined {
  try {
    return bytes === null ? undefined : Sid.fromBytes(bytes)
  } catch (error) {
    throw error instanceof InvalidSecurityDescriptorError ? new Failure('ERROR_INVALID_SID') : error
  }
}
