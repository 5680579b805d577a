import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { privilegeAttribute, tokenAccess, type Win32 } from '@asuser/native'
import { objectTypes, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { accessCheck, type AccessToken } from '@asuser/security-descriptors/access-check'
import type { SimulatedWindows } from '@asuser/testkit'
import { logOnAlice, password } from '../test/simulated-client.ts'
import { currentProcessToken, currentThreadToken, logonUser, PrivilegeNotHeldError, Token } from './index.ts'

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

describe('the getters', () => {
  it('tell who it is', () => {
    expect(token.user.sid.toString()).toBe(windows.sid('alice').toString())
    expect(token.owner).toEqual(token.user.sid)
    expect(token.primaryGroup).toBeInstanceOf(Sid)
    expect(token.groups.map(({ sid }) => sid.toString())).toEqual(
      expect.arrayContaining(['S-1-1-0', 'S-1-5-32-545', 'S-1-5-4', 'S-1-5-11']),
    )
    expect(token.logonSid?.toString()).toMatch(/^S-1-5-5-\d+-\d+$/)
    expect(token.integrityLevel.toString()).toBe('S-1-16-8192')
    expect(token.authenticationId).toBe(token.statistics.authenticationId)
  })

  it('tell what it is', () => {
    expect(token.type).toBe('primary')
    expect(token.impersonationLevel).toBeUndefined()
    expect(token.sessionId).toBe(0)
    expect(token.elevation).toBe('default')
    expect(token.isElevated).toBe(false)
    expect(token.isRestricted).toBe(false)
    expect(token.restrictedSids).toEqual([])
    expect(token.appContainerSid).toBeUndefined()
    expect(token.capabilities).toEqual([])
    expect(token.mandatoryPolicy).toBeTypeOf('number')
    expect(token.source.name).toBeTypeOf('string')
    expect(token.origin).toBe(0x3e7n)
    expect(token.statistics).toMatchObject({ type: 'primary', impersonationLevel: undefined })
    expect(token.defaultDacl?.entries.length).toBeGreaterThan(0)
  })

  it('tell who it is and what it holds in one answer', () => {
    using _enabled = token.enablePrivileges(['SeShutdownPrivilege'])
    using restricted = token.restrict({ restrict: [Sid.wellKnown('World')] })
    for (const one of [token, restricted]) {
      const before = windows.calls.length
      const all = one.groupsAndPrivileges
      const asked = windows.calls.slice(before).filter((call) => call.function === 'getTokenInformation')
      expect(asked).toHaveLength(1)
      const { user, groups, restrictedSids, privileges, authenticationId } = one
      expect(all).toEqual({ user, groups, restrictedSids, privileges, authenticationId })
    }
    expect(restricted.groupsAndPrivileges.restrictedSids.map(({ sid }) => sid.toString())).toEqual(['S-1-1-0'])
  })

  it('tell whether it is kept apart from what users do otherwise', () => {
    expect(token).toMatchObject({ isSandboxed: false, isAppSilo: false, hasPrivateNamespace: false })
    token.setIntegrityLevel('low')
    expect(token.isSandboxed).toBe(true)
    windows.faults.next('getTokenInformation', 'ERROR_INVALID_PARAMETER')
    expect(token.isSandboxed).toBe(true)
  })

  it('name the privileges, and look each name up once', () => {
    const enabled = token.privileges.filter(({ attributes }) => attributes & privilegeAttribute.SE_PRIVILEGE_ENABLED)
    expect(enabled.map(({ name }) => name)).toEqual(['SeChangeNotifyPrivilege'])
    const lookups = (): number => windows.calls.filter((call) => call.function === 'lookupPrivilegeName').length
    const before = lookups()
    expect(token.privileges.length).toBeGreaterThan(1)
    expect(lookups()).toBe(before)
  })

  it('ask Windows each time', () => {
    using _enabled = token.enablePrivileges(['SeShutdownPrivilege'])
    const shutdown = token.privileges.find(({ name }) => name === 'SeShutdownPrivilege')
    expect((shutdown?.attributes ?? 0) & privilegeAttribute.SE_PRIVILEGE_ENABLED).toBeTruthy()
  })

  it('say undefined for the logon SID that a token of a service or a network logon does not have', async () => {
    using system = currentProcessToken({ win32 })
    expect(system.logonSid).toBeUndefined()
    using network = await logonUser({ user: 'alice', password, type: 'network', win32 })
    expect(network.logonSid).toBeUndefined()
    expect(network.impersonationLevel).toBe('impersonation')
  })

  it('fail with the code of Windows when the handle may not query, and when it is closed', () => {
    using blind = token.duplicate({ type: 'primary', access: tokenAccess.TOKEN_DUPLICATE })
    expect(() => blind.user).toThrow(expect.objectContaining({ code: 'ERROR_ACCESS_DENIED' }))
    token.close()
    expect(() => token.user).toThrow(expect.objectContaining({ code: 'ERROR_INVALID_HANDLE' }))
  })

  it('pass other failures of optional classes on', () => {
    windows.faults.next('getTokenInformation', 'ERROR_NOT_ENOUGH_MEMORY')
    expect(() => token.logonSid).toThrow(expect.objectContaining({ code: 'ERROR_NOT_ENOUGH_MEMORY' }))
  })

  it('take a class that the system does not know for nothing to tell', () => {
    windows.faults.next('getTokenInformation', 'ERROR_INVALID_FUNCTION')
    expect(token.restrictedSids).toEqual([])
    windows.faults.next('getTokenInformation', 'ERROR_INVALID_PARAMETER')
    expect(token.appContainerSid).toBeUndefined()
  })

  it('are what an access check asks for', () => {
    const client: AccessToken = token
    const descriptor = SecurityDescriptor.fromSddl(`O:SYG:SYD:(A;;FR;;;${windows.sid('alice').toString()})`)
    const { genericMapping } = objectTypes.file
    const check = (desiredAccess: number): boolean =>
      accessCheck({ descriptor, token: client, desiredAccess, genericMapping }).granted
    expect(check(1)).toBe(true)
    expect(check(2)).toBe(false)
  })
})

describe('close', () => {
  it('may be called again, and ends a using block', () => {
    const copy = token.duplicate({ type: 'primary' })
    {
      using scoped = copy
      expect(scoped.closed).toBe(false)
    }
    expect(copy.closed).toBe(true)
    copy.close()
    copy[Symbol.dispose]()
  })

  it('belongs to the token that took the handle over', async () => {
    const handle = win32.duplicateTokenEx(token.handle, { desiredAccess: 0, type: 1, impersonationLevel: 2 })
    const owner = Token.fromHandle(handle, win32)
    owner.close()
    expect(handle.closed).toBe(true)
  })
})

describe('duplicate', () => {
  it.each(['anonymous', 'identification', 'impersonation', 'delegation'] as const)(
    'makes a token at level %s',
    (level) => {
      using copy = token.duplicate({ type: 'impersonation', level })
      expect({ type: copy.type, level: copy.impersonationLevel }).toEqual({ type: 'impersonation', level })
    },
  )

  it('is impersonation when no level is asked for', () => {
    using copy = token.duplicate({ type: 'impersonation' })
    expect(copy.impersonationLevel).toBe('impersonation')
  })

  it('gives the access that is asked for', () => {
    using copy = token.duplicate({ type: 'primary', access: tokenAccess.TOKEN_QUERY })
    expect(() => copy.duplicate({ type: 'primary' })).toThrow(expect.objectContaining({ code: 'ERROR_ACCESS_DENIED' }))
  })

  it('cannot raise the level', () => {
    using low = token.duplicate({ type: 'impersonation', level: 'identification' })
    const raise = (): Token => low.duplicate({ type: 'impersonation', level: 'impersonation' })
    expect(raise).toThrow(expect.objectContaining({ code: 'ERROR_BAD_IMPERSONATION_LEVEL' }))
    expect(() => low.toPrimary()).toThrow(expect.objectContaining({ code: 'ERROR_BAD_IMPERSONATION_LEVEL' }))
  })

  it.each([
    [{ type: 'secondary' }, 'options.type'],
    [{ type: 'impersonation', level: 'total' }, 'options.level'],
  ])('refuses %j', (options, argument) => {
    // @ts-expect-error: what JavaScript may pass
    expect(() => token.duplicate(options)).toThrow(expect.objectContaining({ argument }))
  })
})

describe('toPrimary', () => {
  it('makes a token that a process can be started with', async () => {
    using network = await logonUser({ user: 'alice', password, type: 'network', win32 })
    using primary = network.toPrimary()
    expect(primary.type).toBe('primary')
    expect(primary.user).toEqual(network.user)
  })
})

describe('linked', () => {
  it('is the other half of an administrator, and nobody for others', async () => {
    using limited = await logonUser({ user: 'adam', password, win32 })
    expect(limited.elevation).toBe('limited')
    using full = limited.linked()
    expect(full).toMatchObject({ elevation: 'full', isElevated: true })
    expect(full?.user).toEqual(limited.user)
    expect(token.linked()).toBeUndefined()
  })
})

describe('impersonate', () => {
  const effectiveUser = (): string | undefined => {
    using thread = currentThreadToken({ win32 })
    return thread?.user.sid.toString()
  }

  it('does synchronous work as the client, and is itself again', () => {
    expect(effectiveUser()).toBeUndefined()
    expect(token.impersonate(effectiveUser)).toBe(windows.sid('alice').toString())
    expect(effectiveUser()).toBeUndefined()
  })

  it('is itself again when the work throws', () => {
    const failure = new Error('mine')
    const work = (): never => {
      throw failure
    }
    expect(() => token.impersonate(work)).toThrow(failure)
    expect(effectiveUser()).toBeUndefined()
  })

  it('goes back to the identity before when it is nested', async () => {
    using other = await logonUser({ user: 'adam', password, win32 })
    const seen = token.impersonate(() => [effectiveUser(), other.impersonate(effectiveUser), effectiveUser()])
    const [alice, adam] = [windows.sid('alice').toString(), windows.sid('adam').toString()]
    expect(seen).toEqual([alice, adam, alice])
  })

  it('refuses a promise when it is itself again, and no continuation runs as the client', async () => {
    const seen: (string | undefined)[] = []
    const later = async (): Promise<void> => {
      await Promise.resolve()
      seen.push(effectiveUser())
    }
    const work = (): Promise<void> => later()
    // @ts-expect-error: what JavaScript may pass
    expect(() => token.impersonate(work)).toThrow(TypeError)
    expect(effectiveUser()).toBeUndefined()
    await new Promise(setImmediate)
    expect(seen).toEqual([undefined])
  })

  it('never begins what is asynchronous', () => {
    let began = false
    const work = async (): Promise<void> => {
      began = true
    }
    // @ts-expect-error: what JavaScript may pass
    expect(() => token.impersonate(work)).toThrow(expect.objectContaining({ argument: 'callback' }))
    expect(began).toBe(false)
  })

  it('needs the rights that it needs', () => {
    using blind = token.duplicate({ type: 'primary', access: tokenAccess.TOKEN_QUERY })
    expect(() => blind.impersonate(() => 1)).toThrow(expect.objectContaining({ code: 'ERROR_ACCESS_DENIED' }))
  })
})

describe('privileges', () => {
  const isEnabled = (name: string): boolean =>
    token.privileges.some(
      (privilege) => privilege.name === name && (privilege.attributes & privilegeAttribute.SE_PRIVILEGE_ENABLED) !== 0,
    )

  it('are enabled until the scope is disposed, and put back', () => {
    const enabled = token.enablePrivileges(['SeShutdownPrivilege', 'SeUndockPrivilege'])
    expect([isEnabled('SeShutdownPrivilege'), isEnabled('SeUndockPrivilege')]).toEqual([true, true])
    enabled[Symbol.dispose]()
    expect([isEnabled('SeShutdownPrivilege'), isEnabled('SeUndockPrivilege')]).toEqual([false, false])
  })

  it('that were enabled before stay so', () => {
    token.enablePrivileges(['SeChangeNotifyPrivilege'])[Symbol.dispose]()
    expect(isEnabled('SeChangeNotifyPrivilege')).toBe(true)
  })

  it('are put back once when the scope is disposed twice', () => {
    const enabled = token.enablePrivileges(['SeShutdownPrivilege'])
    enabled[Symbol.dispose]()
    using _again = token.enablePrivileges(['SeShutdownPrivilege'])
    enabled[Symbol.dispose]()
    expect(isEnabled('SeShutdownPrivilege')).toBe(true)
  })

  it('that are missing are named, and none of the others is left enabled', () => {
    const enable = (): Disposable =>
      token.enablePrivileges(['SeShutdownPrivilege', 'SeTcbPrivilege', 'SeDebugPrivilege'])
    expect(enable).toThrow(PrivilegeNotHeldError)
    expect(enable).toThrow(
      expect.objectContaining({
        code: 'ERROR_NOT_ALL_ASSIGNED',
        errno: 1300,
        syscall: 'AdjustTokenPrivileges',
        privileges: ['SeTcbPrivilege', 'SeDebugPrivilege'],
        context: { privileges: 'SeTcbPrivilege, SeDebugPrivilege' },
      }),
    )
    expect(isEnabled('SeShutdownPrivilege')).toBe(false)
  })

  it('that do not exist are refused before any is enabled', () => {
    const enable = (): Disposable => token.enablePrivileges(['SeShutdownPrivilege', 'SeEverythingPrivilege'])
    expect(enable).toThrow(
      expect.objectContaining({ code: 'ERROR_NO_SUCH_PRIVILEGE', context: { privilege: 'SeEverythingPrivilege' } }),
    )
    expect(isEnabled('SeShutdownPrivilege')).toBe(false)
  })

  it.each([
    ['SeTcbPrivilege', 'names'],
    [[5], 'names[0]'],
    [[''], 'names[0]'],
  ])('refuse %j as names', (names, argument) => {
    // @ts-expect-error: what JavaScript may pass
    expect(() => token.enablePrivileges(names)).toThrow(expect.objectContaining({ argument }))
  })
})

describe('inspect', () => {
  it('shows who it is, and that it is closed', () => {
    expect(inspect(token)).toContain(`user: '${windows.sid('alice').toString()}'`)
    expect(inspect({ deep: { token } }, { depth: 5 })).toContain("type: 'primary'")
    token.close()
    expect(inspect(token)).toBe('Token { closed: true }')
  })

  it('does not fail when the token may not be queried', () => {
    using blind = token.duplicate({ type: 'primary', access: tokenAccess.TOKEN_DUPLICATE })
    expect(inspect(blind)).toBe("Token { unreadable: 'ERROR_ACCESS_DENIED' }")
  })
})
