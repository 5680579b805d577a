import { createWindows, type SimulatedProcess, type SimulatedWindows } from '@asuser/testkit'
import { type ImpersonatedCallback, securityInformation, type Win32 } from '@asuser/native'
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
  InvalidArgumentError,
  logonUser,
  PrivilegeNotHeldError,
  processToken as openToken,
  type SecurityContext,
  type Token,
  withPrivileges,
} from './index.ts'
import { establishedContext } from '../test/established-context.ts'
import { describeImpersonation } from '../test/impersonation.suite.ts'

const secret = 'C:\\Data\\secret.txt'

let windows: SimulatedWindows
let service: SimulatedProcess
let win32: Win32
let alice: Token
let bob: Token
let context: SecurityContext

beforeEach(async () => {
  windows = createWindows({
    users: { alice: { password: 'Secret-1' }, bob: { password: 'Secret-2' } },
    files: { [secret]: { sddl: 'O:SYG:SYD:P(A;;FA;;;SY)' } },
  })
  service = windows.startProcess({ account: 'LocalSystem' })
  win32 = service.win32
  alice = await logonUser({ user: 'alice', password: 'Secret-1', win32 })
  bob = await logonUser({ user: 'bob', password: 'Secret-2', win32 })
  context = await establishedContext({ user: 'alice', password: 'Secret-1' }, win32)
})

afterEach(() => {
  alice.close()
  bob.close()
  context.close()
  windows.assertNoLeaks()
})

describeImpersonation('the simulation', () => ({ win32, alice, bob, context, called: calledBy(alice) }))

/** The simulation has no programs that call each other: here a host has such a call, and this thread serves it. */
function calledBy(client: Token): Win32 {
  const asClient = <T>(callback: ImpersonatedCallback<T>): T => win32.impersonateLoggedOnUser(client.handle, callback)
  return {
    ...win32,
    rpcImpersonateClient: asClient,
    coImpersonateClient: asClient,
    impersonateDdeClientWindow: (_conversation, callback) => asClient(callback),
    ddeImpersonateClient: (_conversation, callback) => asClient(callback),
  }
}

describe('token.impersonate', () => {
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

  it('leaves open who is to blame for the level when that cannot be read', () => {
    using looking = alice.duplicate({ type: 'impersonation', level: 'identification' })
    windows.faults.next('getTokenInformation', 'ERROR_ACCESS_DENIED')
    expect(() => looking.impersonate(() => {})).toThrow(
      expect.objectContaining({ code: 'ERROR_BAD_IMPERSONATION_LEVEL', level: 'identification', limitedBy: undefined }),
    )
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
    expect(currentThreadToken({ win32 })).toBeUndefined()
  })

  it('fails for a privilege that there is none of', () => {
    expect(() => withPrivileges(['SeFlyPrivilege'], () => {}, { win32 })).toThrow(
      expect.objectContaining({ code: 'ERROR_NO_SUCH_PRIVILEGE' }),
    )
  })
})

describe('impersonateSelf', () => {
  it('refuses a level that there is none of, by its name', () => {
    let called = false
    const call = (): void => {
      called = true
    }
    // @ts-expect-error: what JavaScript may pass
    expect(() => impersonateSelf('full', call, { win32 })).toThrow(
      expect.objectContaining({ constructor: InvalidArgumentError, argument: 'level' }),
    )
    expect(called).toBe(false)
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
