import type { Ace } from '../ace.ts'
import { accessRights, type GenericMapping } from '../access-mask.ts'
import type { Sid } from '../sid.ts'
import type { AccessCheckRequest } from './access-check.ts'
import type { MandatoryLimit } from './mandatory-access.ts'
import { saclEntries } from './sacl-entries.ts'
import { type AccessToken, isPrivilegeEnabled } from './token.ts'

/** The policy of a mandatory label, which stands in the mask of its ACE. */
export const mandatoryPolicy = { NO_WRITE_UP: 1, NO_READ_UP: 2, NO_EXECUTE_UP: 4 } as const

/** The mandatory policy of a token. */
export const tokenMandatoryPolicy = { NO_WRITE_UP: 1, NEW_PROCESS_MIN: 2 } as const

const mediumLevel = 0x2000

/**
 * The mandatory integrity check, which binds the owner and the holders of privileges as well. No limit where no policy
 * applies, and nothing is left where the label is not understood.
 *
 * @see https://learn.microsoft.com/windows/win32/secauthz/mandatory-integrity-control
 */
export function mandatoryLabelLimit(request: AccessCheckRequest): MandatoryLimit | undefined {
  const { descriptor, token, genericMapping } = request
  const tokenLevel = limitedLevel(token)
  if (tokenLevel === undefined) return undefined
  const label = saclEntries(descriptor, 'systemMandatoryLabel')[0]
  const objectLevel = label === undefined ? mediumLevel : levelOf(label)
  if (objectLevel === undefined) return { kind: 'mandatoryLabel', allowed: 0, ace: label }
  if (tokenLevel >= objectLevel || isContainedWithin(token, objectLevel)) return undefined
  const allowed = allowedBelow(label?.mask ?? mandatoryPolicy.NO_WRITE_UP, genericMapping)
  // Who may relabel objects needs this right for it, on labels above the own level too.
  const relabels = isPrivilegeEnabled(token, 'SeRelabelPrivilege') ? accessRights.WRITE_OWNER : 0
  return { kind: 'mandatoryLabel', allowed: allowed | relabels, ace: label }
}

/** The level of a token that may not write up; `undefined` for one to which labels mean nothing. */
function limitedLevel({ integrityLevel, mandatoryPolicy: policy }: AccessToken): number | undefined {
  if (!((policy ?? tokenMandatoryPolicy.NO_WRITE_UP) & tokenMandatoryPolicy.NO_WRITE_UP)) return undefined
  return integrityLevel && (integrityRid(integrityLevel) ?? Number.NEGATIVE_INFINITY)
}

/** The level that a mandatory label names; `undefined` for one that is not understood. */
export function levelOf({ sid }: Ace): number | undefined {
  return sid && integrityRid(sid)
}

function integrityRid({ authority, subAuthorities }: Sid): number | undefined {
  return authority === labelAuthority && subAuthorities.length === 1 ? subAuthorities[0] : undefined
}

const labelAuthority = 16

/** App containers are of low level; what keeps them from objects up to medium is their own walk over the ACEs. */
function isContainedWithin({ appContainerSid }: AccessToken, objectLevel: number): boolean {
  return appContainerSid !== undefined && objectLevel <= mediumLevel
}

/**
 * A right is refused when it belongs to a kind of access that the policy forbids and to none that it permits. Rights
 * of no kind, such as `DELETE` and `WRITE_DAC`, count as write.
 */
function allowedBelow(policy: number, mapping: GenericMapping): number {
  let allowed = accessRights.READ_CONTROL | accessRights.SYNCHRONIZE
  if (!(policy & mandatoryPolicy.NO_READ_UP)) allowed |= mapping.read
  if (!(policy & mandatoryPolicy.NO_EXECUTE_UP)) allowed |= mapping.execute
  if (!(policy & mandatoryPolicy.NO_WRITE_UP)) allowed |= mapping.write | ~(mapping.read | mapping.execute)
  return allowed
}
