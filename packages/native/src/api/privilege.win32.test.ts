import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { privilegeAttribute } from '../constants.ts'
import { installLsaShim } from '../fixtures/lsa-shim.mjs'
import { getWin32 } from '../win32.ts'

it('enableProcessPrivileges counts those who ask in all threads, and a worker that ends as one who is done', async () => {
  const file = fileURLToPath(new URL('../fixtures/share-privileges.mjs', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [file])
  expect(JSON.parse(stdout)).toEqual({ before: false, withoutFirst: true, withWorkerAlone: true, after: false })
})

it('enableProcessPrivileges puts back with the next what it could not put back', async ({ skip }) => {
  skip(process.env['ASUSER_LANE'] !== 'wine', 'only the shim of the Wine lane fails when it is told to')
  const shim = await installLsaShim()
  const win32 = getWin32()
  const [backup, restore] = [
    win32.lookupPrivilegeValue('SeBackupPrivilege'),
    win32.lookupPrivilegeValue('SeRestorePrivilege'),
  ]
  const enabled = (): readonly boolean[] => {
    const held = win32.getTokenInformation(win32.getCurrentProcessToken(), 'TokenPrivileges')
    const attributesOf = (luid: bigint): number => held.find((each) => each.luid === luid)?.attributes ?? 0
    return [backup, restore].map((luid) => (attributesOf(luid) & privilegeAttribute.SE_PRIVILEGE_ENABLED) !== 0)
  }
  expect(enabled()).toEqual([false, false])
  for (const error of [0, 8]) shim.failNext('AdjustTokenPrivileges', error)
  win32.enableProcessPrivileges([backup]).close()
  expect(enabled()).toEqual([true, false])

  // Who asks for it meanwhile gets it, and leaves it as it was at first.
  shim.failNext('AdjustTokenPrivileges', 8)
  win32.enableProcessPrivileges([backup]).close()
  expect(enabled()).toEqual([true, false])
  win32.enableProcessPrivileges([restore]).close()
  expect(enabled()).toEqual([false, false])
  shim.clear()
})
