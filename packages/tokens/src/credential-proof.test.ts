import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Win32Error, type Win32 } from '@asuser/native'
import { createWindows, type SimulatedWindows } from '@asuser/testkit'
import { CredentialsRefusedError, type LogonUserOptions, logonUser, validateCredentials } from './index.ts'

const password = 'Secret-of-bob'

let windows: SimulatedWindows
let win32: Win32

beforeEach(() => {
  windows = createWindows({
    computerName: 'TEST',
    users: { alice: { password: 'Secret-of-alice' } },
    servers: { FILES: { users: { bob: password }, shares: {} } },
  })
  win32 = windows.startProcess({ account: 'LocalSystem' }).win32
})
afterEach(() => windows.assertNoLeaks())

const logOn = (options: Partial<LogonUserOptions>): ReturnType<typeof logonUser> =>
  logonUser({ user: 'FILES\\bob', password, type: 'newCredentials', proveAgainst: 'FILES', win32, ...options })

const connections = (): number => windows.calls.filter((call) => call.function === 'wNetAddConnection2').length

describe('logonUser with proveAgainst', () => {
  it('shows the credentials to the server once, and leaves no connection', async () => {
    using token = await logOn({})
    expect(connections()).toBe(1)
    expect(await win32.wNetEnumerateConnections({ impersonate: token.handle })).toEqual([])
    expect(token.user.sid.toString()).toBe('S-1-5-18')
  })

  it('does not ask anybody without it', async () => {
    using token = await logOn({ password: 'Wr0ng', proveAgainst: undefined })
    expect([token.closed, connections()]).toEqual([false, 0])
  })

  it.each([
    ['a wrong password', { password: 'Wr0ng-secret' }],
    ['a user whom the server does not know', { user: 'alice', domain: 'TEST', password: 'Secret-of-alice' }],
  ])('fails for %s, and says which server refused', async (_what, options) => {
    const error: unknown = await logOn(options).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(CredentialsRefusedError)
    expect(error).toBeInstanceOf(Win32Error)
    expect(error).toMatchObject({
      name: 'CredentialsRefusedError',
      code: 'ERROR_LOGON_FAILURE',
      syscall: 'WNetAddConnection2W',
      server: 'FILES',
      context: { server: 'FILES', type: 'newCredentials' },
    })
    expect(String(error)).toContain('FILES')
    expect(inspect(error, { depth: null }) + JSON.stringify(error) + String(error)).not.toContain(options.password)
    expect(connections()).toBe(1)
  })

  it.each(['ERROR_ACCOUNT_LOCKED_OUT', 'ERROR_ACCESS_DENIED', 'ERROR_PASSWORD_EXPIRED'] as const)(
    'takes %s for a refusal',
    async (code) => {
      windows.faults.next('wNetAddConnection2', code)
      await expect(logOn({})).rejects.toThrow(CredentialsRefusedError)
    },
  )

  it.each([
    ['a server that is not there', 'NOWHERE', 'ERROR_BAD_NETPATH'],
    ['no network', 'FILES', 'ERROR_NO_NETWORK'],
  ] as const)('does not take %s for a refusal', async (_what, proveAgainst, code) => {
    if (code === 'ERROR_NO_NETWORK') windows.faults.next('wNetAddConnection2', code)
    const error: unknown = await logOn({ proveAgainst }).catch((reason: unknown) => reason)
    expect(error).not.toBeInstanceOf(CredentialsRefusedError)
    expect(error).toMatchObject({ code, context: { server: proveAgainst, user: 'bob', type: 'newCredentials' } })
  })

  /** A system that ends the connection and says something else. */
  const failingAtTheEnd = (code: 'ERROR_DEVICE_IN_USE' | 'ERROR_NOT_CONNECTED' | 'ERROR_ACCESS_DENIED'): Win32 => ({
    ...win32,
    async wNetCancelConnection2(options) {
      await win32.wNetCancelConnection2(options)
      throw Win32Error.of(code, 'WNetCancelConnection2W')
    },
  })

  it('fails when the connection cannot be taken back', async () => {
    const proof = logOn({ win32: failingAtTheEnd('ERROR_DEVICE_IN_USE') })
    await expect(proof).rejects.toMatchObject({ code: 'ERROR_DEVICE_IN_USE', context: { server: 'FILES' } })
  })

  it('does not take it for a refusal when the connection may not be taken back', async () => {
    const error: unknown = await logOn({ win32: failingAtTheEnd('ERROR_ACCESS_DENIED') }).catch((reason) => reason)
    expect(error).not.toBeInstanceOf(CredentialsRefusedError)
    expect(error).toMatchObject({ code: 'ERROR_ACCESS_DENIED', syscall: 'WNetCancelConnection2W' })
  })

  it('does not mind that somebody else ended the connection', async () => {
    using token = await logOn({ win32: failingAtTheEnd('ERROR_NOT_CONNECTED') })
    expect(token.closed).toBe(false)
  })

  it('comes with groups as well', async () => {
    using token = await logOn({ groups: [windows.sid('Everyone')] })
    expect(connections()).toBe(1)
    expect(token.closed).toBe(false)
  })

  it.each(['interactive', 'network', 'networkCleartext', 'batch', 'service', 'unlock'] as const)(
    'is refused for the type %s, before anything is done',
    async (type) => {
      await expect(logOn({ type })).rejects.toMatchObject({
        name: 'InvalidArgumentError',
        argument: 'options.proveAgainst',
      })
      expect(windows.calls.some((call) => call.function === 'logonUser')).toBe(false)
    },
  )

  it.each(['', 5, String.raw`\\FILES`, String.raw`FILES\public`, 'FILES/public'])(
    'refuses the server %j',
    async (proveAgainst) => {
      // @ts-expect-error: what JavaScript may pass
      await expect(logOn({ proveAgainst })).rejects.toMatchObject({ argument: 'options.proveAgainst' })
    },
  )
})

describe('validateCredentials', () => {
  it('refuses a proof that is not needed', () => {
    expect(() => validateCredentials('options.user', { user: 'bob', password, proveAgainst: 'FILES' })).toThrow(
      expect.objectContaining({ argument: 'options.user.proveAgainst' }),
    )
  })
})
