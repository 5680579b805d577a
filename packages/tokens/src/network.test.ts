import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type NetworkConnectionInformation, Win32Error, type Win32 } from '@asuser/native'
import { createWindows, type SimulatedWindows } from '@asuser/testkit'
import { connectNetwork, type ConnectNetworkOptions, logonUser, NetworkCredentialConflictError } from './index.ts'

const remote = String.raw`\\FILES\public`
const alice = { user: 'alice', password: 'alice-password' }
const bob = { user: String.raw`FILES\bob`, password: 'bob-password' }

let windows: SimulatedWindows
let win32: Win32

beforeEach(() => {
  windows = createWindows({
    computerName: 'TEST',
    users: { alice: { password: alice.password } },
    servers: {
      FILES: {
        users: { alice: alice.password, bob: bob.password },
        shares: { public: {}, private: { users: ['bob'] } },
      },
    },
  })
  win32 = windows.startProcess({ account: 'LocalSystem' }).win32
})
afterEach(() => windows.assertNoLeaks())

function connections(): Promise<readonly NetworkConnectionInformation[]> {
  return win32.wNetEnumerateConnections({ impersonate: null })
}

describe('connectNetwork', () => {
  it('holds a connection with credentials until it is disposed', async () => {
    {
      await using connection = await connectNetwork({ remote, ...alice, win32 })
      expect(connection).toMatchObject({ remote, local: undefined })
      expect(await connections()).toMatchObject([{ remoteName: remote, user: String.raw`FILES\alice` }])
    }
    expect(await connections()).toEqual([])
  })

  it('gives it a drive letter', async () => {
    await using connection = await connectNetwork({ remote, local: 'Z:', ...alice, win32 })
    expect(connection.local).toBe('Z:')
    expect(await connections()).toMatchObject([{ localName: 'Z:' }])
    const taken = connectNetwork({ remote: String.raw`\\FILES\private`, local: 'Z:', ...bob, win32 })
    await expect(taken).rejects.toMatchObject({ code: 'ERROR_ALREADY_ASSIGNED', context: { localName: 'Z:' } })
  })

  it('connects the session of the token, which may be closed meanwhile', async () => {
    const token = await logonUser({ ...alice, win32 })
    const connection = await connectNetwork({ remote, token })
    expect(await connections()).toEqual([])
    expect(await win32.wNetEnumerateConnections({ impersonate: token.handle })).toMatchObject([
      { user: String.raw`FILES\alice` },
    ])
    token.close()
    await connection.close()
  })

  it('is shared, and ended by the last who holds it', async () => {
    const [first, second] = await Promise.all([
      connectNetwork({ remote, ...alice, win32 }),
      connectNetwork({ remote: remote.toLowerCase(), ...alice, win32 }),
    ])
    expect(windows.calls.filter((call) => call.function === 'wNetAddConnection2').length).toBe(1)
    await first.close()
    await first.close()
    expect(await connections()).toHaveLength(1)
    await second.close()
    expect(await connections()).toEqual([])
  })

  it.each(['alice', String.raw`FILES\alice`])(
    'is shared with nobody who names %s and does not know the password',
    async (user) => {
      await using _connection = await connectNetwork({ remote, ...alice, win32 })
      const refused: unknown = await connectNetwork({ remote, user, password: 'S3cret', win32 }).catch(
        (error: unknown) => error,
      )
      expect(refused).toBeInstanceOf(NetworkCredentialConflictError)
      expect(refused).toMatchObject({ connections: [{ remoteName: remote }] })
      expect(inspect(refused)).not.toMatch(/alice-password|S3cret/u)
    },
  )

  it('is one connection for a user who is named in two ways', async () => {
    const first = await connectNetwork({ remote, ...alice, win32 })
    const second = await connectNetwork({ remote, ...alice, user: String.raw`FILES\alice`, win32 })
    const third = await connectNetwork({ remote, win32 })
    await first.close()
    expect(await connections()).toHaveLength(1)
    await second.close()
    expect(await connections()).toHaveLength(1)
    await third.close()
    expect(await connections()).toEqual([])
  })

  it('is not shared with another user, and goes on without him', async () => {
    await using _connection = await connectNetwork({ remote, ...alice, win32 })
    const refused = connectNetwork({ remote, ...bob, win32 })
    await expect(refused).rejects.toMatchObject({ code: 'ERROR_SESSION_CREDENTIAL_CONFLICT' })
    expect(await connections()).toHaveLength(1)
  })

  it('says so when nothing that Windows lists is in the way', async () => {
    windows.faults.next('wNetAddConnection2', 'ERROR_SESSION_CREDENTIAL_CONFLICT')
    const refused = connectNetwork({ remote, ...alice, win32 })
    await expect(refused).rejects.toMatchObject({ connections: [], message: expect.stringContaining('does not list') })
  })

  it('leaves a connection alone that was there before', async () => {
    const request = {
      remoteName: remote,
      localName: null,
      user: alice.user,
      type: 0,
      flags: 4,
      impersonate: null,
    } as const
    await win32.wNetAddConnection2({ ...request, password: Buffer.from(alice.password, 'utf16le') })
    // As Windows has it, which looks at no password then: a wrong one keeps nobody out who comes after it.
    for (const password of ['S3cret', alice.password]) {
      const first = await connectNetwork({ remote, ...alice, password, win32 })
      const second = await connectNetwork({ remote, ...alice, win32 })
      await first.close()
      await second.close()
    }
    expect(await connections()).toHaveLength(1)
    await win32.wNetCancelConnection2({ name: remote, flags: 0, force: false, impersonate: null })
  })

  it('names the connections in the way of other credentials', async () => {
    await using _alice = await connectNetwork({ remote, ...alice, win32 })
    const refused: unknown = await connectNetwork({ remote, ...bob, win32 }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(NetworkCredentialConflictError)
    expect(refused).toBeInstanceOf(Win32Error)
    expect(refused).toMatchObject({
      code: 'ERROR_SESSION_CREDENTIAL_CONFLICT',
      errno: 1219,
      connections: [{ remoteName: remote, user: String.raw`FILES\alice` }],
    })
    expect(String(refused)).toContain('alice')
  })

  it('can be closed again when files are open', async () => {
    const connection = await connectNetwork({ remote, ...alice, win32 })
    windows.faults.next('wNetCancelConnection2', 'ERROR_OPEN_FILES')
    await expect(connection.close()).rejects.toMatchObject({ code: 'ERROR_OPEN_FILES' })
    await connection.close()
  })

  it('is done when somebody else ended the connection', async () => {
    const connection = await connectNetwork({ remote, ...alice, win32 })
    await win32.wNetCancelConnection2({ name: remote, flags: 0, force: false, impersonate: null })
    await expect(connection.close()).resolves.toBeUndefined()
  })

  it.each([
    ['a wrong password', { remote, user: 'alice', password: 'S3cret' }, 'ERROR_LOGON_FAILURE'],
    ['another server', { remote: String.raw`\\NOWHERE\public`, ...alice }, 'ERROR_BAD_NETPATH'],
    ['another share', { remote: String.raw`\\FILES\missing`, ...alice }, 'ERROR_BAD_NET_NAME'],
    ['a share for others', { remote: String.raw`\\FILES\private`, ...alice }, 'ERROR_ACCESS_DENIED'],
    ['a session without credentials', { remote }, 'ERROR_ACCESS_DENIED'],
    ['what is no drive', { remote, local: 'nothing', ...alice }, 'ERROR_BAD_DEVICE'],
  ])('fails for %s, and leaves nothing behind', async (_what, options: ConnectNetworkOptions, code) => {
    const refused: unknown = await connectNetwork({ ...options, win32 }).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code })
    expect(JSON.stringify(refused) + String(refused)).not.toMatch(/alice-password|S3cret/u)
  })

  it('tells of a network logon that it has no credentials', async () => {
    using token = await logonUser({ ...alice, type: 'network', win32 })
    await expect(connectNetwork({ remote, token })).rejects.toMatchObject({ code: 'ERROR_ACCESS_DENIED' })
  })

  it('connects as whom a newCredentials logon names', async () => {
    using token = await logonUser({ user: 'bob', password: bob.password, type: 'newCredentials', win32 })
    await using _connection = await connectNetwork({ remote: String.raw`\\FILES\private`, token })
    expect(await win32.wNetEnumerateConnections({ impersonate: token.handle })).toMatchObject([
      { user: String.raw`FILES\bob` },
    ])
  })

  it('refuses a token that cannot be acted with', async () => {
    using token = await logonUser({ ...alice, win32 })
    using shown = token.duplicate({ type: 'impersonation', level: 'identification' })
    await expect(connectNetwork({ remote, token: shown })).rejects.toMatchObject({ argument: 'options.token' })
  })

  it.each([
    ['options', undefined],
    ['options.remote', { remote: 'files' }],
    ['options.remote', { remote: 5 }],
    ['options.local', { remote, local: '' }],
    ['options.user', { remote, password: 'secret' }],
    ['options.user', { remote, domain: 'FILES' }],
    ['options.password', { remote, user: 'alice' }],
    ['options.token', { remote, token: {} }],
  ])('refuses a wrong %s', async (argument, options) => {
    // @ts-expect-error: what JavaScript may pass
    await expect(connectNetwork(options && { win32, ...options })).rejects.toMatchObject({ argument })
  })
})
