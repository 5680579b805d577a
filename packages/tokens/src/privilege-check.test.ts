import { afterEach, describe, expect, it } from 'vitest'
import { createWindows } from '@asuser/testkit'
import { logonUser, privilegeCheck, type Token } from './index.ts'

const windows = createWindows({ users: { alice: { password: 'alice-password' } } })
const { win32 } = windows.startProcess({ account: 'LocalSystem' })

afterEach(() => windows.assertNoLeaks())

function logOn(): Promise<Token> {
  return logonUser({ user: 'alice', password: 'alice-password', win32 })
}

describe('privilegeCheck', () => {
  it('says which privileges are not enabled', async () => {
    using alice = await logOn()
    expect(privilegeCheck(alice, ['SeChangeNotifyPrivilege'])).toEqual({ granted: true, missing: [] })
    expect(privilegeCheck(alice, ['SeChangeNotifyPrivilege', 'SeTcbPrivilege'])).toEqual({
      granted: false,
      missing: ['SeTcbPrivilege'],
    })
    expect(privilegeCheck(alice, [])).toEqual({ granted: true, missing: [] })
  })

  it('refuses a name that is no privilege', async () => {
    using alice = await logOn()
    expect(() => privilegeCheck(alice, ['SeNothing'])).toThrow(
      expect.objectContaining({ code: 'ERROR_NO_SUCH_PRIVILEGE', context: { privilege: 'SeNothing' } }),
    )
  })
})
