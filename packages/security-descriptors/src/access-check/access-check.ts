import { accessRights, formatMask, type GenericMapping, genericRightsMask } from '../access-mask.ts'
import { requireObject, requireType } from '../argument-errors.ts'
import type { Claim } from '../claim.ts'
import { type ErrorCode, InvalidAccessCheckError } from '../errors.ts'
import { SecurityDescriptor } from '../security-descriptor.ts'
import type { Sid } from '../sid.ts'
import { allowedByAll, limitSteps, type MandatoryLimit, mandatoryLimits } from './mandatory-access.ts'
import { type NodeTree, nodeTree, type ObjectTypeNode } from './object-types.ts'
import { grantedByPasses, type PassesResult } from './passes.ts'
import { type AccessToken, isPrivilegeEnabled } from './token.ts'
import type { AccessTrace, TraceStep } from './trace.ts'

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
  /** The privileges that granted something, by name; none when everything is refused. */
  readonly privilegesUsed: readonly string[]
  /** Why. */
  readonly trace: AccessTrace
  /** One result for each node of `objectTypes`, in its order. */
  readonly nodes?: readonly NodeResult[]
}

/**
 * Decides what a token may do with an object, as `AccessCheck` and `AccessCheckByTypeResultList` do. Runs anywhere.
 *
 * In this order: the trust labels, access filters and the mandatory label, which no privilege lifts; privileges, the
 * rights of the owner, the ACEs; then once more with the restricting SIDs of a restricted token, and with the package
 * and the capabilities of an app container, for which neither privileges nor ownership count. An object with a central
 * access policy, which only its machine knows, is checked against the recovery policy.
 *
 * A refusal is a result. What makes the Win32 call itself fail is thrown:
 *
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when an argument is of another type
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
  requireTypes(request)
  const { owner, tree } = validArguments(request)
  const asked = request.desiredAccess & ~accessRights.MAXIMUM_ALLOWED
  const isMaximum = (request.desiredAccess & accessRights.MAXIMUM_ALLOWED) !== 0
  if (asked === 0 && !isMaximum) return refuseEmptyRequest(request)
  const limits = mandatoryLimits(request)
  const forbidden = limitSteps(limits, asked)
  if (forbidden.length > 0) return refuse(request, forbidden, 'ERROR_ACCESS_DENIED')
  if (asked & accessRights.ACCESS_SYSTEM_SECURITY && !isPrivilegeEnabled(request.token, 'SeSecurityPrivilege')) {
    return refuseSystemSecurity(request)
  }
  const privileges = privilegeSteps(request.token, asked)
  const byPrivilege = privileges.reduce((granted, { mask }) => granted | mask, 0)
  const steps: TraceStep[] = [...privileges]
  const passes = grantedByPasses({ request, owner, tree, asked, isMaximum, byPrivilege, steps })
  const { masks, refusal } = isMaximum ? limitMaximum(passes, limits, steps) : passes
  const nodes = masks.map((mask) => nodeResult(mask, asked, isMaximum))
  const granted = nodes[0]?.granted === true
  return {
    granted,
    grantedAccess: granted ? (nodes[0]?.grantedAccess ?? 0) : 0,
    ...(granted ? {} : { error: 'ERROR_ACCESS_DENIED' as const }),
    privilegesUsed: nodes.some((node) => node.granted) ? privileges.map(({ privilege }) => privilege) : [],
    trace: { steps, decisive: granted ? lastGrant(steps) : refusal },
    ...(request.objectTypes === undefined ? {} : { nodes }),
  }
}

function requireTypes(request: AccessCheckRequest): void {
  requireObject('request', 'an object', request)
  const { descriptor, token, desiredAccess, genericMapping } = request
  requireType(descriptor instanceof SecurityDescriptor, 'descriptor', 'a SecurityDescriptor', descriptor)
  requireObject('token', 'an AccessToken', token)
  requireType(typeof desiredAccess === 'number', 'desiredAccess', 'a number', desiredAccess)
  requireObject('genericMapping', 'a GenericMapping', genericMapping)
}

interface ValidArguments {
  readonly owner: Sid
  readonly tree: NodeTree
}

/** The checks that Windows makes of its arguments, in its order. */
function validArguments({ descriptor, desiredAccess, objectTypes }: AccessCheckRequest): ValidArguments {
  if ((desiredAccess & genericRightsMask) !== 0) {
    throw new InvalidAccessCheckError(
      `desiredAccess must have its generic rights mapped, got ${formatMask(desiredAccess)}`,
      'ERROR_GENERIC_NOT_MAPPED',
    )
  }
  const tree = nodeTree(objectTypes)
  if (descriptor.owner === undefined || descriptor.group === undefined) {
    throw new InvalidAccessCheckError(
      `descriptor must have an owner and a group, got none as its ${descriptor.owner === undefined ? 'owner' : 'group'}`,
      'ERROR_INVALID_SECURITY_DESCR',
    )
  }
  return { owner: descriptor.owner, tree }
}

type PrivilegeStep = Extract<TraceStep, { kind: 'privilege' }>

/** What privileges grant of the rights that are asked for by name; of a maximum they grant nothing. */
function privilegeSteps(token: AccessToken, asked: number): readonly PrivilegeStep[] {
  if ((asked & privilegedRights) === 0) return []
  const steps: PrivilegeStep[] = []
  let left = asked
  for (const [privilege, mask] of grantingPrivileges) {
    if ((left & mask) === 0 || !isPrivilegeEnabled(token, privilege)) continue
    left &= ~mask
    steps.push({ kind: 'privilege', privilege, effect: 'grants', mask })
  }
  return steps
}

const privilegedRights = accessRights.ACCESS_SYSTEM_SECURITY | accessRights.WRITE_OWNER

const grantingPrivileges: readonly (readonly [privilege: string, mask: number])[] = [
  ['SeSecurityPrivilege', accessRights.ACCESS_SYSTEM_SECURITY],
  ['SeTakeOwnershipPrivilege', accessRights.WRITE_OWNER],
  // Owner and label are changed with the same right, so who may change the label is granted the right for both.
  ['SeRelabelPrivilege', accessRights.WRITE_OWNER],
]

/** Takes from a maximum what is forbidden, and notes what that was. */
function limitMaximum(passes: PassesResult, limits: readonly MandatoryLimit[], steps: TraceStep[]): PassesResult {
  const taken = limitSteps(
    limits,
    passes.masks.reduce((all, mask) => all | mask, 0),
  )
  if (taken.length === 0) return passes
  steps.push(...taken)
  const allowed = allowedByAll(limits)
  return { masks: passes.masks.map((mask) => mask & allowed), refusal: passes.refusal ?? taken[0] }
}

function nodeResult(available: number, asked: number, isMaximum: boolean): NodeResult {
  const grantedAccess = (isMaximum ? available : available & asked) >>> 0
  const granted = grantedAccess !== 0 && (asked & ~available) === 0
  return granted ? { granted, grantedAccess } : { granted, grantedAccess, error: 'ERROR_ACCESS_DENIED' }
}

function lastGrant(steps: readonly TraceStep[]): TraceStep | undefined {
  return steps.findLast((step) => step.effect === 'grants')
}

function refuseEmptyRequest(request: AccessCheckRequest): AccessCheckResult {
  return refuse(request, [{ kind: 'nothingAsked', effect: 'denies', mask: 0 }], 'ERROR_ACCESS_DENIED')
}

function refuseSystemSecurity(request: AccessCheckRequest): AccessCheckResult {
  const mask = accessRights.ACCESS_SYSTEM_SECURITY
  const step = { kind: 'privilege', privilege: 'SeSecurityPrivilege', effect: 'isMissing', mask } as const
  return refuse(request, [step], 'ERROR_PRIVILEGE_NOT_HELD')
}

/** A refusal of all nodes before any ACE is read; the first step decided. */
function refuse({ objectTypes }: AccessCheckRequest, steps: readonly TraceStep[], error: ErrorCode): AccessCheckResult {
  return {
    granted: false,
    grantedAccess: 0,
    error,
    privilegesUsed: [],
    trace: { steps, decisive: steps[0] },
    ...(objectTypes === undefined
      ? {}
      : { nodes: objectTypes.map(() => ({ granted: false, grantedAccess: 0, error })) }),
  }
}
