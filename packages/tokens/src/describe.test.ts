import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Win32 } from '@asuser/native'
import { createWindows, type SimulatedWindows } from '@asuser/testkit'
import { logonUser } from './index.ts'

const password = 'Secret-1'

let windows: SimulatedWindows
let win32: Win32

beforeEach(() => {
  windows = createWindows({ computerName: 'TEST', users: { alice: { password, groups: ['Administrators'] } } })
  win32 = windows.startProcess({ account: 'LocalSystem' }).win32
})

afterEach(() => windows.assertNoLeaks())

describe('Token.describe', () => {
  it('names the user, the groups and the privileges', async () => {
    using token = await logonUser({ user: 'alice', password, win32 })
    const text = await token.describe()
    expect(text).toMatch(/^USER\n {2}TEST\\alice +S-1-5-21-[\d-]+-1001\n\nTOKEN\n/)
    expect(text).toMatch(/\n {2}type +primary\n/)
    expect(text).toMatch(/\n {2}elevation +limited, not elevated\n/)
    expect(text).toMatch(new RegExp(`\\n  logon SID +${token.logonSid}\\n`))
    expect(text).toMatch(/\n {2}BUILTIN\\Administrators +alias +S-1-5-32-544 +used for deny only\n/)
    expect(text).toMatch(/\n {2}Everyone +well-known group +S-1-1-0 +mandatory, enabled by default, enabled\n/)
    expect(text).toMatch(/\n {2}SeChangeNotifyPrivilege +enabled\n/)
    expect(text).toMatch(/\n {2}SeShutdownPrivilege +disabled\n/)
  })

  it('leaves the name of a SID empty that nobody has', async () => {
    using token = await logonUser({ user: 'alice', password, win32 })
    expect(await token.describe()).toMatch(
      /\n {10,}S-1-5-5-\d+-\d+ +mandatory, enabled by default, enabled, logon SID\n/,
    )
  })

  it('is the same text each time', async () => {
    using token = await logonUser({ user: 'alice', password, win32 })
    expect(await token.describe()).toBe(await token.describe())
  })

  it('tells the level of an impersonation token', async () => {
    using token = await logonUser({ user: 'alice', password, type: 'network', win32 })
    expect(await token.describe()).toMatch(/\n {2}type +impersonation, level impersonation\n/)
  })

  it('fails when a look-up fails for another reason than that nobody has the SID', async () => {
    using token = await logonUser({ user: 'alice', password, win32 })
    windows.faults.next('lookupAccountSid', 'ERROR_ACCESS_DENIED')
    await expect(token.describe()).rejects.toMatchObject({ code: 'ERROR_ACCESS_DENIED' })
  })

  it('looks each SID up once', async () => {
    using token = await logonUser({ user: 'alice', password, win32 })
    const lookUp = vi.spyOn(win32, 'lookupAccountSid')
    await token.describe()
    expect(lookUp).toHaveBeenCalledTimes(new Set(token.groups.map(({ sid }) => sid.toString())).size + 1)
  })
})
