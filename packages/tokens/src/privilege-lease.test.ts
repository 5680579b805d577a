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

describe('what needs SeTcbPrivilege', () => {
  beforeEach(() => {
    windows = createWindows({
      users: { alice: { password }, broker: { password }, adam: { password, groups: ['Administrators'] } },
      rights: { SeTcbPrivilege: ['broker'] },
    })
    // It holds the privilege, which is not enabled there as it is for LocalSystem.
    win32 = windows.startProcess({ account: 'broker' }).win32
  })

  afterEach(() => expect(isEnabled('SeTcbPrivilege')).toBe(false))

  it('enables it to link a token to act with', async () => {
    expect(isEnabled('SeTcbPrivilege')).toBe(false)
    using limited = await logonUser({ user: 'adam', password, win32 })
    using full = limited.linked()
    expect(full).toMatchObject({ elevation: 'full', type: 'primary' })
  })

  it('enables it to move a token to another session, and to raise its integrity level', async () => {
    using token = await logonUser({ user: 'alice', password, win32 })
    token.setSessionId(1)
    token.setIntegrityLevel('low')
    token.setIntegrityLevel('medium')
    expect([token.sessionId, token.integrityLevel.toString()]).toEqual([1, 'S-1-16-8192'])
  })

  it('enables it to log a virtual account on', async () => {
    using token = await logonUser({ user: 'NT SERVICE\\Spooler', type: 'service', provider: 'virtual', win32 })
    expect(token.user.sid.toString()).toMatch(/^S-1-5-80-/)
  })

  it('does as much as it may without', async () => {
    const plain = windows.startProcess({ account: 'alice' }).win32
    using limited = await logonUser({ user: 'adam', password, win32: plain })
    using looking = limited.linked()
    expect(looking?.impersonationLevel).toBe('identification')
    limited.setIntegrityLevel('low')
    expect(() => limited.setSessionId(1)).toThrow(expect.objectContaining({ privileges: ['SeTcbPrivilege'] }))
  })
})
