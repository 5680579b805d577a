import { setTimeout as delay } from 'node:timers/promises'
import { type Win32, Win32Error } from '@asuser/native'
import type { Sid } from '@asuser/security-descriptors'
import type { AccessToken } from '@asuser/security-descriptors/access-check'
import { addEntries, needsEntries, removeEntry } from './dacl-entries.ts'
import type { DesktopName } from './desktop-name.ts'
import { GrantRecord } from './grant-record.ts'
import { recoverStationGrantsOnce } from './grant-recovery.ts'
import { type SecurableKind, StationObjects } from './securable-desktop.ts'
import { withStationLock } from './station-lock.ts'
import { warnOfGrant } from './warnings.ts'

const removalAttempts = 3
const pauseBetweenAttempts = 100

/** The entries of one client in the DACLs of one station and desktop, counted over the leases of this process. */
export class SharedEntries {
  readonly name: DesktopName
  readonly trustee: Sid
  readonly #win32: Win32
  readonly #inPlace = new Set<SecurableKind>()
  #leases = 0
  /** Leases that are being taken. */
  #arriving = 0
  /** Stands from before the entries are in place until after they are not; undefined when it could not be written. */
  #record: Promise<GrantRecord | undefined> | undefined

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
    await recoverStationGrantsOnce(this.#win32)
    let leased = false
    this.#arriving++
    try {
      if (!this.#isNeeded(token)) return false
      this.#record ??= this.#writeRecord()
      await this.#record
      await withStationLock(this.#win32, this.name.windowStation, () => {
        leased = this.#leaseNow(token)
      })
      return leased
    } catch (error) {
      if (leased) await this.release().catch(() => {})
      throw error instanceof Win32Error ? error.with({ ...this.name, trustee: this.trustee.toString() }) : error
    } finally {
      this.#arriving--
      await this.#forgetIfUnused()
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
        return await this.#forgetIfUnused()
      } catch (error) {
        if (attempt === removalAttempts) throw error
        await delay(pauseBetweenAttempts)
      }
    }
  }

  /** Asked before anything is written, for most clients of a console need nothing. */
  #isNeeded(token: AccessToken): boolean {
    if (this.#inPlace.size > 0) return true
    using objects = StationObjects.open(this.#win32, this.name)
    return needsEntries(objects.all, this.trustee, token)
  }

  /**
   * Without a record a grant would stay after a crash. That of a logon session, which no later one is, lets nobody in
   * and is made all the same; that of a user would let every later session in.
   */
  async #writeRecord(): Promise<GrantRecord | undefined> {
    try {
      return await GrantRecord.write(this.#win32, this.name, this.trustee)
    } catch (error) {
      if (!isLogonSid(this.trustee)) throw error
      this.#tellOfMissingRecord(error)
      return undefined
    }
  }

  /** Once for each process: what is wrong with one record is wrong with the next. */
  #tellOfMissingRecord(error: unknown): void {
    if (toldOfMissingRecords.has(this.#win32)) return
    toldOfMissingRecords.add(this.#win32)
    warnOfGrant('ASUSER_GRANT_NOT_RECORDED', 'Station grants would stay if this server crashed', error)
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

  async #forgetIfUnused(): Promise<void> {
    if (this.#leases > 0 || this.#arriving > 0 || this.#inPlace.size > 0) return
    entriesOfImplementation.get(this.#win32)?.delete(keyOf(this.name, this.trustee))
    const record = this.#record
    this.#record = undefined
    try {
      // One that could not be written has been told of.
      await (await record?.catch(() => undefined))?.remove()
    } catch (error) {
      // It stands for nothing any more, and goes with the next recovery.
      warnOfGrant('ASUSER_GRANT_NOT_RECOVERED', 'The record of a station grant cannot be removed', error)
    }
  }
}

function isLogonSid(sid: Sid): boolean {
  return /^S-1-5-5-\d+-\d+$/.test(sid.toString())
}

const toldOfMissingRecords = new WeakSet<Win32>()

const entriesOfImplementation = new WeakMap<Win32, Map<string, SharedEntries>>()

function keyOf({ windowStation, desktop }: DesktopName, trustee: Sid): string {
  return `${windowStation}\\${desktop}\\${trustee.toString()}`.toLowerCase()
}
