import { accessRight, securityInformation as parts } from '@asuser/native'
import {
  Acl,
  type Ace,
  controlFlags,
  type GenericMapping,
  SecurityDescriptor,
  type SecurityDescriptorParts,
  type Sid,
} from '@asuser/security-descriptors'
import { mapGenericRights } from './default-security.ts'
import { Failure } from './failure.ts'
import type { Token } from './token.ts'

/** Whatever has a security descriptor. */
export interface Securable {
  /** A value: changing the security of an object replaces it. */
  security: SecurityDescriptor
  readonly genericMapping: GenericMapping
}

/** What a handle must be able to do for these parts to be read. */
export function accessToRead(information: number): number {
  return information & parts.SACL_SECURITY_INFORMATION
    ? accessRight.READ_CONTROL | accessRight.ACCESS_SYSTEM_SECURITY
    : accessRight.READ_CONTROL
}

/** What a handle must be able to do for these parts to be replaced. */
export function accessToReplace(information: number): number {
  let access = 0
  if (information & ownerParts) access |= accessRight.WRITE_OWNER
  if (information & daclParts) access |= accessRight.WRITE_DAC
  if (information & saclParts) access |= accessRight.ACCESS_SYSTEM_SECURITY
  return access
}

const ownerParts =
  parts.OWNER_SECURITY_INFORMATION | parts.GROUP_SECURITY_INFORMATION | parts.LABEL_SECURITY_INFORMATION
const daclParts =
  parts.DACL_SECURITY_INFORMATION |
  parts.PROTECTED_DACL_SECURITY_INFORMATION |
  parts.UNPROTECTED_DACL_SECURITY_INFORMATION
const saclParts =
  parts.SACL_SECURITY_INFORMATION |
  parts.PROTECTED_SACL_SECURITY_INFORMATION |
  parts.UNPROTECTED_SACL_SECURITY_INFORMATION

/** The asked parts of the security of an object, as bytes. */
export function readSecurity(object: Securable, information: number): Uint8Array {
  return partsOf(object.security, information).toBytes()
}

/** The asked parts of a security descriptor. */
export function partsOf(
  { owner, group, dacl, sacl, control }: SecurityDescriptor,
  information: number,
): SecurityDescriptor {
  const asked: SecurityDescriptorParts = {
    owner: information & parts.OWNER_SECURITY_INFORMATION ? owner : undefined,
    group: information & parts.GROUP_SECURITY_INFORMATION ? group : undefined,
    dacl: information & parts.DACL_SECURITY_INFORMATION ? dacl : undefined,
    sacl: saclFor(information, sacl),
    control: control & controlMask(information),
  }
  return SecurityDescriptor.from(asked)
}

/**
 * Replaces the asked parts. Where an ACE takes effect, its generic rights become specific ones, as the kernel does.
 *
 * @throws Failure `ERROR_INVALID_SECURITY_DESCR`, `ERROR_INVALID_OWNER`
 */
export function replaceSecurity(object: Securable, information: number, given: SecurityDescriptor, token: Token): void {
  let next = object.security
  if (information & parts.OWNER_SECURITY_INFORMATION) next = next.with({ owner: newOwner(given.owner, token) })
  if (information & parts.GROUP_SECURITY_INFORMATION) next = next.with({ group: present(given.group) })
  if (information & parts.DACL_SECURITY_INFORMATION) {
    const dacl = given.dacl ? mapGenericRights(given.dacl, object.genericMapping) : null
    next = next.with({ dacl, control: replaced(next.control, given.control, daclControl) })
  }
  if (information & parts.SACL_SECURITY_INFORMATION) {
    next = next.with({ control: replaced(next.control, given.control, saclControl) })
  }
  if (information & (parts.SACL_SECURITY_INFORMATION | parts.LABEL_SECURITY_INFORMATION)) {
    next = next.with({ sacl: newSacl(information, next.sacl, given.sacl) })
  }
  object.security = next.with({ control: protection(next.control, information) })
}

const isLabel = (ace: Ace): boolean => ace.type === 'systemMandatoryLabel'

/** Label and audit entries share the SACL, and are asked for and replaced each by its own bit. */
function saclFor(information: number, sacl: Acl | null | undefined): Acl | null | undefined {
  const wantsLabel = (information & parts.LABEL_SECURITY_INFORMATION) !== 0
  const wantsRest = (information & parts.SACL_SECURITY_INFORMATION) !== 0
  if (!wantsLabel && !wantsRest) return undefined
  return sacl ? keep(sacl, (ace) => (isLabel(ace) ? wantsLabel : wantsRest)) : sacl
}

function newSacl(
  information: number,
  current: Acl | null | undefined,
  given: Acl | null | undefined,
): Acl | null | undefined {
  const replacesLabel = (information & parts.LABEL_SECURITY_INFORMATION) !== 0
  const replacesRest = (information & parts.SACL_SECURITY_INFORMATION) !== 0
  const replaces = (ace: Ace): boolean => (isLabel(ace) ? replacesLabel : replacesRest)
  const kept = current?.entries.filter((ace) => !replaces(ace)) ?? []
  const added = given?.entries.filter(replaces) ?? []
  return kept.length + added.length === 0 ? undefined : rebuild(given ?? current, [...kept, ...added])
}

function keep(acl: Acl, wanted: (ace: Ace) => boolean): Acl | undefined {
  const entries = acl.entries.filter(wanted)
  return entries.length === 0 ? undefined : rebuild(acl, entries)
}

function rebuild(like: Acl | null | undefined, entries: readonly Ace[]): Acl {
  return Acl.from(entries, like ?? {})
}

/** Whoever takes an object over must be able to answer for it (windows-behaviour 2.11 and 2.13). */
function newOwner(owner: Sid | undefined, token: Token): Sid {
  const sid = present(owner)
  const mayOwn =
    token.user.sid.equals(sid) ||
    token.hasEnabledPrivilege('SeRestorePrivilege') ||
    token.groups.some((group) => group.sid.equals(sid) && (group.attributes & mayBeOwner) === mayBeOwner)
  if (!mayOwn) throw new Failure('ERROR_INVALID_OWNER', { owner: sid.toString() })
  return sid
}

const mayBeOwner = 8 | 4

function present(sid: Sid | undefined): Sid {
  if (sid === undefined) throw new Failure('ERROR_INVALID_SECURITY_DESCR')
  return sid
}

const daclControl = controlFlags.DACL_PROTECTED | controlFlags.DACL_AUTO_INHERITED
const saclControl = controlFlags.SACL_PROTECTED | controlFlags.SACL_AUTO_INHERITED

function controlMask(information: number): number {
  let hidden = 0
  if (!(information & parts.DACL_SECURITY_INFORMATION)) hidden |= daclControl
  if (!(information & parts.SACL_SECURITY_INFORMATION)) hidden |= saclControl
  return ~hidden
}

/** `AUTO_INHERITED` stays only where it is asked for with `AUTO_INHERIT_REQ` (windows-behaviour 2.19). */
function replaced(current: number, given: number, mask: number): number {
  let taken = given
  if (!(given & controlFlags.DACL_AUTO_INHERIT_REQ)) taken &= ~controlFlags.DACL_AUTO_INHERITED
  if (!(given & controlFlags.SACL_AUTO_INHERIT_REQ)) taken &= ~controlFlags.SACL_AUTO_INHERITED
  return (current & ~mask) | (taken & mask)
}

function protection(control: number, information: number): number {
  let next = control
  if (information & parts.PROTECTED_DACL_SECURITY_INFORMATION) next |= controlFlags.DACL_PROTECTED
  if (information & parts.UNPROTECTED_DACL_SECURITY_INFORMATION) next &= ~controlFlags.DACL_PROTECTED
  if (information & parts.PROTECTED_SACL_SECURITY_INFORMATION) next |= controlFlags.SACL_PROTECTED
  if (information & parts.UNPROTECTED_SACL_SECURITY_INFORMATION) next &= ~controlFlags.SACL_PROTECTED
  return next
}
