import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { mutexAccess, type Win32 } from '@asuser/native'
import { Acl, allow, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import type { SimulatedWindows } from '@asuser/testkit'
import { holdStationLock, stationLock } from '../test/hold-station-lock.ts'
import { startServer } from '../test/simulated-server.ts'
import { withStationLock } from './station-lock.ts'

let windows: SimulatedWindows
let win32: Win32

beforeEach(() => {
  ;({ windows, win32 } = startServer({ trackHandles: true }))
})

afterEach(() => windows.assertNoLeaks())

const edit = (): Promise<string> => withStationLock(win32, 'WinSta0', () => 'edited')

describe('the lock of the station', () => {
  it('is waited for', async () => {
    const busy = holdStationLock(windows)
    let isDone = false
    const editing = edit().finally(() => (isDone = true))
    await delay(20)
    expect(isDone).toBe(false)
    busy.release()
    await expect(editing).resolves.toBe('edited')
  })

  it('is given up on after a while', async () => {
    const busy = holdStationLock(windows)
    vi.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValue(60_000)
    await expect(edit()).rejects.toMatchObject({ code: 'ERROR_TIMEOUT', context: { mutex: stationLock } })
    busy.release()
  })

  it('is taken over from a server that died with it', async () => {
    holdStationLock(windows).holder.exit()
    await expect(edit()).resolves.toBe('edited')
  })

  it('is refused to the server when it belongs to somebody else', async () => {
    const bob = windows.startProcess({ account: 'bob' })
    const { logonSid = Sid.wellKnown('World') } = bob
    const security = SecurityDescriptor.from({ dacl: Acl.from([allow(logonSid, mutexAccess.MUTEX_ALL_ACCESS)]) })
    using _squatted = bob.win32.createMutex({ name: stationLock, security: security.toBytes() })
    await expect(edit()).rejects.toMatchObject({ code: 'ERROR_ACCESS_DENIED', syscall: 'CreateMutexW' })
  })
})
