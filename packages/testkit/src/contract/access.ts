import {
  accessRight,
  impersonationLevel,
  privilegeAttribute,
  tokenAccess,
  tokenType,
  type AccessCheckOptions,
  type AccessCheckResult,
  type Borrowed,
  type Handle,
} from '@asuser/native'
import { objectTypes, SecurityDescriptor } from '@asuser/security-descriptors'
import { describe, expect, it } from 'vitest'
import { outcomeOf, type ContractRun } from './contract-run.ts'

const { read, write, execute, all } = objectTypes.file.genericMapping
const genericMapping = { genericRead: read, genericWrite: write, genericExecute: execute, genericAll: all }
const forEveryone = 'O:SYG:SYD:(A;;FR;;;WD)'

export function describeAccessChecks(run: () => ContractRun): void {
  function impersonationToken(token: Borrowed<'token'>, level: 0 | 1 | 2, desiredAccess: number): Handle<'token'> {
    const type = tokenType.TokenImpersonation
    return run().win32.duplicateTokenEx(token, { desiredAccess, type, impersonationLevel: level })
  }

  /** The token of the server, as a client with nothing but the right to be asked. */
  function client(desiredAccess: number = tokenAccess.TOKEN_QUERY, level: 0 | 1 | 2 = 1): Handle<'token'> {
    using own = run().ownToken(tokenAccess.TOKEN_DUPLICATE)
    return impersonationToken(own, level, desiredAccess)
  }

  function check(
    token: Borrowed<'token'>,
    sddl: string,
    desiredAccess: number,
    changes: Partial<AccessCheckOptions> = {},
  ): AccessCheckResult {
    const descriptor = SecurityDescriptor.fromSddl(sddl).toBytes()
    return run().win32.accessCheck({ descriptor, token, desiredAccess, genericMapping, ...changes })
  }

  describe('accessCheck', () => {
    it('grants what the DACL allows', () => {
      using token = client()
      const granted = { accessStatus: true, grantedAccess: read, errno: 0, privilegesUsed: [] }
      expect(check(token, forEveryone, read)).toEqual(granted)
      expect(check(token, 'O:WDG:WDD:(A;;GR;;;WD)', read)).toEqual(granted)
      expect(check(token, forEveryone, accessRight.MAXIMUM_ALLOWED).grantedAccess & read).toBe(read)
    })

    it('answers that access is denied, and throws nothing', () => {
      using token = client()
      const denied = { accessStatus: false, grantedAccess: 0, errno: 5, privilegesUsed: [] }
      expect(check(token, 'O:ANG:AND:(A;;FR;;;WD)', write)).toEqual(denied)
      expect(check(token, 'O:ANG:AND:(D;;CC;;;WD)(A;;FA;;;WD)', read)).toEqual(denied)
      expect(check(token, 'O:ANG:AND:', read)).toEqual(denied)
      expect(check(token, forEveryone, 0)).toEqual(denied)
    })

    it('gives everything where there is no DACL or a NULL one', () => {
      using token = client()
      expect(check(token, 'O:ANG:AN', all).grantedAccess).toBe(all)
      const descriptor = SecurityDescriptor.fromSddl('O:ANG:AN').with({ dacl: null }).toBytes()
      expect(check(token, '', all, { descriptor }).grantedAccess).toBe(all)
    })

    it('decides for the client, not for the server', async () => {
      using alice = await run().logOn(run().backend.accounts.alice)
      using token = impersonationToken(alice, 1, tokenAccess.TOKEN_QUERY)
      const sid = await run().sidOf(run().backend.accounts.alice)
      const onlyServer = 'O:SYG:SYD:(A;;FA;;;SY)'
      expect(check(token, onlyServer, read).accessStatus).toBe(false)
      using own = client()
      expect(check(own, onlyServer, read).accessStatus).toBe(true)
      expect(check(token, `O:SYG:SYD:(A;;FA;;;${sid.toString()})`, read).accessStatus).toBe(true)
    })

    it('grants ACCESS_SYSTEM_SECURITY to SeSecurityPrivilege alone, and says so', () => {
      const { win32 } = run()
      using token = client(tokenAccess.TOKEN_QUERY | tokenAccess.TOKEN_ADJUST_PRIVILEGES)
      const luid = win32.lookupPrivilegeValue('SeSecurityPrivilege')
      win32.adjustTokenPrivileges(token, [{ luid, attributes: 0 }])
      const refused = check(token, 'O:SYG:SYD:(A;;0x10f01ff;;;WD)', accessRight.ACCESS_SYSTEM_SECURITY)
      expect(refused).toEqual({ accessStatus: false, grantedAccess: 0, errno: 1314, privilegesUsed: [] })
      win32.adjustTokenPrivileges(token, [{ luid, attributes: privilegeAttribute.SE_PRIVILEGE_ENABLED }])
      const { accessStatus, grantedAccess, privilegesUsed } = check(
        token,
        'O:SYG:SYD:',
        accessRight.ACCESS_SYSTEM_SECURITY,
      )
      expect([accessStatus, grantedAccess]).toEqual([true, accessRight.ACCESS_SYSTEM_SECURITY])
      expect(privilegesUsed.map((privilege) => privilege.luid)).toEqual([luid])
    })

    it('fails with ERROR_GENERIC_NOT_MAPPED for generic rights', () => {
      using token = client()
      expect(outcomeOf(() => check(token, forEveryone, accessRight.GENERIC_READ))).toBe('ERROR_GENERIC_NOT_MAPPED')
    })

    it('fails with ERROR_NO_IMPERSONATION_TOKEN for a primary token', () => {
      using token = run().ownToken(tokenAccess.TOKEN_QUERY)
      expect(outcomeOf(() => check(token, forEveryone, read))).toBe('ERROR_NO_IMPERSONATION_TOKEN')
    })

    it('fails with ERROR_BAD_IMPERSONATION_LEVEL at Anonymous level', () => {
      using token = client(tokenAccess.TOKEN_QUERY, impersonationLevel.SecurityAnonymous)
      expect(outcomeOf(() => check(token, forEveryone, read))).toBe('ERROR_BAD_IMPERSONATION_LEVEL')
    })

    it('fails with ERROR_ACCESS_DENIED without TOKEN_QUERY', () => {
      using token = client(tokenAccess.TOKEN_IMPERSONATE)
      expect(outcomeOf(() => check(token, forEveryone, read))).toBe('ERROR_ACCESS_DENIED')
    })

    it('fails with ERROR_INVALID_SECURITY_DESCR without owner or group, and for bytes that are no descriptor', () => {
      using token = client()
      for (const sddl of ['G:SYD:(A;;FA;;;WD)', 'O:SYD:(A;;FA;;;WD)']) {
        expect(outcomeOf(() => check(token, sddl, read))).toBe('ERROR_INVALID_SECURITY_DESCR')
      }
      const descriptor = SecurityDescriptor.fromSddl(forEveryone).toBytes().slice(0, -2)
      expect(outcomeOf(() => check(token, '', read, { descriptor }))).toMatch(/^ERROR_INVALID_(?:SECURITY_DESCR|SID)$/u)
    })
  })
}
