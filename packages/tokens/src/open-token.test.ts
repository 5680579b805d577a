import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { privilegeAttribute, tokenAccess, type Win32 } from '@asuser/native'
import { createWindows, type SimulatedWindows } from '@asuser/testkit'
import {
  currentProcessToken,
  currentThreadToken,
  effectiveToken,
  enablePrivileges,
  logonUser,
  PrivilegeNotHeldError,
  processToken,
} from './index.ts'

const password = 'Secret-1'
const localSystem = 'S-1-5-18'

let windows: SimulatedWindows
let win32: Win32

beforeEach(() => {
  windows = createWindows({ users: { alice: { password } } })
  win32 = windows.startProcess({ account: 'LocalSystem' }).win32
})

afterEach(() => windows.assertNoLeaks())

describe('currentProcessToken', () => {
  it('is of this process, with what the methods of Token need', () => {
    using token = currentProcessToken({ win32 })
    expect(token.user.sid.toString()).toBe(localSystem)
    using copy = token.toPrimary()
    expect(copy.source.name).toBe(token.source.name)
  })

  it('has the access that is asked for', () => {
    using token = currentProcessToken({ access: tokenAccess.TOKEN_QUERY, win32 })
    expect(() => token.toPrimary()).toThrow(expect.objectContaining({ code: 'ERROR_ACCESS_DENIED' }))
  })
})

describe('currentThreadToken and effectiveToken', () => {
  it('are nobody and the process when nobody is impersonated', () => {
    expect(currentThreadToken({ win32 })).toBeUndefined()
    using token = effectiveToken({ win32 })
    expect(token.user.sid.toString()).toBe(localSystem)
  })

  it.each(['impersonation', 'identification'] as const)('are the client at level %s', async (level) => {
    using client = await logonUser({ user: 'alice', password, win32 })
    using lowered = client.duplicate({ type: 'impersonation', level })
    const look = (): void => {
      for (const open of [currentThreadToken, effectiveToken]) {
        using token = open({ win32 })
        expect(token?.user).toEqual(client.user)
        expect(token?.impersonationLevel).toBe(level)
      }
    }
    lowered.impersonate(look, { minimumLevel: level })
  })

  it('pass other failures on', () => {
    windows.faults.next('openThreadToken', 'ERROR_ACCESS_DENIED')
    expect(() => effectiveToken({ win32 })).toThrow(expect.objectContaining({ code: 'ERROR_ACCESS_DENIED' }))
  })
})

describe('processToken', () => {
  it('is of the process with the id', () => {
    const { processId } = windows.startProcess({ account: 'alice' })
    using token = processToken(processId, { win32 })
    expect(token.user.sid.toString()).toBe(windows.sid('alice').toString())
  })

  it('names the id when there is no such process or it may not be opened', () => {
    expect(() => processToken(5, { win32 })).toThrow(
      expect.objectContaining({ code: 'ERROR_INVALID_PARAMETER', context: expect.objectContaining({ processId: 5 }) }),
    )
    const alice = windows.startProcess({ account: 'alice' })
    const system = win32.getCurrentProcessId()
    expect(() => processToken(system, { win32: alice.win32 })).toThrow(
      expect.objectContaining({ code: 'ERROR_ACCESS_DENIED', context: expect.objectContaining({ processId: system }) }),
    )
  })

  it.each([-1, 1.5, '5', undefined])('refuses the id %s', (processId) => {
    // @ts-expect-error: what JavaScript may pass
    expect(() => processToken(processId, { win32 })).toThrow(expect.objectContaining({ argument: 'processId' }))
  })
})

describe('enablePrivileges', () => {
  it('enables them for this process until it is disposed', () => {
    const isEnabled = (): boolean => {
      using token = currentProcessToken({ win32 })
      const privilege = token.privileges.find(({ name }) => name === 'SeBackupPrivilege')
      return ((privilege?.attributes ?? 0) & privilegeAttribute.SE_PRIVILEGE_ENABLED) !== 0
    }
    expect(isEnabled()).toBe(false)
    const enabled = enablePrivileges(['SeBackupPrivilege'], { win32 })
    expect(isEnabled()).toBe(true)
    enabled[Symbol.dispose]()
    enabled[Symbol.dispose]()
    expect(isEnabled()).toBe(false)
  })

  it('leaves nothing behind when one is missing', () => {
    const alice = windows.startProcess({ account: 'alice' })
    const enable = (): Disposable => enablePrivileges(['SeTcbPrivilege'], { win32: alice.win32 })
    expect(enable).toThrow(PrivilegeNotHeldError)
  })
})
