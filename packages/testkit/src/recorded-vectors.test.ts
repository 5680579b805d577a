import { describeRecordedVectors } from '../test/recorded-vectors.suite.ts'
import { createWindows } from './windows.ts'

// As in the recorded runs: a member of Everyone, Administrators and Users.
const windows = createWindows({
  users: { tester: { password: 'Secret-1', groups: ['Administrators'] } },
  sessions: [{ id: 1, user: 'tester' }],
  registry: { 'HKEY_USERS\\tester\\Software': {} },
})
const { win32 } = windows.startProcess({ account: 'tester', elevated: true })

describeRecordedVectors('the simulated Windows', 'simulation', () => win32)
