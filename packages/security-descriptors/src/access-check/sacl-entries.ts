import type { Ace } from '../ace.ts'
import { aceFlags, aceFormats, type AceType } from '../ace-types.ts'
import type { SecurityDescriptor } from '../security-descriptor.ts'

/** The types of ACEs in a SACL that have a say on access. */
type LimitingType = Extract<
  AceType,
  'systemMandatoryLabel' | 'systemScopedPolicyId' | 'systemProcessTrustLabel' | 'systemAccessFilter'
>

/** The ACEs of the SACL that are of this type, readable or not, and not for children only. */
export function saclEntries({ sacl }: SecurityDescriptor, type: LimitingType): readonly Ace[] {
  if (!sacl) return noEntries
  return sacl.entries.filter((ace) => typeOf(ace) === type && !(ace.flags & aceFlags.INHERIT_ONLY))
}

const noEntries: readonly Ace[] = []

/** The type in the header, also of an ACE whose body is not what its type says. */
function typeOf(ace: Ace): AceType {
  return ace.type === 'unknown' ? (aceFormats[ace.typeCode]?.type ?? ace.type) : ace.type
}
