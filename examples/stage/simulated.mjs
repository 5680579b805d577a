import { setWin32 } from '@asuser/native'
import { createWindows } from '@asuser/testkit'
import { reportIdentity } from '../report/report-identity.mjs'

/** A fresh simulated machine, with the server as a service on it. */
export function openSimulatedStage() {
  const command = 'C:\\Tools\\report.exe'
  const client = { user: 'alice', domain: 'TEST', password: 'correct horse' }
  const windows = createWindows({
    computerName: 'TEST',
    users: { [client.user]: { password: client.password } },
    programs: { [command]: reportIdentity },
  })
  const service = windows.startProcess({ account: 'LocalSystem' })
  const installed = setWin32(service.win32)
  return {
    description: 'the simulated Windows of @asuser/testkit',
    client,
    report: { command, args: [] },
    close() {
      windows.assertNoLeaks()
      installed[Symbol.dispose]()
    },
  }
}
