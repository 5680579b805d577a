import type { SecurityEventParameter } from '@asuser/native'
import type { Sid } from '@asuser/security-descriptors'

/** What happened, by the numbers that Windows gives it. */
export const auditEvent = {
  handleRequested: 4656,
  handleClosed: 4658,
  objectDeleted: 4660,
  privilegedServiceCalled: 4673,
  privilegedObjectOperation: 4674,
} as const

/** An entry of the security log. */
export interface SecurityEvent {
  readonly id: number
  readonly isSuccess: boolean
  /** The server that reported it: a subsystem, or an installed source. */
  readonly source: string
  readonly processId: number
  /** Whom it is about. */
  readonly user: Sid
  /** The object or the service. */
  readonly target: string | undefined
  readonly handleId: bigint | undefined
  readonly access: number | undefined
  /** Those that were used, or missing, by name. */
  readonly privileges: readonly string[]
  /** Of an installed source. */
  readonly parameters: readonly SecurityEventParameter[]
}

/** The security log of a machine whose policy audits everything, and the sources that may write to it. */
export class SecurityLog {
  readonly events: SecurityEvent[] = []
  /** By the name in lower case: whether several may write at a time, and how many do. */
  readonly sources: Map<string, { readonly isShared: boolean; users: number }> = new Map()
}
