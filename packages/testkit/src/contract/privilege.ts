import {
  privilegeAttribute,
  tokenAccess,
  tokenType,
  type Borrowed,
  type Handle,
  type LuidAndAttributes,
} from '@asuser/native'
import { describe, expect, it } from 'vitest'
import { narrowed, outcomeOf, type ContractRun } from './contract-run.ts'

const { SE_PRIVILEGE_ENABLED, SE_PRIVILEGE_REMOVED } = privilegeAttribute
const { TOKEN_QUERY, TOKEN_ADJUST_PRIVILEGES, TOKEN_DUPLICATE } = tokenAccess

export function describePrivileges(run: () => ContractRun): void {
  function luidOf(name: string): bigint {
    return run().win32.lookupPrivilegeValue(name)
  }

  function isEnabled(token: Borrowed<'token'>, name: string): boolean | undefined {
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

  describe('enableProcessPrivileges', () => {
    // Held by the server that runs the contract, and disabled from the start.
    const privilege = 'SeBackupPrivilege'
    const ofProcess = (): boolean | undefined => isEnabled(run().win32.getCurrentProcessToken(), privilege)
    const enable = (...names: readonly string[]): Handle<'enabled-privileges'> =>
      run().win32.enableProcessPrivileges(names.map(luidOf))

    it('enables until the last of those who asked is done', () => {
      const first = enable(privilege)
      const second = enable(privilege, 'SeChangeNotifyPrivilege')
      first.close()
      first.close()
      expect(ofProcess()).toBe(true)
      second.close()
      expect(ofProcess()).toBe(false)
      expect(isEnabled(run().win32.getCurrentProcessToken(), 'SeChangeNotifyPrivilege')).toBe(true)
    })

    it('enables nothing when the process lacks one of them', () => {
      expect(outcomeOf(() => enable(privilege, 'SeSyncAgentPrivilege'))).toBe('ERROR_NOT_ALL_ASSIGNED')
      expect(ofProcess()).toBe(false)
    })

    it('enables in the process while the thread acts for a client', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      const enabled = run().win32.impersonateLoggedOnUser(token, () => enable(privilege))
      expect(ofProcess()).toBe(true)
      run().win32.impersonateLoggedOnUser(token, () => enabled.close())
      expect(ofProcess()).toBe(false)
    })
  })

  describe('getCurrentProcessToken', () => {
    it('is the primary token of the process, whomever the thread acts for', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      const { win32 } = run()
      using opened = win32.openProcessToken(win32.getCurrentProcess(), TOKEN_QUERY)
      const { sid } = win32.getTokenInformation(opened, 'TokenUser')
      const userNow = (): Uint8Array => win32.getTokenInformation(win32.getCurrentProcessToken(), 'TokenUser').sid
      expect(userNow()).toEqual(sid)
      expect(win32.impersonateLoggedOnUser(token, userNow)).toEqual(sid)
      expect(win32.getTokenInformation(win32.getCurrentProcessToken(), 'TokenType')).toBe(tokenType.TokenPrimary)
    })

    it('is good for questions alone', () => {
      const { win32 } = run()
      const change = [{ luid: luidOf('SeBackupPrivilege'), attributes: SE_PRIVILEGE_ENABLED }]
      const outcome = outcomeOf(() => win32.adjustTokenPrivileges(win32.getCurrentProcessToken(), change))
      expect(outcome).toBe(run().expected('changing the lent token of the process', 'ERROR_ACCESS_DENIED'))
      using opened = win32.openProcessToken(win32.getCurrentProcess(), TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES)
      win32.adjustTokenPrivileges(
        opened,
        change.map(({ luid }) => ({ luid, attributes: 0 })),
      )
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
