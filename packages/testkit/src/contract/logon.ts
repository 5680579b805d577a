import {
  groupAttribute,
  impersonationLevel,
  logonProvider,
  logonType,
  tokenType,
  type Handle,
  type LogonType,
  type SidAndAttributes,
} from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import { serviceSid } from '@asuser/security-descriptors/derived-sids'
import { describe, expect, it } from 'vitest'
import type { ContractAccount } from './backend.ts'
import { asyncOutcomeOf, passwordBytes, type ContractRun } from './contract-run.ts'

const { LOGON32_LOGON_INTERACTIVE, LOGON32_LOGON_NETWORK, LOGON32_LOGON_NEW_CREDENTIALS, LOGON32_LOGON_SERVICE } =
  logonType

export function describeLogon(run: () => ContractRun): void {
  function groupsOf(token: Handle<'token'>): readonly string[] {
    return run()
      .win32.getTokenInformation(token, 'TokenGroups')
      .filter(({ attributes }) => (attributes & groupAttribute.SE_GROUP_ENABLED) !== 0)
      .map(({ sid }) => Sid.fromBytes(sid).toString())
  }

  function outcome(account: ContractAccount, type: LogonType = LOGON32_LOGON_INTERACTIVE): Promise<string> {
    return asyncOutcomeOf(() => run().logOn(account, type))
  }

  describe('logonUser', () => {
    it('gives a primary token of the user for an interactive logon', async () => {
      const { alice } = run().backend.accounts
      using token = await run().logOn(alice)
      expect(run().win32.getTokenInformation(token, 'TokenType')).toBe(tokenType.TokenPrimary)
      expect(run().userOf(token)).toBe((await run().sidOf(alice)).toString())
      // Everyone, INTERACTIVE, Authenticated Users; the group of the logon type is windows-behaviour 2.1.
      expect(groupsOf(token)).toEqual(expect.arrayContaining(['S-1-1-0', 'S-1-5-4', 'S-1-5-11']))
      expect(groupsOf(token)).not.toContain('S-1-5-2')
    })

    it('gives an impersonation token for a network logon', async () => {
      using token = await run().logOn(run().backend.accounts.alice, LOGON32_LOGON_NETWORK)
      expect(run().win32.getTokenInformation(token, 'TokenType')).toBe(tokenType.TokenImpersonation)
      expect(run().win32.getTokenInformation(token, 'TokenImpersonationLevel')).toBe(
        impersonationLevel.SecurityImpersonation,
      )
      expect(groupsOf(token)).toContain('S-1-5-2')
      expect(groupsOf(token)).not.toContain('S-1-5-4')
    })

    it('starts a logon session of its own each time', async () => {
      using first = await run().logOn(run().backend.accounts.alice)
      using second = await run().logOn(run().backend.accounts.alice)
      const sessions = [first, second].map((token) => run().win32.getTokenInformation(token, 'TokenStatistics'))
      expect(sessions[0]?.authenticationId).not.toBe(sessions[1]?.authenticationId)
      const logonSids = [first, second].map((token) => {
        const [logonSid] = run().win32.getTokenInformation(token, 'TokenLogonSid')
        return logonSid === undefined ? '' : Sid.fromBytes(logonSid.sid).toString()
      })
      expect(logonSids[0]).toMatch(/^S-1-5-5-\d+-\d+$/u)
      expect(logonSids[0]).not.toBe(logonSids[1])
    })

    it('accepts a dot for the domain of this computer', async () => {
      using token = await run().logOn({ ...run().backend.accounts.alice, domain: '.' })
      expect(run().userOf(token)).toBe((await run().sidOf(run().backend.accounts.alice)).toString())
    })

    it('copies the password before it returns', async () => {
      const { user, domain, password } = run().backend.accounts.alice
      const bytes = passwordBytes(password)
      const provider = logonProvider.LOGON32_PROVIDER_DEFAULT
      const logon = run().win32.logonUser({ user, domain, password: bytes, type: LOGON32_LOGON_INTERACTIVE, provider })
      bytes.fill(0)
      using token = await logon
      expect(token.closed).toBe(false)
    })

    it('does not tell a wrong password from an unknown user, and repeats neither', async () => {
      const { alice } = run().backend.accounts
      expect(await outcome({ ...alice, password: 'Wr0ng-secret' })).toBe('ERROR_LOGON_FAILURE')
      expect(await outcome({ ...alice, user: 'nobody-here' })).toBe('ERROR_LOGON_FAILURE')
      const error: unknown = await run()
        .logOn({ ...alice, password: 'Wr0ng-secret' })
        .catch((reason: unknown) => reason)
      expect(error).toMatchObject({ syscall: 'LogonUserW', errno: 1326 })
      expect(JSON.stringify(error) + String(error)).not.toContain('Wr0ng-secret')
    })

    it('fails with ERROR_ACCOUNT_DISABLED for a disabled account', async () => {
      expect(await outcome(run().backend.accounts.carol)).toBe('ERROR_ACCOUNT_DISABLED')
    })

    it('fails with ERROR_LOGON_TYPE_NOT_GRANTED without the right of the logon type', async () => {
      const { dave } = run().backend.accounts
      expect(await outcome(dave)).toBe('ERROR_LOGON_TYPE_NOT_GRANTED')
      expect(await outcome(dave, LOGON32_LOGON_NETWORK)).toBe('success')
    })

    it('fails with the code of what is wrong with the account', async (context) => {
      run().needs('logonUser fails with the code of what is wrong with the account', context)
      const { erin, frank, grace } = run().backend.accounts
      if (erin === undefined || frank === undefined || grace === undefined)
        throw new Error('The backend lacks accounts')
      // An empty password counts at the console only: "limit local account use of blank passwords".
      expect(await outcome(erin)).toBe('ERROR_ACCOUNT_RESTRICTION')
      expect(await outcome(frank)).toBe('ERROR_PASSWORD_EXPIRED')
      expect(await outcome(grace)).toBe('ERROR_ACCOUNT_LOCKED_OUT')
    })

    it('keeps the identity of the caller with new credentials', async () => {
      using own = run().ownToken(8)
      using token = await run().win32.logonUser({
        user: 'someone',
        domain: 'elsewhere',
        password: passwordBytes('not checked here'),
        type: LOGON32_LOGON_NEW_CREDENTIALS,
        provider: logonProvider.LOGON32_PROVIDER_WINNT50,
      })
      expect(run().userOf(token)).toBe(run().userOf(own))
    })

    it.each([
      ['LocalService', 'S-1-5-19', 0x3e5n],
      ['NetworkService', 'S-1-5-20', 0x3e4n],
    ])('logs %s on without a password, in the session that it has from boot on', async (user, sid, session) => {
      using token = await run().win32.logonUser({
        user,
        domain: 'NT AUTHORITY',
        password: null,
        type: LOGON32_LOGON_SERVICE,
        provider: logonProvider.LOGON32_PROVIDER_DEFAULT,
      })
      expect(run().userOf(token)).toBe(sid)
      expect(run().win32.getTokenInformation(token, 'TokenStatistics').authenticationId).toBe(session)
    })

    it('logs the virtual account of a service on without a password', async () => {
      using token = await run().win32.logonUser({
        user: 'TrustedInstaller',
        domain: 'NT SERVICE',
        password: null,
        type: LOGON32_LOGON_SERVICE,
        provider: logonProvider.LOGON32_PROVIDER_VIRTUAL,
      })
      expect(run().userOf(token)).toBe(serviceSid('TrustedInstaller').toString())
    })
  })

  describe('logonUserExExW', () => {
    const addedGroup = Sid.parse('S-1-5-99-1-2-3')

    function logOnWith(groups: readonly SidAndAttributes[] | null, password?: string): Promise<Handle<'token'>> {
      const { alice } = run().backend.accounts
      return run().win32.logonUserExExW({
        user: alice.user,
        domain: alice.domain,
        password: passwordBytes(password ?? alice.password),
        type: LOGON32_LOGON_INTERACTIVE,
        provider: logonProvider.LOGON32_PROVIDER_DEFAULT,
        groups,
      })
    }

    it('adds groups to the token', async () => {
      const attributes =
        groupAttribute.SE_GROUP_MANDATORY | groupAttribute.SE_GROUP_ENABLED_BY_DEFAULT | groupAttribute.SE_GROUP_ENABLED
      using token = await logOnWith([{ sid: addedGroup.toBytes(), attributes }])
      expect(groupsOf(token)).toContain(addedGroup.toString())
      expect(run().userOf(token)).toBe((await run().sidOf(run().backend.accounts.alice)).toString())
    })

    it('adds nothing when no groups are given', async () => {
      using token = await logOnWith(null)
      expect(groupsOf(token)).toContain('S-1-5-4')
      expect(groupsOf(token)).not.toContain(addedGroup.toString())
    })

    it('fails as logonUser does', async () => {
      expect(await asyncOutcomeOf(() => logOnWith(null, 'Wr0ng-secret'))).toBe('ERROR_LOGON_FAILURE')
      const noSid = [{ sid: new Uint8Array(3), attributes: 7 }]
      expect(await asyncOutcomeOf(() => logOnWith(noSid))).toBe('ERROR_INVALID_SID')
    })
  })
}
