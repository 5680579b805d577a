import { setTimeout as delay } from 'node:timers/promises'
import { type Handle, mutexAccess, tokenAccess, type Win32, Win32Error } from '@asuser/native'
import { allow, Acl, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { currentProcessToken } from '@asuser/tokens'

/** How long to wait for other servers, in milliseconds: each of them holds the lock for a few calls only. */
const patience = 10_000
const longestPause = 50

/**
 * Runs `section` while no other server process edits the DACLs of a window station. A section is synchronous, for a
 * mutex belongs to a thread: no other work of this process comes between its reads and its writes either.
 *
 * A mutex that another process left behind when it died is taken over: a section reads before it writes.
 *
 * @throws Win32Error `ERROR_TIMEOUT` when others hold it too long, `ERROR_ACCESS_DENIED` when it belongs to a server that
 *   neither is this account nor lets administrators in
 */
export async function withStationLock<T>(win32: Win32, windowStation: string, section: () => T): Promise<T> {
  const name = `Global\\asuser-station-${windowStation.toLowerCase()}`
  using mutex = win32.createMutex({ name, security: serverOnlySecurity(win32) })
  const deadline = performance.now() + patience
  for (let pause = 1; win32.tryAcquireMutex(mutex) === 'busy'; pause = Math.min(2 * pause, longestPause)) {
    if (performance.now() > deadline) {
      throw Win32Error.of('ERROR_TIMEOUT', 'WaitForSingleObject', { mutex: name, waitedMs: patience })
    }
    await delay(pause)
  }
  try {
    return section()
  } finally {
    giveBack(win32, mutex)
  }
}

/** Twice if need be: a mutex that is not given back keeps the other servers out until this thread ends. */
function giveBack(win32: Win32, mutex: Handle<'mutex'>): void {
  try {
    win32.releaseMutex(mutex)
  } catch {
    win32.releaseMutex(mutex)
  }
}

const securityOfImplementation = new WeakMap<Win32, Uint8Array>()

/** A mutex for LocalSystem, administrators and the server itself: servers of different accounts share a station. */
export function serverOnlySecurity(win32: Win32): Uint8Array {
  const known = securityOfImplementation.get(win32)
  if (known !== undefined) return known
  using server = currentProcessToken({ access: tokenAccess.TOKEN_QUERY, win32 })
  const trustees = [Sid.wellKnown('LocalSystem'), Sid.wellKnown('BuiltinAdministrators'), server.user.sid]
  const dacl = Acl.from(trustees.map((sid) => allow(sid, mutexAccess.MUTEX_ALL_ACCESS)))
  const security = SecurityDescriptor.from({ dacl }).toBytes()
  securityOfImplementation.set(win32, security)
  return security
}
