// What Wine 10 makes of security descriptors where it is not what Windows makes of them, to the bit. `deviations.ts` has
// the sources.
import {
  type AccessAllowedAce,
  type AccessDeniedAce,
  controlFlags,
  type GenericMapping,
  mapGenericMask,
  SecurityDescriptor,
  type Sid,
} from '@asuser/security-descriptors'
import type { AccessToken } from '@asuser/security-descriptors/access-check'

/** The bytes that Wine's parser writes: owner, group, DACL, SACL, and the flags of both lists in the bits of the DACL. */
export function wineBytes(descriptor: SecurityDescriptor): Uint8Array {
  const { owner, group, dacl, sacl, control } = descriptor
  const header = SecurityDescriptor.from({}).toBytes()
  const view = new DataView(header.buffer)
  view.setUint16(2, (control & ~saclFlags) | ((control & saclFlags) >> 1), true)
  const parts: Uint8Array[] = [header]
  let at = header.length
  for (const [field, part] of [
    [4, owner],
    [8, group],
    [16, dacl],
    [12, sacl],
  ] as const) {
    if (!part) continue
    view.setUint32(field, at, true)
    parts.push(part.toBytes())
    at += part.byteLength
  }
  return new Uint8Array(Buffer.concat(parts))
}

const { SACL_PROTECTED, SACL_AUTO_INHERIT_REQ, SACL_AUTO_INHERITED } = controlFlags
const saclFlags = SACL_PROTECTED | SACL_AUTO_INHERIT_REQ | SACL_AUTO_INHERITED

/** The text that Wine writes: the flags of the DACL for both lists, and labels without a type and with plain rights. */
export function wineText(descriptor: SecurityDescriptor): string {
  const { control, sacl } = descriptor
  const flags = (control & ~saclFlags) | ((control << 1) & saclFlags)
  const text = descriptor.with({ control: sacl === undefined ? control : flags }).toSddl()
  return text.replaceAll(/\(ML;([A-Z]*);(NW|NR|NX);/gu, (_ace, inherits: string, right: string) => {
    return `(;${inherits};${plainRights.get(right) ?? right};`
  })
}

const plainRights: ReadonlyMap<string, string> = new Map([
  ['NW', 'CC'],
  ['NR', 'DC'],
  ['NX', 'LC'],
])

/** Why Wine may decide in another way; where there is no reason, it decides as Windows does. */
export function wineReason(
  descriptor: SecurityDescriptor,
  token: AccessToken,
  desiredAccess: number,
  mapping: GenericMapping,
): string | undefined {
  const { owner, dacl } = descriptor
  if (desiredAccess & maximumAllowed) return 'MAXIMUM_ALLOWED'
  if (owner !== undefined && holds(token, owner)) return 'owner'
  if (dacl?.entries.some((ace) => ace.sid?.toString() === ownerRights)) return 'OWNER RIGHTS'
  let granted = 0
  for (const ace of matching(descriptor, token)) {
    const mask = mapGenericMask(ace.mask, mapping)
    if (ace.type === 'accessAllowed') granted |= mask
    else if (granted & mask & desiredAccess) return 'denied after it was allowed'
  }
  return undefined
}

/**
 * The access that Wine grants, 0 for none. It knows no OWNER RIGHTS and gives an owner all standard rights. An entry that
 * denies something asked for ends the check, also when that has been allowed before. `MAXIMUM_ALLOWED` is all that is
 * allowed less all that is denied, whatever the order and whatever else is asked for.
 */
export function wineGrants(
  descriptor: SecurityDescriptor,
  token: AccessToken,
  desiredAccess: number,
  mapping: GenericMapping,
): number {
  const isMaximum = (desiredAccess & maximumAllowed) !== 0
  let granted = descriptor.owner !== undefined && holds(token, descriptor.owner) ? standardRights : 0
  let denied = 0
  for (const ace of matching(descriptor, token)) {
    const mask = mapGenericMask(ace.mask, mapping)
    if (ace.type === 'accessAllowed') granted |= isMaximum ? mask : mask & ~denied
    else if (isMaximum) denied |= mask
    else if (mask & desiredAccess) break
  }
  if (isMaximum) return (granted & ~denied) >>> 0
  return (desiredAccess & ~granted) === 0 ? desiredAccess : 0
}

function matching({ dacl }: SecurityDescriptor, token: AccessToken): readonly (AccessAllowedAce | AccessDeniedAce)[] {
  return (dacl?.entries ?? []).filter(
    (ace): ace is AccessAllowedAce | AccessDeniedAce =>
      (ace.type === 'accessAllowed' || ace.type === 'accessDenied') &&
      !(ace.flags & inheritOnly) &&
      holds(token, ace.sid),
  )
}

const ownerRights = 'S-1-3-4'
const maximumAllowed = 0x200_0000
const standardRights = 0x1f_0000
const inheritOnly = 8
const enabled = 4

function holds(token: AccessToken, sid: Sid): boolean {
  return (
    token.user.sid.equals(sid) ||
    token.groups.some((group) => group.sid.equals(sid) && (group.attributes & enabled) !== 0)
  )
}
