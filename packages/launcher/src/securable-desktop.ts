import {
  accessRight,
  type Borrowed,
  desktopAccess,
  type Handle,
  securityInformation,
  type Win32,
  windowStationAccess,
} from '@asuser/native'
import {
  type AccessAllowedAce,
  allow,
  type Acl,
  objectTypes,
  SecurityDescriptor,
  type Sid,
} from '@asuser/security-descriptors'
import {
  accessCheck,
  type AccessCheckResult,
  type AccessToken,
  formatTrace,
} from '@asuser/security-descriptors/access-check'
import type { DesktopName } from './desktop-name.ts'

/**
 * What a program needs to run on a station and its desktop: every right of their own, and to read who may what. Not to
 * delete them, change their owner or change their DACL, which the well-known sample code grants as well: a client that
 * could write the DACL could let anybody in, and keep the access that is to be taken back.
 */
const stationMask = accessRight.READ_CONTROL | windowStationAccess.WINSTA_ALL_ACCESS
const desktopMask = accessRight.READ_CONTROL | desktopAccess.DESKTOP_ALL_ACCESS

const stationRights = accessRight.READ_CONTROL | accessRight.WRITE_DAC
/** Reading and writing objects of a desktop are what Windows wants of who edits its DACL. */
const desktopRights = stationRights | desktopAccess.DESKTOP_READOBJECTS | desktopAccess.DESKTOP_WRITEOBJECTS

const { OWNER_SECURITY_INFORMATION, GROUP_SECURITY_INFORMATION, DACL_SECURITY_INFORMATION } = securityInformation
const readInformation = OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION

export type SecurableKind = 'windowStation' | 'desktop'

/** A window station or a desktop, open for reading and writing its DACL. */
export class SecurableObject {
  readonly kind: SecurableKind
  readonly #win32: Win32
  readonly #handle: Borrowed<'window-station' | 'desktop'>

  constructor(win32: Win32, kind: SecurableKind, handle: Borrowed<'window-station' | 'desktop'>) {
    this.#win32 = win32
    this.kind = kind
    this.#handle = handle
  }

  /** The entry that lets a trustee run programs here. Flags 0: nothing inherits it. */
  entryFor(trustee: Sid): AccessAllowedAce {
    return allow(trustee, this.#mask)
  }

  readDescriptor(): SecurityDescriptor {
    return SecurityDescriptor.fromBytes(this.#win32.getUserObjectSecurity(this.#handle, readInformation))
  }

  writeDacl(read: SecurityDescriptor, dacl: Acl): void {
    const written = read.with({ owner: undefined, group: undefined, dacl })
    this.#win32.setUserObjectSecurity(this.#handle, DACL_SECURITY_INFORMATION, written.toBytes())
  }

  /** Whether a token may run programs here under a descriptor. */
  admits(token: AccessToken, descriptor: SecurityDescriptor): boolean {
    return this.#check(token, descriptor).granted
  }

  /** What keeps a token out, as a line for people. */
  explainRefusal(token: AccessToken, descriptor: SecurityDescriptor): string {
    const { decisive } = this.#check(token, descriptor).trace
    const trace = { steps: decisive === undefined ? [] : [decisive], decisive }
    return formatTrace(trace, { objectType: objectTypes[this.kind] }).replace(/^=> /, '')
  }

  #check(token: AccessToken, descriptor: SecurityDescriptor): AccessCheckResult {
    const { genericMapping } = objectTypes[this.kind]
    return accessCheck({ descriptor, token, desiredAccess: this.#mask, genericMapping })
  }

  get #mask(): number {
    return this.kind === 'windowStation' ? stationMask : desktopMask
  }
}

/** A station and one of its desktops, in the order in which a program comes to them. */
export class StationObjects implements Disposable {
  readonly all: readonly SecurableObject[]
  readonly #handles: readonly Handle[]

  private constructor(win32: Win32, station: Handle<'window-station'>, desktop: Handle<'desktop'>) {
    this.#handles = [desktop, station]
    this.all = [new SecurableObject(win32, 'windowStation', station), new SecurableObject(win32, 'desktop', desktop)]
  }

  /** @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_ACCESS_DENIED`, with the name in its context */
  static open(win32: Win32, name: DesktopName): StationObjects {
    const station = win32.openWindowStation(name.windowStation, stationRights)
    try {
      const desktop = win32.openDesktop({
        windowStation: station,
        name: name.desktop,
        desiredAccess: desktopRights,
      })
      return new StationObjects(win32, station, desktop)
    } catch (error) {
      station.close()
      throw error
    }
  }

  [Symbol.dispose](): void {
    for (const handle of this.#handles) handle.close()
  }
}
