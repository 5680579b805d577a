import {
  impersonationLevel,
  logonType,
  tokenType,
  type Handle,
  type LsaLogonUserS4UOptions,
  type Win32,
} from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import { describe, expect, it } from 'vitest'
import { asyncOutcomeOf, outcomeOf, type ContractRun } from './contract-run.ts'

export function describeS4U(run: () => ContractRun): void {
  function logOn(options: Partial<LsaLogonUserS4UOptions> = {}): Promise<Handle<'token'>> {
    const { user, domain } = run().backend.accounts.alice
    return run().win32.lsaLogonUserS4U({
      trusted: true,
      authenticationPackage: 'MICROSOFT_AUTHENTICATION_PACKAGE_V1_0',
      user,
      domain,
      logonType: logonType.LOGON32_LOGON_NETWORK,
      originName: 'asuser',
      sourceName: 'asuser',
      ...options,
    })
  }

  function levelOf(win32: Win32, token: Handle<'token'>): number {
    return win32.getTokenInformation(token, 'TokenImpersonationLevel')
  }

  describe('lsaLogonUserS4U', () => {
    it('gives a token to act with, without a password, over a trusted connection', async () => {
      const { win32, backend } = run()
      using token = await logOn()
      expect(run().userOf(token)).toBe((await run().sidOf(backend.accounts.alice)).toString())
      expect(win32.getTokenInformation(token, 'TokenType')).toBe(tokenType.TokenImpersonation)
      expect(levelOf(win32, token)).toBe(impersonationLevel.SecurityImpersonation)
      const groups = win32.getTokenInformation(token, 'TokenGroups').map(({ sid }) => Sid.fromBytes(sid).toString())
      expect(groups).toContain('S-1-5-2')
    })

    it('gives a token to look at only over an untrusted one', async () => {
      const { win32 } = run()
      using token = await logOn({ trusted: false, domain: '.' })
      expect(levelOf(win32, token)).toBe(impersonationLevel.SecurityIdentification)
      const primary = { desiredAccess: 0, type: tokenType.TokenPrimary, impersonationLevel: 2 } as const
      expect(outcomeOf(() => win32.duplicateTokenEx(token, primary))).toBe(
        run().expected('primary token of an Identification token', 'ERROR_BAD_IMPERSONATION_LEVEL'),
      )
    })

    it('makes a token that starts a process', async () => {
      const { win32, backend } = run()
      using token = await logOn()
      using primary = win32.duplicateTokenEx(token, {
        desiredAccess: 0,
        type: tokenType.TokenPrimary,
        impersonationLevel: impersonationLevel.SecurityImpersonation,
      })
      const started = await run().start(primary, backend.programs.exitWith(7))
      expect(await run().exitCode(started)).toBe(7)
    })

    it('fails with the code of what is wrong with the account', async () => {
      const { carol } = run().backend.accounts
      expect(await asyncOutcomeOf(() => logOn({ user: carol.user }))).toBe('ERROR_ACCOUNT_DISABLED')
      const unknown = await asyncOutcomeOf(() => logOn({ user: 'nobody-here' }))
      // LSA tells the two apart or not, by its version.
      expect(['ERROR_LOGON_FAILURE', 'ERROR_NO_SUCH_USER']).toContain(unknown)
    })
  })
}
