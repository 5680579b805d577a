import type { Win32 } from '@asuser/native'
import type { Sid } from '@asuser/security-descriptors'
import type { Token } from '@asuser/tokens'
import type { DesktopName } from './desktop-name.ts'
import type { SecurableKind } from './securable-desktop.ts'
import { SharedEntries } from './shared-entries.ts'

export interface StationGrantRequest extends DesktopName {
  readonly win32: Win32
  readonly token: Token
}

/**
 * A lease of access to a window station and its desktop, for as long as programs of the client run there.
 *
 * Its entries name the logon SID of the client, so that other sessions of the same user stay out and the access means
 * nothing once the session has ended. A token without one is let in by its user SID, and the process warning
 * `ASUSER_USER_SID_GRANT` says so.
 *
 * The leases of one server process share the entries; every server process adds entries of its own. Whoever is last
 * takes exactly its own away again, so that the DACLs end as the same bytes that they were.
 */
export class StationGrant implements AsyncDisposable {
  readonly windowStation: string
  readonly desktop: string
  /** Who is let in. */
  readonly trustee: Sid
  /** Which of the two the client could not use without the grant. */
  readonly objects: readonly SecurableKind[]
  readonly #entries: SharedEntries
  #released: Promise<void> | undefined

  private constructor(entries: SharedEntries) {
    this.#entries = entries
    this.windowStation = entries.name.windowStation
    this.desktop = entries.name.desktop
    this.trustee = entries.trustee
    this.objects = entries.objects
  }

  /**
   * Lets a client onto a desktop of this session. Undefined when it may be there without that.
   *
   * Needs `READ_CONTROL | WRITE_DAC` on the station and on the desktop, with `DESKTOP_READOBJECTS` and
   * `DESKTOP_WRITEOBJECTS` on the latter.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED` with the syscall `AccessCheck` when an entry that denies would still keep the
   *   client out, with `OpenWindowStationW` or `OpenDesktopW` when the server may not edit the DACLs;
   *   `ERROR_FILE_NOT_FOUND`; `ERROR_TIMEOUT` when other servers hold the lock of the station too long
   */
  static async acquire({ win32, token, ...name }: StationGrantRequest): Promise<StationGrant | undefined> {
    const { logonSid } = token
    const entries = SharedEntries.of(win32, name, logonSid ?? token.user.sid)
    if (!(await entries.lease(token))) return undefined
    if (logonSid === undefined) tellOfUserSid(win32, entries.trustee)
    return new StationGrant(entries)
  }

  /**
   * Ends the lease; once is enough, again changes nothing.
   *
   * @throws Win32Error what kept the entries in place, after several attempts; they go with the next lease of the client
   */
  release(): Promise<void> {
    this.#released ??= this.#entries.release()
    return this.#released
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release()
  }
}

const toldOfUserSids = new WeakMap<Win32, Set<string>>()

/** Once for each user. */
function tellOfUserSid(win32: Win32, user: Sid): void {
  const told = toldOfUserSids.get(win32) ?? new Set<string>()
  toldOfUserSids.set(win32, told)
  const name = user.toString()
  if (told.has(name)) return
  told.add(name)
  process.emitWarning(`The token of ${name} has no logon SID: access to its desktop goes to all sessions of the user`, {
    code: 'ASUSER_USER_SID_GRANT',
  })
}
