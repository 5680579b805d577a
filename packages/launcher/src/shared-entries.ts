import { setTimeout as delay } from 'node:timers/promises'
import { type Win32, Win32Error } from '@asuser/native'
import type { AccessAllowedAce, AccessToken, Acl, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import type { DesktopName } from './desktop-name.ts'
import { type SecurableKind, type SecurableObject, StationObjects } from './securable-desktop.ts'
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

interface Edit {
  readonly object: SecurableObject
  readonly entry: AccessAllowedAce
  readonly read: SecurityDescriptor
  readonly dacl: Acl
}

/**
 * Lets the client in where it is shut out, in both objects or in none.
 *
 * @throws Win32Error `ERROR_ACCESS_DENIED` before anything is written, when the entries would not let it in
 */
function addEntries(objects: readonly SecurableObject[], trustee: Sid, token: AccessToken): readonly SecurableKind[] {
  const client = readOnce(token)
  const edits = objects.flatMap((object) => planEdit(object, trustee, client) ?? [])
  const done: Edit[] = []
  try {
    for (const edit of edits) {
      edit.object.writeDacl(edit.read, edit.dacl)
      done.push(edit)
    }
  } catch (error) {
    for (const edit of done.toReversed()) removeEntry(edit.object, edit.entry)
    throw error
  }
  return done.map(({ object }) => object.kind)
}

/** What the checks ask for again and again, asked of Windows once. */
function readOnce(token: AccessToken): AccessToken {
  const { user, groups, privileges, restrictedSids, integrityLevel, mandatoryPolicy, appContainerSid, capabilities } =
    token
  return { user, groups, privileges, restrictedSids, integrityLevel, mandatoryPolicy, appContainerSid, capabilities }
}

function planEdit(object: SecurableObject, trustee: Sid, token: AccessToken): Edit | undefined {
  const entry = object.entryFor(trustee)
  const read = object.readDescriptor()
  const { dacl } = read
  // No DACL and a NULL DACL let everybody in.
  if (!dacl) return undefined
  // An equal entry is a lease of another server, which ends when that server wants.
  if (object.admits(token, read.with({ dacl: withoutAll(dacl, entry) }))) return undefined
  const edit = { object, entry, read, dacl: dacl.with(entry) }
  if (object.admits(token, read.with({ dacl: edit.dacl }))) return edit
  throw Win32Error.of('ERROR_ACCESS_DENIED', 'AccessCheck', {
    object: object.kind,
    reason: 'an entry that denies access comes before the grant',
  })
}

function withoutAll(dacl: Acl, entry: AccessAllowedAce): Acl {
  let rest = dacl
  for (let next = rest.without(entry); next !== rest; next = rest.without(entry)) rest = next
  return rest
}

/** Takes away one entry, the last of those that equal it. Others for the same SID are somebody else's. */
function removeEntry(object: SecurableObject, entry: AccessAllowedAce): void {
  const read = object.readDescriptor()
  const rest = read.dacl?.without(entry)
  if (rest !== undefined && rest !== read.dacl) object.writeDacl(read, rest)
}
