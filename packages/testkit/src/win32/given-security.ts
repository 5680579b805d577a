import type { HandleKind } from '@asuser/native'
import type { SecurityDescriptor } from '@asuser/security-descriptors'
import { genericMappingOf, mapGenericRights } from '../kernel/default-security.ts'
import { readDescriptor } from '../kernel/descriptor-bytes.ts'
import type { Caller } from './caller.ts'

/**
 * The security of a new object: what the caller gives, and the default of its token for the parts that are not in it.
 *
 * @throws Failure `ERROR_INVALID_SECURITY_DESCR`
 */
export function securityOf(caller: Caller, kind: HandleKind, bytes: Uint8Array | null): SecurityDescriptor {
  const fallback = caller.defaultSecurity(kind)
  if (bytes === null) return fallback
  const given = readDescriptor(bytes)
  return given.with({
    owner: given.owner ?? fallback.owner,
    group: given.group ?? fallback.group,
    dacl:
      given.dacl === undefined
        ? fallback.dacl
        : given.dacl === null
          ? null
          : mapGenericRights(given.dacl, genericMappingOf(kind)),
  })
}
