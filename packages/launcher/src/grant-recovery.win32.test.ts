import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { getWin32, processAccess } from '@asuser/native'
import { currentProcessToken } from '@asuser/tokens'
// @boundaries-ignore support of all test suites
import { installedAccounts } from '../../../tools/testing/installed-accounts.ts'
import { readDacls } from '../test/read-dacls.ts'
import { readRecords } from './grant-record.ts'
import { recoverStationGrants } from './grant-recovery.ts'

const win32 = getWin32()
let crashing: ChildProcess | undefined

// Under Wine the shim reads and writes the DACLs of stations.
beforeAll(async () => void (await installedAccounts()))

afterEach(() => void crashing?.kill())

/** Another server process, which has let a client onto the desktop. */
async function startServer(): Promise<ChildProcess> {
  const fixture = fileURLToPath(new URL('../test/hold-grant.mjs', import.meta.url))
  crashing = spawn(process.execPath, [fixture], { stdio: ['ignore', 'pipe', 'pipe'] })
  let errors = ''
  crashing.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const [said] = await Promise.race([
    once(crashing.stdout ?? crashing, 'data'),
    once(crashing, 'exit').then(() => [errors]),
  ])
  expect(String(said)).toMatch(/^granted to S-1-5-5-/)
  return crashing
}

it('takes back what a server process left that was ended with a grant', async () => {
  const warned = vi.spyOn(process, 'emitWarning')
  const handlesBefore = win32.countOpenHandles()
  const before = readDacls(win32)
  const server = await startServer()
  const granted = readDacls(win32)
  expect(granted).not.toEqual(before)

  // While it lives, nothing of it is touched.
  await expect(recoverStationGrants()).resolves.toEqual({ recovered: 0, postponed: 0 })
  expect(readDacls(win32)).toEqual(granted)

  const exited = once(server, 'exit')
  {
    using handle = win32.openProcess(server.pid ?? 0, processAccess.PROCESS_TERMINATE)
    win32.terminateProcess(handle, 1)
  }
  await exited
  expect(readDacls(win32)).toEqual(granted)
  await expect(recoverStationGrants()).resolves.toEqual({ recovered: 1, postponed: 0 })
  expect(readDacls(win32)).toEqual(before)
  await expect(readRecords(win32)).resolves.toEqual({ grants: [], unreadable: [] })
  expect(win32.countOpenHandles()).toBe(handlesBefore)
  expect(warned).not.toHaveBeenCalled()
})

it('keeps records in the hive of the server’s account', async () => {
  using token = currentProcessToken()
  const hive = { root: 'HKEY_USERS', path: token.user.sid.toString(), impersonate: null } as const
  expect((await win32.regEnumKey(hive)).map((name) => name.toLowerCase())).toContain('software')
})
