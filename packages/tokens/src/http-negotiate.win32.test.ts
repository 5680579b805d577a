import { getWin32 } from '@asuser/native'
import { deviations } from '@asuser/testkit/contract'
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

const lane = process.env['ASUSER_LANE'] ?? 'windows'
const missing = deviations.find((row) => row.what === 'Kerberos in a domain' && row.lane === lane)
const domain = await installedDomain()

if (missing !== undefined) {
  describe('HTTP Negotiate on the addon, with users of a domain', () => {
    it('answers as the client', ({ skip }) => skip(`${missing.what}: ${missing.differs} (${missing.source})`))
  })
} else if (domain === undefined) {
  throw new Error(`The lane ${lane} has no domain, and no row of deviations says so`)
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
