import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { privilegeAttribute, type Win32 } from '@asuser/native'
import { createWindows, type SimulatedWindows } from '@asuser/testkit'
import { currentProcessToken, enablePrivileges, logonUser, PrivilegeNotHeldError } from './index.ts'
import { leasePrivileges } from './privilege-lease.ts'

const password = 'Aa1-secret'
const { SE_PRIVILEGE_ENABLED } = privilegeAttribute

let windows: SimulatedWindows
let win32: Win32

beforeEach(() => {
  windows = createWindows({ users: { alice: { password } } })
  win32 = windows.startProcess({ account: 'LocalSystem' }).win32
})

afterEach(() => windows.assertNoLeaks())

function isEnabled(name: string): boolean {
  using token = currentProcessToken({ win32 })
  const held = token.privileges.find((privilege) => privilege.name === name)
  return held !== undefined && (held.attributes & SE_PRIVILEGE_ENABLED) !== 0
}

describe('leasePrivileges', () => {
  it('enables a privilege until the last of its holders is done', () => {
    const first = leasePrivileges(['SeBackupPrivilege'], win32)
    const second = leasePrivileges(['SeBackupPrivilege'], win32)
    first[Symbol.dispose]()
    first[Symbol.dispose]()
    expect(isEnabled('SeBackupPrivilege')).toBe(true)
    second[Symbol.dispose]()
    expect(isEnabled('SeBackupPrivilege')).toBe(false)
  })

  it('shares with enablePrivileges, whichever ends first', () => {
    for (const endFirst of [0, 1]) {
      const scopes = [enablePrivileges(['SeBackupPrivilege'], { win32 }), leasePrivileges(['SeBackupPrivilege'], win32)]
      scopes[endFirst]?.[Symbol.dispose]()
      expect(isEnabled('SeBackupPrivilege')).toBe(true)
      scopes[1 - endFirst]?.[Symbol.dispose]()
      expect(isEnabled('SeBackupPrivilege')).toBe(false)
    }
  })

  it('works while the thread acts for a client, who may not open the token of the process', async () => {
    using alice = await logonUser({ user: 'alice', password, win32 })
    const lease = alice.impersonate(() => {
      expect(() => currentProcessToken({ win32 })).toThrow(expect.objectContaining({ code: 'ERROR_ACCESS_DENIED' }))
      expect(() => leasePrivileges(['SeSyncAgentPrivilege'], win32)).toThrow(PrivilegeNotHeldError)
      return leasePrivileges(['SeBackupPrivilege'], win32)
    })
    expect(isEnabled('SeBackupPrivilege')).toBe(true)
    lease[Symbol.dispose]()
    expect(isEnabled('SeBackupPrivilege')).toBe(false)
  })

  it('leaves what was enabled before as it was', () => {
    leasePrivileges(['SeTcbPrivilege'], win32)[Symbol.dispose]()
    expect(isEnabled('SeTcbPrivilege')).toBe(true)
  })

  it('enables none when the process does not hold one of them', () => {
    expect(() => leasePrivileges(['SeBackupPrivilege', 'SeSyncAgentPrivilege'], win32)).toThrow(PrivilegeNotHeldError)
    expect(isEnabled('SeBackupPrivilege')).toBe(false)
  })
})
