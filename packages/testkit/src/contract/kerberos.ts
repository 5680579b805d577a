import { acceptRequirement, impersonationLevel, initializeRequirement, tokenAccess, tokenType } from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ContractDomain } from './backend.ts'
import { asyncOutcomeOf, codeOf, outcomeOf, type ContractRun } from './contract-run.ts'
import { SecurityExchange, type SecurityExchangeOptions } from './security-exchange.ts'

const { ASC_REQ_DELEGATE } = acceptRequirement
const { ISC_REQ_DELEGATE, ISC_REQ_MUTUAL_AUTH, ISC_REQ_IDENTIFY } = initializeRequirement

const bindings = new TextEncoder().encode('tls-server-end-point:asuser')

/** Kerberos between a client and a server of one domain. */
export function describeKerberos(run: () => ContractRun): void {
  function domain(): ContractDomain {
    const { domain: given, lane } = run().backend
    if (given === undefined) throw new Error(`The backend of ${lane} has no domain, and no row of deviations says so`)
    return given
  }

  /** With the accounts of the domain; the caller closes it. */
  function begin(options: Partial<SecurityExchangeOptions> = {}): Promise<SecurityExchange> {
    const { user: client, ownService: target } = domain()
    return SecurityExchange.begin(run(), { client, target, package: 'Kerberos', ...options })
  }

  async function outcome(options: Partial<SecurityExchangeOptions>): Promise<string> {
    return await asyncOutcomeOf(async () => {
      using exchange = await begin(options)
      await exchange.finish()
    })
  }

  describe('Kerberos', () => {
    beforeEach((context) => run().needs('Kerberos in a domain', context))

    it('establishes who the client is with one token', async () => {
      using exchange = await begin()
      const client = await exchange.initialize()
      expect(client.status).toBe('ok')
      const server = await exchange.accept(client.token)
      expect(server.status).toBe('ok')
      expect(server.token).toHaveLength(0)
      // The context lasts as long as the ticket.
      expect(server.expiry).toBeLessThan(0x7fff_ffff_ffff_ffffn)
    })

    it('makes a network logon of the client', async () => {
      using exchange = await begin()
      await exchange.finish()
      const { win32 } = run()
      const { user } = domain()
      using token = win32.querySecurityContextToken(exchange.serverContext)
      const sid = (await run().sidOf(user)).toString()
      expect(run().userOf(token)).toBe(sid)
      expect(win32.getTokenInformation(token, 'TokenType')).toBe(tokenType.TokenImpersonation)
      expect(win32.getTokenInformation(token, 'TokenImpersonationLevel')).toBe(impersonationLevel.SecurityImpersonation)
      const groups = win32.getTokenInformation(token, 'TokenGroups').map((group) => Sid.fromBytes(group.sid).toString())
      expect(groups).toEqual(expect.arrayContaining(['S-1-5-2', 'S-1-18-1']))
      expect(groups).not.toContain('S-1-5-64-10')
      const actor = (): string => {
        using own = win32.openThreadToken({ desiredAccess: tokenAccess.TOKEN_QUERY, openAsSelf: true })
        return run().userOf(own)
      }
      expect(win32.impersonateSecurityContext(exchange.serverContext, actor)).toBe(sid)
      expect(outcomeOf(actor)).toBe('ERROR_NO_TOKEN')
    })

    it('is the source of that logon', async (context) => {
      run().needs('reading TokenSource', context)
      using exchange = await begin()
      await exchange.finish()
      using token = run().win32.querySecurityContextToken(exchange.serverContext)
      expect(run().win32.getTokenInformation(token, 'TokenSource').name).toBe('Kerberos')
    })

    it('tells who the client is, and whom it wants to reach', async () => {
      using exchange = await begin()
      await exchange.finish()
      const { win32 } = run()
      const { user, ownService } = domain()
      const server = exchange.serverContext
      const client = `${user.domain}\\${user.user}`.toLowerCase()
      expect(win32.queryContextAttributes(server, 'SECPKG_ATTR_NAMES').toLowerCase()).toBe(client)
      // With the realm after it: MS-KILE 3.2.5.8.
      const [target] = win32.queryContextAttributes(server, 'SECPKG_ATTR_CLIENT_SPECIFIED_TARGET').split('@')
      expect(target).toBe(ownService)
      expect(win32.queryContextAttributes(server, 'SECPKG_ATTR_PACKAGE_INFO').name).toBe('Kerberos')
    })

    it('proves to the client who the server is where it asks', async () => {
      using exchange = await begin({ requirements: ISC_REQ_MUTUAL_AUTH })
      const first = await exchange.initialize()
      expect(first.status).toBe('continue')
      const server = await exchange.accept(first.token)
      expect(server.status).toBe('ok')
      expect(server.token.length).toBeGreaterThan(0)
      const last = await exchange.initialize(server.token)
      expect(last.status).toBe('ok')
      expect(last.attributes & ISC_REQ_MUTUAL_AUTH).not.toBe(0)
    })

    it('has no ticket for a service that nobody is', async () => {
      expect(await outcome({ target: domain().missingService })).toBe(
        run().expected('a ticket for a service that nobody is', 'SEC_E_TARGET_UNKNOWN'),
      )
    })

    it('has no ticket for a user of the computer, or for a wrong password', async () => {
      const { alice } = run().backend.accounts
      const { user } = domain()
      expect(await outcome({ client: alice })).toBe(
        run().expected('a ticket for a user whom Kerberos does not know', 'SEC_E_NO_AUTHENTICATING_AUTHORITY'),
      )
      expect(await outcome({ client: { ...user, password: 'Wr0ng-secret' } })).toBe(
        run().expected('a ticket for a wrong password', 'SEC_E_LOGON_DENIED'),
      )
    })

    it('has no client at a server that is another than the one asked for', async () => {
      using exchange = await begin({ target: domain().otherService, requirements: ISC_REQ_MUTUAL_AUTH })
      // The server's answer tells the client of KRB_AP_ERR_MODIFIED (MS-KILE 3.4.5), or there is none.
      const code = await asyncOutcomeOf(() => exchange.finish())
      const refusal = code === 'SEC_E_LOGON_DENIED' ? code : 'SEC_E_WRONG_PRINCIPAL'
      expect(code).toBe(run().expected('a ticket for another server', refusal))
    })

    /** A server that cannot take a client fails, or goes on with an answer that tells the client. */
    const refused = /^(continue|SEC_E_\w+)$/u

    async function refusalOf(exchange: SecurityExchange, token: Uint8Array): Promise<string> {
      return await exchange.accept(token).then(({ status }) => status, codeOf)
    }

    it('takes each token once', async () => {
      using first = await begin()
      using second = await begin()
      const { token } = await first.initialize()
      expect((await first.accept(token)).status).toBe('ok')
      expect(await refusalOf(second, token)).toMatch(refused)
    })

    it('refuses tokens that are cut short, changed, or none', async () => {
      using good = await begin()
      const { token } = await good.initialize()
      using other = await begin()
      expect(await asyncOutcomeOf(() => other.accept(token.slice(0, 20)))).toMatch(/^SEC_E_/u)
      expect(await asyncOutcomeOf(() => other.accept(new TextEncoder().encode('no token of anybody')))).toMatch(
        /^SEC_E_/u,
      )
      const changed = Uint8Array.from(token)
      changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
      expect(await refusalOf(other, changed)).toMatch(refused)
    })

    it('refuses channel bindings that differ', async (context) => {
      run().needs('channel bindings', context)
      const differing = new TextEncoder().encode('tls-server-end-point:other')
      expect(await outcome({ clientBindings: bindings, serverBindings: bindings })).toBe('success')
      expect(await outcome({ clientBindings: differing, serverBindings: bindings })).toBe('SEC_E_BAD_BINDINGS')
      expect(await outcome({ serverBindings: bindings, allowMissingBindings: true })).toBe('success')
      expect(await outcome({ clientBindings: bindings })).toBe('success')
    })
  })

  describe('the level of a client of Kerberos', () => {
    beforeEach((context) => run().needs('Kerberos in a domain', context))

    /** The level of the server's token, and whether client and server say that the client delegates. */
    async function levelFor(options: Partial<SecurityExchangeOptions>): Promise<readonly [number, boolean, boolean]> {
      using exchange = await begin(options)
      const [client, server] = await exchange.finish()
      using token = run().win32.querySecurityContextToken(exchange.serverContext)
      const level = run().win32.getTokenInformation(token, 'TokenImpersonationLevel')
      return [level, (client & ISC_REQ_DELEGATE) !== 0, (server & ASC_REQ_DELEGATE) !== 0]
    }

    const delegate = ISC_REQ_DELEGATE | ISC_REQ_MUTUAL_AUTH

    it('is Delegation where it delegates, which takes mutual authentication', async () => {
      expect(await levelFor({ requirements: delegate })).toEqual([impersonationLevel.SecurityDelegation, true, true])
      const level = run().expected('delegation without mutual authentication', impersonationLevel.SecurityImpersonation)
      const delegates = level === impersonationLevel.SecurityDelegation
      expect(await levelFor({ requirements: ISC_REQ_DELEGATE })).toEqual([level, delegates, delegates])
    })

    it('is Impersonation where its account is not to be delegated', async () => {
      const client = domain().sensitiveUser
      expect(await levelFor({ client, requirements: delegate })).toEqual([
        impersonationLevel.SecurityImpersonation,
        false,
        false,
      ])
    })

    it('is Identification where it allows no more', async () => {
      const [level] = await levelFor({ requirements: ISC_REQ_IDENTIFY })
      expect(level).toBe(impersonationLevel.SecurityIdentification)
    })
  })

  describe('Negotiate in a domain', () => {
    beforeEach((context) => run().needs('Kerberos in a domain', context))

    async function settledFor(options: Partial<SecurityExchangeOptions>): Promise<string> {
      using exchange = await begin({ package: 'Negotiate', ...options })
      await exchange.finish()
      return run().win32.queryContextAttributes(exchange.serverContext, 'SECPKG_ATTR_NEGOTIATION_INFO').name
    }

    it('settles on Kerberos where the service is known, and on NTLM where it is not', async () => {
      expect(await settledFor({})).toBe('Kerberos')
      expect(await settledFor({ requirements: ISC_REQ_MUTUAL_AUTH })).toBe('Kerberos')
      expect(await settledFor({ target: domain().missingService })).toBe('NTLM')
    })

    it('settles on NTLM for a user of the computer', async () => {
      expect(await settledFor({ client: run().backend.accounts.alice })).toBe('NTLM')
    })

    it('takes a client of Kerberos', async () => {
      expect(await outcome({ package: 'Negotiate', clientPackage: 'Kerberos' })).toBe('success')
    })

    it('proves nothing of the server where it is NTLM', async () => {
      using exchange = await begin({
        package: 'Negotiate',
        target: domain().missingService,
        requirements: ISC_REQ_MUTUAL_AUTH,
      })
      const [client] = await exchange.finish()
      expect(client & ISC_REQ_MUTUAL_AUTH).toBe(0)
    })
  })
}
