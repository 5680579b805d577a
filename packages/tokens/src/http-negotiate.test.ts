import { createWindows } from '@asuser/testkit'
import { describeHttpNegotiate } from '../test/http-negotiate.suite.ts'

describeHttpNegotiate('the simulated Windows, with users of the computer', async () => {
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
    package: 'NTLM',
    sendsWrongPassword: true,
    close: () => windows.assertNoLeaks(),
  }
})

describeHttpNegotiate('the simulated Windows, with users of a domain', async () => {
  const domain = 'CORP'
  const alice = { user: 'alice', domain, password: 'correct horse' }
  const bob = { user: 'bob', domain, password: 'Tr0ub4dor&3' }
  const windows = createWindows({
    computerName: 'TEST',
    domain: {
      name: domain,
      dnsName: 'corp.example.com',
      users: { alice: { password: alice.password }, bob: { password: bob.password } },
      computer: { servicePrincipalNames: ['HTTP/127.0.0.1'] },
    },
  })
  return {
    win32: windows.startProcess({ account: 'NetworkService' }).win32,
    clients: [alice, bob],
    package: 'Kerberos',
    // The key distribution center finds out.
    sendsWrongPassword: false,
    close: () => windows.assertNoLeaks(),
  }
})
