import { setTimeout as delay } from 'node:timers/promises'
import { type Win32, Win32Error } from '@asuser/native'
import type { Sid } from '@asuser/security-descriptors'
import type { AccessToken } from '@asuser/security-descriptors/access-check'
import { addEntries, removeEntry } from './dacl-entries.ts'
import type { DesktopName } from './desktop-name.ts'
import { type SecurableKind, StationObjects } from './securable-desktop.ts'
import { withStationLock } from './station-lock.ts'

const removalAttempts = 3
const pauseBetweenAttempts = 100

/** The entries of one client in the DACLs of one station and desktop, counted over the leases of this process. */
export class SharedEntries {
  readonly name: DesktopName
  readonly trustee: Sid
  readonly #win32: Win32
  readonly #inPlace = new Set<SecurableKind>()
  #leases = 0

  private constructor(win32: Win32, name: DesktopName, trustee: Sid) {
    this.#win32 = win32
    this.name = name
    this.trustee = trustee
  }

  /** The entries that leases of this client share, whether or not they are in place. */
  static of(win32: Win32, name: DesktopName, trustee: Sid): SharedEntries {
    const known = entriesOfImplementation.get(win32) ?? new Map<string, SharedEntries>()
    entriesOfImplementation.set(win32, known)
    const key = keyOf(name, trustee)
    let entries = known.get(key)
    if (entries === undefined) {
      entries = new SharedEntries(win32, name, trustee)
      known.set(key, entries)
    }
    return entries
  }

  /** The objects that have an entry. */
  get objects(): readonly SecurableKind[] {
    return [...this.#inPlace]
  }

  /** Takes one lease, and puts the entries in place if it is the first. False when the client needs none. */
  async lease(token: AccessToken): Promise<boolean> {
    if (this.#inPlace.size > 0) {
      this.#leases++
      return true
    }
    let leased = false
    try {
      await withStationLock(this.#win32, this.name.windowStation, () => {
        leased = this.#leaseNow(token)
      })
      return leased
    } catch (error) {
      if (leased) await this.release().catch(() => {})
      throw error instanceof Win32Error ? error.with({ ...this.name, trustee: this.trustee.toString() }) : error
    } finally {
      this.#forgetIfUnused()
    }
  }

  /** Gives one lease back, and takes the entries away if it was the last. */
  async release(): Promise<void> {
    this.#leases--
    for (let attempt = 1; this.#leases === 0; attempt++) {
      try {
        await withStationLock(this.#win32, this.name.windowStation, () => {
          this.#removeNow()
        })
        return this.#forgetIfUnused()
      } catch (error) {
        if (attempt === removalAttempts) throw error
        await delay(pauseBetweenAttempts)
      }
    }
  }

  #leaseNow(token: AccessToken): boolean {
    // Another lease may have come first while this one waited for the lock.
    if (this.#inPlace.size === 0) {
      using objects = StationObjects.open(this.#win32, this.name)
      for (const kind of addEntries(objects.all, this.trustee, token)) this.#inPlace.add(kind)
    }
    if (this.#inPlace.size === 0) return false
    this.#leases++
    return true
  }

  #removeNow(): void {
    // Another lease may have been taken while this one waited for the lock.
    if (this.#leases > 0) return
    using objects = StationObjects.open(this.#win32, this.name)
    for (const object of objects.all) {
      if (!this.#inPlace.has(object.kind)) continue
      removeEntry(object, object.entryFor(this.trustee))
      this.#inPlace.delete(object.kind)
    }
  }

  #forgetIfUnused(): void {
    if (this.#leases > 0 || this.#inPlace.size > 0) return
    entriesOfImplementation.get(this.#win32)?.delete(keyOf(this.name, this.trustee))
  }
}

const entriesOfImplementation = new WeakMap<Win32, Map<string, SharedEntries>>()

function keyOf({ windowStation, desktop }: DesktopName, trustee: Sid): string {
  return `${windowStation}\\${desktop}\\${trustee.toString()}`.toLowerCase()
}
