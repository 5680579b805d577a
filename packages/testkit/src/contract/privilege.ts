import { privilegeAttribute, tokenAccess, type Handle, type LuidAndAttributes } from '@asuser/native'
import { describe, expect, it } from 'vitest'
import { narrowed, outcomeOf, type ContractRun } from './contract-run.ts'

const { SE_PRIVILEGE_ENABLED, SE_PRIVILEGE_REMOVED } = privilegeAttribute
const { TOKEN_QUERY, TOKEN_ADJUST_PRIVILEGES, TOKEN_DUPLICATE } = tokenAccess

export function describePrivileges(run: () => ContractRun): void {
  function luidOf(name: string): bigint {
    return run().win32.lookupPrivilegeValue(name)
  }

  function isEnabled(token: Handle<'token'>, name: string): boolean | undefined {
    const luid = luidOf(name)
    const held = run()
      .win32.getTokenInformation(token, 'TokenPrivileges')
      .find((privilege) => privilege.luid === luid)
    return held === undefined ? undefined : (held.attributes & SE_PRIVILEGE_ENABLED) !== 0
  }

  describe('lookupPrivilegeValue and lookupPrivilegeName', () => {
    it('are the inverse of each other, with the ids of winnt.h', () => {
      // windows-behaviour 2.10, the table of LUIDs
      expect(luidOf('SeTcbPrivilege')).toBe(7n)
      expect(luidOf('SeImpersonatePrivilege')).toBe(29n)
      expect(run().win32.lookupPrivilegeName(29n)).toBe('SeImpersonatePrivilege')
      expect(luidOf('sedebugprivilege')).toBe(20n)
    })

    it('fail with ERROR_NO_SUCH_PRIVILEGE for what is none', () => {
      expect(outcomeOf(() => luidOf('SeNoSuchPrivilege'))).toBe('ERROR_NO_SUCH_PRIVILEGE')
      expect(outcomeOf(() => run().win32.lookupPrivilegeName(12_345n))).toBe('ERROR_NO_SUCH_PRIVILEGE')
    })
  })

  describe('adjustTokenPrivileges', () => {
    // Everybody holds it, enabled from the start.
    const privilege = 'SeChangeNotifyPrivilege'
    const change = (name: string, attributes: number): readonly LuidAndAttributes[] => [
      { luid: luidOf(name), attributes },
    ]

    it('says what it changed, so that it can be put back', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      const { win32 } = run()
      expect(isEnabled(token, privilege)).toBe(true)
      const adjusted = win32.adjustTokenPrivileges(token, change(privilege, 0))
      expect(adjusted.allAssigned).toBe(true)
      expect(adjusted.previous.map(({ luid }) => luid)).toEqual([luidOf(privilege)])
      expect(isEnabled(token, privilege)).toBe(false)
      // Only what really changes is reported; windows-behaviour 2.10.
      expect(win32.adjustTokenPrivileges(token, change(privilege, 0)).previous.length).toBe(
        run().expected('previous state of a privilege that does not change', 0),
      )
      win32.adjustTokenPrivileges(token, adjusted.previous)
      expect(isEnabled(token, privilege)).toBe(true)
    })

    it('adjusts the others when the token lacks one, and says so', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      const changes = [...change('SeTcbPrivilege', SE_PRIVILEGE_ENABLED), ...change(privilege, 0)]
      expect(run().win32.adjustTokenPrivileges(token, changes).allAssigned).toBe(false)
      expect(isEnabled(token, privilege)).toBe(false)
      expect(isEnabled(token, 'SeTcbPrivilege')).toBeUndefined()
    })

    it('removes for good', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      const removed = run().win32.adjustTokenPrivileges(token, change(privilege, SE_PRIVILEGE_REMOVED))
      expect(removed.allAssigned).toBe(true)
      expect(removed.previous.length).toBe(run().expected('previous state of a privilege that is removed', 0))
      expect(isEnabled(token, privilege)).toBeUndefined()
      const enabling = change(privilege, SE_PRIVILEGE_ENABLED)
      expect(run().win32.adjustTokenPrivileges(token, enabling).allAssigned).toBe(false)
    })

    it('leaves the token that it was duplicated from alone', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      using copy = narrowed(run().win32, token, 0)
      run().win32.adjustTokenPrivileges(copy, change(privilege, 0))
      expect([isEnabled(copy, privilege), isEnabled(token, privilege)]).toEqual([false, true])
    })

    it('fails with ERROR_ACCESS_DENIED without TOKEN_ADJUST_PRIVILEGES', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      using narrow = narrowed(run().win32, token, TOKEN_QUERY | TOKEN_DUPLICATE)
      using enough = narrowed(run().win32, token, TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES)
      expect(outcomeOf(() => run().win32.adjustTokenPrivileges(narrow, change(privilege, 0)))).toBe(
        'ERROR_ACCESS_DENIED',
      )
      expect(outcomeOf(() => run().win32.adjustTokenPrivileges(enough, change(privilege, 0)))).toBe('success')
    })
  })
}
