import { objectTypes, type GenericMapping, type SecurityDescriptor } from '@asuser/security-descriptors'
import type { Desktop } from './desktop.ts'
import { KernelObject } from './kernel-object.ts'

/** A window station: a clipboard, atoms and desktops. */
export class WindowStation extends KernelObject<'window-station'> {
  readonly kind = 'window-station'
  readonly name: string
  readonly sessionId: number
  readonly #desktops = new Map<string, Desktop>()

  constructor(name: string, sessionId: number, security: SecurityDescriptor) {
    super(security)
    this.name = name
    this.sessionId = sessionId
  }

  /** Only winsta0 can be seen. */
  get isInteractive(): boolean {
    return this.name.toLowerCase() === 'winsta0'
  }

  override get genericMapping(): GenericMapping {
    return objectTypes[this.isInteractive ? 'windowStation' : 'nonInteractiveWindowStation'].genericMapping
  }

  get desktops(): IterableIterator<Desktop> {
    return this.#desktops.values()
  }

  desktop(name: string): Desktop | undefined {
    return this.#desktops.get(name.toLowerCase())
  }

  addDesktop(desktop: Desktop): void {
    this.#desktops.set(desktop.name.toLowerCase(), desktop)
  }
}
