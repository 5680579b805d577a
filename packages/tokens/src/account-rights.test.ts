import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Win32 } from '@asuser/native'
import { createWindows, type SimulatedWindows } from '@asuser/testkit'
import { accountRightsOf, grantAccountRights, logonUser, revokeAccountRights } from './index.ts'

const password = 'Secret-1'

let windows: SimulatedWindows
let win32: Win32

beforeEach(() => {
  windows = createWindows({ computerName: 'TEST', users: { alice: { password }, bob: { password } } })
  win32 = windows.startProcess({ account: 'LocalSystem' }).win32
})

afterEach(() => windows.assertNoLeaks())

describe('grantAccountRights, revokeAccountRights and accountRightsOf', () => {
  it('let an account log on in a new way and hold a privilege, until they are taken away', async () => {
    const batch = { user: 'alice', password, type: 'batch', win32 } as const
    await expect(logonUser(batch)).rejects.toMatchObject({ code: 'ERROR_LOGON_TYPE_NOT_GRANTED' })
    await grantAccountRights('TEST\\alice', ['SeBatchLogonRight', 'SeAssignPrimaryTokenPrivilege'], { win32 })
    using token = await logonUser(batch)
    expect(token.privileges.map(({ name }) => name)).toContain('SeAssignPrimaryTokenPrivilege')
    await revokeAccountRights(windows.sid('alice'), ['SeBatchLogonRight'], { win32 })
    await expect(logonUser(batch)).rejects.toMatchObject({ code: 'ERROR_LOGON_TYPE_NOT_GRANTED' })
    await expect(accountRightsOf('alice', { win32 })).resolves.toEqual(['SeAssignPrimaryTokenPrivilege'])
  })

  it('list what the account was given itself, sorted, and nothing for one that was given nothing', async () => {
    await grantAccountRights('alice', ['SeTcbPrivilege', 'SeBackupPrivilege'], { win32 })
    await expect(accountRightsOf('alice', { win32 })).resolves.toEqual(['SeBackupPrivilege', 'SeTcbPrivilege'])
    await expect(accountRightsOf('bob', { win32 })).resolves.toEqual([])
  })

  it('take nothing from an account that has nothing', async () => {
    await expect(revokeAccountRights('bob', ['SeBatchLogonRight'], { win32 })).resolves.toBeUndefined()
  })

  it('name the account and the rights when one of them is none', async () => {
    const rights = ['SeBatchLogonRight', 'SeFlyPrivilege']
    await expect(grantAccountRights('alice', rights, { win32 })).rejects.toMatchObject({
      code: 'ERROR_NO_SUCH_PRIVILEGE',
      context: { account: 'alice', rights: 'SeBatchLogonRight, SeFlyPrivilege' },
    })
    await expect(accountRightsOf('alice', { win32 })).resolves.toEqual([])
  })

  it('are for administrators', async () => {
    const user = windows.startProcess({ account: 'bob' }).win32
    await expect(grantAccountRights('bob', ['SeTcbPrivilege'], { win32: user })).rejects.toMatchObject({
      code: 'ERROR_ACCESS_DENIED',
      syscall: 'LsaOpenPolicy',
    })
    await expect(accountRightsOf('bob', { win32: user })).rejects.toMatchObject({ code: 'ERROR_ACCESS_DENIED' })
  })

  it('fail for an account that does not exist', async () => {
    await expect(accountRightsOf('nobody', { win32 })).rejects.toMatchObject({ code: 'ERROR_NONE_MAPPED' })
  })

  it.each([
    ['account', 5, ['SeBatchLogonRight']],
    ['rights', 'alice', 'SeBatchLogonRight'],
    ['rights', 'alice', []],
    ['rights[1]', 'alice', ['SeBatchLogonRight', '']],
  ])('refuse a wrong %s before anything is done', async (argument, account, rights) => {
    // @ts-expect-error: what JavaScript may pass
    await expect(grantAccountRights(account, rights, { win32 })).rejects.toMatchObject({ argument })
    expect(windows.calls).toEqual([])
  })
})
