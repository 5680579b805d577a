import {
  accessRight,
  groupAttribute,
  impersonationLevel,
  privilegeAttribute,
  securityInformation,
  tokenAccess,
  tokenType,
  type Handle,
  type ImpersonatedCallback,
} from '@asuser/native'
import { SecurityDescriptor } from '@asuser/security-descriptors'
import { describe, expect, it } from 'vitest'
import { outcomeOf, type ContractRun } from './contract-run.ts'

const { TOKEN_QUERY, TOKEN_DUPLICATE, TOKEN_IMPERSONATE, TOKEN_ADJUST_PRIVILEGES } = tokenAccess
const { SecurityAnonymous, SecurityIdentification, SecurityImpersonation } = impersonationLevel

/** Where an identity may come from besides a token that is impersonated, and what each must be put back to. */
export function describeImpersonationSources(run: () => ContractRun): void {
  const actor = (): string => run().actor()

  function server(): string {
    using token = run().ownToken(TOKEN_QUERY)
    return run().userOf(token)
  }

  function asImpersonation(token: Handle<'token'>, level: 0 | 1 | 2, desiredAccess = 0xe): Handle<'token'> {
    const type = tokenType.TokenImpersonation
    return run().win32.duplicateTokenEx(token, { desiredAccess, type, impersonationLevel: level })
  }

  it('the callback learns the level of the thread', async () => {
    using token = await run().logOn(run().backend.accounts.alice)
    const levels = [SecurityAnonymous, SecurityIdentification, SecurityImpersonation].map((level) => {
      using client = asImpersonation(token, level)
      return run().win32.impersonateLoggedOnUser(client, (seen) => seen)
    })
    expect(levels).toEqual([SecurityAnonymous, SecurityIdentification, SecurityImpersonation])
    expect(run().win32.impersonateLoggedOnUser(token, (seen) => seen)).toBe(SecurityImpersonation)
  })

  it('nothing nests in an Anonymous level, which could not be put back', async () => {
    using token = await run().logOn(run().backend.accounts.alice)
    using nobody = asImpersonation(token, SecurityAnonymous)
    const inner = (): string => outcomeOf(() => run().win32.impersonateLoggedOnUser(token, () => {}))
    expect(run().win32.impersonateLoggedOnUser(nobody, inner)).toBe('ERROR_CANT_OPEN_ANONYMOUS')
    expect(actor()).toBe('nobody')
  })

  describe('impersonateSelf', () => {
    it.each([SecurityIdentification, SecurityImpersonation])('is the server at level %i', (level) => {
      expect(run().win32.impersonateSelf(level, (seen) => [seen, actor()])).toEqual([level, server()])
      expect(actor()).toBe('nobody')
    })

    it('is the server within a client who may not open the token of the server', async () => {
      using client = await run().logOn(run().backend.accounts.alice)
      const alice = run().userOf(client)
      using own = run().ownToken(accessRight.READ_CONTROL | accessRight.WRITE_DAC)
      const open = (): string => outcomeOf(() => run().ownToken(TOKEN_QUERY))
      const self = (): string => run().win32.impersonateSelf(SecurityImpersonation, actor)
      const { DACL_SECURITY_INFORMATION } = securityInformation
      const before = run().win32.getKernelObjectSecurity(own, DACL_SECURITY_INFORMATION)
      const forServer = SecurityDescriptor.fromSddl(`D:(A;;GA;;;${server()})`).toBytes()
      run().win32.setKernelObjectSecurity(own, DACL_SECURITY_INFORMATION, forServer)
      try {
        const seen = run().win32.impersonateLoggedOnUser(client, () => [open(), self(), actor()])
        expect(seen).toEqual(['ERROR_ACCESS_DENIED', server(), alice])
      } finally {
        run().win32.setKernelObjectSecurity(own, DACL_SECURITY_INFORMATION, before)
      }
      expect(actor()).toBe('nobody')
    })

    it('leaves the outer client in place when it fails', async () => {
      using client = await run().logOn(run().backend.accounts.alice)
      using queryOnly = asImpersonation(client, SecurityImpersonation, TOKEN_QUERY)
      const alice = run().userOf(client)
      const seen = run().win32.impersonateLoggedOnUser(client, () => [
        outcomeOf(() => run().win32.setThreadToken(queryOnly, () => {})),
        actor(),
      ])
      expect(seen).toEqual(['ERROR_ACCESS_DENIED', alice])
      expect(actor()).toBe('nobody')
    })

    it('has a token of its own to adjust', () => {
      using own = run().ownToken(TOKEN_QUERY)
      const luid = run().win32.lookupPrivilegeValue('SeChangeNotifyPrivilege')
      const isEnabled = (token: Handle<'token'>): boolean =>
        run()
          .win32.getTokenInformation(token, 'TokenPrivileges')
          .some((held) => held.luid === luid && (held.attributes & privilegeAttribute.SE_PRIVILEGE_ENABLED) !== 0)
      run().win32.impersonateSelf(SecurityImpersonation, () => {
        using token = run().win32.openThreadToken({
          desiredAccess: TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES,
          openAsSelf: true,
        })
        run().win32.adjustTokenPrivileges(token, [{ luid, attributes: 0 }])
        expect([isEnabled(token), isEnabled(own)]).toEqual([false, true])
      })
      expect(isEnabled(own)).toBe(true)
    })
  })

  describe('setThreadToken', () => {
    it('is the owner of the token', async () => {
      const { alice } = run().backend.accounts
      using token = await run().logOn(alice)
      using client = asImpersonation(token, SecurityImpersonation)
      expect(run().win32.setThreadToken(client, actor)).toBe((await run().sidOf(alice)).toString())
      expect(actor()).toBe('nobody')
    })

    it('needs no access to the token but that of the handle, nor to nest in it', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      const access = TOKEN_QUERY | TOKEN_IMPERSONATE | accessRight.WRITE_DAC
      using client = asImpersonation(token, SecurityImpersonation, access)
      const { DACL_SECURITY_INFORMATION } = securityInformation
      const forNobody = SecurityDescriptor.fromSddl('D:').toBytes()
      run().win32.setKernelObjectSecurity(client, DACL_SECURITY_INFORMATION, forNobody)
      for (const name of ['setThreadToken', 'impersonateLoggedOnUser'] as const) {
        const seen = run().win32[name](client, (level) => {
          const within = run().win32.impersonateSelf(SecurityImpersonation, actor)
          return [
            level,
            outcomeOf(actor),
            within,
            run().win32.setThreadToken(client, (inner) => inner),
            outcomeOf(actor),
          ]
        })
        const denied = 'ERROR_ACCESS_DENIED'
        expect(seen).toEqual([SecurityImpersonation, denied, server(), SecurityImpersonation, denied])
        expect(actor()).toBe('nobody')
      }
      expect(actor()).toBe('nobody')
    })

    it('refuses a primary token, and one that may not impersonate', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      using queryOnly = asImpersonation(token, SecurityImpersonation, TOKEN_QUERY | TOKEN_DUPLICATE)
      const outcome = (handle: Handle<'token'>): string => outcomeOf(() => run().win32.setThreadToken(handle, () => {}))
      expect(outcome(token)).toBe(run().expected('a thread with a primary token', 'ERROR_BAD_TOKEN_TYPE'))
      expect(outcome(queryOnly)).toBe('ERROR_ACCESS_DENIED')
      expect(actor()).toBe('nobody')
    })
  })

  describe('impersonateAnonymousToken', () => {
    it('is a user without a name, a privilege or Everyone', () => {
      const seen = run().win32.impersonateAnonymousToken(() => {
        using token = run().win32.openThreadToken({ desiredAccess: TOKEN_QUERY, openAsSelf: true })
        const groups = run().win32.getTokenInformation(token, 'TokenGroups')
        const enabled = groups.filter(({ attributes }) => attributes & groupAttribute.SE_GROUP_ENABLED)
        return {
          user: run().userOf(token),
          isEveryone: enabled.some(({ sid }) => Buffer.from(sid).toString('hex') === '010100000000000100000000'),
          privileges: run().win32.getTokenInformation(token, 'TokenPrivileges').length,
        }
      })
      expect(seen).toEqual({ user: 'S-1-5-7', isEveryone: false, privileges: 0 })
      expect(actor()).toBe('nobody')
    })
  })

  describe('the clients of calls', () => {
    it('are none when no call is active', () => {
      const { win32 } = run()
      let called = false
      const callback: ImpersonatedCallback<void> = () => {
        called = true
      }
      expect(outcomeOf(() => win32.rpcImpersonateClient(callback))).toBe(
        run().expected('the client of no remote procedure call', 'RPC_S_NO_CALL_ACTIVE'),
      )
      expect(outcomeOf(() => win32.coImpersonateClient(callback))).toBe(
        run().expected('the client of no COM call', 'RPC_E_CALL_COMPLETE'),
      )
      expect(outcomeOf(() => win32.impersonateDdeClientWindow({ client: 1n, server: 1n }, callback))).toBe(
        run().expected('the client of no DDE conversation', 'ERROR_INVALID_WINDOW_HANDLE'),
      )
      // The library keeps its reasons for the host.
      expect(outcomeOf(() => win32.ddeImpersonateClient(0n, callback))).not.toBe('success')
      expect(called).toBe(false)
      expect(actor()).toBe('nobody')
    })

    it('are none of a number that is no conversation of the DDE library', (context) => {
      run().needs('a number that is no DDE conversation', context)
      let called = false
      const callback: ImpersonatedCallback<void> = () => {
        called = true
      }
      expect(outcomeOf(() => run().win32.ddeImpersonateClient(1n, callback))).not.toBe('success')
      expect(called).toBe(false)
      expect(actor()).toBe('nobody')
    })
  })

  describe.each([
    ['impersonateLoggedOnUser', 'client'],
    ['setThreadToken', 'client'],
    ['impersonateSelf', 'server'],
    ['impersonateAnonymousToken', 'anonymous'],
  ] as const)('%s', (name, who) => {
    function enter<T>(client: Handle<'token'>, callback: ImpersonatedCallback<T>): T {
      const { win32 } = run()
      switch (name) {
        case 'impersonateSelf':
          return win32.impersonateSelf(SecurityImpersonation, callback)
        case 'impersonateAnonymousToken':
          return win32.impersonateAnonymousToken(callback)
        case 'impersonateLoggedOnUser':
        case 'setThreadToken':
          return win32[name](client, callback)
      }
    }

    it('puts the outer client back, after a result and after an error', async () => {
      const { alice, bob } = run().backend.accounts
      using outer = await run().logOn(alice)
      using token = await run().logOn(bob)
      using inner = asImpersonation(token, SecurityImpersonation, TOKEN_QUERY | TOKEN_IMPERSONATE)
      const [aliceSid, bobSid] = [(await run().sidOf(alice)).toString(), (await run().sidOf(bob)).toString()]
      const expected = { client: bobSid, server: server(), anonymous: 'S-1-5-7' }[who]
      const seen = run().win32.impersonateLoggedOnUser(outer, () => {
        const during = enter(inner, actor)
        const after = actor()
        expect(() =>
          enter(inner, () => {
            throw new RangeError('from within')
          }),
        ).toThrow(RangeError)
        return [during, after, actor()]
      })
      expect(seen).toEqual([expected, aliceSid, aliceSid])
      expect(actor()).toBe('nobody')
    })
  })
}
