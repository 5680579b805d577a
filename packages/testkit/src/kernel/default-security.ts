import type { KernelObjectKind } from '@asuser/native'
import {
  Acl,
  type Ace,
  type GenericMapping,
  mapGenericMask,
  objectTypes,
  type ObjectTypeName,
  SecurityDescriptor,
  withAceChanges,
} from '@asuser/security-descriptors'
import type { TokenContents, TokenDefaults } from './token.ts'

const inheritOnly = 0x08

/** The kinds of handles to objects with a security descriptor. */
export type SecurableKind = KernelObjectKind

const objectTypeOfKind: Readonly<Record<SecurableKind, ObjectTypeName>> = {
  token: 'token',
  process: 'process',
  thread: 'thread',
  job: 'job',
  'window-station': 'windowStation',
  desktop: 'desktop',
  pipe: 'pipe',
  file: 'file',
  mutex: 'mutex',
  event: 'event',
  semaphore: 'semaphore',
  'waitable-timer': 'waitableTimer',
  section: 'section',
  'symbolic-link': 'symbolicLink',
  'directory-object': 'directoryObject',
}

export function genericMappingOf(kind: SecurableKind): GenericMapping {
  return objectTypes[objectTypeOfKind[kind]].genericMapping
}

// Duplicates share their defaults, and a launch makes three objects with this security.
const known = new WeakMap<TokenDefaults, Partial<Record<SecurableKind, SecurityDescriptor>>>()

/**
 * The security of an object that is created without any: owner and group of the creator's token, and its default
 * DACL, with the generic rights mapped for the kind of object (windows-behaviour 2.17).
 */
export function defaultSecurity(creator: TokenContents, kind: SecurableKind): SecurityDescriptor {
  let byKind = known.get(creator.defaults)
  if (byKind === undefined) {
    byKind = {}
    known.set(creator.defaults, byKind)
  }
  byKind[kind] ??= createSecurity(creator, genericMappingOf(kind))
  return byKind[kind]
}

/** The same for a generic mapping that is not the usual one of the kind. */
export function createSecurity(creator: TokenContents, mapping: GenericMapping): SecurityDescriptor {
  const { owner, primaryGroup: group, dacl } = creator.defaults
  return SecurityDescriptor.from({ owner, group, dacl: dacl === null ? null : mapGenericRights(dacl, mapping) })
}

/** The ACL as it stands on an object: where an ACE takes effect, it names specific rights and no generic ones. */
export function mapGenericRights(acl: Acl, mapping: GenericMapping): Acl {
  return Acl.from(
    acl.entries.map((ace) => mapAce(ace, mapping)),
    acl,
  )
}

function mapAce(ace: Ace, mapping: GenericMapping): Ace {
  if (ace.type === 'unknown' || ace.flags & inheritOnly) return ace
  const mask = mapGenericMask(ace.mask, mapping)
  return mask === ace.mask ? ace : withAceChanges(ace, { mask })
}
