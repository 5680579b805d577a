import type { GenericMapping, SecurityDescriptor } from '@asuser/security-descriptors'
import { genericMappingOf, type SecurableKind } from './default-security.ts'
import { HandleTarget } from './handle-target.ts'

/**
 * An object of the kernel. It lives as long as handles (of any process) or the kernel itself hold it; what happens when
 * the last handle closes is the matter of the kind.
 */
export abstract class KernelObject<K extends SecurableKind = SecurableKind> extends HandleTarget {
  abstract readonly kind: K
  #security: SecurityDescriptor

  constructor(security: SecurityDescriptor) {
    super()
    this.#security = security
  }

  /** A value: changing the security of an object replaces it. */
  get security(): SecurityDescriptor {
    return this.#security
  }

  set security(security: SecurityDescriptor) {
    this.#security = security
  }

  /** What the generic rights mean for it. */
  get genericMapping(): GenericMapping {
    return genericMappingOf(this.kind)
  }
}
