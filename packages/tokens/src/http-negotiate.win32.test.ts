import { describe, it } from 'vitest'
import { getWin32 } from '@asuser/native'
import { deviations } from '@asuser/testkit/contract'
// @boundaries-ignore support of all test suites
import { installedAccounts } from '../../../tools/testing/installed-accounts.ts'
import { describeHttpNegotiate } from '../test/http-negotiate.suite.ts'

const lane = process.env['ASUSER_LANE'] ?? 'windows'
const missing = deviations.find((row) => row.what === 'security packages' && row.lane === lane)

if (missing === undefined) {
  describeHttpNegotiate('the addon', async () => {
    const { alice, bob } = await installedAccounts()
    return {
      win32: getWin32(),
      clients: [alice, bob],
      package: 'NTLM',
      // Every test counts the handles itself.
      close() {},
    }
  })
} else {
  describe('HTTP Negotiate on the addon', () => {
    it('answers as the client', ({ skip }) => skip(`${missing.what}: ${missing.differs} (${missing.source})`))
  })
}
