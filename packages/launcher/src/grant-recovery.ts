import { getWin32, type Win32, Win32Error } from '@asuser/native'
import { countEntries, removeEntry } from './dacl-entries.ts'
import { GrantRecord, ownSessionId, readRecords } from './grant-record.ts'
import type { RecordedGrant } from './recorded-grant.ts'
import { type SecurableObject, StationObjects } from './securable-desktop.ts'
import { withStationLock } from './station-lock.ts'
import { warnOfGrant } from './warnings.ts'

/** What came of it. */
export interface GrantRecovery {
  /** Grants of ended servers that are taken back. */
  readonly recovered: number
  /** Those that are not yet: servers that live let the same client in, or something failed, which a warning told of. */
  readonly postponed: number
}

/**
 * Takes back the access to desktops of this session that servers of this account gave and, since they crashed, did not
 * take back. The first grant of a process does so by itself; call this to have it done before.
 *
 * Programs that such a server left running, detached ones, keep the desktop that they have open; what they start from
 * then on has no access to it.
 *
 * Never fails: what cannot be taken back is told of in the process warning `ASUSER_GRANT_NOT_RECOVERED`, and tried again
 * with the next grant. A record that no server wrote is left as it is, with the warning `ASUSER_GRANT_RECORD_IGNORED`.
 */
export async function recoverStationGrants(
  options: { readonly win32?: Win32 | undefined } = {},
): Promise<GrantRecovery> {
  const win32 = options.win32 ?? getWin32()
  let grants: readonly RecordedGrant[]
  try {
    grants = await readOwnSession(win32)
  } catch (error) {
    warnOfGrant('ASUSER_GRANT_NOT_RECOVERED', 'The records of station grants cannot be read', error)
    return { recovered: 0, postponed: 1 }
  }
  return recover(win32, grants)
}

const doneForImplementation = new WeakMap<Win32, Promise<GrantRecovery>>()

/** Once for each process, and again while something is left to be done. */
export async function recoverStationGrantsOnce(win32: Win32): Promise<void> {
  let done = doneForImplementation.get(win32)
  if (done === undefined) {
    done = recoverStationGrants({ win32 })
    doneForImplementation.set(win32, done)
  }
  const { postponed } = await done
  if (postponed > 0 && doneForImplementation.get(win32) === done) doneForImplementation.delete(win32)
}

async function readOwnSession(win32: Win32): Promise<readonly RecordedGrant[]> {
  const { grants, unreadable } = await readRecords(win32)
  if (unreadable.length > 0) {
    warnOfGrant('ASUSER_GRANT_RECORD_IGNORED', 'Records of station grants that no server wrote', unreadable.join(', '))
  }
  const sessionId = ownSessionId(win32)
  return grants.filter((grant) => grant.sessionId === sessionId)
}

async function recover(win32: Win32, grants: readonly RecordedGrant[]): Promise<GrantRecovery> {
  const ended: { readonly grant: RecordedGrant; readonly record: GrantRecord }[] = []
  const living: RecordedGrant[] = []
  let postponed = 0
  for (const grant of grants) {
    try {
      const record = await GrantRecord.claim(win32, grant)
      if (record === undefined) living.push(grant)
      else ended.push({ grant, record })
    } catch (error) {
      postponed++
      // It may live: what it gave stays.
      living.push(grant)
      warnOfGrant('ASUSER_GRANT_NOT_RECOVERED', describe(grant), error)
    }
  }
  let recovered = 0
  for (const { grant, record } of ended) {
    if (await takeBack(win32, grant, record, living.filter((other) => isSame(grant, other)).length)) recovered++
    else postponed++
  }
  return { recovered, postponed }
}

async function takeBack(win32: Win32, grant: RecordedGrant, record: GrantRecord, living: number): Promise<boolean> {
  try {
    if (!(await removeEntries(win32, grant, living))) {
      record.leave()
      return false
    }
  } catch (error) {
    record.leave()
    warnOfGrant('ASUSER_GRANT_NOT_RECOVERED', describe(grant), error)
    return false
  }
  try {
    await record.remove()
    return true
  } catch (error) {
    warnOfGrant('ASUSER_GRANT_NOT_RECOVERED', describe(grant), error)
    return false
  }
}

/** Whether nothing of the grant is left in the DACLs. */
async function removeEntries(win32: Win32, grant: RecordedGrant, living: number): Promise<boolean> {
  try {
    return await withStationLock(win32, grant.name.windowStation, () => {
      using objects = StationObjects.open(win32, grant.name)
      return objects.all.map((object) => removeOne(object, grant, living)).every(Boolean)
    })
  } catch (error) {
    // A station or desktop that is gone took its entries with it.
    if (error instanceof Win32Error && error.code === 'ERROR_FILE_NOT_FOUND') return true
    throw error
  }
}

/**
 * A record is written before its entries, and each server that lives has an entry of its own, or none where its client
 * was let in anyway. So an entry belongs to the ended server for sure only where there are more than servers that live.
 */
function removeOne(object: SecurableObject, { trustee }: RecordedGrant, living: number): boolean {
  const entry = object.entryFor(trustee)
  const present = countEntries(object, entry)
  if (present > living) removeEntry(object, entry)
  return present > living || present === 0
}

function isSame(one: RecordedGrant, other: RecordedGrant): boolean {
  return describe(one).toLowerCase() === describe(other).toLowerCase()
}

function describe({ name, trustee }: RecordedGrant): string {
  return `${name.windowStation}\\${name.desktop} for ${trustee.toString()}`
}
