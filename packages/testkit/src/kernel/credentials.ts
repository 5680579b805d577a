import type { CredentialsUse } from '@asuser/native'
import { HandleTarget } from './handle-target.ts'

export type SecurityPackageName = 'Negotiate' | 'NTLM' | 'Kerberos'

/** Whose credentials a client shows. */
export interface CredentialsOwner {
  readonly user: string
  readonly domain: string
  /** Made from the password, which is not kept; undefined where somebody else has it and only handed a ticket on. */
  readonly key: Uint8Array | undefined
  /** What a client has handed on: a ticket of Kerberos to get others with. */
  readonly grantingTicket?: Uint8Array | undefined
}

/** Credentials for an exchange of a security package. */
export class Credentials extends HandleTarget {
  readonly kind = 'credentials'
  readonly package: SecurityPackageName
  readonly use: CredentialsUse
  /** Why there is none, where there is none. */
  readonly owner: CredentialsOwner | 'network logon' | 'service'
  /** Whether the identity was given, and is not that of the logon session. */
  readonly isGiven: boolean

  constructor(options: Pick<Credentials, 'package' | 'use' | 'owner' | 'isGiven'>) {
    super()
    this.package = options.package
    this.use = options.use
    this.owner = options.owner
    this.isGiven = options.isGiven
  }
}
