import type { CredentialsUse } from '@asuser/native'
import type { SecurityDescriptor } from '@asuser/security-descriptors'
import { KernelObject } from './kernel-object.ts'

export type SecurityPackageName = 'Negotiate' | 'NTLM' | 'Kerberos'

/** Whose credentials a client shows. */
export interface CredentialsOwner {
  readonly user: string
  readonly domain: string
  /** Made from the password, which is not kept. */
  readonly key: Uint8Array
}

/**
 * Credentials for an exchange of a security package. They are no object of the kernel in Windows; here it keeps them,
 * with the handles, and nobody asks for their security.
 */
export class Credentials extends KernelObject<'credentials'> {
  readonly kind = 'credentials'
  readonly package: SecurityPackageName
  readonly use: CredentialsUse
  /** Why there is none, where there is none. */
  readonly owner: CredentialsOwner | 'network logon' | 'service'

  constructor(options: Pick<Credentials, 'package' | 'use' | 'owner'>, security: SecurityDescriptor) {
    super(security)
    this.package = options.package
    this.use = options.use
    this.owner = options.owner
  }
}
