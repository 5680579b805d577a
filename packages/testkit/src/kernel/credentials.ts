import type { CredentialsUse } from '@asuser/native'
import { HandleTarget } from './handle-target.ts'

export type SecurityPackageName = 'Negotiate' | 'NTLM' | 'Kerberos'

/** Whose credentials a client shows. */
export interface CredentialsOwner {
  readonly user: string
  readonly domain: string
  /** Made from the password, which is not kept. */
  readonly key: Uint8Array
}

/** Credentials for an exchange of a security package. */
export class Credentials extends HandleTarget {
  readonly kind = 'credentials'
  readonly package: SecurityPackageName
  readonly use: CredentialsUse
  /** Why there is none, where there is none. */
  readonly owner: CredentialsOwner | 'network logon' | 'service'

  constructor(options: Pick<Credentials, 'package' | 'use' | 'owner'>) {
    super()
    this.package = options.package
    this.use = options.use
    this.owner = options.owner
  }
}
