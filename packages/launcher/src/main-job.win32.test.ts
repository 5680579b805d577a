import { fileURLToPath } from 'node:url'
import { getWin32 } from '@asuser/native'
// @boundaries-ignore support of all test suites
import { installedAccounts } from '../../../tools/testing/installed-accounts.ts'
import { describeMainJob } from '../test/main-job.suite.ts'

describeMainJob('the addon', async () => {
  const { alice, bob } = await installedAccounts()
  return {
    win32: getWin32(),
    clients: [alice, bob],
    copy: {
      command: process.execPath,
      args: [fileURLToPath(new URL('../test/copy-stdin.mjs', import.meta.url))],
    },
    // Every test counts the handles itself.
    close() {},
  }
})
