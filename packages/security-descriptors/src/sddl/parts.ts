import type { Acl } from '../acl.ts'
import type { Sid } from '../sid.ts'

/** The parts of a security descriptor that SDDL can say. */
export interface SddlParts {
  readonly owner: Sid | undefined
  readonly group: Sid | undefined
  readonly dacl: Acl | null | undefined
  readonly sacl: Acl | null | undefined
  readonly control: number
}
