import type { HandleKind } from '@asuser/native'
import type { GenericMapping, SecurityDescriptor } from '@asuser/security-descriptors'
import { genericMappingOf } from './default-security.ts'

/**
 * What a handle refers to. An object lives as long as handles (of any process) or the kernel itself hold it; what
 * happens when the last handle closes is the matter of the kind.
 */
export abstract class KernelObject<K extends HandleKind = HandleKind> {
  abstract readonly kind: K
  #security: SecurityDescriptor
  #handles = 0

  constructor(security: SecurityDescriptor) {
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

  get handleCount(): number {
    return this.#handles
  }

  addHandle(): void {
    this.#handles += 1
  }

  removeHandle(): void {
    this.#handles -= 1
    if (this.#handles === 0) this.lastHandleClosed()
  }

  /** Most kinds of objects need nothing done. */
  protected lastHandleClosed(): void {}
}
