import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getWin32, privilegeAttribute, setWin32 } from '@asuser/native'
import { Acl, objectTypes, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { accessCheck } from '@asuser/security-descriptors/access-check'
// @boundaries-ignore support of all test suites
import { installedAccounts } from '../../../tools/testing/installed-accounts.ts'
import {
  type Credentials,
  currentProcessToken,
  currentThreadToken,
  effectiveToken,
  logonUser,
  PrivilegeNotHeldError,
  processToken,
  type Token,
} from './index.ts'

let alice: Credentials
let bob: Credentials
let token: Token
let handlesBefore: number

beforeAll(async () => {
  const accounts = await installedAccounts()
  alice = accounts.alice
  bob = accounts.bob
  handlesBefore = getWin32().countOpenHandles()
  token = await logonUser(alice)
})

afterAll(() => {
  token.close()
  expect(getWin32().countOpenHandles()).toBe(handlesBefore)
})

describe('a token of the addon', () => {
  it('tells who it is', () => {
    expect(token.user.sid.toString()).toMatch(/^S-1-5-21-/)
    expect(token.logonSid?.toString()).toMatch(/^S-1-5-5-\d+-\d+$/)
    expect(token.groups.map(({ sid }) => sid.toString())).toContain('S-1-1-0')
    expect(token.groups.some(({ sid }) => token.logonSid?.equals(sid) === true)).toBe(true)
    expect(token.integrityLevel.toString()).toMatch(/^S-1-16-\d+$/)
    expect(token.owner).toBeInstanceOf(Sid)
    expect(token.primaryGroup).toBeInstanceOf(Sid)
    expect(token.defaultDacl === undefined || token.defaultDacl instanceof Acl).toBe(true)
  })

  it('tells what it is', () => {
    expect(token.type).toBe('primary')
    expect(token.impersonationLevel).toBeUndefined()
    expect(token.sessionId).toBeTypeOf('number')
    expect(['default', 'limited']).toContain(token.elevation)
    expect(token.isElevated).toBeTypeOf('boolean')
    expect(token.isRestricted).toBe(false)
    expect(token.appContainerSid).toBeUndefined()
    expect(token.capabilities).toEqual([])
    expect(token.statistics.authenticationId).toBe(token.authenticationId)
    expect(token.privileges.every(({ name }) => /^Se\w+Privilege$/.test(name))).toBe(true)
    expect(inspect(token)).toContain(token.user.sid.toString())
  })

  it('tells who it is and what it holds in one answer', () => {
    const { user, groups, restrictedSids, privileges, authenticationId } = token
    expect(token.groupsAndPrivileges).toEqual({ user, groups, restrictedSids, privileges, authenticationId })
  })

  it('is kept apart from nothing', () => {
    expect(token).toMatchObject({ isSandboxed: false, isAppSilo: false, hasPrivateNamespace: false })
  })

  it('is what an access check asks for', () => {
    const descriptor = SecurityDescriptor.fromSddl(`O:SYG:SYD:(A;;FR;;;${token.user.sid.toString()})`)
    const { genericMapping } = objectTypes.file
    expect(accessCheck({ descriptor, token, desiredAccess: 1, genericMapping }).granted).toBe(true)
    expect(accessCheck({ descriptor, token, desiredAccess: 2, genericMapping }).granted).toBe(false)
  })

  it('belongs to a logon session of its own at each logon', async () => {
    using second = await logonUser(alice)
    expect(second.user).toEqual(token.user)
    expect(second.logonSid).not.toEqual(token.logonSid)
  })

  it('is refused with a wrong password, of which nothing is shown', async () => {
    const before = getWin32().countOpenHandles()
    const failure = await logonUser({ ...alice, password: 'hush hush' }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'ERROR_LOGON_FAILURE', errno: 1326, syscall: 'LogonUserW' })
    expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain('hush')
    expect(getWin32().countOpenHandles()).toBe(before)
  })

  it('comes as an impersonation token from a network logon, and becomes a primary one', async () => {
    using network = await logonUser({ ...alice, type: 'network' })
    expect({ type: network.type, level: network.impersonationLevel }).toMatchObject({ type: 'impersonation' })
    using primary = network.toPrimary()
    expect(primary.type).toBe('primary')
    expect(primary.user).toEqual(token.user)
  })

  it('keeps its level or loses it when duplicated, and never gains one', () => {
    using low = token.duplicate({ type: 'impersonation', level: 'identification' })
    expect(low.impersonationLevel).toBe('identification')
    expect(() => low.duplicate({ type: 'impersonation' })).toThrow(
      expect.objectContaining({ code: 'ERROR_BAD_IMPERSONATION_LEVEL' }),
    )
  })

  it('makes a token that can do less, and is not equal to it', () => {
    const [privilege] = token.privileges
    using copy = token.duplicate({ type: 'impersonation' })
    using less = token.restrict({ disable: [Sid.wellKnown('BuiltinUsers')], delete: privilege ? [privilege.name] : [] })
    expect(token.equals(copy)).toBe(true)
    expect(token.equals(less)).toBe(false)
    expect(less.privileges.length).toBe(token.privileges.length - 1)
    const descriptor = SecurityDescriptor.fromSddl('O:SYG:SYD:(A;;FR;;;BU)')
    const { genericMapping } = objectTypes.file
    expect(accessCheck({ descriptor, token, desiredAccess: 1, genericMapping }).granted).toBe(true)
    expect(accessCheck({ descriptor, token: less, desiredAccess: 1, genericMapping }).granted).toBe(false)
    expect(less.writeRestricted).toBe(false)
    expect(less.userClaims).toEqual([])
    expect(less.deviceGroups).toEqual([])
  })

  it('gets another default DACL', () => {
    using copy = token.duplicate({ type: 'primary' })
    const { dacl } = SecurityDescriptor.fromSddl('D:(A;;GA;;;SY)')
    copy.setDefaultDacl(dacl ?? undefined)
    expect(copy.defaultDacl).toEqual(dacl)
    expect(token.defaultDacl).not.toEqual(dacl)
  })

  it('acts in the scope of impersonate, and nowhere else', async () => {
    using other = await logonUser(bob)
    const effectiveUser = (): string => {
      using effective = effectiveToken()
      return effective.user.sid.toString()
    }
    const server = effectiveUser()
    const seen = token.impersonate(() => [effectiveUser(), other.impersonate(effectiveUser), effectiveUser()])
    expect(seen).toEqual([token, other, token].map(({ user }) => user.sid.toString()))
    // @ts-expect-error: what JavaScript may pass
    expect(() => token.impersonate(() => Promise.resolve(1))).toThrow(TypeError)
    const fail = (): never => {
      throw new RangeError('mine')
    }
    expect(() => token.impersonate(fail)).toThrow(RangeError)
    expect(currentThreadToken()).toBeUndefined()
    expect(effectiveUser()).toBe(server)
  })

  it('has privileges enabled for a scope only', () => {
    using own = currentProcessToken()
    const [{ name } = { name: '' }] = own.privileges
    const isEnabled = (): boolean => {
      const attributes = own.privileges.find((privilege) => privilege.name === name)?.attributes ?? 0
      return (attributes & privilegeAttribute.SE_PRIVILEGE_ENABLED) !== 0
    }
    const luid = getWin32().lookupPrivilegeValue(name)
    const { previous } = getWin32().adjustTokenPrivileges(own.handle, [{ luid, attributes: 0 }])
    expect(isEnabled()).toBe(false)
    const onThread = own.withPrivileges([name], () => {
      using effective = effectiveToken()
      const attributes = effective.privileges.find((privilege) => privilege.name === name)?.attributes ?? 0
      return [(attributes & privilegeAttribute.SE_PRIVILEGE_ENABLED) !== 0, isEnabled()]
    })
    expect(onThread).toEqual([true, false])
    expect(isEnabled()).toBe(false)
    getWin32().adjustTokenPrivileges(own.handle, previous)
  })

  it('names the privileges that it does not hold', () => {
    const enable = (): Disposable => token.enablePrivileges(['SeChangeNotifyPrivilege', 'SeTcbPrivilege'])
    expect(enable).toThrow(PrivilegeNotHeldError)
    expect(enable).toThrow(expect.objectContaining({ code: 'ERROR_NOT_ALL_ASSIGNED', errno: 1300 }))
  })

  it('is found by the id of a process', () => {
    using own = currentProcessToken()
    using same = processToken(process.pid)
    expect(same.user).toEqual(own.user)
  })

  it('remembers the implementation that it came from', () => {
    const win32 = getWin32()
    using _other = setWin32(Object.create(win32))
    using copy = token.duplicate({ type: 'primary' })
    expect(copy.win32).toBe(win32)
  })
})
