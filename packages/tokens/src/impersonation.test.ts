import { createWindows, type SimulatedProcess, type SimulatedWindows } from '@asuser/testkit'
import { securityInformation, type Win32 } from '@asuser/native'
import { SecurityDescriptor } from '@asuser/security-descriptors'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  currentProcessToken,
  currentThreadToken,
  effectiveToken,
  impersonateAnonymousToken,
  impersonateComClient,
  impersonateRpcClient,
  impersonateSelf,
  ImpersonationLevelError,
  InvalidArgumentError,
  logonUser,
  PrivilegeNotHeldError,
  processToken as openToken,
  type Token,
  withPrivileges,
} from './index.ts'

const secret = 'C:\\Data\\secret.txt'

let windows: SimulatedWindows
let service: SimulatedProcess
let win32: Win32
let alice: Token
let bob: Token

beforeEach(async () => {
  windows = createWindows({
    users: { alice: { password: 'Secret-1' }, bob: { password: 'Secret-2' } },
    files: { [secret]: { sddl: 'O:SYG:SYD:P(A;;FA;;;SY)' } },
  })
  service = windows.startProcess({ account: 'LocalSystem' })
  win32 = service.win32
  alice = await logonUser({ user: 'alice', password: 'Secret-1', win32 })
  bob = await logonUser({ user: 'bob', password: 'Secret-2', win32 })
})

afterEach(() => {
  alice.close()
  bob.close()
  windows.assertNoLeaks()
})

/** Whoever the thread is: a name, or undefined for the service itself. */
function threadUser(): string | undefined {
  using token = currentThreadToken({ win32 })
  if (token === undefined) return undefined
  const sid = token.user.sid
  const names = ['alice', 'bob', 'SYSTEM', 'ANONYMOUS LOGON'] as const
  return names.find((name) => windows.sid(name).equals(sid)) ?? sid.toString()
}

/** Every way to become somebody else, with who that is. */
const ways: readonly (readonly [string, string, (callback: () => unknown) => unknown])[] = [
  ['token.impersonate', 'alice', (callback) => alice.impersonate(callback)],
  ['token.withPrivileges', 'alice', (callback) => alice.withPrivileges(['SeChangeNotifyPrivilege'], callback)],
  ['impersonateSelf', 'SYSTEM', (callback) => impersonateSelf('impersonation', callback, { win32 })],
  ['impersonateAnonymousToken', 'ANONYMOUS LOGON', (callback) => impersonateAnonymousToken(callback, { win32 })],
  ['withPrivileges', 'SYSTEM', (callback) => withPrivileges([], callback, { win32 })],
]

describe.each(ways)('%s', (_, user, enter) => {
  it('is that user in the callback and itself after it', () => {
    expect(enter(() => threadUser())).toBe(user)
    expect(threadUser()).toBeUndefined()
  })

  it('is itself after the callback threw', () => {
    const failure = new Error('mine')
    const throwing = (): never => {
      throw failure
    }
    expect(() => enter(throwing)).toThrow(failure)
    expect(threadUser()).toBeUndefined()
  })

  it('is itself when a promise that the callback returns is settled, and refuses it', async () => {
    let seen: Promise<string | undefined> | undefined
    const returning = (): unknown => (seen = Promise.resolve().then(threadUser))
    expect(() => enter(returning)).toThrow(InvalidArgumentError)
    expect(threadUser()).toBeUndefined()
    await expect(seen).resolves.toBeUndefined()
  })

  it('refuses an asynchronous callback without calling it', () => {
    let called = false
    const asynchronous = async (): Promise<void> => {
      called = true
    }
    expect(() => enter(asynchronous)).toThrow(InvalidArgumentError)
    expect(called).toBe(false)
  })

  it('is itself in what the callback leaves for later', async () => {
    const seen = new Promise((resolve) => {
      enter(() => {
        queueMicrotask(() => resolve(threadUser()))
      })
    })
    await expect(seen).resolves.toBeUndefined()
  })

  it.each(ways)('comes back from %s, nested', (_nested, nestedUser, enterNested) => {
    enter(() => {
      expect(enterNested(threadUser)).toBe(expectedNested(user, nestedUser, _nested))
      expect(threadUser()).toBe(user)
      expect(() =>
        enterNested(() => {
          throw new Error('mine')
        }),
      ).toThrow()
      expect(threadUser()).toBe(user)
    })
    expect(threadUser()).toBeUndefined()
  })
})

/** `withPrivileges` takes the identity that the thread has. */
function expectedNested(outer: string, inner: string, name: string): string {
  return name === 'withPrivileges' ? outer : inner
}

describe('token.impersonate', () => {
  it('does not run the callback at the level that the client allows', () => {
    using looking = alice.duplicate({ type: 'impersonation', level: 'identification' })
    let called = false
    const impersonate = (): unknown =>
      looking.impersonate(() => {
        called = true
      })
    expect(impersonate).toThrow(ImpersonationLevelError)
    expect(impersonate).toThrow(
      expect.objectContaining({
        code: 'ERROR_BAD_IMPERSONATION_LEVEL',
        level: 'identification',
        context: expect.objectContaining({ minimumLevel: 'impersonation' }),
        limitedBy: 'client',
      }),
    )
    expect(called).toBe(false)
    expect(threadUser()).toBeUndefined()
  })

  it('does not run the callback at the level that Windows lowered it to', () => {
    const user = windows.startProcess({ account: 'bob' })
    using foreign = tokenOfAliceGivenTo(user)
    expect(() => foreign.impersonate(() => {})).toThrow(
      expect.objectContaining({
        code: 'ERROR_BAD_IMPERSONATION_LEVEL',
        level: 'identification',
        limitedBy: 'server',
      }),
    )
    expect(currentThreadToken({ win32: user.win32 })).toBeUndefined()
  })

  it('runs the callback at Identification level when that is enough', () => {
    using looking = alice.duplicate({ type: 'impersonation', level: 'identification' })
    expect(looking.impersonate(threadUser, { minimumLevel: 'identification' })).toBe('alice')
  })

  it('runs the callback at Anonymous level only when that is enough', () => {
    using nobody = alice.duplicate({ type: 'impersonation', level: 'anonymous' })
    expect(() => nobody.impersonate(() => {}, { minimumLevel: 'identification' })).toThrow(
      expect.objectContaining({ level: 'anonymous', limitedBy: 'client' }),
    )
    expect(nobody.impersonate(() => 7, { minimumLevel: 'anonymous' })).toBe(7)
  })

  it('refuses an identity inside of an anonymous one, which could not be put back', () => {
    using nobody = alice.duplicate({ type: 'impersonation', level: 'anonymous' })
    nobody.impersonate(
      () => {
        expect(() => bob.impersonate(() => {})).toThrow(expect.objectContaining({ code: 'ERROR_CANT_OPEN_ANONYMOUS' }))
      },
      { minimumLevel: 'anonymous' },
    )
    expect(threadUser()).toBeUndefined()
  })

  it('refuses a level that there is none of', () => {
    // @ts-expect-error: what JavaScript may pass
    expect(() => alice.impersonate(() => {}, { minimumLevel: 'full' })).toThrow(InvalidArgumentError)
  })

  /** The token of a process of alice, which neither bob nor his session has logged on. */
  function tokenOfAliceGivenTo({ win32: receiver, userSid }: SimulatedProcess): Token {
    const other = windows.startProcess({ account: 'alice' })
    const forReceiver = SecurityDescriptor.fromSddl(`D:(A;;GA;;;${userSid.toString()})`).toBytes()
    using process = win32.openProcess(other.processId, 0x41000)
    using processToken = win32.openProcessToken(process, 0x40000)
    const { DACL_SECURITY_INFORMATION } = securityInformation
    win32.setKernelObjectSecurity(process, DACL_SECURITY_INFORMATION, forReceiver)
    win32.setKernelObjectSecurity(processToken, DACL_SECURITY_INFORMATION, forReceiver)
    return openToken(other.processId, { win32: receiver })
  }
})

describe('withPrivileges', () => {
  const enabled = (token: Token, name: string): boolean =>
    token.privileges.some((privilege) => privilege.name === name && (privilege.attributes & 2) !== 0)

  it('enables privileges for the callback on its thread alone', () => {
    using process = currentProcessToken({ win32 })
    expect(enabled(process, 'SeBackupPrivilege')).toBe(false)
    withPrivileges(
      ['SeBackupPrivilege'],
      () => {
        using thread = effectiveToken({ win32 })
        expect(enabled(thread, 'SeBackupPrivilege')).toBe(true)
        expect(enabled(process, 'SeBackupPrivilege')).toBe(false)
      },
      { win32 },
    )
    expect(enabled(process, 'SeBackupPrivilege')).toBe(false)
  })

  it('names the privileges that are missing and does not run the callback', () => {
    let called = false
    expect(() =>
      alice.withPrivileges(['SeChangeNotifyPrivilege', 'SeTcbPrivilege'], () => {
        called = true
      }),
    ).toThrow(expect.objectContaining({ constructor: PrivilegeNotHeldError, privileges: ['SeTcbPrivilege'] }))
    expect(called).toBe(false)
    expect(threadUser()).toBeUndefined()
  })

  it('fails for a privilege that there is none of', () => {
    expect(() => withPrivileges(['SeFlyPrivilege'], () => {}, { win32 })).toThrow(
      expect.objectContaining({ code: 'ERROR_NO_SUCH_PRIVILEGE' }),
    )
  })
})

describe('impersonateAnonymousToken', () => {
  it('may do nothing that is not open to all', () => {
    impersonateAnonymousToken(
      () => {
        using token = effectiveToken({ win32 })
        expect(token.groups.map(({ sid }) => sid.toString())).not.toContain('S-1-1-0')
      },
      { win32 },
    )
  })
})

describe.each([
  ['impersonateRpcClient', impersonateRpcClient, 'RPC_S_NO_CALL_ACTIVE'],
  ['impersonateComClient', impersonateComClient, 'RPC_E_CALL_COMPLETE'],
])('%s', (_, enter, code) => {
  it('fails when no call is active', () => {
    let called = false
    expect(() =>
      enter(
        () => {
          called = true
        },
        { win32 },
      ),
    ).toThrow(expect.objectContaining({ code }))
    expect(called).toBe(false)
  })
})
