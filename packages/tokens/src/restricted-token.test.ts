import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { groupAttribute, tokenAccess, type Win32 } from '@asuser/native'
import { objectTypes, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { accessCheck } from '@asuser/security-descriptors/access-check'
import { capabilitySid } from '@asuser/security-descriptors/derived-sids'
import type { SimulatedWindows } from '@asuser/testkit'
import { logOnAlice, password } from '../test/simulated-client.ts'
import { logonUser, type RestrictOptions, type Token } from './index.ts'

const users = Sid.wellKnown('BuiltinUsers')
const everyone = Sid.wellKnown('World')
const appContainerSid = Sid.parse('S-1-15-2-1-2-3-4-5-6-7')

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

const { genericMapping } = objectTypes.file
const read = 1
const write = 2

function mayAccess(who: Token, sddl: string, desiredAccess: number): boolean {
  const descriptor = SecurityDescriptor.fromSddl(`O:SYG:SY${sddl}`)
  return accessCheck({ descriptor, token: who, desiredAccess, genericMapping }).granted
}

function attributesOf(who: Token, sid: Sid): number | undefined {
  return who.groups.find((group) => group.sid.equals(sid))?.attributes
}

describe('restrict', () => {
  it('takes groups and privileges away for good', () => {
    using less = token.restrict({ disable: [users], delete: ['SeShutdownPrivilege', 'SeTcbPrivilege'] })
    expect((attributesOf(less, users) ?? 0) & groupAttribute.SE_GROUP_USE_FOR_DENY_ONLY).not.toBe(0)
    expect(less.privileges.map(({ name }) => name)).not.toContain('SeShutdownPrivilege')
    expect(less.privileges.length).toBe(token.privileges.length - 1)
    expect(mayAccess(less, 'D:(A;;FR;;;BU)', read)).toBe(false)
    expect(mayAccess(less, 'D:(D;;FR;;;BU)(A;;FR;;;WD)', read)).toBe(false)
    expect(mayAccess(token, 'D:(A;;FR;;;BU)', read)).toBe(true)
    expect({ filtered: less.hasRestrictions, restricted: less.isRestricted }).toEqual({
      filtered: true,
      restricted: false,
    })
    expect(token.hasRestrictions).toBe(false)
  })

  it('checks twice against restricting SIDs', () => {
    using less = token.restrict({ restrict: [users] })
    expect(less.isRestricted).toBe(true)
    expect(less.restrictedSids.map(({ sid }) => sid)).toEqual([users])
    expect(mayAccess(less, 'D:(A;;FR;;;WD)', read)).toBe(false)
    expect(mayAccess(less, 'D:(A;;FR;;;WD)(A;;FR;;;BU)', read)).toBe(true)
  })

  it('checks twice for writing only when it is asked to', () => {
    using less = token.restrict({ restrict: [users], writeRestricted: true })
    expect(less.writeRestricted).toBe(true)
    expect(mayAccess(less, 'D:(A;;FA;;;WD)', read)).toBe(true)
    expect(mayAccess(less, 'D:(A;;FA;;;WD)', write)).toBe(false)
    expect(token.writeRestricted).toBe(false)
  })

  it('never gets wider by restricting again', () => {
    using once = token.restrict({ restrict: [users, everyone] })
    using twice = once.restrict({ restrict: [everyone, Sid.parse('S-1-5-4')] })
    expect(twice.restrictedSids.map(({ sid }) => sid)).toEqual([everyone])
    using kept = twice.restrict({})
    expect(kept.restrictedSids).toEqual(twice.restrictedSids)
  })

  it('keeps one privilege with disableMaxPrivilege', () => {
    using less = token.restrict({ disableMaxPrivilege: true })
    expect(less.privileges.map(({ name }) => name)).toEqual(['SeChangeNotifyPrivilege'])
  })

  it('makes of an administrator an ordinary user with luaToken', async () => {
    using limited = await logonUser({ user: 'adam', password, win32 })
    using full = limited.linked()
    using less = full?.restrict({ luaToken: true })
    expect(full?.integrityLevel.toString()).toBe('S-1-16-12288')
    expect(less?.integrityLevel.toString()).toBe('S-1-16-8192')
    expect(less?.isElevated).toBe(false)
    expect(less?.owner).toEqual(less?.user.sid)
    expect(less?.privileges.map(({ name }) => name)).toEqual(limited.privileges.map(({ name }) => name))
    expect(less && mayAccess(less, 'D:(A;;FR;;;BA)', read)).toBe(false)
  })

  it('is inert for software restriction policies for the system only', () => {
    using inert = token.restrict({ sandboxInert: true })
    expect([token.isSandboxInert, inert.isSandboxInert]).toEqual([false, true])
    const refused = token.impersonate(() => token.restrict({ sandboxInert: true }))
    expect(refused.isSandboxInert).toBe(false)
    refused.close()
  })

  it('makes a token whose duplicates are as restricted', () => {
    using less = token.restrict({ disable: [users] })
    using impersonation = less.duplicate({ type: 'impersonation' })
    expect(attributesOf(impersonation, users)).toBe(attributesOf(less, users))
  })

  it('fails as Windows does', () => {
    using reader = token.duplicate({ type: 'primary', access: tokenAccess.TOKEN_QUERY })
    expect(() => reader.restrict({})).toThrow(expect.objectContaining({ code: 'ERROR_ACCESS_DENIED' }))
    expect(() => token.restrict({ delete: ['SeEverythingPrivilege'] })).toThrow(
      expect.objectContaining({ code: 'ERROR_NO_SUCH_PRIVILEGE', context: { privilege: 'SeEverythingPrivilege' } }),
    )
  })

  it.each<[object, string]>([
    [{ disable: 'S-1-5-32-545' }, 'options.disable'],
    [{ disable: ['S-1-5-32-545'] }, 'options.disable[0]'],
    [{ restrict: [undefined] }, 'options.restrict[0]'],
    [{ delete: 'SeShutdownPrivilege' }, 'options.delete'],
    [{ delete: [7] }, 'options.delete[0]'],
    [{ luaToken: 1 }, 'options.luaToken'],
    [{ writeRestricted: true }, 'options.restrict'],
    [{ disableMaxPrivilege: true, delete: ['SeShutdownPrivilege'] }, 'options.delete'],
  ])('refuses %j', (options: RestrictOptions, argument) => {
    expect(() => token.restrict(options)).toThrow(expect.objectContaining({ argument }))
  })
})

describe('lowBox', () => {
  const internetClient = Sid.parse('S-1-15-3-1')

  it('is the token of an AppContainer', () => {
    using lowBox = token.lowBox({ appContainerSid, capabilities: [internetClient] })
    expect(lowBox.type).toBe('primary')
    expect(lowBox.user).toEqual(token.user)
    expect(lowBox.appContainerSid).toEqual(appContainerSid)
    expect(lowBox.appContainerNumber).toBeGreaterThan(0)
    expect(lowBox.isLessPrivilegedAppContainer).toBe(false)
    expect(lowBox.capabilities.map(({ sid }) => sid)).toEqual([internetClient])
    expect(lowBox.integrityLevel.toString()).toBe('S-1-16-4096')
    expect(lowBox.isSandboxed).toBe(true)
    expect(lowBox.isAppSilo).toBe(false)
    expect(token.appContainerNumber).toBe(0)
  })

  it('is that of an isolated program with the capability of those', () => {
    using lowBox = token.lowBox({ appContainerSid, capabilities: [Sid.parse('S-1-15-3-65536')] })
    expect(lowBox.isAppSilo).toBe(true)
  })

  it('reaches what its package or a capability reaches', () => {
    const named = capabilitySid('registryRead')
    using lowBox = token.lowBox({ appContainerSid, capabilities: [named] })
    expect(mayAccess(lowBox, 'D:(A;;FR;;;WD)', read)).toBe(false)
    expect(mayAccess(lowBox, 'D:(A;;FR;;;WD)(A;;FR;;;AC)', read)).toBe(true)
    expect(mayAccess(lowBox, `D:(A;;FR;;;WD)(A;;FR;;;${appContainerSid.toString()})`, read)).toBe(true)
    expect(mayAccess(lowBox, `D:(A;;FR;;;WD)(A;;FR;;;${named.toString()})`, read)).toBe(true)
    expect(mayAccess(lowBox, `D:(A;;FR;;;${named.toString()})`, read)).toBe(false)
  })

  it('reaches less when it is less privileged, and the access check sees that it is', () => {
    using lowBox = token.lowBox({ appContainerSid })
    vi.spyOn(lowBox, 'isLessPrivilegedAppContainer', 'get').mockReturnValue(true)
    expect(mayAccess(lowBox, 'D:(A;;FR;;;WD)(A;;FR;;;AC)', read)).toBe(false)
    expect(mayAccess(lowBox, 'D:(A;;FR;;;WD)(A;;FR;;;S-1-15-2-2)', read)).toBe(true)
  })

  it('has the access that it is asked for', () => {
    using lowBox = token.lowBox({ appContainerSid, access: tokenAccess.TOKEN_QUERY })
    expect(lowBox.capabilities).toEqual([])
    expect(() => lowBox.toPrimary()).toThrow(expect.objectContaining({ code: 'ERROR_ACCESS_DENIED' }))
  })

  it('fails as Windows does', () => {
    using looking = token.duplicate({ type: 'impersonation', level: 'identification' })
    expect(() => looking.lowBox({ appContainerSid })).toThrow(
      expect.objectContaining({ code: 'ERROR_BAD_IMPERSONATION_LEVEL' }),
    )
    const short = Sid.parse('S-1-15-2-1')
    expect(() => token.lowBox({ appContainerSid: short })).toThrow(
      expect.objectContaining({ code: 'ERROR_INVALID_PACKAGE_SID_LENGTH' }),
    )
    token.setIntegrityLevel('low')
    const asLow = (): Token => token.impersonate(() => token.lowBox({ appContainerSid }))
    expect(asLow).toThrow(expect.objectContaining({ code: 'ERROR_ACCESS_DENIED' }))
  })

  it.each([
    [{ appContainerSid: Sid.wellKnown('World') }, 'options.appContainerSid'],
    [{ appContainerSid: 'S-1-15-2-1' }, 'options.appContainerSid'],
    [{ appContainerSid, capabilities: [Sid.wellKnown('World')] }, 'options.capabilities[0]'],
    [{ appContainerSid, capabilities: internetClient }, 'options.capabilities'],
  ])('refuses %#', (options, argument) => {
    // @ts-expect-error: what JavaScript may pass
    expect(() => token.lowBox(options)).toThrow(expect.objectContaining({ argument }))
  })
})
