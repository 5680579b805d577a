import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Win32 } from '@asuser/native'
import { createWindows, type SimulatedWindows } from '@asuser/testkit'
import { type LogonS4UOptions, logonS4U, PrivilegeNotHeldError } from './index.ts'

let windows: SimulatedWindows
let win32: Win32

beforeEach(() => {
  windows = createWindows({
    computerName: 'TEST',
    users: { alice: { password: 'Secret-1' }, carol: { password: 'Secret-1', disabled: true }, dave: {} },
    rights: { SeDenyNetworkLogonRight: ['dave'], SeTcbPrivilege: ['alice'] },
  })
  win32 = windows.startProcess({ account: 'LocalSystem' }).win32
})

afterEach(() => windows.assertNoLeaks())

/** What reaches the package: nothing comes back. */
async function asked(options: LogonS4UOptions): Promise<unknown> {
  const native = vi.spyOn(win32, 'lsaLogonUserS4U').mockRejectedValue(new Error('enough'))
  await logonS4U({ win32, ...options }).catch(() => {})
  return native.mock.lastCall?.[0]
}

describe('logonS4U', () => {
  it.each([{ user: 'alice' }, { user: 'TEST\\alice' }, { user: 'alice', domain: 'TEST' }])(
    'gives a token to act with for %j, which starts processes once it is primary',
    async (account) => {
      using token = await logonS4U({ ...account, win32 })
      expect(token.user.sid.toString()).toBe(windows.sid('alice').toString())
      expect(token.impersonationLevel).toBe('impersonation')
      using primary = token.toPrimary()
      expect(primary.type).toBe('primary')
      expect(token.capabilityReport().networkCredentials.value).toBe('unknown')
    },
  )

  it('gives a token of a user of the domain for a principal name, which starts processes once it is primary', async () => {
    const users = { alice: { password: 'Secret-1' } }
    const member = createWindows({ domain: { name: 'CORP', dnsName: 'corp.example.com', users } })
    const server = member.startProcess({ account: 'LocalSystem' })
    {
      using token = await logonS4U({ user: 'alice@corp.example.com', win32: server.win32 })
      using primary = token.toPrimary()
      const alice = member.sid('CORP\\alice').toString()
      expect([token.user.sid.toString(), primary.user.sid.toString()]).toEqual([alice, alice])
      expect(token.impersonationLevel).toBe('impersonation')
    }
    await expect(logonS4U({ user: 'bob@corp.example.com', win32: server.win32 })).rejects.toMatchObject({
      code: 'ERROR_LOGON_FAILURE',
      context: { user: 'bob@corp.example.com', package: 'kerberos' },
    })
    member.assertNoLeaks()
  })

  it('gives a token to look at without SeTcbPrivilege, when that is what is asked for', async () => {
    const server = windows.startProcess({ account: 'LocalService' })
    using token = await logonS4U({ user: 'alice', level: 'identification', win32: server.win32 })
    expect(token.impersonationLevel).toBe('identification')
    expect(() => token.toPrimary()).toThrow(expect.objectContaining({ code: 'ERROR_BAD_IMPERSONATION_LEVEL' }))
  })

  it('gives a token to look at when LSA gives one to act with', async () => {
    const more = win32.lsaLogonUserS4U
    vi.spyOn(win32, 'lsaLogonUserS4U').mockImplementation((options) => more({ ...options, trusted: true }))
    using token = await logonS4U({ user: 'alice', level: 'identification', win32 })
    expect(token.impersonationLevel).toBe('identification')
  })

  it('names the missing privilege instead of lowering the level', async () => {
    const server = windows.startProcess({ account: 'LocalService' })
    const failure = await logonS4U({ user: 'alice', win32: server.win32 }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(PrivilegeNotHeldError)
    expect(failure).toMatchObject({ code: 'ERROR_NOT_ALL_ASSIGNED', privileges: ['SeTcbPrivilege'] })
  })

  it('enables SeTcbPrivilege for the call and puts it back, also with calls at the same time', async () => {
    const server = windows.startProcess({ account: 'alice' })
    const tokens = await Promise.all([1, 2, 3].map(() => logonS4U({ user: 'alice', win32: server.win32 })))
    for (const token of tokens) {
      expect(token.impersonationLevel).toBe('impersonation')
      token.close()
    }
    const own = server.win32.openProcessToken(server.win32.getCurrentProcess(), 8)
    const luid = server.win32.lookupPrivilegeValue('SeTcbPrivilege')
    const held = server.win32.getTokenInformation(own, 'TokenPrivileges').find((privilege) => privilege.luid === luid)
    own.close()
    expect(held?.attributes).toBe(0)
  })

  it('refuses a token below the level that was asked for, and closes it', async () => {
    const lower = win32.lsaLogonUserS4U
    vi.spyOn(win32, 'lsaLogonUserS4U').mockImplementation((options) => lower({ ...options, trusted: false }))
    await expect(logonS4U({ user: 'alice', win32 })).rejects.toMatchObject({
      code: 'ERROR_BAD_IMPERSONATION_LEVEL',
      context: { user: 'alice', level: 'identification' },
    })
  })

  it.each([
    [{ user: 'alice' }, { authenticationPackage: 'MICROSOFT_AUTHENTICATION_PACKAGE_V1_0', domain: '.' }],
    [{ user: 'TEST\\alice' }, { authenticationPackage: 'MICROSOFT_AUTHENTICATION_PACKAGE_V1_0', domain: 'TEST' }],
    [{ user: 'alice@example.com' }, { authenticationPackage: 'Kerberos', domain: null }],
  ])('asks the package that knows the account: %j', async (options, expected) => {
    await expect(asked(options)).resolves.toMatchObject(expected)
  })

  it.each([
    ['nobody', 'ERROR_LOGON_FAILURE'],
    ['carol', 'ERROR_ACCOUNT_DISABLED'],
    ['dave', 'ERROR_LOGON_TYPE_NOT_GRANTED'],
  ])('fails for %s with %s, naming the account and the package', async (user, code) => {
    await expect(logonS4U({ user, win32 })).rejects.toMatchObject({
      code,
      syscall: 'LsaLogonUser',
      context: { user, package: 'msv1_0' },
    })
  })

  it('says which function of LSA refused', async () => {
    windows.faults.next('lsaLogonUserS4U', 'ERROR_NO_SUCH_PACKAGE')
    await expect(logonS4U({ user: 'alice', win32 })).rejects.toMatchObject({ code: 'ERROR_NO_SUCH_PACKAGE' })
    const server = windows.startProcess({ account: 'LocalService' }).win32
    const trusted = {
      trusted: true,
      authenticationPackage: 'MICROSOFT_AUTHENTICATION_PACKAGE_V1_0',
      user: 'alice',
      domain: null,
      logonType: 3,
      originName: 'test',
      sourceName: 'test',
    } as const
    await expect(server.lsaLogonUserS4U(trusted)).rejects.toMatchObject({
      code: 'ERROR_ACCESS_DENIED',
      syscall: 'LsaRegisterLogonProcess',
    })
  })

  it.each([
    [undefined, 'options'],
    [{}, 'options.user'],
    [{ user: 'alice', package: 'ntlm' }, 'options.package'],
    [{ user: 'alice', package: 'kerberos' }, 'options.user'],
    [{ user: 'alice', level: 'delegation' }, 'options.level'],
    [{ user: 'alice', level: 2 }, 'options.level'],
  ])('refuses %j before anything is done', async (options, argument) => {
    // @ts-expect-error: what JavaScript may pass
    await expect(logonS4U(options && { ...options, win32 })).rejects.toMatchObject({ argument })
    expect(windows.calls.some((call) => call.function === 'lsaLogonUserS4U')).toBe(false)
  })
})
