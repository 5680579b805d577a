import { tokenAccess } from '@asuser/native'
import { describe, expect, it } from 'vitest'
import { asyncOutcomeOf, narrowed, type ContractRun } from './contract-run.ts'

export function describeProfiles(run: () => ContractRun): void {
  function names(block: readonly string[]): readonly string[] {
    return block.map((string) => string.slice(0, string.indexOf('=', 1)).toUpperCase())
  }

  describe('createEnvironmentBlock', () => {
    it('gives the variables of the user and none of the caller', async () => {
      const { user } = run().backend.accounts.alice
      using token = await run().logOn(run().backend.accounts.alice)
      const block = await run().win32.createEnvironmentBlock({ token, inherit: false })
      expect(names(block)).toEqual(expect.arrayContaining(['SYSTEMROOT', 'PATH', 'TEMP']))
      expect(names(block)).not.toContain('ASUSER_LANE')
      expect(block.find((string) => string.toUpperCase().startsWith('USERNAME='))?.slice('USERNAME='.length)).toBe(
        run().expected('USERNAME in the environment of a user', user),
      )
    })

    it('has the strings in the order of their names', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      const block = await run().win32.createEnvironmentBlock({ token, inherit: false })
      const sorted = names(block).toSorted((left, right) => (left < right ? -1 : 1))
      const isSorted = names(block).every((name, index) => name === sorted[index])
      expect(isSorted).toBe(run().expected('the environment of a user is sorted', true))
    })

    it('gives the system’s variables without a token, and the caller’s when it inherits', async () => {
      const system = await run().win32.createEnvironmentBlock({ token: null, inherit: false })
      expect(names(system)).toContain('SYSTEMROOT')
      const inherited = await run().win32.createEnvironmentBlock({ token: null, inherit: true })
      expect(names(inherited)).toEqual(expect.arrayContaining([...names(system)]))
    })

    it('fails with ERROR_ACCESS_DENIED for a token handle that may not be asked', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      using narrow = narrowed(run().win32, token, tokenAccess.TOKEN_DUPLICATE)
      expect(await asyncOutcomeOf(() => run().win32.createEnvironmentBlock({ token: narrow, inherit: false }))).toBe(
        run().expected('the environment of a token that may not be asked', 'ERROR_ACCESS_DENIED'),
      )
    })
  })

  describe('getUserProfileDirectory', () => {
    it('is an absolute path that has to do with the user', async (context) => {
      run().needs('getUserProfileDirectory of a user who was never logged on', context)
      using token = await run().logOn(run().backend.accounts.alice)
      expect(await run().win32.getUserProfileDirectory(token)).toMatch(/^[A-Z]:\\/u)
    })

    it('fails with ERROR_ACCESS_DENIED without TOKEN_QUERY', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      using narrow = narrowed(run().win32, token, tokenAccess.TOKEN_DUPLICATE)
      expect(await asyncOutcomeOf(() => run().win32.getUserProfileDirectory(narrow))).toBe(
        run().expected('the profile of a token that may not be asked', 'ERROR_ACCESS_DENIED'),
      )
    })
  })
}
