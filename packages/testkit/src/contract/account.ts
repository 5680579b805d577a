import { sidNameUse } from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import { describe, expect, it } from 'vitest'
import { asyncOutcomeOf, type ContractRun } from './contract-run.ts'

export function describeAccounts(run: () => ContractRun): void {
  const nameOutcome = (name: string, system: string | null = null): Promise<string> =>
    asyncOutcomeOf(() => run().win32.lookupAccountName(system, name))
  const sidOutcome = (sid: Uint8Array, system: string | null = null): Promise<string> =>
    asyncOutcomeOf(() => run().win32.lookupAccountSid(system, sid))

  describe('lookupAccountName', () => {
    it('finds a user with and without the domain, whatever the letter case', async () => {
      const { user, domain } = run().backend.accounts.alice
      const found = await run().win32.lookupAccountName(null, user)
      expect(found).toMatchObject({ domain, use: sidNameUse.SidTypeUser })
      expect(await run().win32.lookupAccountName(null, `${domain}\\${user}`)).toEqual(found)
      expect(await run().win32.lookupAccountName(null, user.toUpperCase())).toEqual(found)
    })

    it.each([
      ['BUILTIN\\Administrators', 'S-1-5-32-544', sidNameUse.SidTypeAlias],
      ['Everyone', 'S-1-1-0', sidNameUse.SidTypeWellKnownGroup],
      ['NT AUTHORITY\\SYSTEM', 'S-1-5-18', sidNameUse.SidTypeWellKnownGroup],
    ])('finds %s', async (name, sid, use) => {
      const found = await run().win32.lookupAccountName(null, name)
      expect(Sid.fromBytes(found.sid).toString()).toBe(sid)
      expect(found.use).toBe(use)
    })

    it('fails with ERROR_NONE_MAPPED for a name that nobody has', async () => {
      expect(await nameOutcome('nobody-here')).toBe('ERROR_NONE_MAPPED')
      expect(await nameOutcome(`BUILTIN\\${run().backend.accounts.alice.user}`)).toBe('ERROR_NONE_MAPPED')
    })

    it('fails with RPC_S_SERVER_UNAVAILABLE for a computer that is not there', async () => {
      const { user } = run().backend.accounts.alice
      expect(await nameOutcome(user, '\\\\no-such-computer')).toBe(
        run().expected('an account of a computer that is not there', 'RPC_S_SERVER_UNAVAILABLE'),
      )
    })
  })

  describe('lookupAccountSid', () => {
    it('is the inverse', async () => {
      const { user, domain } = run().backend.accounts.bob
      const sid = await run().sidOf(run().backend.accounts.bob)
      expect(await run().win32.lookupAccountSid(null, sid.toBytes())).toEqual({
        name: user,
        domain,
        use: sidNameUse.SidTypeUser,
      })
    })

    it('names LOCAL SERVICE', async () => {
      // windows-behaviour 2.17: the domain is NT AUTHORITY and the use a well-known group.
      expect(await run().win32.lookupAccountSid(null, Sid.parse('S-1-5-19').toBytes())).toEqual({
        name: 'LOCAL SERVICE',
        domain: 'NT AUTHORITY',
        use: sidNameUse.SidTypeWellKnownGroup,
      })
    })

    it('fails with ERROR_NONE_MAPPED for a SID that nobody has, a logon SID for instance', async () => {
      expect(await sidOutcome(Sid.parse('S-1-5-21-1-2-3-4711').toBytes())).toBe('ERROR_NONE_MAPPED')
      expect(await sidOutcome(Sid.parse('S-1-5-5-7-12345').toBytes())).toBe('ERROR_NONE_MAPPED')
    })

    it('fails with ERROR_INVALID_SID for bytes that are no SID', async () => {
      expect(await sidOutcome(new Uint8Array([9, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]))).toBe('ERROR_INVALID_SID')
      expect(await sidOutcome(new Uint8Array([1, 5, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]))).toBe('ERROR_INVALID_SID')
    })
  })
}
