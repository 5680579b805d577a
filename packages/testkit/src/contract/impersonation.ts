import { impersonationLevel, securityInformation, tokenAccess, tokenType, type Handle } from '@asuser/native'
import { SecurityDescriptor } from '@asuser/security-descriptors'
import { describe, expect, it } from 'vitest'
import { narrowed, outcomeOf, type ContractRun } from './contract-run.ts'

const { TOKEN_QUERY, TOKEN_DUPLICATE, TOKEN_IMPERSONATE } = tokenAccess

export function describeImpersonation(run: () => ContractRun): void {
  const actor = (): string => run().actor()

  /** A mutex that only the system may open. */
  function systemMutex(name: string): Handle<'mutex'> {
    return run().win32.createMutex({
      name,
      security: SecurityDescriptor.fromSddl('O:SYG:SYD:(A;;0x1f0001;;;SY)').toBytes(),
    })
  }

  describe('impersonateLoggedOnUser', () => {
    it('acts for the client within the callback and for nobody after it', async () => {
      const { alice } = run().backend.accounts
      using token = await run().logOn(alice)
      const sid = (await run().sidOf(alice)).toString()
      expect(run().win32.impersonateLoggedOnUser(token, () => `${actor()}!`)).toBe(`${sid}!`)
      expect(actor()).toBe('nobody')
    })

    it('puts the outer client back after an inner one, and after an error', async () => {
      const { alice, bob } = run().backend.accounts
      using outer = await run().logOn(alice)
      using inner = await run().logOn(bob)
      const [aliceSid, bobSid] = [(await run().sidOf(alice)).toString(), (await run().sidOf(bob)).toString()]
      const seen: string[] = []
      expect(() =>
        run().win32.impersonateLoggedOnUser(outer, () => {
          run().win32.impersonateLoggedOnUser(inner, () => seen.push(actor()))
          seen.push(actor())
          throw new RangeError('from within')
        }),
      ).toThrow(RangeError)
      expect([...seen, actor()]).toEqual([bobSid, aliceSid, 'nobody'])
    })

    it('reaches objects as the client', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      const name = 'Local\\asuser-contract-impersonation'
      using mutex = systemMutex(name)
      const open = (): string => outcomeOf(() => run().win32.createMutex({ name, security: null }))
      expect(open()).toBe('success')
      expect(run().win32.impersonateLoggedOnUser(token, open)).toBe('ERROR_ACCESS_DENIED')
      expect(open()).toBe('success')
      expect(mutex.closed).toBe(false)
    })

    it('reaches nothing at Identification level', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      using looking = run().win32.duplicateTokenEx(token, {
        desiredAccess: 0xe,
        type: tokenType.TokenImpersonation,
        impersonationLevel: impersonationLevel.SecurityIdentification,
      })
      const name = 'Local\\asuser-contract-identification'
      const security = SecurityDescriptor.fromSddl('O:SYG:SYD:(A;;0x1f0001;;;WD)').toBytes()
      using mutex = run().win32.createMutex({ name, security })
      const open = (): string => outcomeOf(() => run().win32.createMutex({ name, security: null }))
      // windows-behaviour 2.2: queries work, opening does not.
      expect(run().win32.impersonateLoggedOnUser(looking, open)).toBe(
        run().expected('opening an object at Identification level', 'ERROR_BAD_IMPERSONATION_LEVEL'),
      )
      expect(mutex.kind).toBe('mutex')
    })

    it('makes what is created the client’s', async () => {
      const { alice } = run().backend.accounts
      using token = await run().logOn(alice)
      const mutex = run().win32.impersonateLoggedOnUser(token, () =>
        run().win32.createMutex({ name: 'Local\\asuser-contract-owner', security: null }),
      )
      const { OWNER_SECURITY_INFORMATION } = securityInformation
      const bytes = run().win32.getKernelObjectSecurity(mutex, OWNER_SECURITY_INFORMATION)
      mutex.close()
      expect(SecurityDescriptor.fromBytes(bytes).owner?.toString() ?? 'none').toBe(
        run().expected('owner of what an impersonated client creates', (await run().sidOf(alice)).toString()),
      )
    })

    it('needs the access to the token that its type asks for', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      const impersonate = (handle: Handle<'token'>): string =>
        outcomeOf(() => run().win32.impersonateLoggedOnUser(handle, () => {}))
      using queryOnly = narrowed(run().win32, token, TOKEN_QUERY)
      expect(impersonate(queryOnly)).toBe('ERROR_ACCESS_DENIED')
      using enough = narrowed(run().win32, token, TOKEN_QUERY | TOKEN_DUPLICATE)
      expect(impersonate(enough)).toBe('success')
      const asImpersonation = { type: tokenType.TokenImpersonation, impersonationLevel: 2 } as const
      using queried = run().win32.duplicateTokenEx(token, { ...asImpersonation, desiredAccess: TOKEN_QUERY })
      expect(impersonate(queried)).toBe('ERROR_ACCESS_DENIED')
      using usable = run().win32.duplicateTokenEx(token, {
        ...asImpersonation,
        desiredAccess: TOKEN_QUERY | TOKEN_IMPERSONATE,
      })
      expect(impersonate(usable)).toBe('success')
    })
  })
}
