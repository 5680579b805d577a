import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { setWin32, UnsupportedPlatformError, type Win32 } from '@asuser/native'
import { createWindows, type SimulatedWindows } from '@asuser/testkit'
import { serviceSid } from '@asuser/security-descriptors/derived-sids'
import { type Credentials, logonUser, PrivilegeNotHeldError } from './index.ts'
import { validateCredentials } from './logon.ts'

const password = 'Secret-1 – ünïcödé'

let windows: SimulatedWindows
let win32: Win32

beforeEach(() => {
  windows = createWindows({
    computerName: 'TEST',
    groups: { Editors: { members: ['NT SERVICE\\Spooler'] } },
    users: { alice: { password }, carol: { password, disabled: true }, dave: { password } },
    rights: { SeDenyInteractiveLogonRight: ['dave'], SeBatchLogonRight: ['alice'], SeServiceLogonRight: ['alice'] },
  })
  win32 = windows.startProcess({ account: 'LocalSystem' }).win32
})

afterEach(() => windows.assertNoLeaks())

describe('logonUser', () => {
  it.each([
    { user: 'alice' },
    { user: 'alice', domain: 'TEST' },
    { user: 'alice', domain: '.' },
    { user: 'TEST\\alice' },
  ])('logs %j on with a string or with UTF-8 bytes', async (account) => {
    for (const given of [password, new TextEncoder().encode(password)]) {
      using token = await logonUser({ ...account, password: given, win32 })
      expect(token.user.sid.toString()).toBe(windows.sid('alice').toString())
      expect(token.type).toBe('primary')
    }
  })

  it.each([
    ['interactive', 'primary', 'S-1-5-4'],
    ['batch', 'primary', 'S-1-5-3'],
    ['service', 'primary', 'S-1-5-6'],
    ['network', 'impersonation', 'S-1-5-2'],
    ['networkCleartext', 'primary', 'S-1-5-2'],
  ] as const)('gives what the type %s gives: a token that is %s, with %s', async (type, tokenType, group) => {
    using token = await logonUser({ user: 'alice', password, type, win32 })
    expect(token.type).toBe(tokenType)
    expect(token.groups.map(({ sid }) => sid.toString())).toContain(group)
  })

  it('asks the provider that knows new credentials, unless another is asked for', async () => {
    const native = vi.spyOn(win32, 'logonUser').mockRejectedValue(new Error('enough'))
    const asked = async (options: Partial<Credentials>): Promise<unknown> => {
      await logonUser({ user: 'alice', password, win32, ...options }).catch(() => {})
      const [call] = native.mock.lastCall ?? []
      return [call?.type, call?.provider]
    }
    await expect(asked({ type: 'newCredentials' })).resolves.toEqual([9, 3])
    await expect(asked({ type: 'newCredentials', provider: 'default' })).resolves.toEqual([9, 0])
    await expect(asked({})).resolves.toEqual([2, 0])
    await expect(asked({ type: 'service', provider: 'virtual' })).resolves.toEqual([5, 4])
  })

  it.each([
    [{ user: 'alice', password: 'wrong hush' }, 'ERROR_LOGON_FAILURE', 1326],
    [{ user: 'nobody', password: 'wrong hush' }, 'ERROR_LOGON_FAILURE', 1326],
    [{ user: 'carol', password }, 'ERROR_ACCOUNT_DISABLED', 1331],
    [{ user: 'dave', password }, 'ERROR_LOGON_TYPE_NOT_GRANTED', 1385],
  ])('fails for %j with %s, leaves nothing behind and gives nothing away', async (account, code, errno) => {
    const failure = await logonUser({ ...account, win32 }).catch((error: unknown) => error)
    expect(failure).toMatchObject({
      name: 'Win32Error',
      code,
      errno,
      syscall: 'LogonUserW',
      context: { user: account.user, type: 'interactive' },
    })
    const shown = `${inspect(failure, { depth: 20, showHidden: true })}${JSON.stringify(failure)}`
    expect(shown).not.toMatch(/hush|Secret/)
    windows.assertNoLeaks()
  })

  it.each([
    ['NT AUTHORITY\\LocalService', 'S-1-5-19', {}],
    ['NT AUTHORITY\\NetworkService', 'S-1-5-20', {}],
    ['NT SERVICE\\Spooler', serviceSid('Spooler').toString(), { provider: 'virtual' }],
  ] as const)('logs %s on, which has no password', async (user, sid, options) => {
    using token = await logonUser({ user, type: 'service', win32, ...options })
    expect(token.user.sid.toString()).toBe(sid)
    expect(token.groups.map((group) => group.sid.toString())).toContain('S-1-5-6')
  })

  it('logs a virtual account on only for those who hold SeTcbPrivilege', async () => {
    const server = windows.startProcess({ account: 'LocalService' })
    const options = { user: 'NT SERVICE\\Spooler', type: 'service', provider: 'virtual', win32: server.win32 } as const
    await expect(logonUser(options)).rejects.toMatchObject({ code: 'ERROR_PRIVILEGE_NOT_HELD' })
  })

  it('adds groups, and the local groups that they are members of', async () => {
    using token = await logonUser({ user: 'alice', password, groups: [serviceSid('Spooler')], win32 })
    const attributes = new Map(token.groups.map((group) => [group.sid.toString(), group.attributes]))
    expect(attributes.get(serviceSid('Spooler').toString())).toBe(7)
    expect(attributes.get(windows.sid('Editors').toString())).toBe(7)
  })

  it('asks for no privilege when there are no groups to add', async () => {
    const server = windows.startProcess({ account: 'alice' })
    using token = await logonUser({ user: 'alice', password, groups: [], win32: server.win32 })
    expect(token.type).toBe('primary')
    expect(windows.calls.some((call) => call.function === 'logonUserExExW')).toBe(false)
  })

  it('says that adding groups needs SeTcbPrivilege', async () => {
    const server = windows.startProcess({ account: 'alice' })
    const groups = [windows.sid('Editors')]
    const failure = await logonUser({ user: 'alice', password, groups, win32: server.win32 }).catch(
      (error: unknown) => error,
    )
    expect(failure).toBeInstanceOf(PrivilegeNotHeldError)
    expect(failure).toMatchObject({ privileges: ['SeTcbPrivilege'] })
  })

  it('zeroes its copy of the password, whether the logon succeeds or fails', async () => {
    const native = vi.spyOn(win32, 'logonUser')
    using _token = await logonUser({ user: 'alice', password, win32 })
    await logonUser({ user: 'alice', password: 'wrong', win32 }).catch(() => {})
    const given = native.mock.calls.map(([options]) => options.password)
    expect(given.map((bytes) => bytes?.length)).toEqual([password.length * 2, 10])
    expect(given.every((bytes) => bytes?.every((byte) => byte === 0))).toBe(true)
  })

  it('uses the bytes as they are when it is called', async () => {
    const bytes = new TextEncoder().encode(password)
    const logon = logonUser({ user: 'alice', password: bytes, win32 })
    bytes.fill(0)
    using token = await logon
    expect(token.closed).toBe(false)
  })

  it.each([
    [undefined, 'options'],
    [{ password }, 'options.user'],
    [{ user: 'alice' }, 'options.password'],
    [{ user: 'alice', type: 'service' }, 'options.password'],
    [{ user: 'alice', password, groups: 'Editors' }, 'options.groups'],
    [{ user: 'alice', password, groups: ['S-1-5-32-544'] }, 'options.groups[0]'],
    [{ user: 'alice', password: 5 }, 'options.password'],
    [{ user: 'alice', password, type: 'remote' }, 'options.type'],
    [{ user: 'alice', password, type: 2 }, 'options.type'],
    [{ user: 'alice', password, type: 'toString' }, 'options.type'],
    [{ user: 'alice', password, provider: 'ntlm' }, 'options.provider'],
  ])('refuses %j before anything is done', async (options, argument) => {
    // @ts-expect-error: what JavaScript may pass
    await expect(logonUser(options && { ...options, win32 })).rejects.toMatchObject({ argument })
    expect(windows.calls.some((call) => call.function === 'logonUser')).toBe(false)
  })

  it('needs Windows or a simulated one', async () => {
    await expect(logonUser({ user: 'alice', password })).rejects.toBeInstanceOf(UnsupportedPlatformError)
    using _installed = setWin32(win32)
    using token = await logonUser({ user: 'alice', password })
    expect(token.win32).toBe(win32)
  })
})

describe('validateCredentials', () => {
  it('checks without logging on, under the name that the caller uses', () => {
    expect(() => validateCredentials('options.user', { user: 'alice', password })).not.toThrow()
    expect(() => validateCredentials('options.user', { user: 'alice\0', password })).toThrow(
      expect.objectContaining({ argument: 'options.user.user' }),
    )
    expect(windows.calls).toEqual([])
  })
})
