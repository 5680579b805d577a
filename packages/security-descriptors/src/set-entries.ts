import type { Ace } from './ace.ts'
import { allow, audit, deny } from './ace-creation.ts'
import { aceFlags } from './ace-types.ts'
import { invalidValue, quoted, requireObject, requireType, wholeNumber } from './argument-errors.ts'
import { Acl } from './acl.ts'
import { Sid } from './sid.ts'

/**
 * One change to an ACL, with the modes of `EXPLICIT_ACCESS`.
 *
 * - `grant` and `deny` add to what the trustee is allowed or denied already.
 * - `set` discards every explicit ACE that allows or denies the trustee something, and then allows `mask`.
 * - `revoke` takes away every explicit ACE that allows the trustee something or audits it.
 * - `auditSuccess` and `auditFailure` add to what is audited.
 *
 * @see https://learn.microsoft.com/windows/win32/api/accctrl/ne-accctrl-access_mode
 */
export interface EntryChange {
  readonly mode: 'grant' | 'set' | 'deny' | 'revoke' | 'auditSuccess' | 'auditFailure'
  readonly sid: Sid
  /** Not used by `revoke`. */
  readonly mask: number
  /** The inheritance flags of the new ACE. */
  readonly flags?: number | undefined
}

/**
 * Merges changes into an ACL as `SetEntriesInAcl` does: rights are added to the explicit ACE of the
 * trustee with the same type and inheritance, and a new ACE comes before its like, those that deny first of all.
 *
 * Without anything to change the very list that was given comes back. That goes for no list and for a NULL one as well,
 * also when something is to be revoked: everybody is not let in by an ACE that could be taken away.
 *
 * @example
 * ```ts
 * const acl = SecurityDescriptor.fromSddl('D:(A;;FR;;;BU)').dacl
 * const changed = setEntries(acl, [{ mode: 'grant', sid: Sid.parse('BU'), mask: 0x0012_0116 }])
 * SecurityDescriptor.from({ dacl: changed }).toSddl() // 'D:(A;;0x12019f;;;BU)'
 * ```
 * @see https://learn.microsoft.com/windows/win32/api/aclapi/nf-aclapi-setentriesinaclw
 */
export function setEntries<List extends Acl | null | undefined>(acl: List, changes: Iterable<EntryChange>): Acl | List {
  requireType(!acl || acl instanceof Acl, 'acl', 'an Acl or null', acl)
  requireObject('changes', 'changes', changes)
  const before = acl?.entries
  let entries = before
  for (const change of changes) {
    const changed = applyChange(entries ?? [], change)
    // A list without ACEs keeps everybody out: no list becomes one before there is an ACE to put into it.
    if (entries !== undefined || changed.length > 0) entries = changed
  }
  return entries === undefined || isSame(entries, before) ? acl : Acl.from(entries, acl ?? {})
}

function isSame(entries: readonly Ace[], before: readonly Ace[] | undefined): boolean {
  return entries.length === before?.length && entries.every((ace, index) => ace === before[index])
}

function applyChange(entries: readonly Ace[], change: EntryChange): readonly Ace[] {
  const { sid, mask } = change
  requireType(sid instanceof Sid, 'sid', 'a Sid', sid)
  const flags = wholeNumber('flags', change.flags ?? 0, 0xff) & inheritanceFlags
  switch (change.mode) {
    case 'grant':
      return addMask(entries, allow(sid, mask, flags))
    case 'deny':
      return addMask(entries, deny(sid, mask, flags))
    case 'set':
      return addMask(withoutExplicit(entries, sid, ['accessAllowed', 'accessDenied']), allow(sid, mask, flags))
    case 'revoke':
      return withoutExplicit(entries, sid, ['accessAllowed', 'systemAudit'])
    case 'auditSuccess':
      return addMask(entries, audit(sid, mask, flags | aceFlags.SUCCESSFUL_ACCESS))
    case 'auditFailure':
      return addMask(entries, audit(sid, mask, flags | aceFlags.FAILED_ACCESS))
    default:
      throw invalidValue('mode', `be one of an EntryChange, got ${quoted(change.mode)}`)
  }
}

const inheritanceFlags =
  aceFlags.OBJECT_INHERIT | aceFlags.CONTAINER_INHERIT | aceFlags.NO_PROPAGATE_INHERIT | aceFlags.INHERIT_ONLY

/** Without the explicit ACEs of the trustee whose type begins so: plain, object and callback ones. */
function withoutExplicit(entries: readonly Ace[], sid: Sid, types: readonly string[]): readonly Ace[] {
  return entries.filter((ace) => {
    const isExplicitForSid = !(ace.flags & aceFlags.INHERITED) && isFor(ace, sid)
    return !(isExplicitForSid && types.some((type) => ace.type.startsWith(type)))
  })
}

/** Adds the bits to an ACE that is the same but for its mask; a new ACE goes first, before its like. */
function addMask(entries: readonly Ace[], added: Ace & { readonly mask: number; readonly sid: Sid }): readonly Ace[] {
  const like = entries.findIndex((ace) => ace.type === added.type && ace.flags === added.flags && isFor(ace, added.sid))
  const existing = entries[like]
  if (existing?.mask === undefined) return insertNew(entries, added)
  const mask = (existing.mask | added.mask) >>> 0
  return mask === existing.mask ? entries : entries.with(like, { ...existing, mask })
}

function insertNew(entries: readonly Ace[], added: Ace): readonly Ace[] {
  if (added.type === 'accessDenied') return [added, ...entries]
  const afterDenials = entries.findIndex((ace) => !ace.type.startsWith('accessDenied'))
  return entries.toSpliced(afterDenials === -1 ? entries.length : afterDenials, 0, added)
}

function isFor(ace: Ace, sid: Sid): boolean {
  return ace.sid !== undefined && ace.sid.equals(sid)
}
