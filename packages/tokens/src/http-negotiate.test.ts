import { createWindows } from '@asuser/testkit'
import { describeHttpNegotiate } from '../test/http-negotiate.suite.ts'

describeHttpNegotiate('the simulated Windows', async () => {
  const domain = 'TEST'
  const alice = { user: 'alice', domain, password: 'correct horse' }
  const bob = { user: 'bob', domain, password: 'Tr0ub4dor&3' }
  const windows = createWindows({
    computerName: domain,
    users: { alice: { password: alice.password }, bob: { password: bob.password } },
  })
  return {
    win32: windows.startProcess({ account: 'LocalSystem' }).win32,
    clients: [alice, bob],
    close: () => windows.assertNoLeaks(),
  }
})
