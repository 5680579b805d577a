import { type Ace, allow } from '../ace.ts'
import { aceFlags } from '../ace-types.ts'
import { accessRights, formatMask, type GenericMapping, genericRightsMask } from '../access-mask.ts'
import type { Claim } from '../claim.ts'
import { AttributeLookup, type ConditionContext, evaluateCondition } from '../condition/evaluate.ts'
import { type ErrorCode, InvalidAccessCheckError } from '../errors.ts'
import type { SecurityDescriptor } from '../security-descriptor.ts'
import { Sid } from '../sid.ts'
import { checkDacl } from './dacl-check.ts'
import { mandatoryLimit } from './mandatory-label.ts'
import { type NodeTree, nodeTree, type ObjectTypeNode } from './object-types.ts'
import {
  type AccessToken,
  groupSids,
  isPrivilegeEnabled,
  type MatchingSids,
  restrictingSids,
  tokenSids,
  usableClaims,
} from './token.ts'
import type { AccessCheckPass, AccessTrace, TraceStep } from './trace.ts'

export interface AccessCheckRequest {
  /** With an owner and a group, as `AccessCheck` demands. */
  readonly descriptor: SecurityDescriptor
  readonly token: AccessToken
  /** Specific and standard rights, `ACCESS_SYSTEM_SECURITY` and `MAXIMUM_ALLOWED`; generic ones must be mapped first. */
  readonly desiredAccess: number
  /** What generic rights in ACEs mean, and which rights read, write and execute. */
  readonly genericMapping: GenericMapping
  /** The parts of the object to ask about, for object ACEs; then the result has `nodes`. */
  readonly objectTypes?: readonly ObjectTypeNode[] | undefined
  /** Who `PRINCIPAL SELF` is. Without it that SID is nobody. */
  readonly principalSelf?: Sid | undefined
  /** Attributes that conditions name without a prefix. */
  readonly localClaims?: readonly Claim[] | undefined
}

/** What one node of the object type list gets; `grantedAccess` is there for a refused one as well. */
export interface NodeResult {
  readonly granted: boolean
  readonly grantedAccess: number
  readonly error?: ErrorCode
}

export interface AccessCheckResult {
  /** Whether everything that was asked for is granted. */
  readonly granted: boolean
  /** What was asked for, or the maximum; 0 when anything is refused. */
  readonly grantedAccess: number
  /** The code that Windows gives for the refusal. */
  readonly error?: ErrorCode
  /** The privileges that granted something, by name. */
  readonly privilegesUsed: readonly string[]
  /** Why. */
  readonly trace: AccessTrace
  /** One result for each node of `objectTypes`, in its order. */
  readonly nodes?: readonly NodeResult[]
}

/**
 * Decides what a token may do with an object, as `AccessCheck` and `AccessCheckByTypeResultList` do. Runs anywhere.
 *
 * In this order: privileges, the mandatory label, the rights of the owner, the ACEs; then once more with the
 * restricting SIDs of a restricted token, and with the package and the capabilities of an app container. An object
 * with a central access policy, which only its machine knows, is checked against the recovery policy.
 *
 * A refusal is a result. What makes the Win32 call itself fail is thrown:
 *
 * @throws {InvalidAccessCheckError} `ERROR_GENERIC_NOT_MAPPED` when `desiredAccess` has generic rights,
 *   `ERROR_INVALID_SECURITY_DESCR` when owner or group are missing,
 *   `ERROR_INVALID_PARAMETER` when `objectTypes` is not a tree or a claim has the same value twice
 * @example
 * ```ts
 * const result = accessCheck({
 *   descriptor: SecurityDescriptor.fromSddl('O:SYG:SYD:(D;;FW;;;BG)(A;;FA;;;WD)'),
 *   token: { user: { sid: Sid.parse('BG'), attributes: 0 }, groups: [], privileges: [] },
 *   desiredAccess: 0x2,
 *   genericMapping: objectTypes.file.genericMapping,
 * })
 * result.granted // false
 * formatTrace(result.trace) // '=> ACE 0 (D;;FW;;;BG) denies 0x00000002'
 * ```
 * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-accesscheck
 */
export function accessCheck(request: AccessCheckRequest): AccessCheckResult {
  const owner = validOwner(request)
  const check: Check = { request, owner, steps: [], privilegesUsed: [] }
  const asked = request.desiredAccess & ~accessRights.MAXIMUM_ALLOWED
  const isMaximum = (request.desiredAccess & accessRights.MAXIMUM_ALLOWED) !== 0
  const { nodes: shape } = nodeTree(request.objectTypes)
  if (asked === 0 && !isMaximum) return refuseEmptyRequest(check, shape)
  if (asked & accessRights.ACCESS_SYSTEM_SECURITY && !isPrivilegeEnabled(request.token, 'SeSecurityPrivilege')) {
    return refuseSystemSecurity(check, shape)
  }
  const byPrivilege = grantByPrivilege(check, asked)
  const wanted = (isMaximum ? grantableRights : asked) & ~byPrivilege
  const limit = limitOf(check, wanted)
  const masks = grantedByPasses(check, wanted, isMaximum)
  const nodes = masks.map((mask) => nodeResult((mask & limit) | byPrivilege, asked, isMaximum))
  return resultOf(check, nodes, wanted)
}

interface Check {
  readonly request: AccessCheckRequest
  readonly owner: Sid
  readonly steps: TraceStep[]
  readonly privilegesUsed: string[]
}

const grantableRights = 0x00ff_ffff

/** The checks that Windows makes of its arguments, in its order. */
function validOwner({ descriptor, desiredAccess, objectTypes }: AccessCheckRequest): Sid {
  if ((desiredAccess & genericRightsMask) !== 0) {
    throw new InvalidAccessCheckError(
      `desiredAccess must have its generic rights mapped, got ${formatMask(desiredAccess)}`,
      'ERROR_GENERIC_NOT_MAPPED',
    )
  }
  nodeTree(objectTypes)
  if (descriptor.owner === undefined || descriptor.group === undefined) {
    throw new InvalidAccessCheckError(
      `descriptor must have an owner and a group, got none as its ${descriptor.owner === undefined ? 'owner' : 'group'}`,
      'ERROR_INVALID_SECURITY_DESCR',
    )
  }
  return descriptor.owner
}

function grantByPrivilege(check: Check, asked: number): number {
  const { token } = check.request
  let granted = 0
  if (asked & accessRights.ACCESS_SYSTEM_SECURITY) {
    granted |= usePrivilege(check, 'SeSecurityPrivilege', accessRights.ACCESS_SYSTEM_SECURITY)
  }
  if (asked & accessRights.WRITE_OWNER && isPrivilegeEnabled(token, 'SeTakeOwnershipPrivilege')) {
    granted |= usePrivilege(check, 'SeTakeOwnershipPrivilege', accessRights.WRITE_OWNER)
  }
  return granted
}

function usePrivilege({ privilegesUsed, steps }: Check, privilege: string, mask: number): number {
  privilegesUsed.push(privilege)
  steps.push({ kind: 'privilege', privilege, effect: 'grants', mask })
  return mask
}

/** The rights that labels and filters in the SACL leave, whatever the DACL says. */
function limitOf(check: Check, wanted: number): number {
  const { request, steps } = check
  const { allowed, label } = mandatoryLimit(request.descriptor, request.token, request.genericMapping)
  let limit = allowed
  const mayRelabel = wanted & request.desiredAccess & accessRights.WRITE_OWNER & ~limit
  if (mayRelabel && isPrivilegeEnabled(request.token, 'SeRelabelPrivilege')) {
    check.privilegesUsed.push('SeRelabelPrivilege')
    limit |= accessRights.WRITE_OWNER
  }
  const deniedByLabel = request.desiredAccess & wanted & ~limit
  if (deniedByLabel !== 0) steps.push({ kind: 'mandatoryLabel', effect: 'denies', mask: deniedByLabel, ace: label })
  for (const ace of request.descriptor.sacl?.entries ?? []) {
    const kind = limitingKind(ace, request)
    if (kind === undefined || ace.mask === undefined) continue
    const mask = request.desiredAccess & wanted & limit & ~ace.mask
    limit &= ace.mask
    if (mask !== 0) steps.push({ kind, effect: 'denies', mask, ace })
  }
  return limit
}

/** Whether an ACE of the SACL limits this token to its mask. No token here has a process trust level. */
function limitingKind(ace: Ace, request: AccessCheckRequest): 'processTrustLabel' | 'accessFilter' | undefined {
  if (ace.flags & aceFlags.INHERIT_ONLY) return undefined
  if (ace.type === 'systemProcessTrustLabel') return 'processTrustLabel'
  if (ace.type !== 'systemAccessFilter') return undefined
  const context = contextFor(request, tokenSids(request.token).allow, false)
  return ace.condition !== undefined && evaluateCondition(ace.condition, context) === true ? undefined : 'accessFilter'
}

/** What each node gets from all walks together. */
function grantedByPasses(check: Check, wanted: number, isMaximum: boolean): readonly number[] {
  const { request, owner } = check
  const { token, genericMapping, descriptor } = request
  const sids = tokenSids(token)
  const walk = (pass: AccessCheckPass, passSids: MatchingSids, passOwner: Sid | undefined): readonly number[] =>
    grantedByPass(check, wanted, isMaximum, { pass, sids: passSids, owner: passOwner })
  let masks = walk('token', sids, owner)
  if (token.restrictedSids !== undefined && token.restrictedSids.length > 0) {
    // Where only writing is restricted, what also reads or executes is not.
    const exempt = token.writeRestricted === true ? genericMapping.read | genericMapping.execute : 0
    const restricted = walk('restrictingSids', restrictingSids(token), owner)
    masks = masks.map((mask, index) => mask & ((restricted[index] ?? 0) | exempt))
  }
  if (token.appContainerSid !== undefined) {
    const contained = walk('appContainer', containerSids(token.appContainerSid, token), undefined)
    masks = masks.map((mask, index) => mask & (contained[index] ?? 0))
  }
  if (descriptor.sacl?.entries.some(isCentralPolicy)) {
    const recovered = walk('recoveryPolicy', sids, owner)
    masks = masks.map((mask, index) => mask & (recovered[index] ?? 0))
  }
  return masks
}

interface Pass {
  readonly pass: AccessCheckPass
  readonly sids: MatchingSids
  readonly owner: Sid | undefined
}

function grantedByPass(check: Check, wanted: number, isMaximum: boolean, pass: Pass): readonly number[] {
  const { request, steps } = check
  const { descriptor, genericMapping: mapping, objectTypes, principalSelf } = request
  const tree = nodeTree(objectTypes)
  const dacl = pass.pass === 'recoveryPolicy' ? recoveryPolicy() : descriptor.dacl?.entries
  if (dacl === undefined) return grantedWithoutDacl(check, wanted, isMaximum, pass.pass, tree)
  checkDacl({
    entries: dacl,
    pass: pass.pass,
    sids: pass.sids,
    owner: pass.owner,
    principalSelf,
    mapping,
    wanted,
    mayStopEarly: !isMaximum && objectTypes === undefined,
    tree,
    hasObjectTypes: objectTypes !== undefined,
    attributesFor: attributesForPass(request, pass),
    steps,
  })
  const missing = request.desiredAccess & wanted & ~(tree.root.granted | tree.root.denied)
  if (missing !== 0) steps.push({ kind: 'notGranted', effect: 'denies', mask: missing, pass: pass.pass })
  return tree.nodes.map(({ granted }) => granted)
}

/** Without a DACL everything is granted, but to no app container. */
function grantedWithoutDacl(
  { request, steps }: Check,
  wanted: number,
  isMaximum: boolean,
  pass: AccessCheckPass,
  { nodes }: NodeTree,
): readonly number[] {
  const all = isMaximum ? request.genericMapping.all | (request.desiredAccess & grantableRights) : wanted
  const effect = pass === 'appContainer' ? 'denies' : 'grants'
  steps.push({ kind: 'noDacl', effect, mask: all & wanted, isNull: request.descriptor.dacl === null, pass })
  return nodes.map(() => (effect === 'grants' ? all : 0))
}

/** Looked up when the first condition is met, and then kept: most DACLs have none, some have many. */
function attributesForPass(request: AccessCheckRequest, { sids }: Pass): (isForDeny: boolean) => AttributeLookup {
  let forAllow: AttributeLookup | undefined
  let forDeny: AttributeLookup | undefined
  return (isForDeny) => {
    if (isForDeny) return (forDeny ??= new AttributeLookup(contextFor(request, sids.deny, true)))
    return (forAllow ??= new AttributeLookup(contextFor(request, sids.allow, false)))
  }
}

function contextFor(request: AccessCheckRequest, userSids: readonly Sid[], isForDeny: boolean): ConditionContext {
  const { token, descriptor, localClaims } = request
  const devices = groupSids(token.deviceGroups ?? [])
  return {
    userSids,
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

function containerSids(packageSid: Sid, token: AccessToken): MatchingSids {
  const capabilities = groupSids(token.capabilities ?? [])
  const packages = [packageSid, Sid.wellKnown('BuiltinAnyPackage')]
  return { allow: [...packages, ...capabilities.allow], deny: [...packages, ...capabilities.deny] }
}

function isCentralPolicy(ace: Ace): boolean {
  return ace.type === 'systemScopedPolicyId' && !(ace.flags & aceFlags.INHERIT_ONLY)
}

/** What Windows applies when it does not know the policy that an object names: administrators, system and owner. */
function recoveryPolicy(): readonly Ace[] {
  return [
    allow(Sid.wellKnown('BuiltinAdministrators'), accessRights.GENERIC_ALL),
    allow(Sid.wellKnown('LocalSystem'), accessRights.GENERIC_ALL),
    allow(Sid.wellKnown('CreatorOwnerRights'), accessRights.GENERIC_ALL),
  ]
}

function nodeResult(available: number, asked: number, isMaximum: boolean): NodeResult {
  const grantedAccess = (isMaximum ? available : available & asked) >>> 0
  const granted = grantedAccess !== 0 && (asked & ~available) === 0
  return granted ? { granted, grantedAccess } : { granted, grantedAccess, error: 'ERROR_ACCESS_DENIED' }
}

function resultOf(check: Check, nodes: readonly NodeResult[], wanted: number): AccessCheckResult {
  const { request, steps, privilegesUsed } = check
  const granted = nodes[0]?.granted === true
  return {
    granted,
    grantedAccess: granted ? (nodes[0]?.grantedAccess ?? 0) : 0,
    ...(granted ? {} : { error: 'ERROR_ACCESS_DENIED' as const }),
    privilegesUsed,
    trace: { steps, decisive: granted ? lastGrant(steps) : firstRefusal(steps, request.desiredAccess & wanted) },
    ...(request.objectTypes === undefined ? {} : { nodes }),
  }
}

function lastGrant(steps: readonly TraceStep[]): TraceStep | undefined {
  return steps.findLast((step) => step.effect === 'grants')
}

function firstRefusal(steps: readonly TraceStep[], asked: number): TraceStep | undefined {
  const refusals = steps.filter((step) => step.effect === 'denies')
  return refusals.find((step) => (step.mask & asked) !== 0) ?? refusals[0]
}

function refuseEmptyRequest(check: Check, shape: NodeTree['nodes']): AccessCheckResult {
  return refuse(check, shape, { kind: 'nothingAsked', effect: 'denies', mask: 0 }, 'ERROR_ACCESS_DENIED')
}

function refuseSystemSecurity(check: Check, shape: NodeTree['nodes']): AccessCheckResult {
  const mask = accessRights.ACCESS_SYSTEM_SECURITY
  const step = { kind: 'privilege', privilege: 'SeSecurityPrivilege', effect: 'isMissing', mask } as const
  return refuse(check, shape, step, 'ERROR_PRIVILEGE_NOT_HELD')
}

function refuse(check: Check, shape: NodeTree['nodes'], step: TraceStep, error: ErrorCode): AccessCheckResult {
  return {
    granted: false,
    grantedAccess: 0,
    error,
    privilegesUsed: check.privilegesUsed,
    trace: { steps: [...check.steps, step], decisive: step },
    ...(check.request.objectTypes === undefined
      ? {}
      : { nodes: shape.map(() => ({ granted: false, grantedAccess: 0, error })) }),
  }
}
