import { logonUser } from '@asuser/tokens'
// @boundaries-ignore support of all test suites
import { installedAccounts } from '../../../tools/testing/installed-accounts.ts'
import { StationGrant } from '../src/index.ts'

const { alice } = await installedAccounts()
const token = await logonUser(alice)
const grant = await StationGrant.acquire({ win32: token.win32, token, windowStation: 'winsta0', desktop: 'default' })
process.stdout.write(`granted to ${grant?.trustee.toString()}\n`)
setInterval(() => {}, 1000)
