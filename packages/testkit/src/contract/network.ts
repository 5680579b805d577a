import {
  connectFlag,
  logonProvider,
  logonType,
  networkResourceType,
  type Borrowed,
  type Handle,
  type NetworkConnectionInformation,
  type WNetAddConnection2Options,
} from '@asuser/native'
import { describe, expect, it } from 'vitest'
import type { ContractAccount } from './backend.ts'
import { asyncOutcomeOf, passwordBytes, type ContractRun } from './contract-run.ts'

const noPassword = null

export function describeNetwork(run: () => ContractRun): void {
  function connection(changes: Partial<WNetAddConnection2Options> = {}): WNetAddConnection2Options {
    return {
      remoteName: run().backend.shares.share,
      localName: null,
      user: null,
      password: noPassword,
      type: networkResourceType.RESOURCETYPE_DISK,
      flags: connectFlag.CONNECT_TEMPORARY,
      impersonate: null,
      ...changes,
    }
  }

  function connect(changes: Partial<WNetAddConnection2Options> = {}): Promise<string> {
    return asyncOutcomeOf(() => run().win32.wNetAddConnection2(connection(changes)))
  }

  function cancel(name = run().backend.shares.share, impersonate: Borrowed<'token'> | null = null): Promise<string> {
    return asyncOutcomeOf(() => run().win32.wNetCancelConnection2({ name, flags: 0, force: true, impersonate }))
  }

  /** The connections to the server of the suite, and no other of the machine. */
  async function connections(
    impersonate: Borrowed<'token'> | null = null,
  ): Promise<readonly NetworkConnectionInformation[]> {
    const all = await run().win32.wNetEnumerateConnections({ impersonate })
    const { share } = run().backend.shares
    return all.filter(({ remoteName }) => remoteName.toLowerCase() === share.toLowerCase())
  }

  function as({ user, password }: ContractAccount): Pick<WNetAddConnection2Options, 'user' | 'password'> {
    return { user, password: passwordBytes(password) }
  }

  function newCredentials({ user, domain, password }: ContractAccount): Promise<Handle<'token'>> {
    const type = logonType.LOGON32_LOGON_NEW_CREDENTIALS
    const provider = logonProvider.LOGON32_PROVIDER_WINNT50
    return run().win32.logonUser({ user, domain, password: passwordBytes(password), type, provider })
  }

  describe('wNetAddConnection2', () => {
    it('connects with given credentials, and wNetCancelConnection2 ends it', async (context) => {
      run().needs('network connections', context)
      expect(await connect(as(run().backend.accounts.alice))).toBe('success')
      const [found, ...more] = await connections()
      expect(found).toMatchObject({ localName: null, user: expect.stringMatching(/alice$/u) })
      expect(more).toEqual([])
      expect(await cancel()).toBe('success')
      expect(await connections()).toEqual([])
    })

    it('gives it a drive letter, which cannot be given twice', async (context) => {
      run().needs('network connections', context)
      const alice = as(run().backend.accounts.alice)
      expect(await connect({ ...alice, localName: 'Q:' })).toBe('success')
      expect(await connect({ ...alice, localName: 'q:' })).toBe('ERROR_ALREADY_ASSIGNED')
      expect(await connections()).toMatchObject([{ localName: 'Q:' }])
      expect(await cancel('Q:')).toBe('success')
    })

    it('fails with ERROR_SESSION_CREDENTIAL_CONFLICT for a second user of one session', async (context) => {
      run().needs('network connections', context)
      const { alice, bob } = run().backend.accounts
      expect(await connect(as(alice))).toBe('success')
      expect(await connect(as(bob))).toBe('ERROR_SESSION_CREDENTIAL_CONFLICT')
      expect(await connect(as(alice))).toBe('success')
      expect(await cancel()).toBe('success')
      expect(await connect(as(bob))).toBe('success')
      expect(await cancel()).toBe('success')
    })

    it('belongs to the logon session of the client that it names', async (context) => {
      run().needs('network connections', context)
      const { alice, bob } = run().backend.accounts
      using client = await run().logOn(alice)
      expect(await connect({ impersonate: client })).toBe('success')
      expect(await connections()).toEqual([])
      expect(await connections(client)).toMatchObject([{ user: expect.stringMatching(/alice$/u) }])
      expect(await connect(as(bob))).toBe('success')
      expect(await cancel(undefined, client)).toBe('success')
      expect(await cancel()).toBe('success')
    })

    it('needs credentials that a network logon does not leave behind', async (context) => {
      run().needs('network connections', context)
      using client = await run().logOn(run().backend.accounts.alice, logonType.LOGON32_LOGON_NETWORK)
      const outcome = await connect({ impersonate: client })
      expect(['ERROR_ACCESS_DENIED', 'ERROR_LOGON_FAILURE', 'ERROR_NO_SUCH_LOGON_SESSION']).toContain(outcome)
    })

    it('shows the credentials of a session that nobody checked to the server', async (context) => {
      run().needs('network connections', context)
      const { alice } = run().backend.accounts
      const remoteName = run().backend.shares.share.replace(/[^\\]*$/u, 'IPC$')
      const type = networkResourceType.RESOURCETYPE_ANY
      using right = await newCredentials(alice)
      expect(await connect({ remoteName, type, impersonate: right })).toBe('success')
      expect(await cancel(remoteName, right)).toBe('success')
      expect(await run().win32.wNetEnumerateConnections({ impersonate: right })).toEqual([])
      using wrong = await newCredentials({ ...alice, password: 'wrong' })
      expect(await connect({ remoteName, type, impersonate: wrong })).toBe('ERROR_LOGON_FAILURE')
    })

    it('fails with ERROR_LOGON_FAILURE for a wrong password', async (context) => {
      run().needs('network connections', context)
      const { user } = run().backend.accounts.alice
      expect(await connect({ user, password: passwordBytes('wrong') })).toBe('ERROR_LOGON_FAILURE')
      expect(await connections()).toEqual([])
    })

    it('fails with the code of what is wrong with the names', async (context) => {
      run().needs('network connections', context)
      const alice = as(run().backend.accounts.alice)
      expect(await connect({ ...alice, remoteName: run().backend.shares.missing })).toBe('ERROR_BAD_NET_NAME')
      expect(await connect({ ...alice, localName: 'nothing' })).toBe('ERROR_BAD_DEVICE')
    })

    it('fails where there is no network that knows the name', async () => {
      const expected = run().expected('a name that no network knows', 'ERROR_BAD_NET_NAME')
      expect(await connect({ remoteName: 'no-share' })).toBe(expected)
    })
  })

  describe('wNetCancelConnection2', () => {
    it('fails with ERROR_NOT_CONNECTED where there is no connection', async () => {
      const expected = run().expected('ending a connection that there is not', 'ERROR_NOT_CONNECTED')
      expect(await cancel()).toBe(expected)
    })
  })

  describe('wNetEnumerateConnections', () => {
    it('is empty without connections, for the server and for a client', async () => {
      using client = await run().logOn(run().backend.accounts.alice)
      const outcome = (impersonate: Borrowed<'token'> | null): Promise<string> =>
        asyncOutcomeOf(async () => expect(await connections(impersonate)).toEqual([]))
      const expected = run().expected('connections of a session that has none', 'success')
      expect([await outcome(null), await outcome(client)]).toEqual([expected, expected])
    })
  })
}
