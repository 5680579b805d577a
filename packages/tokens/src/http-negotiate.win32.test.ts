import { getWin32 } from '@asuser/native'
import { describe, it } from 'vitest'
// @boundaries-ignore support of all test suites
import { installedAccounts, installedDomain } from '../../../tools/testing/installed-accounts.ts'
import { describeHttpNegotiate } from '../test/http-negotiate.suite.ts'

// Every test counts the handles itself.
function close(): void {}

describeHttpNegotiate('the addon', async () => {
  const { alice, bob } = await installedAccounts()
  return { win32: getWin32(), clients: [alice, bob], package: 'NTLM', sendsWrongPassword: true, close }
})

const domain = await installedDomain()

if (domain === undefined) {
  describe('HTTP Negotiate on the addon, with users of a domain', () => {
    it('answers as the client', ({ skip }) => skip('the computers of the Windows lane are in no domain'))
  })
} else {
  describeHttpNegotiate('the addon, with users of a domain', async () => {
    const { alice } = await installedAccounts()
    // Wine has one cache of tickets, so that the other client is one of NTLM; which Wine also tries with a password that
    // Kerberos refuses.
    return {
      win32: getWin32(),
      clients: [domain.user, alice],
      package: 'Kerberos',
      sendsWrongPassword: true,
      close,
    }
  })
}
