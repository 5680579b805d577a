import { HandleTarget } from './handle-target.ts'

/** The right to write to the security log under the name of an installed source, which one process has at a time. */
export class SecurityEventSource extends HandleTarget {
  readonly kind = 'security-event-source'
  readonly name: string
  readonly #unregister: () => void

  constructor(name: string, unregister: () => void) {
    super()
    this.name = name
    this.#unregister = unregister
  }

  protected override lastHandleClosed(): void {
    this.#unregister()
  }
}
