import { securityInformation as information } from '@asuser/native'
import { controlFlags } from '../control.ts'
import { SecurityDescriptor } from '../security-descriptor.ts'
import { invalidType, invalidValue } from '../argument-errors.ts'

/** A part of a security descriptor. `label` is the integrity label, which stands in the SACL and needs no privilege. */
export type SecurityPart = 'owner' | 'group' | 'dacl' | 'sacl' | 'label'

const bits: Readonly<Record<SecurityPart, number>> = {
  owner: information.OWNER_SECURITY_INFORMATION,
  group: information.GROUP_SECURITY_INFORMATION,
  dacl: information.DACL_SECURITY_INFORMATION,
  sacl: information.SACL_SECURITY_INFORMATION,
  label: information.LABEL_SECURITY_INFORMATION,
}

/** The `SECURITY_INFORMATION` to read these parts with. */
export function partsToRead(parts: readonly SecurityPart[]): number {
  requireArray(parts)
  let mask = 0
  for (const [index, part] of parts.entries()) {
    if (!Object.hasOwn(bits, part)) throw invalidValue(`parts[${index}]`, `be one of ${Object.keys(bits).join(', ')}`)
    mask |= bits[part]
  }
  if (mask === 0) throw invalidValue('parts', 'name at least one part')
  return mask
}

/** The same to write them, with bits that keep up or take up inheriting as the descriptor says. */
export function partsToWrite(parts: readonly SecurityPart[], descriptor: SecurityDescriptor): number {
  const mask = partsToRead(parts)
  if (!(descriptor instanceof SecurityDescriptor)) throw invalidType('descriptor', 'a SecurityDescriptor', descriptor)
  const { owner, group, dacl, sacl, control } = descriptor
  requirePart('an owner', owner, mask & bits.owner)
  requirePart('a group', group, mask & bits.group)
  requirePart('a DACL', dacl, mask & bits.dacl)
  requirePart('a SACL, if only an empty one', sacl, mask & (bits.sacl | bits.label))
  return mask | daclInheritance(mask, control) | saclInheritance(mask, control)
}

function requireArray(parts: unknown): void {
  if (!Array.isArray(parts)) throw invalidType('parts', 'an array of parts of a security descriptor', parts)
}

/** Nothing is ever written for a part that is absent: no DACL would let everybody in, no SACL would audit nobody. */
function requirePart(what: string, part: unknown, asked: number): void {
  if (asked !== 0 && part === undefined) throw invalidValue('descriptor', `have ${what}, which is to be written`)
}

function daclInheritance(mask: number, control: number): number {
  if (!(mask & bits.dacl)) return 0
  return control & controlFlags.DACL_PROTECTED
    ? information.PROTECTED_DACL_SECURITY_INFORMATION
    : information.UNPROTECTED_DACL_SECURITY_INFORMATION
}

function saclInheritance(mask: number, control: number): number {
  if (!(mask & bits.sacl)) return 0
  return control & controlFlags.SACL_PROTECTED
    ? information.PROTECTED_SACL_SECURITY_INFORMATION
    : information.UNPROTECTED_SACL_SECURITY_INFORMATION
}
