import { getWin32 } from '@asuser/native'
// @boundaries-ignore support of all test suites
import { installedAccounts } from '../../../tools/testing/installed-accounts.ts'
import { describeHttpNegotiate } from '../test/http-negotiate.suite.ts'

describeHttpNegotiate('the addon', async () => {
  const { alice, bob } = await installedAccounts()
  return {
    win32: getWin32(),
    clients: [alice, bob],
    // Every test counts the handles itself.
    close() {},
  }
})
