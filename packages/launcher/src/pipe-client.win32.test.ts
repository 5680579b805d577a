import { fileURLToPath } from 'node:url'
import { getWin32 } from '@asuser/native'
// @boundaries-ignore support of all test suites
import { installedAccounts } from '../../../tools/testing/installed-accounts.ts'
import { describePipeClients } from '../test/pipe-client.suite.ts'

const script = (name: string): string => fileURLToPath(new URL(`../test/${name}`, import.meta.url))

describePipeClients('the addon', async () => {
  const { alice, bob } = await installedAccounts()
  return {
    win32: getWin32(),
    clients: [alice, bob],
    client: { command: process.execPath, args: [script('pipe-client.mjs')] },
    report: { command: process.execPath, args: [script('report-sid.mjs')] },
    // A process of node.exe each is much for a small machine.
    processes: 8,
    // The suite counts the handles itself.
    close() {},
  }
})
