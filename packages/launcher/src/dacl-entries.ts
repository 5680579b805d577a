import { Win32Error } from '@asuser/native'
import type { AccessAllowedAce, Acl, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import type { AccessToken } from '@asuser/security-descriptors/access-check'
import type { SecurableKind, SecurableObject } from './securable-desktop.ts'

interface Edit {
  readonly object: SecurableObject
  readonly entry: AccessAllowedAce
  readonly read: SecurityDescriptor
  readonly dacl: Acl
}

/**
 * Lets the client in where it is shut out, in both objects or in none.
 *
 * @throws Win32Error `ERROR_ACCESS_DENIED` before anything is written, when the entries would not let it in
 */
export function addEntries(
  objects: readonly SecurableObject[],
  trustee: Sid,
  token: AccessToken,
): readonly SecurableKind[] {
  const client = readOnce(token)
  const edits = objects.flatMap((object) => planEdit(object, trustee, client) ?? [])
  const done: Edit[] = []
  try {
    for (const edit of edits) {
      edit.object.writeDacl(edit.read, edit.dacl)
      done.push(edit)
    }
  } catch (error) {
    for (const edit of done.toReversed()) removeEntry(edit.object, edit.entry)
    throw error
  }
  return done.map(({ object }) => object.kind)
}

/**
 * Whether the client is shut out of one of the objects.
 *
 * @throws Win32Error `ERROR_ACCESS_DENIED` as {@link addEntries}
 */
export function needsEntries(objects: readonly SecurableObject[], trustee: Sid, token: AccessToken): boolean {
  const client = readOnce(token)
  return objects.some((object) => planEdit(object, trustee, client) !== undefined)
}

/** What the checks ask for again and again, asked of Windows once. */
function readOnce(token: AccessToken): AccessToken {
  const { user, groups, privileges, restrictedSids, writeRestricted, integrityLevel, mandatoryPolicy } = token
  const { appContainerSid, isLessPrivilegedAppContainer, capabilities } = token
  return {
    user,
    groups,
    privileges,
    restrictedSids,
    writeRestricted,
    integrityLevel,
    mandatoryPolicy,
    appContainerSid,
    isLessPrivilegedAppContainer,
    capabilities,
  }
}

function planEdit(object: SecurableObject, trustee: Sid, token: AccessToken): Edit | undefined {
  const entry = object.entryFor(trustee)
  const read = object.readDescriptor()
  const { dacl } = read
  // No DACL and a NULL DACL let everybody in.
  if (!dacl) return undefined
  // An equal entry is a lease of another server, which ends when that server wants.
  if (object.admits(token, read.with({ dacl: withoutAll(dacl, entry) }))) return undefined
  const edit = { object, entry, read, dacl: dacl.with(entry) }
  const expected = read.with({ dacl: edit.dacl })
  if (object.admits(token, expected)) return edit
  throw Win32Error.of('ERROR_ACCESS_DENIED', 'AccessCheck', {
    object: object.kind,
    reason: object.explainRefusal(token, expected),
  })
}

/** How many entries equal this one. */
export function countEntries(object: SecurableObject, entry: AccessAllowedAce): number {
  const { dacl } = object.readDescriptor()
  return dacl ? dacl.entries.length - withoutAll(dacl, entry).entries.length : 0
}

function withoutAll(dacl: Acl, entry: AccessAllowedAce): Acl {
  let rest = dacl
  for (let next = rest.without(entry); next !== rest; next = rest.without(entry)) rest = next
  return rest
}

/** Takes away one entry, the last of those that equal it. Others for the same SID are somebody else's. */
export function removeEntry(object: SecurableObject, entry: AccessAllowedAce): void {
  const read = object.readDescriptor()
  const rest = read.dacl?.without(entry)
  if (rest !== undefined && rest !== read.dacl) object.writeDacl(read, rest)
}
