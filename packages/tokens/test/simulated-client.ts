import type { Win32 } from '@asuser/native'
import { createWindows, type SimulatedWindows } from '@asuser/testkit'
import { logonUser, type Token } from '../src/index.ts'

/** Of everybody. */
export const password = 'Secret-1'

export interface SimulatedClient {
  readonly windows: SimulatedWindows
  /** What the server calls, which is LocalSystem. */
  readonly win32: Win32
  /** The caller closes it. */
  readonly token: Token
}

/** alice, logged on by a server, on a machine with bob and the administrator adam. */
export async function logOnAlice(): Promise<SimulatedClient> {
  const windows = createWindows({
    computerName: 'TEST',
    users: { alice: { password }, bob: { password }, adam: { password, groups: ['Administrators'] } },
  })
  const { win32 } = windows.startProcess({ account: 'LocalSystem' })
  return { windows, win32, token: await logonUser({ user: 'alice', password, win32 }) }
}
