import { logonType, type LogonType } from '@asuser/native'
import { describe, expect, it } from 'vitest'
import { asyncOutcomeOf, type ContractRun } from './contract-run.ts'

const { LOGON32_LOGON_SERVICE } = logonType

export function describeAccountRights(run: () => ContractRun): void {
  async function sidBytes(): Promise<Uint8Array> {
    return (await run().sidOf(run().backend.accounts.bob)).toBytes()
  }

  function logonOutcome(type: LogonType): Promise<string> {
    return asyncOutcomeOf(() => run().logOn(run().backend.accounts.bob, type))
  }

  /** Nothing is left of the rights, whatever the test did. */
  async function withBob(test: (sid: Uint8Array) => Promise<void>): Promise<void> {
    const { win32 } = run()
    const sid = await sidBytes()
    try {
      await test(sid)
    } finally {
      const rights = await win32.lsaEnumerateAccountRights(sid).catch(() => [])
      if (rights.length > 0) await win32.lsaRemoveAccountRights(sid, rights)
    }
  }

  describe('lsaAddAccountRights, lsaRemoveAccountRights and lsaEnumerateAccountRights', () => {
    it('give, take and list, in names as Windows writes them', () =>
      withBob(async (sid) => {
        const { win32 } = run()
        await win32.lsaAddAccountRights(sid, ['SeServiceLogonRight', 'SeAssignPrimaryTokenPrivilege'])
        await win32.lsaAddAccountRights(sid, ['SeServiceLogonRight'])
        const held = await win32.lsaEnumerateAccountRights(sid)
        expect(held.toSorted()).toEqual(['SeAssignPrimaryTokenPrivilege', 'SeServiceLogonRight'])
        await win32.lsaRemoveAccountRights(sid, ['SeServiceLogonRight'])
        expect(await win32.lsaEnumerateAccountRights(sid)).toEqual(['SeAssignPrimaryTokenPrivilege'])
      }))

    it('count from the next logon on', () =>
      withBob(async (sid) => {
        const { win32 } = run()
        expect(await logonOutcome(LOGON32_LOGON_SERVICE)).toBe('ERROR_LOGON_TYPE_NOT_GRANTED')
        await win32.lsaAddAccountRights(sid, ['SeServiceLogonRight', 'SeAssignPrimaryTokenPrivilege'])
        using token = await run().logOn(run().backend.accounts.bob, LOGON32_LOGON_SERVICE)
        const luid = win32.lookupPrivilegeValue('SeAssignPrimaryTokenPrivilege')
        expect(win32.getTokenInformation(token, 'TokenPrivileges').map((privilege) => privilege.luid)).toContain(luid)
        await win32.lsaRemoveAccountRights(sid, ['SeServiceLogonRight'])
        expect(await logonOutcome(LOGON32_LOGON_SERVICE)).toBe('ERROR_LOGON_TYPE_NOT_GRANTED')
      }))

    it('fail with ERROR_FILE_NOT_FOUND for an account that has none', () =>
      withBob(async (sid) => {
        const { win32 } = run()
        expect(await asyncOutcomeOf(() => win32.lsaEnumerateAccountRights(sid))).toBe('ERROR_FILE_NOT_FOUND')
        expect(await asyncOutcomeOf(() => win32.lsaRemoveAccountRights(sid, ['SeBatchLogonRight']))).toBe(
          'ERROR_FILE_NOT_FOUND',
        )
      }))

    it('fail with ERROR_NO_SUCH_PRIVILEGE when one of the names is no right, and give none', () =>
      withBob(async (sid) => {
        const { win32 } = run()
        const rights = ['SeServiceLogonRight', 'SeNoSuchRight']
        expect(await asyncOutcomeOf(() => win32.lsaAddAccountRights(sid, rights))).toBe('ERROR_NO_SUCH_PRIVILEGE')
        expect(await asyncOutcomeOf(() => win32.lsaEnumerateAccountRights(sid))).toBe('ERROR_FILE_NOT_FOUND')
      }))

    it('fail with ERROR_INVALID_SID for bytes that are no SID', async () => {
      const { win32 } = run()
      const bytes = new Uint8Array([1, 5, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0])
      expect(await asyncOutcomeOf(() => win32.lsaEnumerateAccountRights(bytes))).toBe('ERROR_INVALID_SID')
      expect(await asyncOutcomeOf(() => win32.lsaAddAccountRights(bytes, ['SeBatchLogonRight']))).toBe(
        'ERROR_INVALID_SID',
      )
    })
  })
}
