import { aceFlags } from '../ace-types.ts'
import type { Claim } from '../claim.ts'
import { AttributeLookup, type ConditionContext } from '../condition/evaluate.ts'
import type { SecurityDescriptor } from '../security-descriptor.ts'
import type { AccessCheckRequest } from './access-check.ts'
import { groupSids, type MatchingSids, usableClaims } from './token.ts'

/** What the conditions of allow ACEs and those of deny ACEs are asked about. */
export type AttributesFor = (isForDeny: boolean) => AttributeLookup

/** Looked up when the first condition is met, and then kept: most DACLs have none, some have many. */
export function attributesFor(request: AccessCheckRequest, sids: MatchingSids): AttributesFor {
  let forAllow: AttributeLookup | undefined
  let forDeny: AttributeLookup | undefined
  return (isForDeny) => {
    if (isForDeny) return (forDeny ??= new AttributeLookup(contextFor(request, sids, true)))
    return (forAllow ??= new AttributeLookup(contextFor(request, sids, false)))
  }
}

function contextFor(request: AccessCheckRequest, sids: MatchingSids, isForDeny: boolean): ConditionContext {
  const { token, descriptor, localClaims } = request
  const devices = groupSids(token.deviceGroups ?? [])
  return {
    userSids: isForDeny ? sids.deny : sids.allow,
    deviceSids: isForDeny ? devices.deny : devices.allow,
    userClaims: usableClaims(token.userClaims, isForDeny),
    deviceClaims: usableClaims(token.deviceClaims, isForDeny),
    resourceClaims: usableClaims(resourceClaims(descriptor), isForDeny),
    localClaims,
  }
}

function resourceClaims(descriptor: SecurityDescriptor): readonly Claim[] {
  return (descriptor.sacl?.entries ?? []).flatMap((ace) =>
    ace.type === 'systemResourceAttribute' && ace.claim !== undefined && !(ace.flags & aceFlags.INHERIT_ONLY)
      ? [ace.claim]
      : [],
  )
}
