import type { Ace } from '../ace.ts'
import { allow } from '../ace-creation.ts'
import { accessRights } from '../access-mask.ts'
import { Sid } from '../sid.ts'
import type { AccessCheckRequest } from './access-check.ts'
import { attributesFor } from './condition-context.ts'
import { checkDacl, grantableRights } from './dacl-check.ts'
import { forgetAccess, type NodeTree } from './object-types.ts'
import { saclEntries } from './sacl-entries.ts'
import { containerSids, joinSids, type MatchingSids, restrictingSids, tokenSids } from './token.ts'
import type { AccessCheckPass, TraceStep } from './trace.ts'

/** What the walks over the ACEs need. */
export interface PassesRequest {
  readonly request: AccessCheckRequest
  readonly owner: Sid
  /** The parts of the object; a walk leaves nothing in it. */
  readonly tree: NodeTree
  /** The rights that are asked for by name. */
  readonly asked: number
  readonly isMaximum: boolean
  /** Those of them that privileges grant. */
  readonly byPrivilege: number
  readonly steps: TraceStep[]
}

export interface PassesResult {
  /** What each node gets from all walks together. */
  readonly masks: readonly number[]
  /** The step that refused the object as a whole. */
  readonly refusal: TraceStep | undefined
}

/** One walk over the ACEs, and for whom. */
interface Pass {
  readonly pass: AccessCheckPass
  readonly entries: readonly Ace[] | null | undefined
  readonly sids: MatchingSids
  /** The SIDs that `Member_of` looks for: of the whole token, not only those that this walk is about. */
  readonly memberOf: MatchingSids
  /** Whose implicit rights count; `undefined` where ownership means nothing. */
  readonly owner: Sid | undefined
  /** Rights that this walk has no say on. */
  readonly exempt: number
}

/** What each node gets from all walks together. The first walk that leaves the object refused is the last. */
export function grantedByPasses(check: PassesRequest): PassesResult {
  const { request, steps } = check
  let masks: readonly number[] | undefined
  let refusal: TraceStep | undefined
  for (const pass of passesOf(check)) {
    const firstStep = steps.length
    const before: number = masks?.[0] ?? everything
    const { granted, blocked } = grantedByPass(check, pass, before)
    masks = granted.map((mask, index) => (masks?.[index] ?? everything) & (mask | pass.exempt))
    const left = masks[0] ?? 0
    if (!isRefused(check, left)) continue
    refusal ??= refusalOf(steps.slice(firstStep), check.asked & ~left || blocked & before)
    if (request.objectTypes === undefined) break
  }
  return { masks: masks ?? [], refusal }
}

const everything = -1

/**
 * Every token makes the first walk. A privilege takes the place of what token and restricting SIDs are granted, but
 * of nothing that an app container needs, and of no right that a central policy withholds.
 */
function passesOf({ request, owner, byPrivilege }: PassesRequest): readonly Pass[] {
  const { token, genericMapping, descriptor } = request
  const sids = tokenSids(token)
  const entries = descriptor.dacl ? descriptor.dacl.entries : descriptor.dacl
  const passes: Pass[] = [{ pass: 'token', entries, sids, memberOf: sids, owner, exempt: byPrivilege }]
  if (token.restrictedSids !== undefined && token.restrictedSids.length > 0) {
    // Where only writing is restricted, what also reads or executes is not.
    const unrestricted = token.writeRestricted === true ? genericMapping.read | genericMapping.execute : 0
    const exempt = byPrivilege | unrestricted
    passes.push({ pass: 'restrictingSids', entries, sids: restrictingSids(token), memberOf: sids, owner, exempt })
  }
  if (token.appContainerSid !== undefined) {
    const packageSids = containerSids(token.appContainerSid, token)
    const memberOf = joinSids(sids, packageSids)
    passes.push({ pass: 'appContainer', entries, sids: packageSids, memberOf, owner: undefined, exempt: 0 })
  }
  if (saclEntries(descriptor, 'systemScopedPolicyId').length > 0) {
    const exempt = byPrivilege & accessRights.ACCESS_SYSTEM_SECURITY
    passes.push({ pass: 'recoveryPolicy', entries: recoveryPolicy(), sids, memberOf: sids, owner, exempt })
  }
  return passes
}

interface PassResult {
  readonly granted: readonly number[]
  /** The rights that an ACE would have granted, had not one before it denied them. */
  readonly blocked: number
}

function grantedByPass(check: PassesRequest, pass: Pass, before: number): PassResult {
  const { tree, isMaximum, asked } = check
  const wanted = (isMaximum ? grantableRights | asked : asked) & ~pass.exempt
  if (wanted === 0) return { granted: tree.nodes.map(() => 0), blocked: 0 }
  const blocked = pass.entries ? walk(check, pass, pass.entries, wanted) : passWithoutDacl(check, pass, wanted)
  noteMissing(check, pass, before, wanted)
  const granted = tree.nodes.map((node) => node.granted)
  forgetAccess(tree)
  return { granted, blocked }
}

/** Notes what nothing has granted: of what is asked for by name or, where nothing is left of a maximum, of all. */
function noteMissing(check: PassesRequest, pass: Pass, before: number, wanted: number): void {
  const { request, isMaximum, asked, steps } = check
  const { root } = check.tree
  const isDenied = (root.denied & wanted) !== 0
  // The walk has ended at an ACE that denies: those after it might have granted the rest.
  if (isDenied && !isMaximum && request.objectTypes === undefined) return
  const isNothingLeft = isMaximum && (before & (root.granted | pass.exempt)) === 0
  const needed = !isNothingLeft ? asked : before === everything ? request.genericMapping.all | asked : before
  const mask = needed & wanted & ~(root.granted | root.denied)
  if (mask === 0 && !(isNothingLeft && !isDenied)) return
  steps.push({ kind: 'notGranted', effect: 'denies', mask, pass: pass.pass })
}

function walk(check: PassesRequest, pass: Pass, entries: readonly Ace[], wanted: number): number {
  const { request, tree, isMaximum, steps } = check
  return checkDacl({
    entries,
    pass: pass.pass,
    sids: pass.sids,
    owner: pass.owner,
    principalSelf: request.principalSelf,
    mapping: request.genericMapping,
    wanted,
    mayStopEarly: !isMaximum && request.objectTypes === undefined,
    tree,
    hasObjectTypes: request.objectTypes !== undefined,
    attributesFor: attributesFor(request, pass.memberOf),
    steps,
  })
}

/** Without a DACL everything is granted, but to no app container. */
function passWithoutDacl(check: PassesRequest, pass: Pass, wanted: number): number {
  const { request, tree, asked, isMaximum, steps } = check
  const all = (isMaximum ? request.genericMapping.all | asked : wanted) & grantableRights & wanted
  const isContained = pass.pass === 'appContainer'
  for (const node of tree.nodes) {
    if (isContained) node.denied = all
    else node.granted = all
  }
  const effect = isContained ? 'denies' : 'grants'
  if (all !== 0) steps.push({ kind: 'noDacl', effect, mask: all, isNull: pass.entries === null, pass: pass.pass })
  return 0
}

function isRefused({ asked, isMaximum }: PassesRequest, left: number): boolean {
  return (asked & ~left) !== 0 || (isMaximum && left === 0)
}

/** The step that denied these rights or, where an ACE denied nothing that another would grant, that nothing grants. */
function refusalOf(steps: readonly TraceStep[], rights: number): TraceStep | undefined {
  const refusals = steps.filter(({ effect }) => effect === 'denies')
  return refusals.find(({ mask }) => (mask & rights) !== 0) ?? refusals.at(-1)
}

/** What Windows applies when it does not know the policy that an object names: administrators, system and owner. */
function recoveryPolicy(): readonly Ace[] {
  return [
    allow(Sid.wellKnown('BuiltinAdministrators'), accessRights.GENERIC_ALL),
    allow(Sid.wellKnown('LocalSystem'), accessRights.GENERIC_ALL),
    allow(Sid.wellKnown('CreatorOwnerRights'), accessRights.GENERIC_ALL),
  ]
}
