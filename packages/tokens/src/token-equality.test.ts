import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ClaimAttribute, TokenInformationClass, Win32 } from '@asuser/native'
import { objectTypes, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { accessCheck } from '@asuser/security-descriptors/access-check'
import type { SimulatedWindows } from '@asuser/testkit'
import { logOnAlice, password } from '../test/simulated-client.ts'
import { currentProcessToken, logonUser, Token } from './index.ts'

const users = Sid.wellKnown('BuiltinUsers')
const everyone = Sid.wellKnown('World')

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

/** The same token, as a directory service with claims would have it. */
function withClaims(claims: readonly ClaimAttribute[]): Token {
  const described: Win32 = Object.create(win32, {
    getTokenInformation: {
      value: (handle: Token['handle'], informationClass: TokenInformationClass) =>
        informationClass === 'TokenUserClaimAttributes' ? claims : win32.getTokenInformation(handle, informationClass),
    },
  })
  const handle = win32.duplicateTokenEx(token.handle, { desiredAccess: 0, type: 1, impersonationLevel: 2 })
  return Token.fromHandle(handle, described)
}

describe('equals', () => {
  it('holds for a duplicate, of whatever type and level and with other defaults', () => {
    using copy = token.duplicate({ type: 'impersonation', level: 'identification' })
    expect(token.equals(token)).toBe(true)
    expect(token.equals(copy)).toBe(true)
    expect(copy.equals(token)).toBe(true)
    copy.setDefaultDacl(undefined)
    expect(token.equals(copy)).toBe(true)
  })

  it('does not hold for another user, nor for another logon, whose logon SID differs', async () => {
    using bob = await logonUser({ user: 'bob', password, win32 })
    expect(token.equals(bob)).toBe(false)
    using again = await logonUser({ user: 'alice', password, win32 })
    expect(token.equals(again)).toBe(false)
  })

  it('does not hold when one can do less in any way', () => {
    const appContainerSid = Sid.parse('S-1-15-2-1-2-3-4-5-6-7')
    using less = token.restrict({ disable: [users] })
    using without = token.restrict({ delete: ['SeShutdownPrivilege'] })
    using restricted = token.restrict({ restrict: [users] })
    using writing = token.restrict({ restrict: [users], writeRestricted: true })
    using lowBox = token.lowBox({ appContainerSid })
    using capable = token.lowBox({ appContainerSid, capabilities: [Sid.parse('S-1-15-3-1')] })
    using low = token.duplicate({ type: 'primary' })
    low.setIntegrityLevel('low')
    const all = [token, less, without, restricted, writing, lowBox, capable, low]
    const equal = all.flatMap((one, row) => all.map((other, column) => [one.equals(other), row === column]))
    expect(equal.filter(([isEqual, isSame]) => isEqual !== isSame)).toEqual([])
  })

  it('looks at whether privileges and groups are enabled', () => {
    using copy = token.duplicate({ type: 'primary' })
    {
      using _enabled = copy.enablePrivileges(['SeShutdownPrivilege'])
      expect(token.equals(copy)).toBe(false)
    }
    expect(token.equals(copy)).toBe(true)
    using server = currentProcessToken({ win32 })
    using other = server.duplicate({ type: 'primary' })
    using _disabled = other.adjustGroups({ disable: [Sid.wellKnown('BuiltinAdministrators')] })
    expect(server.equals(other)).toBe(false)
  })

  it('takes the restricting SIDs in any order and any number', () => {
    using one = token.restrict({ restrict: [users, everyone] })
    using other = token.restrict({ restrict: [everyone, users, users] })
    expect(one.equals(other)).toBe(true)
  })

  it('looks at claims', () => {
    const claim: ClaimAttribute = { name: 'project', valueType: 3, flags: 0, values: ['apollo'] }
    using plain = withClaims([])
    using one = withClaims([claim])
    using same = withClaims([claim])
    using other = withClaims([{ ...claim, values: ['gemini'] }])
    expect([plain.equals(token), one.equals(plain), one.equals(same), one.equals(other)]).toEqual([
      true,
      false,
      true,
      false,
    ])
  })
})

describe('userClaims', () => {
  it('has values of every type, without names of signed programs', () => {
    const sid = users.toBytes()
    using described = withClaims([
      { name: 'int64', valueType: 1, flags: 0, values: [-1n, 2n] },
      { name: 'uint64', valueType: 2, flags: 0, values: [2n ** 64n - 1n] },
      { name: 'string', valueType: 3, flags: 2, values: ['a', 'b'] },
      { name: 'program', valueType: 4, flags: 0, values: [{ version: 1n, name: 'O=MICROSOFT' }] },
      { name: 'sid', valueType: 5, flags: 0, values: [sid] },
      { name: 'boolean', valueType: 6, flags: 0, values: [1n, 0n] },
      { name: 'octets', valueType: 0x10, flags: 0, values: [new Uint8Array([1, 2])] },
    ])
    expect(described.userClaims).toEqual([
      { name: 'int64', type: 'int64', flags: 0, values: [-1n, 2n] },
      { name: 'uint64', type: 'uint64', flags: 0, values: [2n ** 64n - 1n] },
      { name: 'string', type: 'string', flags: 2, values: ['a', 'b'] },
      { name: 'sid', type: 'sid', flags: 0, values: [users] },
      { name: 'boolean', type: 'boolean', flags: 0, values: [true, false] },
      { name: 'octets', type: 'octets', flags: 0, values: [new Uint8Array([1, 2])] },
    ])
    expect(token.userClaims).toEqual([])
    expect(token.deviceClaims).toEqual([])
  })

  it('decide conditional ACEs', () => {
    using described = withClaims([{ name: 'project', valueType: 3, flags: 0, values: ['apollo'] }])
    const descriptor = SecurityDescriptor.fromSddl('O:SYG:SYD:(XA;;FR;;;WD;(@User.project == "apollo"))')
    const { genericMapping } = objectTypes.file
    const check = (who: Token): boolean =>
      accessCheck({ descriptor, token: who, desiredAccess: 1, genericMapping }).granted
    expect([check(token), check(described)]).toEqual([false, true])
  })
})

describe('the other getters', () => {
  it('say of an ordinary token that it is ordinary', () => {
    expect(token.hasUIAccess).toBe(false)
    expect(token.virtualization).toBe('none')
    expect(token.processTrustLevel).toBeUndefined()
    expect(token.namedObjectPrefix).toBeUndefined()
    expect(token.deviceGroups).toEqual([])
    expect(token.restrictedDeviceGroups).toEqual([])
  })
})
