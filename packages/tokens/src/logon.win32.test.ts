import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getWin32 } from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
// @boundaries-ignore support of all test suites
import { installedAccounts } from '../../../tools/testing/installed-accounts.ts'
import {
  accountRightsOf,
  type Credentials,
  CredentialsRefusedError,
  grantAccountRights,
  listSessions,
  logonS4U,
  logonUser,
  revokeAccountRights,
  sessionToken,
  type Token,
} from './index.ts'

let alice: Credentials
let bob: Credentials
let handlesBefore: number

beforeAll(async () => {
  const accounts = await installedAccounts()
  alice = accounts.alice
  bob = accounts.bob
  handlesBefore = getWin32().countOpenHandles()
})

afterAll(() => {
  expect(getWin32().countOpenHandles()).toBe(handlesBefore)
})

describe('logonS4U on the addon', () => {
  it('gives the level that is asked for', async () => {
    const { user, domain } = alice
    using acting = await logonS4U({ user, domain })
    using looking = await logonS4U({ user, domain, level: 'identification' })
    expect([acting.impersonationLevel, looking.impersonationLevel]).toEqual(['impersonation', 'identification'])
    expect(acting.user).toEqual(looking.user)
    expect(acting.impersonate(() => 'done as alice')).toBe('done as alice')
  })
})

describe('logonUser on the addon', () => {
  it('adds groups', async () => {
    const group = Sid.parse('S-1-5-99-4-5-6')
    using token = await logonUser({ ...alice, groups: [group] })
    expect(token.groups.some(({ sid }) => sid.equals(group))).toBe(true)
  })
})

describe('logonUser with proveAgainst on the addon', () => {
  const isWine = process.env['ASUSER_LANE'] === 'wine'
  const logOn = (password: string): Promise<Token> =>
    logonUser({ ...alice, password, type: 'newCredentials', proveAgainst: 'localhost' })

  it('says that there is no network to ask, and leaves no handle', async ({ skip }) => {
    skip(!isWine, 'Windows has a network to ask')
    const before = getWin32().countOpenHandles()
    const error: unknown = await logOn(`${alice.password}`).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'ERROR_NO_NETWORK', context: { server: 'localhost', type: 'newCredentials' } })
    expect(error).not.toBeInstanceOf(CredentialsRefusedError)
    expect(inspect(error, { depth: null })).not.toContain(alice.password)
    expect(getWin32().countOpenHandles()).toBe(before)
  })

  it('asks the server', async ({ skip }) => {
    skip(isWine, 'Wine has no network provider for shares')
    using token = await logOn(`${alice.password}`)
    expect(await getWin32().wNetEnumerateConnections({ impersonate: token.handle })).toEqual([])
    await expect(logOn('Wr0ng-secret')).rejects.toMatchObject({ name: 'CredentialsRefusedError', server: 'localhost' })
  })
})

describe('account rights on the addon', () => {
  it('count from the next logon on, until they are taken away', async () => {
    const account = `${bob.domain}\\${bob.user}`
    const batch = { ...bob, type: 'batch' } as const
    await expect(logonUser(batch)).rejects.toMatchObject({ code: 'ERROR_LOGON_TYPE_NOT_GRANTED' })
    await grantAccountRights(account, ['SeBatchLogonRight'])
    try {
      await expect(accountRightsOf(account)).resolves.toEqual(['SeBatchLogonRight'])
      using token = await logonUser(batch)
      expect(token.groups.map(({ sid }) => sid.toString())).toContain('S-1-5-3')
    } finally {
      await revokeAccountRights(account, ['SeBatchLogonRight'])
    }
    await expect(accountRightsOf(account)).resolves.toEqual([])
    await expect(logonUser(batch)).rejects.toMatchObject({ code: 'ERROR_LOGON_TYPE_NOT_GRANTED' })
  })
})

describe('sessions on the addon', () => {
  it('are listed with the one of the services first', async () => {
    const [services] = await listSessions()
    expect(services).toMatchObject({ id: 0, kind: 'services', user: undefined, idleTime: undefined })
    await expect(sessionToken(0)).rejects.toMatchObject({ code: 'ERROR_NO_TOKEN', context: { sessionId: 0 } })
  })

  it('give the token of whoever is logged on', async () => {
    for (const { id, user } of (await listSessions()).filter((session) => session.user !== undefined)) {
      using token = await sessionToken(id)
      expect([token.type, token.sessionId]).toEqual(['primary', id])
      expect((await token.describe()).split('\n')[1]?.toLowerCase()).toContain(user?.name.toLowerCase())
    }
  })
})

describe('a token of the addon', () => {
  it('reports what it can do', async () => {
    using token = await logonUser(alice)
    expect(token.capabilityReport()).toMatchObject({
      type: 'primary',
      startsProcesses: { value: 'yes' },
      networkCredentials: { value: 'yes' },
      interactive: { value: 'yes' },
      logonSid: { value: token.logonSid },
    })
    using network = await logonUser({ ...alice, type: 'network' })
    expect(network.capabilityReport()).toMatchObject({
      type: 'impersonation',
      startsProcesses: { value: 'no' },
      networkCredentials: { value: 'unknown' },
      interactive: { value: 'no' },
    })
  })

  it('describes itself with names', async () => {
    using token = await logonUser(alice)
    const text = await token.describe()
    expect(text.toLowerCase()).toContain(`${alice.domain}\\${alice.user}`.toLowerCase())
    expect(text).toContain('S-1-1-0')
    expect(text).toMatch(/SeChangeNotifyPrivilege +enabled/)
  })
})
