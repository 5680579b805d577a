import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accessRight, groupAttribute, tokenAccess, type Win32 } from '@asuser/native'
import { Acl, allow, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import type { SimulatedWindows } from '@asuser/testkit'
import { logOnAlice } from '../test/simulated-client.ts'
import { currentProcessToken, GroupNotInTokenError, type Token } from './index.ts'

const administrators = Sid.wellKnown('BuiltinAdministrators')
const everyone = Sid.wellKnown('World')
const stranger = Sid.parse('S-1-5-21-1-2-3-4711')

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

describe('adjustGroups', () => {
  let server: Token

  beforeEach(() => {
    server = currentProcessToken({ win32 })
  })
  afterEach(() => server.close())

  const isEnabled = (sid: Sid): boolean =>
    server.groups.some((group) => group.sid.equals(sid) && (group.attributes & groupAttribute.SE_GROUP_ENABLED) !== 0)

  it('disables a group until it is disposed, once', () => {
    const adjusted = server.adjustGroups({ disable: [administrators] })
    expect(isEnabled(administrators)).toBe(false)
    adjusted[Symbol.dispose]()
    expect(isEnabled(administrators)).toBe(true)
    using _again = server.adjustGroups({ disable: [administrators] })
    adjusted[Symbol.dispose]()
    expect(isEnabled(administrators)).toBe(false)
  })

  it('enables a group within a scope in which it is disabled', () => {
    using _outer = server.adjustGroups({ disable: [administrators] })
    {
      using _inner = server.adjustGroups({ enable: [administrators] })
      expect(isEnabled(administrators)).toBe(true)
    }
    expect(isEnabled(administrators)).toBe(false)
  })

  it('names the groups that are missing, and changes nothing', () => {
    const adjust = (): Disposable => server.adjustGroups({ disable: [administrators, stranger] })
    expect(adjust).toThrow(GroupNotInTokenError)
    expect(adjust).toThrow(
      expect.objectContaining({
        code: 'ERROR_NOT_ALL_ASSIGNED',
        errno: 1300,
        syscall: 'AdjustTokenGroups',
        groups: [stranger],
        context: { groups: stranger.toString() },
      }),
    )
    expect(isEnabled(administrators)).toBe(true)
  })

  it('refuses what Windows refuses', () => {
    expect(() => token.adjustGroups({ disable: [everyone] })).toThrow(
      expect.objectContaining({ code: 'ERROR_CANT_DISABLE_MANDATORY' }),
    )
    using filtered = token.restrict({ disable: [everyone] })
    expect(() => filtered.adjustGroups({ enable: [everyone] })).toThrow(
      expect.objectContaining({ code: 'ERROR_CANT_ENABLE_DENY_ONLY' }),
    )
    using reader = server.duplicate({ type: 'primary', access: tokenAccess.TOKEN_QUERY })
    expect(() => reader.adjustGroups({})).toThrow(expect.objectContaining({ code: 'ERROR_ACCESS_DENIED' }))
  })

  it('refuses what are no SIDs', () => {
    // @ts-expect-error: what JavaScript may pass
    expect(() => server.adjustGroups({ disable: ['S-1-1-0'] })).toThrow(
      expect.objectContaining({ argument: 'options.disable[0]' }),
    )
  })
})

describe('the setters', () => {
  it('change what the client’s new objects get', () => {
    const dacl = Acl.from([allow(everyone, accessRight.GENERIC_READ)])
    token.setDefaultDacl(dacl)
    token.setPrimaryGroup(everyone)
    token.setOwner(token.user.sid)
    expect(token.defaultDacl?.toBytes()).toEqual(dacl.toBytes())
    expect(token.primaryGroup).toEqual(everyone)
    expect(token.owner).toEqual(token.user.sid)
    const mutex = token.impersonate(() => win32.createMutex({ name: 'Local\\mine', security: null }))
    const created = SecurityDescriptor.fromBytes(win32.getKernelObjectSecurity(mutex, 7))
    mutex.close()
    expect(created).toMatchObject({ owner: token.user.sid, group: everyone })
    expect(created.dacl?.entries.map(({ mask }) => mask)).toEqual([0x2_0001])
    token.setDefaultDacl(undefined)
    expect(token.defaultDacl).toBeUndefined()
  })

  it('refuse an owner and a group that cannot be', () => {
    expect(() => token.setOwner(stranger)).toThrow(expect.objectContaining({ code: 'ERROR_INVALID_OWNER' }))
    expect(() => token.setOwner(everyone)).toThrow(expect.objectContaining({ code: 'ERROR_INVALID_OWNER' }))
    expect(() => token.setPrimaryGroup(stranger)).toThrow(
      expect.objectContaining({ code: 'ERROR_INVALID_PRIMARY_GROUP' }),
    )
    using server = currentProcessToken({ win32, access: tokenAccess.TOKEN_ALL_ACCESS })
    server.setOwner(administrators)
    expect(server.owner).toEqual(administrators)
  })

  it('lower the integrity level for anybody, which disables what an administrator has', () => {
    using server = currentProcessToken({ win32 })
    using copy = server.duplicate({ type: 'primary' })
    copy.setIntegrityLevel('low')
    expect(copy.integrityLevel.toString()).toBe('S-1-16-4096')
    expect(copy.groups.map(({ sid }) => sid.toString())).toContain('S-1-16-4096')
    const enabled = copy.privileges.filter(({ attributes }) => attributes & 2).map(({ name }) => name)
    expect(enabled).toContain('SeChangeNotifyPrivilege')
    expect(enabled).not.toContain('SeTcbPrivilege')
  })

  it('raise the integrity level with SeTcbPrivilege only', () => {
    token.setIntegrityLevel(Sid.parse('S-1-16-4096'))
    const raise = (): void => token.setIntegrityLevel('medium')
    expect(() => token.impersonate(raise)).toThrow(expect.objectContaining({ code: 'ERROR_PRIVILEGE_NOT_HELD' }))
    raise()
    expect(token.integrityLevel.toString()).toBe('S-1-16-8192')
  })

  it('move the token to a session with SeTcbPrivilege only, and not that of a process', () => {
    expect(() => token.impersonate(() => token.setSessionId(1))).toThrow(
      expect.objectContaining({ code: 'ERROR_PRIVILEGE_NOT_HELD' }),
    )
    token.setSessionId(1)
    expect(token.sessionId).toBe(1)
    using server = currentProcessToken({ win32, access: tokenAccess.TOKEN_ALL_ACCESS })
    expect(() => server.setSessionId(1)).toThrow(expect.objectContaining({ code: 'ERROR_TOKEN_ALREADY_IN_USE' }))
  })

  it('need TOKEN_ADJUST_DEFAULT', () => {
    using reader = token.duplicate({ type: 'primary', access: tokenAccess.TOKEN_QUERY })
    const denied = expect.objectContaining({ code: 'ERROR_ACCESS_DENIED', syscall: 'SetTokenInformation' })
    expect(() => reader.setIntegrityLevel('low')).toThrow(denied)
    expect(() => reader.setSessionId(0)).toThrow(denied)
    expect(() => reader.setDefaultDacl(undefined)).toThrow(denied)
    expect(() => reader.setOwner(token.user.sid)).toThrow(denied)
    expect(() => reader.setPrimaryGroup(token.user.sid)).toThrow(denied)
  })

  it('refuse what they cannot take', () => {
    // @ts-expect-error: what JavaScript may pass
    expect(() => token.setIntegrityLevel('lowest')).toThrow(expect.objectContaining({ argument: 'level' }))
    expect(() => token.setIntegrityLevel(everyone)).toThrow(expect.objectContaining({ argument: 'level' }))
    expect(() => token.setSessionId(-1)).toThrow(expect.objectContaining({ argument: 'sessionId' }))
    expect(() => token.setSessionId(0.5)).toThrow(expect.objectContaining({ argument: 'sessionId' }))
    // @ts-expect-error: what JavaScript may pass
    expect(() => token.setDefaultDacl(null)).toThrow(expect.objectContaining({ argument: 'dacl' }))
    // @ts-expect-error: what JavaScript may pass
    expect(() => token.setOwner('S-1-1-0')).toThrow(expect.objectContaining({ argument: 'owner' }))
    // @ts-expect-error: what JavaScript may pass
    expect(() => token.setPrimaryGroup()).toThrow(expect.objectContaining({ argument: 'group' }))
  })
})
