import { type Ace, isConditional } from '../ace.ts'
import { aceFlags, type AceType } from '../ace-types.ts'
import { accessRights, type GenericMapping, mapGenericMask } from '../access-mask.ts'
import type { Condition } from '../condition/ast.ts'
import { evaluateWith } from '../condition/evaluate.ts'
import { Sid } from '../sid.ts'
import type { AttributesFor } from './condition-context.ts'
import { denyToNode, grantToNode, type NodeAccess, type NodeTree } from './object-types.ts'
import { includesSid, type MatchingSids } from './token.ts'
import type { AccessCheckPass, TraceStep } from './trace.ts'

/** What one walk over the ACEs of a DACL needs. */
export interface DaclCheck {
  readonly entries: readonly Ace[]
  readonly pass: AccessCheckPass
  readonly sids: MatchingSids
  /** Whose implicit rights count; `undefined` where ownership means nothing. */
  readonly owner: Sid | undefined
  readonly principalSelf: Sid | undefined
  readonly mapping: GenericMapping
  /** The rights that are asked for; all of them for MAXIMUM_ALLOWED. */
  readonly wanted: number
  /** Whether the walk may end as soon as the wanted rights are settled. */
  readonly mayStopEarly: boolean
  readonly tree: NodeTree
  readonly hasObjectTypes: boolean
  readonly attributesFor: AttributesFor
  readonly steps: TraceStep[]
}

/** The bits that an ACE can grant or deny; ACCESS_SYSTEM_SECURITY and MAXIMUM_ALLOWED are not among them. */
export const grantableRights = 0x00ff_ffff

const ownerImplicitRights = accessRights.READ_CONTROL | accessRights.WRITE_DAC

/**
 * Walks over the ACEs in order: the first one that speaks of a right decides it. Gives back the wanted rights that an
 * ACE would have granted, had not one before it denied them.
 */
export function checkDacl(check: DaclCheck): number {
  const { root } = check.tree
  const isOwner = check.owner !== undefined && includesSid(check.sids.allow, check.owner)
  if (isOwner && !check.entries.some(speaksOfOwnerRights)) grantToOwner(check, root)
  let blocked = 0
  for (const [index, ace] of check.entries.entries()) {
    if (ace.flags & aceFlags.INHERIT_ONLY) continue
    const effect = effectOf(ace, check)
    if (effect !== undefined) blocked |= applyEffect(check, index, ace, effect)
    if (check.mayStopEarly && isSettled(root, check.wanted)) break
  }
  return blocked
}

function grantToOwner(check: DaclCheck, root: NodeAccess): void {
  grantToNode(root, ownerImplicitRights)
  const mask = ownerImplicitRights & check.wanted
  if (mask !== 0) check.steps.push({ kind: 'owner', effect: 'grants', mask, pass: check.pass })
}

function isSettled(root: NodeAccess, wanted: number): boolean {
  return (wanted & ~root.granted) === 0 || (wanted & root.denied) !== 0
}

type Effect = 'grants' | 'denies'

function effectOf(ace: Ace, check: DaclCheck): Effect | undefined {
  // What is not understood might deny anything to anybody.
  if (ace.type === 'unknown') return 'denies'
  // Audit ACEs, labels and attributes have no say in a DACL.
  const effect = effects[ace.type]
  if (effect === undefined) return undefined
  if (!matches(ace.sid, check, effect === 'grants' ? check.sids.allow : check.sids.deny)) return undefined
  if (!isConditional(ace)) return effect
  return applies(ace.condition, effect, check) ? effect : undefined
}

const effects: Readonly<Partial<Record<AceType, Effect>>> = {
  accessAllowed: 'grants',
  accessAllowedObject: 'grants',
  accessAllowedCallback: 'grants',
  accessAllowedCallbackObject: 'grants',
  accessDenied: 'denies',
  accessDeniedObject: 'denies',
  accessDeniedCallback: 'denies',
  accessDeniedCallbackObject: 'denies',
}

/** To allow, a condition must be true; to deny, it is enough that it is not false. */
function applies(condition: Condition | undefined, effect: Effect, { attributesFor }: DaclCheck): boolean {
  if (effect === 'grants') return condition !== undefined && evaluateWith(condition, attributesFor(false)) === true
  return condition === undefined || evaluateWith(condition, attributesFor(true)) !== false
}

/** Gives back the wanted rights that are granted too late. */
function applyEffect(check: DaclCheck, index: number, ace: Ace, effect: Effect): number {
  const { root } = check.tree
  const mask = ace.mask === undefined ? grantableRights : mapGenericMask(ace.mask, check.mapping) & grantableRights
  const node = targetOf(ace, check, root, effect)
  if (node === undefined) return 0
  const before = node.granted | node.denied
  const rootBefore = root.granted | root.denied
  if (effect === 'grants') grantToNode(node, mask)
  else denyToNode(node, mask)
  const settled = ((node.granted | node.denied) & ~before) | ((root.granted | root.denied) & ~rootBefore)
  const wanted = settled & check.wanted
  if (wanted !== 0) check.steps.push({ kind: 'ace', effect, mask: wanted, index, ace, pass: check.pass })
  return effect === 'grants' ? mask & check.wanted & node.denied : 0
}

/** The node that an object ACE names; the root for an ACE that names none. */
function targetOf(ace: Ace, check: DaclCheck, root: NodeAccess, effect: Effect): NodeAccess | undefined {
  if (ace.objectType === undefined) return root
  // Without a list nobody has measured what Windows does: a part is not enough to allow, and enough to deny.
  if (!check.hasObjectTypes) return effect === 'grants' ? undefined : root
  return check.tree.byGuid.get(ace.objectType)
}

function matches(sid: Sid, check: DaclCheck, sids: readonly Sid[]): boolean {
  if (includesSid(sids, sid)) return true
  if (sid.equals(ownerRights())) return check.owner !== undefined && includesSid(sids, check.owner)
  return sid.equals(self()) && check.principalSelf !== undefined && includesSid(sids, check.principalSelf)
}

function speaksOfOwnerRights(ace: Ace): boolean {
  return ace.sid !== undefined && !(ace.flags & aceFlags.INHERIT_ONLY) && ace.sid.equals(ownerRights())
}

let ownerRightsSid: Sid | undefined
let selfSid: Sid | undefined

function ownerRights(): Sid {
  ownerRightsSid ??= Sid.wellKnown('CreatorOwnerRights')
  return ownerRightsSid
}

function self(): Sid {
  selfSid ??= Sid.wellKnown('Self')
  return selfSid
}
