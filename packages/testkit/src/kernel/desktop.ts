import type { SecurityDescriptor } from '@asuser/security-descriptors'
import { KernelObject } from './kernel-object.ts'
import type { WindowStation } from './window-station.ts'

/** A desktop of a window station: windows, menus and hooks. */
export class Desktop extends KernelObject<'desktop'> {
  readonly kind = 'desktop'
  readonly name: string
  readonly station: WindowStation

  constructor(name: string, station: WindowStation, security: SecurityDescriptor) {
    super(security)
    this.name = name
    this.station = station
  }
}
