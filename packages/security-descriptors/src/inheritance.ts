import { type Ace, hasObjectTypes } from './ace.ts'
import { withAceChanges } from './ace-creation.ts'
import { aceFlags } from './ace-types.ts'
import { type GenericMapping, genericRightsMask, mapGenericMask } from './access-mask.ts'
import { Acl } from './acl.ts'
import { requireObject, requireType } from './argument-errors.ts'
import { claimFlags } from './claim.ts'
import { controlFlags } from './control.ts'
import { InvalidSecurityDescriptorError } from './errors.ts'
import { normalizeGuid } from './guid.ts'
import { SecurityDescriptor } from './security-descriptor.ts'
import type { Sid } from './sid.ts'

/** The object that gets a security descriptor. */
export interface InheritingObject {
  /** Directories, keys and the like inherit other ACEs than what they contain. */
  readonly isContainer: boolean
  /** Generic rights become specific ones where an ACE takes effect. */
  readonly genericMapping: GenericMapping
  /** The schema GUID of the class of an AD object, for ACEs that only some classes inherit. */
  readonly objectClass?: string | undefined
}

/** What `CreatePrivateObjectSecurityEx` is given. */
export interface NewObject extends InheritingObject {
  /** The container that the object is made in. */
  readonly parent?: SecurityDescriptor | undefined
  /** What the creator wants; each part that it leaves out is inherited or defaulted. */
  readonly creator?: SecurityDescriptor | undefined
  /** The defaults in the token of the creator. */
  readonly token: {
    readonly owner: Sid
    readonly group: Sid
    readonly defaultDacl?: Acl | null | undefined
  }
  /**
   * `SEF_DACL_AUTO_INHERIT | SEF_SACL_AUTO_INHERIT`, which is the default: ACEs of the parent come after those of the
   * creator and are marked as inherited. Without it a list of the creator stands alone.
   */
  readonly autoInherit?: boolean | undefined
  /** `SEF_DEFAULT_OWNER_FROM_PARENT` */
  readonly ownerFromParent?: boolean | undefined
  /** `SEF_DEFAULT_GROUP_FROM_PARENT` */
  readonly groupFromParent?: boolean | undefined
}

/**
 * The security descriptor of a new object.
 *
 * @example
 * ```ts
 * const descriptor = securityOfNewObject({
 *   parent: SecurityDescriptor.fromSddl('O:BAG:SYD:(A;OICI;GR;;;BU)(A;CIIO;GA;;;CO)'),
 *   token: { owner: Sid.parse('S-1-5-21-1-2-3-1001'), group: Sid.parse('BU') },
 *   isContainer: false,
 *   genericMapping: objectTypes.file.genericMapping,
 * })
 * descriptor.toSddl() // 'O:S-1-5-21-1-2-3-1001G:BUD:AI(A;ID;FR;;;BU)'
 * ```
 * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-createprivateobjectsecurityex
 */
export function securityOfNewObject(object: NewObject): SecurityDescriptor {
  requireObject('object', 'an object', object)
  const { parent, creator, token } = object
  requireDescriptor('parent', parent ?? nothing)
  requireDescriptor('creator', creator ?? nothing)
  requireObject('token', 'an object', token)
  requireObject('genericMapping', 'an object', object.genericMapping)
  const owner = creator?.owner ?? (object.ownerFromParent === true ? parent?.owner : undefined) ?? token.owner
  const group = creator?.group ?? (object.groupFromParent === true ? parent?.group : undefined) ?? token.group
  const making: Making = {
    object,
    owner,
    group,
    isAutomatic: object.autoInherit ?? true,
    objectClass: classOf(object),
  }
  const dacl = newList(making, 'dacl', parent?.dacl, creator, token.defaultDacl)
  const sacl = newList(making, 'sacl', parent?.sacl, creator, undefined)
  const control = newControl(creator?.control ?? 0, making.isAutomatic, dacl, sacl)
  return SecurityDescriptor.from({ owner, group, dacl, sacl, control })
}

/**
 * What an existing object has after its parent has changed: its own ACEs stay as they are, those that it had inherited
 * make room for those that it inherits now. A protected list keeps all its ACEs; a SACL inherits resource attributes and
 * central access policies even so. Where there was no list, or a NULL one, and something is inherited, there is a list of
 * nothing else. Each list that is there is marked as `AUTO_INHERITED`.
 *
 * @throws {InvalidSecurityDescriptorError} `ERROR_INVALID_OWNER` or `ERROR_INVALID_PRIMARY_GROUP` when an ACE for
 *   `CREATOR OWNER` or `CREATOR GROUP` takes effect and the child has none
 * @example
 * ```ts
 * const parent = SecurityDescriptor.fromSddl('D:(A;OI;FR;;;BU)')
 * const child = SecurityDescriptor.fromSddl('O:BAG:SYD:AI(A;;FA;;;BA)(A;ID;FA;;;WD)')
 * const file = { isContainer: false, genericMapping: objectTypes.file.genericMapping }
 * propagateInheritance(parent, child, file).toSddl() // 'O:BAG:SYD:AI(A;;FA;;;BA)(A;ID;FR;;;BU)'
 * ```
 * @see https://learn.microsoft.com/windows/win32/secauthz/automatic-propagation-of-inheritable-aces
 */
export function propagateInheritance(
  parent: SecurityDescriptor,
  child: SecurityDescriptor,
  object: InheritingObject,
): SecurityDescriptor {
  requireDescriptor('parent', parent)
  requireDescriptor('child', child)
  requireObject('object', 'an object', object)
  requireObject('genericMapping', 'an object', object.genericMapping)
  const making: Making = {
    object,
    owner: child.owner,
    group: child.group,
    isAutomatic: true,
    objectClass: classOf(object),
  }
  const dacl = propagateList(making, 'dacl', parent, child)
  const sacl = propagateList(making, 'sacl', parent, child)
  return child.with({ dacl, sacl, control: child.control | autoInherited(dacl, sacl) })
}

function propagateList(
  making: Making,
  name: ListName,
  parent: SecurityDescriptor,
  child: SecurityDescriptor,
): Acl | null | undefined {
  const own = child[name]
  const isProtected = (child.control & protectedFlags[name]) !== 0
  const inherited = inheritAces(parent[name], making, isProtected)
  if (!own) return inherited.length === 0 ? own : listOf(inherited, parent[name] ?? undefined)
  const kept = own.entries.filter((ace) => !(ace.flags & aceFlags.INHERITED) || !comesFromParent(ace, isProtected))
  if (inherited.length === 0 && kept.length === own.entries.length) return own
  return listOf([...kept, ...inherited], own)
}

const nothing = SecurityDescriptor.from({})

function requireDescriptor(name: string, value: unknown): void {
  requireType(value instanceof SecurityDescriptor, name, 'a SecurityDescriptor', value)
}

interface Making {
  readonly object: InheritingObject
  readonly owner: Sid | undefined
  readonly group: Sid | undefined
  readonly isAutomatic: boolean
  readonly objectClass: string | undefined
}

type ListName = 'dacl' | 'sacl'

function classOf({ objectClass }: InheritingObject): string | undefined {
  return objectClass === undefined ? undefined : normalizeGuid(objectClass, 'objectClass')
}

function newList(
  making: Making,
  name: ListName,
  parentList: Acl | null | undefined,
  creator: SecurityDescriptor | undefined,
  defaultList: Acl | null | undefined,
): Acl | null | undefined {
  const isProtected = ((creator?.control ?? 0) & protectedFlags[name]) !== 0
  const own = creator?.[name]
  const inherited = inheritAces(parentList, making, own instanceof Acl && isProtected)
  const isDefaulted = ((creator?.control ?? 0) & defaultedFlags[name]) !== 0
  if (own === null) return null
  if (own !== undefined && !(isDefaulted && inherited.length > 0)) {
    const explicit = own.entries.filter(
      (ace) => !making.isAutomatic || !(ace.flags & aceFlags.INHERITED) || isProtected,
    )
    const effective = explicit.flatMap((ace) => takeEffect(ace, making))
    return listOf(making.isAutomatic ? [...effective, ...inherited] : effective, own)
  }
  if (inherited.length > 0) return listOf(inherited, parentList ?? undefined)
  return (
    defaultList &&
    listOf(
      defaultList.entries.flatMap((ace) => takeEffect(ace, making)),
      defaultList,
    )
  )
}

function listOf(entries: readonly Ace[], model: Acl | undefined): Acl {
  return Acl.from(entries, { revision: model?.revision })
}

function inheritAces(list: Acl | null | undefined, making: Making, isProtected: boolean): readonly Ace[] {
  return (list?.entries ?? []).flatMap((ace) => (comesFromParent(ace, isProtected) ? inheritAce(ace, making) : []))
}

/**
 * What a child gets from one ACE of its parent: nothing, one ACE, or one in effect and one to pass on. An ACE for a class
 * keeps it as long as it is passed on as well.
 */
function inheritAce(ace: Ace, making: Making): readonly Ace[] {
  const { isContainer } = making.object
  const marked = making.isAutomatic ? aceFlags.INHERITED : 0
  const passes = ace.flags & (aceFlags.OBJECT_INHERIT | aceFlags.CONTAINER_INHERIT)
  if (passes === 0 || isNonInheritableAttribute(ace)) return []
  const takes = ace.flags & (isContainer ? aceFlags.CONTAINER_INHERIT : aceFlags.OBJECT_INHERIT)
  const isForClass = ace.inheritedObjectType === undefined || ace.inheritedObjectType === making.objectClass
  const kept = ace.flags & (aceFlags.SUCCESSFUL_ACCESS | aceFlags.FAILED_ACCESS | aceFlags.CRITICAL)
  const mayPass = isContainer && !(ace.flags & aceFlags.NO_PROPAGATE_INHERIT)
  const passed = mayPass ? [withFlags(ace, kept | marked | passes | aceFlags.INHERIT_ONLY)] : []
  if (takes === 0 || !isForClass) return passed
  const effective = withFlags(ace, kept | marked)
  if (!mayPass) return [becomeEffective(effective, making)]
  if (changesWhenEffective(ace)) return [becomeEffective(effective, making), ...passed]
  return [withFlags(ace, kept | marked | passes)]
}

/** What an ACE of the creator becomes on the object itself. */
function takeEffect(ace: Ace, making: Making): readonly Ace[] {
  if (ace.flags & aceFlags.INHERIT_ONLY || !changesWhenEffective(ace)) return [ace]
  const inheritance = aceFlags.OBJECT_INHERIT | aceFlags.CONTAINER_INHERIT | aceFlags.NO_PROPAGATE_INHERIT
  const isPassedOn = making.object.isContainer && (ace.flags & inheritance) !== 0
  if (!isPassedOn) return [becomeEffective(ace, making)]
  const effective = becomeEffective(withFlags(ace, ace.flags & ~inheritance), making)
  return [effective, withFlags(ace, ace.flags | aceFlags.INHERIT_ONLY)]
}

function changesWhenEffective(ace: Ace): boolean {
  if (ace.type === 'unknown') return false
  return (hasAccessMask(ace) && (ace.mask & genericRightsMask) !== 0) || creatorPart(ace.sid) !== undefined
}

/** With the creator's SID for `CREATOR OWNER` and `CREATOR GROUP`, specific rights, and no class any more. */
function becomeEffective(ace: Ace, making: Making): Ace {
  if (ace.type === 'unknown') return ace
  const sid = creatorOf(ace.sid, making)
  const mask = hasAccessMask(ace) ? mapGenericMask(ace.mask, making.object.genericMapping) : ace.mask
  const changed = withAceChanges(ace, { sid, mask })
  return hasObjectTypes(changed) ? { ...changed, inheritedObjectType: undefined } : changed
}

/** Whom the SID stands for, if it stands for one of them. */
function creatorPart(sid: Sid): 'owner' | 'group' | undefined {
  if (sid.authority !== 3 || sid.subAuthorities.length !== 1) return undefined
  return sid.rid === 0 ? 'owner' : sid.rid === 1 ? 'group' : undefined
}

function creatorOf(sid: Sid, making: Making): Sid {
  const part = creatorPart(sid)
  if (part === undefined) return sid
  const creator = making[part]
  if (creator !== undefined) return creator
  throw new InvalidSecurityDescriptorError(
    `child must have the ${part}, for whom the ACE for ${sid.toString()} of its parent is`,
    part === 'owner' ? 'ERROR_INVALID_OWNER' : 'ERROR_INVALID_PRIMARY_GROUP',
  )
}

/** The mask of labels and attributes is something else. */
function hasAccessMask(ace: Ace): boolean {
  return ace.type !== 'systemMandatoryLabel' && ace.type !== 'systemResourceAttribute'
}

/**
 * Protection keeps out all but resource attributes and central access policies.
 *
 * @see https://learn.microsoft.com/windows/win32/secauthz/ace-inheritance
 */
function comesFromParent({ type }: Ace, isProtected: boolean): boolean {
  return !isProtected || type === 'systemResourceAttribute' || type === 'systemScopedPolicyId'
}

function isNonInheritableAttribute(ace: Ace): boolean {
  return ace.type === 'systemResourceAttribute' && ((ace.claim?.flags ?? 0) & claimFlags.NON_INHERITABLE) !== 0
}

function withFlags(ace: Ace, flags: number): Ace {
  return ace.flags === flags ? ace : { ...ace, flags }
}

const defaultedFlags = { dacl: controlFlags.DACL_DEFAULTED, sacl: controlFlags.SACL_DEFAULTED }
const protectedFlags = { dacl: controlFlags.DACL_PROTECTED, sacl: controlFlags.SACL_PROTECTED }

function newControl(
  creatorControl: number,
  isAutomatic: boolean,
  dacl: Acl | null | undefined,
  sacl: Acl | null | undefined,
): number {
  const kept = creatorControl & (controlFlags.DACL_PROTECTED | controlFlags.SACL_PROTECTED)
  return isAutomatic ? kept | autoInherited(dacl, sacl) : kept
}

/** Windows marks every list that it has considered, also a protected one. */
function autoInherited(dacl: Acl | null | undefined, sacl: Acl | null | undefined): number {
  return (
    (dacl === undefined ? 0 : controlFlags.DACL_AUTO_INHERITED) |
    (sacl === undefined ? 0 : controlFlags.SACL_AUTO_INHERITED)
  )
}
