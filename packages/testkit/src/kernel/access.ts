import { accessRight, impersonationLevel, type HandleKind } from '@asuser/native'
import { type GenericMapping, mapGenericMask, type SecurityDescriptor } from '@asuser/security-descriptors'
import { accessCheck } from '@asuser/security-descriptors/access-check'
import { Failure, type FailureCode } from './failure.ts'
import type { KernelObject } from './kernel-object.ts'
import type { Token } from './token.ts'

export interface AccessRequest {
  /** Who asks: the token of the process, or the one that the thread impersonates with. */
  readonly token: Token
  readonly descriptor: SecurityDescriptor
  readonly desiredAccess: number
  readonly genericMapping: GenericMapping
}

/** The access that the asker gets, or why it gets none. */
export type AccessDecision = { readonly granted: number } | { readonly refused: FailureCode }

/** Decides what the asker gets: all that it asked for or, with `MAXIMUM_ALLOWED`, all that there is for it. */
export function decideAccess({ token, descriptor, desiredAccess, genericMapping }: AccessRequest): AccessDecision {
  const tooLow = lowLevel(token)
  if (tooLow !== undefined) return { refused: tooLow }
  const result = accessCheck({
    descriptor,
    token,
    desiredAccess: mapGenericMask(desiredAccess, genericMapping),
    genericMapping,
  })
  return result.granted ? { granted: result.grantedAccess } : { refused: result.error ?? 'ERROR_ACCESS_DENIED' }
}

/**
 * The access that the asker gets.
 *
 * @throws Failure `ERROR_ACCESS_DENIED`, `ERROR_PRIVILEGE_NOT_HELD`, `ERROR_BAD_IMPERSONATION_LEVEL`
 */
export function grantAccess(request: AccessRequest): number {
  const decision = decideAccess(request)
  if ('refused' in decision) throw new Failure(decision.refused)
  return decision.granted
}

/** The access with which an existing object of this kind is opened. */
export function grantOpen(token: Token, object: KernelObject, desiredAccess: number): number {
  if (opensWithDebugPrivilege(token, object.kind)) return grantedWithoutCheck(object.genericMapping, desiredAccess)
  return grantAccess({
    token,
    descriptor: object.security,
    desiredAccess,
    genericMapping: object.genericMapping,
  })
}

/** What the creator of an object gets: what it asks for, whatever the new DACL says (windows-behaviour 2.17). */
export function grantedWithoutCheck(mapping: GenericMapping, desiredAccess: number): number {
  if (desiredAccess & accessRight.MAXIMUM_ALLOWED) return mapping.all
  return mapGenericMask(desiredAccess, mapping)
}

/** A thread below Impersonation level opens nothing; it may only be looked at (windows-behaviour 2.2). */
function lowLevel(token: Token): FailureCode | undefined {
  if (token.isPrimary || token.level >= impersonationLevel.SecurityImpersonation) return undefined
  const isAnonymous = token.level === impersonationLevel.SecurityAnonymous
  return isAnonymous ? 'ERROR_CANT_OPEN_ANONYMOUS' : 'ERROR_BAD_IMPERSONATION_LEVEL'
}

function opensWithDebugPrivilege(token: Token, kind: HandleKind): boolean {
  return (kind === 'process' || kind === 'thread') && token.hasEnabledPrivilege('SeDebugPrivilege')
}
