import { getWin32 } from '@asuser/native'
import { describe, it } from 'vitest'
// @boundaries-ignore support of all test suites
import { installedAccounts, installedDomain } from '../../../tools/testing/installed-accounts.ts'
import { describeHttpNegotiate } from '../test/http-negotiate.suite.ts'
import { missingInLane } from '../test/missing-in-lane.ts'

// Every test counts the handles itself.
function close(): void {}

const withoutBindings = missingInLane('channel bindings')

describeHttpNegotiate('the addon', async () => {
  const { alice, bob } = await installedAccounts()
  return { win32: getWin32(), clients: [alice, bob], package: 'NTLM', sendsWrongPassword: true, withoutBindings, close }
})

const withoutDomain = missingInLane('Kerberos in a domain')
const domain = await installedDomain()

if (withoutDomain !== undefined) {
  describe('HTTP Negotiate on the addon, with users of a domain', () => {
    it('answers as the client', ({ skip }) => skip(withoutDomain))
  })
} else if (domain === undefined) {
  throw new Error(`This lane has no domain, and no row of deviations says so`)
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
      withoutBindings,
      close,
    }
  })
}
