import { impersonationLevel, initializeRequirement, tokenAccess, tokenType } from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import { describe, expect, it } from 'vitest'
import { asyncOutcomeOf, outcomeOf, type ContractRun } from './contract-run.ts'
import { acquireCredentials, SecurityExchange, type SecurityExchangeOptions } from './security-exchange.ts'

const { ISC_REQ_IDENTIFY } = initializeRequirement

const target = 'HTTP/asuser-contract'
const bindings = new TextEncoder().encode('tls-server-end-point:asuser')

export function describeSspi(run: () => ContractRun): void {
  /** With the accounts of this computer; the caller closes it. */
  function begin(options: Partial<SecurityExchangeOptions> = {}): Promise<SecurityExchange> {
    return SecurityExchange.begin(run(), { client: run().backend.accounts.alice, target, package: 'NTLM', ...options })
  }

  async function outcome(options: Partial<SecurityExchangeOptions>): Promise<string> {
    using exchange = await begin(options)
    return await asyncOutcomeOf(() => exchange.finish())
  }

  describe('acquireCredentialsHandle', () => {
    it('fails with SEC_E_SECPKG_NOT_FOUND for a package that is not there', async () => {
      const { alice } = run().backend.accounts
      const acquired = acquireCredentials(run(), 'No such package', 'outbound', alice)
      const error: unknown = await acquired.catch((reason: unknown) => reason)
      expect(error).toMatchObject({
        code: 'SEC_E_SECPKG_NOT_FOUND',
        errno: 0x80090305,
        syscall: 'AcquireCredentialsHandleW',
      })
      expect(JSON.stringify(error) + String(error)).not.toContain(alice.password)
    })
  })

  describe('acceptSecurityContext and initializeSecurityContext', () => {
    it.each(['NTLM', 'Negotiate'] as const)('establish who the client is through %s', async (packageName) => {
      using exchange = await begin({ package: packageName })
      await exchange.finish()
      const { win32, backend } = run()
      const server = exchange.serverContext
      using token = win32.querySecurityContextToken(server)
      expect(run().userOf(token)).toBe((await run().sidOf(backend.accounts.alice)).toString())
      expect(win32.getTokenInformation(token, 'TokenType')).toBe(tokenType.TokenImpersonation)
      expect(win32.getTokenInformation(token, 'TokenImpersonationLevel')).toBe(impersonationLevel.SecurityImpersonation)
      const groups = win32.getTokenInformation(token, 'TokenGroups').map(({ sid }) => Sid.fromBytes(sid).toString())
      expect(groups).toContain('S-1-5-2')
      expect(win32.queryContextAttributes(server, 'SECPKG_ATTR_NAMES').toLowerCase()).toMatch(
        new RegExp(`\\\\${backend.accounts.alice.user}$`, 'u'),
      )
      expect(win32.queryContextAttributes(server, 'SECPKG_ATTR_PACKAGE_INFO').name).toMatch(/^(?:NTLM|Negotiate)$/u)
    })

    it('settle on NTLM in Negotiate on a computer of its own', async () => {
      using exchange = await begin({ package: 'Negotiate' })
      await exchange.finish()
      expect(run().win32.queryContextAttributes(exchange.serverContext, 'SECPKG_ATTR_NEGOTIATION_INFO').name).toBe(
        'NTLM',
      )
    })

    it('take a client of NTLM where the server offers Negotiate', async () => {
      expect(await outcome({ package: 'Negotiate', clientPackage: 'NTLM' })).toBe('success')
    })

    it('tell the server whom the client wants to reach', async (context) => {
      run().needs('the target that a client of NTLM names', context)
      using exchange = await begin()
      await exchange.finish()
      const { serverContext } = exchange
      expect(run().win32.queryContextAttributes(serverContext, 'SECPKG_ATTR_CLIENT_SPECIFIED_TARGET')).toBe(target)
    })

    it('refuse a wrong password, an unknown user and a disabled account with one code', async () => {
      const { alice, carol } = run().backend.accounts
      expect(await outcome({ client: { ...alice, password: 'Wr0ng-secret' } })).toBe('SEC_E_LOGON_DENIED')
      expect(await outcome({ client: { ...alice, user: 'nobody-here' } })).toBe('SEC_E_LOGON_DENIED')
      expect(await outcome({ client: carol })).toBe('SEC_E_LOGON_DENIED')
    })

    it('refuse bytes that are no token', async () => {
      using exchange = await begin()
      const bytes = new TextEncoder().encode('These are no bytes of any security package.')
      expect(await asyncOutcomeOf(() => exchange.accept(bytes))).toBe(
        run().expected('bytes that are no token of NTLM', 'SEC_E_INVALID_TOKEN'),
      )
    })

    it('refuse a token that is cut short', async () => {
      using exchange = await begin()
      const proof = await proofIn(exchange)
      expect(await asyncOutcomeOf(() => exchange.accept(proof.slice(0, 20)))).toBe(
        run().expected('a token of NTLM that is cut short', 'SEC_E_INVALID_TOKEN'),
      )
    })

    it('refuse a proof that was made for another challenge', async () => {
      using first = await begin()
      using second = await begin()
      const proof = await proofIn(first)
      await proofIn(second)
      expect(await asyncOutcomeOf(() => second.accept(proof))).toBe('SEC_E_LOGON_DENIED')
    })

    it('refuse channel bindings that differ', async (context) => {
      run().needs('channel bindings', context)
      const other = new TextEncoder().encode('tls-server-end-point:other')
      expect(await outcome({ clientBindings: bindings, serverBindings: bindings })).toBe('success')
      expect(await outcome({ clientBindings: other, serverBindings: bindings })).toBe('SEC_E_BAD_BINDINGS')
      expect(await outcome({ serverBindings: bindings, allowMissingBindings: true })).toBe('success')
      expect(await outcome({ clientBindings: bindings })).toBe('success')
    })
  })

  describe('impersonateSecurityContext', () => {
    it('acts for the client within the callback and for nobody after it', async () => {
      using exchange = await begin()
      await exchange.finish()
      const { win32, backend } = run()
      const actor = (): string => {
        using token = win32.openThreadToken({ desiredAccess: tokenAccess.TOKEN_QUERY, openAsSelf: true })
        return run().userOf(token)
      }
      const sid = (await run().sidOf(backend.accounts.alice)).toString()
      expect(win32.impersonateSecurityContext(exchange.serverContext, actor)).toBe(sid)
      expect(outcomeOf(actor)).toBe('ERROR_NO_TOKEN')
      const outOfScope = (): never =>
        win32.impersonateSecurityContext(exchange.serverContext, () => {
          throw new RangeError('from within')
        })
      expect(outOfScope).toThrow(RangeError)
      expect(outcomeOf(actor)).toBe('ERROR_NO_TOKEN')
    })

    it('is at Identification level where the client allows no more', async () => {
      using exchange = await begin({ requirements: ISC_REQ_IDENTIFY })
      await exchange.finish()
      const allowed = run().expected(
        'the level that a client of NTLM allows',
        impersonationLevel.SecurityIdentification,
      )
      using token = run().win32.querySecurityContextToken(exchange.serverContext)
      expect(run().win32.getTokenInformation(token, 'TokenImpersonationLevel')).toBe(allowed)
      expect(run().win32.impersonateSecurityContext(exchange.serverContext, (seen) => seen)).toBe(allowed)
    })

    it('nests in another client, and in no Anonymous level', async () => {
      using exchange = await begin()
      await exchange.finish()
      const { win32, backend } = run()
      using bob = await run().logOn(backend.accounts.bob)
      const actor = (): string => {
        using token = win32.openThreadToken({ desiredAccess: tokenAccess.TOKEN_QUERY, openAsSelf: true })
        return run().userOf(token)
      }
      const asAlice = (): string => win32.impersonateSecurityContext(exchange.serverContext, actor)
      const [aliceSid, bobSid] = await Promise.all([
        run().sidOf(backend.accounts.alice),
        run().sidOf(backend.accounts.bob),
      ])
      const seen = win32.impersonateLoggedOnUser(bob, () => [asAlice(), actor()])
      expect(seen).toEqual([aliceSid.toString(), bobSid.toString()])
      using nobody = win32.duplicateTokenEx(bob, {
        desiredAccess: tokenAccess.TOKEN_QUERY | tokenAccess.TOKEN_IMPERSONATE,
        type: tokenType.TokenImpersonation,
        impersonationLevel: impersonationLevel.SecurityAnonymous,
      })
      const nested = win32.impersonateLoggedOnUser(nobody, () => outcomeOf(asAlice))
      expect(nested).toBe('ERROR_CANT_OPEN_ANONYMOUS')
    })

    it('nests in itself, and tells within who the client is', async () => {
      using exchange = await begin()
      await exchange.finish()
      const { win32, backend } = run()
      const { serverContext } = exchange
      const clientInToken = (): string => {
        using token = win32.querySecurityContextToken(serverContext)
        return run().userOf(token)
      }
      const name = win32.queryContextAttributes(serverContext, 'SECPKG_ATTR_NAMES')
      const told = win32.impersonateSecurityContext(serverContext, () => [
        clientInToken(),
        win32.impersonateSecurityContext(serverContext, clientInToken),
        win32.queryContextAttributes(serverContext, 'SECPKG_ATTR_NAMES'),
      ])
      const sid = (await run().sidOf(backend.accounts.alice)).toString()
      expect(told).toEqual([sid, sid, name])
    })

    it('fails before the exchange is done', async () => {
      using exchange = await begin()
      await exchange.accept((await exchange.initialize()).token)
      const { win32 } = run()
      expect(outcomeOf(() => win32.impersonateSecurityContext(exchange.serverContext, () => {}))).toBe(
        'SEC_E_INVALID_HANDLE',
      )
      expect(outcomeOf(() => win32.querySecurityContextToken(exchange.serverContext))).toBe('SEC_E_INVALID_HANDLE')
    })
  })
}

/** What the client answers to the server's challenge. */
async function proofIn(exchange: SecurityExchange): Promise<Uint8Array> {
  const { token } = await exchange.initialize()
  const { token: challenge } = await exchange.accept(token)
  return (await exchange.initialize(challenge)).token
}
