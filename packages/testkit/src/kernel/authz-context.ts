import type { AccessToken } from '@asuser/security-descriptors/access-check'
import { HandleTarget } from './handle-target.ts'

/** What AuthZ knows of a client that is not here: who it would be. */
export class AuthzContext extends HandleTarget {
  readonly kind = 'authz-context'
  readonly client: AccessToken

  constructor(client: AccessToken) {
    super()
    this.client = client
  }
}
