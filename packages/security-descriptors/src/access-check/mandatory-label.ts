import type { MandatoryLabelAce } from '../ace.ts'
import { aceFlags } from '../ace-types.ts'
import { accessRights, type GenericMapping } from '../access-mask.ts'
import type { SecurityDescriptor } from '../security-descriptor.ts'
import type { AccessToken } from './token.ts'

/** The policy of a mandatory label, which stands in the mask of its ACE. */
export const mandatoryPolicy = { NO_WRITE_UP: 1, NO_READ_UP: 2, NO_EXECUTE_UP: 4 } as const

/** The mandatory policy of a token. */
export const tokenMandatoryPolicy = { NO_WRITE_UP: 1, NEW_PROCESS_MIN: 2 } as const

const mediumLevel = 0x2000
const allRights = 0x00ff_ffff | accessRights.ACCESS_SYSTEM_SECURITY

/** How far the integrity level of the token limits access. */
export interface MandatoryLimit {
  /** The rights that may still be granted; all of them where no policy applies. */
  readonly allowed: number
  /** The label that was applied; `undefined` for the medium label that every object without one has. */
  readonly label: MandatoryLabelAce | undefined
}

/**
 * The mandatory integrity check, which comes before the DACL and binds the owner as well.
 *
 * @see https://learn.microsoft.com/windows/win32/secauthz/mandatory-integrity-control
 */
export function mandatoryLimit(
  descriptor: SecurityDescriptor,
  token: AccessToken,
  mapping: GenericMapping,
): MandatoryLimit {
  const label = findLabel(descriptor)
  const unlimited = { allowed: allRights, label }
  const policyOfToken = token.mandatoryPolicy ?? tokenMandatoryPolicy.NO_WRITE_UP
  if (token.integrityLevel === undefined || !(policyOfToken & tokenMandatoryPolicy.NO_WRITE_UP)) return unlimited
  const objectLevel = label === undefined ? mediumLevel : (label.sid.rid ?? Number.POSITIVE_INFINITY)
  if ((token.integrityLevel.rid ?? 0) >= objectLevel) return unlimited
  return { allowed: allowedBelow(label?.mask ?? mandatoryPolicy.NO_WRITE_UP, mapping), label }
}

/** The first label that is not for children only. */
function findLabel(descriptor: SecurityDescriptor): MandatoryLabelAce | undefined {
  for (const ace of descriptor.sacl?.entries ?? []) {
    if (ace.type === 'systemMandatoryLabel' && !(ace.flags & aceFlags.INHERIT_ONLY)) {
      return { ...ace, type: ace.type }
    }
  }
  return undefined
}

/**
 * A right is refused when it belongs to a kind of access that the policy forbids and to none that it permits. Rights
 * of no kind, such as `DELETE` and `WRITE_DAC`, count as write.
 */
function allowedBelow(policy: number, mapping: GenericMapping): number {
  let allowed = accessRights.READ_CONTROL | accessRights.SYNCHRONIZE
  if (!(policy & mandatoryPolicy.NO_READ_UP)) allowed |= mapping.read
  if (!(policy & mandatoryPolicy.NO_EXECUTE_UP)) allowed |= mapping.execute
  if (!(policy & mandatoryPolicy.NO_WRITE_UP)) {
    allowed |= mapping.write | (allRights & ~(mapping.read | mapping.execute))
  }
  return allowed
}
