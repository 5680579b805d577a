import { type Borrowed, getWin32, type Win32 } from '@asuser/native'
import {
  accessRights,
  Acl,
  allow,
  mapGenericMask,
  type ObjectType,
  SecurityDescriptor,
  Sid,
  withAceChanges,
} from '@asuser/security-descriptors'
import type { AccessToken, ObjectTypeNode } from '@asuser/security-descriptors/access-check'
import {
  decisionOf,
  type NodeAccessResult,
  requireNodes,
  requireObjectType,
  sidOrNull,
  traceOf,
} from './access-question.ts'
import { claimsOf } from './claim.ts'
import { requireInstance, requireMask, requireObject, requireSid } from './invalid-argument.ts'
import { sidWithAttributes } from './token-information.ts'

export interface EffectiveAccessOptions {
  /** A user, who need not be logged on. */
  readonly sid: Sid
  readonly descriptor: SecurityDescriptor
  readonly objectType: ObjectType
  /** All that there is if left out. */
  readonly desiredAccess?: number | undefined
  readonly objectTypes?: readonly ObjectTypeNode[] | undefined
  readonly principalSelf?: Sid | undefined
  readonly win32?: Win32 | undefined
}

/**
 * What a user would get who is not here, by the groups of the account: no token and no password are needed, and no
 * label, privilege or group of a logon type counts. For an object with parts it is the answer for the whole. Only when
 * access is denied AuthZ is asked for the groups and claims that it found, which the trace is made of.
 *
 * Needs no privilege. For a domain account it asks the domain.
 *
 * @throws Win32Error `ERROR_NONE_MAPPED`, `ERROR_NO_SUCH_DOMAIN`, `ERROR_ACCESS_DENIED`, `ERROR_INVALID_SECURITY_DESCR`
 * @see https://learn.microsoft.com/windows/win32/api/authz/nf-authz-authzaccesscheck
 */
export async function effectiveAccess(options: EffectiveAccessOptions): Promise<NodeAccessResult> {
  const { objectTypes: parts = [], principalSelf } = requireObject('options', options)
  const sid = requireSid('options.sid', options.sid)
  const descriptor = requireInstance('options.descriptor', SecurityDescriptor, options.descriptor)
  const objectType = requireObjectType('options.objectType', options.objectType)
  const desired = requireMask('options.desiredAccess', options.desiredAccess ?? accessRights.MAXIMUM_ALLOWED)
  const desiredAccess = mapGenericMask(desired, objectType.genericMapping)
  const request = {
    descriptor: withoutGenericRights(descriptor, objectType, desired).toBytes(),
    desiredAccess,
    objectTypes: requireNodes('options.objectTypes', parts),
    principalSelf: sidOrNull('options.principalSelf', principalSelf),
  }
  const win32 = options.win32 ?? getWin32()
  using context = await win32.authzInitializeContextFromSid({ sid: sid.toBytes(), flags: 0 })
  const [whole] = win32.authzAccessCheck({ context, ...request })
  const result = decisionOf(whole ?? { grantedAccess: 0, errno: 5 })
  if (result.granted) return { ...result, trace: undefined }
  const objectTypes = parts.length > 0 ? parts : undefined
  const question = { descriptor, desiredAccess, objectType, objectTypes, principalSelf }
  return { ...result, trace: traceOf(clientOfContext(win32, context, sid), question) }
}

/** Who AuthZ takes the user for: without privileges, which it was not told to look for. */
function clientOfContext(win32: Win32, context: Borrowed<'authz-context'>, sid: Sid): AccessToken {
  return {
    user: { sid, attributes: 0 },
    groups: win32.authzGetInformationFromContext(context, 'AuthzContextInfoGroupsSids').map(sidWithAttributes),
    privileges: [],
    deviceGroups: win32.authzGetInformationFromContext(context, 'AuthzContextInfoDeviceSids').map(sidWithAttributes),
    userClaims: claimsOf(win32.authzGetInformationFromContext(context, 'AuthzContextInfoUserClaims')),
    deviceClaims: claimsOf(win32.authzGetInformationFromContext(context, 'AuthzContextInfoDeviceClaims')),
  }
}

/**
 * AuthZ maps no generic rights, so none are left for it to find. Without a DACL everybody has all access, but what all
 * of it is AuthZ does not know either.
 */
function withoutGenericRights(
  descriptor: SecurityDescriptor,
  { genericMapping }: ObjectType,
  desired: number,
): SecurityDescriptor {
  const { dacl } = descriptor
  if (!dacl) {
    const everything = (genericMapping.all | mapGenericMask(desired, genericMapping)) & grantableByDacl
    return descriptor.with({ dacl: Acl.from(everybody.map((name) => allow(Sid.wellKnown(name), everything))) })
  }
  const entries = dacl.entries.map((ace) =>
    ace.type === 'unknown' ? ace : withAceChanges(ace, { mask: mapGenericMask(ace.mask, genericMapping) }),
  )
  return descriptor.with({ dacl: Acl.from(entries, dacl) })
}

const everybody = ['World', 'Anonymous'] as const
const grantableByDacl = ~(accessRights.MAXIMUM_ALLOWED | accessRights.ACCESS_SYSTEM_SECURITY)
