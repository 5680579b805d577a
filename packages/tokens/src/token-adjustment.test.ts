import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { privilegeAttribute, Win32Error, type Win32 } from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import type { SimulatedWindows } from '@asuser/testkit'
import { logOnAlice } from '../test/simulated-client.ts'
import {
  currentProcessToken,
  enablePrivileges,
  GroupNotInTokenError,
  PrivilegeNotHeldError,
  type Token,
} from './index.ts'

const privilege = 'SeShutdownPrivilege'
const missing = 'SeTcbPrivilege'

let windows: SimulatedWindows
let win32: Win32
let token: Token

beforeEach(async () => {
  ;({ windows, win32, token } = await logOnAlice())
})

afterEach(() => {
  token.close()
  windows.assertNoLeaks()
})

function isEnabled(): boolean {
  const held = token.privileges.find(({ name }) => name === privilege)
  return ((held?.attributes ?? 0) & privilegeAttribute.SE_PRIVILEGE_ENABLED) !== 0
}

function failureOf(step: () => unknown): unknown {
  try {
    step()
    return undefined
  } catch (error) {
    return error
  }
}

describe('an adjustment of a token', () => {
  it('can be put back again when that has failed', () => {
    const scope = token.enablePrivileges([privilege])
    windows.faults.next('adjustTokenPrivileges', 'ERROR_NOT_ENOUGH_MEMORY')
    expect(() => scope[Symbol.dispose]()).toThrow(expect.objectContaining({ code: 'ERROR_NOT_ENOUGH_MEMORY' }))
    expect(isEnabled()).toBe(true)
    scope[Symbol.dispose]()
    expect(isEnabled()).toBe(false)
  })

  it('tells what is missing, and as the cause why the rest could not be put back', () => {
    windows.faults.next('adjustTokenPrivileges', 'ERROR_NOT_ENOUGH_MEMORY').afterwards(1)
    const failure = failureOf(() => token.enablePrivileges([privilege, missing]))
    expect(failure).toBeInstanceOf(PrivilegeNotHeldError)
    expect(failure).toMatchObject({
      code: 'ERROR_NOT_ALL_ASSIGNED',
      privileges: [missing],
      cause: { code: 'ERROR_NOT_ENOUGH_MEMORY', syscall: 'AdjustTokenPrivileges' },
    })
  })

  it('tells what was asked for, and as the cause why it is not known which of it is missing', () => {
    windows.faults.next('getTokenInformation', 'ERROR_ACCESS_DENIED')
    const ofToken = failureOf(() => token.enablePrivileges([privilege, missing]))
    windows.faults.next('getTokenInformation', 'ERROR_ACCESS_DENIED')
    const ofProcess = failureOf(() => enablePrivileges([privilege, 'SeMachineAccountPrivilege'], { win32 }))
    expect([ofToken, ofProcess]).toMatchObject([
      { privileges: [privilege, missing], cause: { code: 'ERROR_ACCESS_DENIED' } },
      { privileges: [privilege, 'SeMachineAccountPrivilege'], cause: { code: 'ERROR_ACCESS_DENIED' } },
    ])
    for (const failure of [ofToken, ofProcess]) expect(failure).toBeInstanceOf(PrivilegeNotHeldError)
    expect(isEnabled()).toBe(false)
  })

  it('tells the same of groups', () => {
    using own = currentProcessToken({ win32 })
    const groups = ['S-1-5-32-544', 'S-1-5-21-1-2-3-1000'].map((text) => Sid.parse(text))
    windows.faults.next('getTokenInformation', 'ERROR_ACCESS_DENIED')
    const failure = failureOf(() => own.adjustGroups({ disable: groups }))
    expect(failure).toBeInstanceOf(GroupNotInTokenError)
    expect(failure).toMatchObject({ groups, cause: expect.any(Win32Error) })
  })
})
