import {
  authzContextFlag,
  groupAttribute,
  privilegeAttribute,
  tokenAccess,
  tokenType,
  type AccessCheckByTypeOptions,
  type Handle,
  type NodeAccess,
} from '@asuser/native'
import { SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { describe, expect, it } from 'vitest'
import { asyncOutcomeOf, outcomeOf, type ContractRun } from './contract-run.ts'

const user = 'bf967aba-0de6-11d0-a285-00aa003049e2'
const phone = '28630ebe-41d5-11d1-a9c1-0000f80367c1'
const mail = 'bf967961-0de6-11d0-a285-00aa003049e2'
const readProperty = 0x10
const writeProperty = 0x20
const genericMapping = { genericRead: 0x2_0014, genericWrite: 0x2_0028, genericExecute: 0x2_0004, genericAll: 0xf_01ff }
const objectTypes = [
  { level: 0, guid: user },
  { level: 1, guid: phone },
  { level: 1, guid: mail },
]

export function describeAccessByType(run: () => ContractRun): void {
  function client(desiredAccess: number = tokenAccess.TOKEN_QUERY, level: 0 | 1 = 1): Handle<'token'> {
    using own = run().ownToken(tokenAccess.TOKEN_DUPLICATE)
    const type = tokenType.TokenImpersonation
    return run().win32.duplicateTokenEx(own, { desiredAccess, type, impersonationLevel: level })
  }

  function request(
    token: Handle<'token'>,
    sddl: string,
    desiredAccess: number,
    changes: Partial<AccessCheckByTypeOptions> = {},
  ): AccessCheckByTypeOptions {
    const descriptor = SecurityDescriptor.fromSddl(sddl).toBytes()
    return { descriptor, token, desiredAccess, genericMapping, objectTypes, principalSelf: null, ...changes }
  }

  describe('accessCheckByType', () => {
    it('grants a right on the whole that every part has', (context) => {
      run().needs('access checks by type', context)
      using token = client()
      const check = (sddl: string): boolean =>
        run().win32.accessCheckByType(request(token, sddl, readProperty)).accessStatus
      expect(check(`O:ANG:AND:(OA;;RP;${phone};;WD)`)).toBe(false)
      expect(check(`O:ANG:AND:(OA;;RP;${phone};;WD)(OA;;RP;${mail};;WD)`)).toBe(true)
      expect(check(`O:ANG:AND:(OA;;RP;${user};;WD)`)).toBe(true)
      expect(check(`O:ANG:AND:(OD;;RP;${mail};;WD)(OA;;RP;${user};;WD)`)).toBe(false)
    })

    it('takes PRINCIPAL SELF for whom it is told', (context) => {
      run().needs('access checks by type', context)
      using token = client()
      const check = (principalSelf: Uint8Array | null): boolean =>
        run().win32.accessCheckByType(request(token, 'O:ANG:AND:(A;;RP;;;PS)', readProperty, { principalSelf }))
          .accessStatus
      expect(check(Sid.wellKnown('LocalSystem').toBytes())).toBe(true)
      expect(check(Sid.wellKnown('Anonymous').toBytes())).toBe(false)
      expect(check(null)).toBe(false)
    })

    it('fails for what is no tree, no GUID and no SID', (context) => {
      run().needs('access checks by type', context)
      using token = client()
      const outcome = (changes: Partial<AccessCheckByTypeOptions>): string =>
        outcomeOf(() => run().win32.accessCheckByType(request(token, 'O:ANG:AND:', readProperty, changes)))
      expect(outcome({ objectTypes: [{ level: 1, guid: user }] })).toBe('ERROR_INVALID_PARAMETER')
      expect(outcome({ objectTypes: [...objectTypes, { level: 3, guid: mail }] })).toBe('ERROR_INVALID_PARAMETER')
    })

    it('fails for a GUID that is not written correctly, and for half a SID', () => {
      using token = client()
      const outcome = (changes: Partial<AccessCheckByTypeOptions>): string =>
        outcomeOf(() => run().win32.accessCheckByType(request(token, 'O:ANG:AND:', readProperty, changes)))
      expect(outcome({ objectTypes: [{ level: 0, guid: 'user' }] })).toBe('RPC_S_INVALID_STRING_UUID')
      expect(outcome({ principalSelf: new Uint8Array(5) })).toBe('ERROR_INVALID_SID')
    })
  })

  describe('accessCheckByTypeResultList', () => {
    it('answers for each part', (context) => {
      run().needs('access checks by type', context)
      using token = client()
      const sddl = `O:ANG:AND:(OA;;RPWP;${phone};;WD)(OA;;RP;${mail};;WD)`
      const { nodes } = run().win32.accessCheckByTypeResultList(request(token, sddl, readProperty | writeProperty))
      expect(nodes.map(({ errno }) => errno)).toEqual([5, 0, 5])
      expect(nodes.map(({ grantedAccess }) => grantedAccess)).toEqual([readProperty, 0x30, readProperty])
    })

    it('fails without parts', (context) => {
      run().needs('access checks by type', context)
      using token = client()
      const parts = request(token, 'O:ANG:AND:', readProperty, { objectTypes: [] })
      expect(outcomeOf(() => run().win32.accessCheckByTypeResultList(parts))).toBe('ERROR_INVALID_PARAMETER')
    })
  })

  describe('privilegeCheck', () => {
    const luidOf = (name: string): bigint => run().win32.lookupPrivilegeValue(name)

    it('asks for all of the privileges, or for one', () => {
      const { win32 } = run()
      using token = client(tokenAccess.TOKEN_QUERY | tokenAccess.TOKEN_ADJUST_PRIVILEGES)
      const [change, debug] = [luidOf('SeChangeNotifyPrivilege'), luidOf('SeDebugPrivilege')]
      win32.adjustTokenPrivileges(token, [{ luid: debug, attributes: 0 }])
      const check = (allNecessary: boolean): boolean =>
        win32.privilegeCheck({ token, privileges: [change, debug], allNecessary }).result
      expect([check(false), check(true)]).toEqual([true, false])
      win32.adjustTokenPrivileges(token, [{ luid: debug, attributes: privilegeAttribute.SE_PRIVILEGE_ENABLED }])
      expect([check(false), check(true)]).toEqual([true, true])
    })

    it('marks those that it found', () => {
      using token = client()
      const privileges = [luidOf('SeChangeNotifyPrivilege'), luidOf('SeCreateTokenPrivilege')]
      const checked = run().win32.privilegeCheck({ token, privileges, allNecessary: false })
      const used = privilegeAttribute.SE_PRIVILEGE_USED_FOR_ACCESS
      expect(checked.privileges.map(({ luid }) => luid)).toEqual(privileges)
      expect(checked.privileges.map(({ attributes }) => (attributes & used) !== 0)[0]).toBe(true)
    })

    it('asks a primary token as well, and none of Anonymous level', () => {
      const privileges = [luidOf('SeChangeNotifyPrivilege')]
      const outcome = (token: Handle<'token'>): string =>
        outcomeOf(() => run().win32.privilegeCheck({ token, privileges, allNecessary: true }))
      using primary = run().ownToken(tokenAccess.TOKEN_QUERY)
      using anonymous = client(tokenAccess.TOKEN_QUERY, 0)
      expect(outcome(primary)).toBe('success')
      expect(outcome(anonymous)).toBe('ERROR_BAD_IMPERSONATION_LEVEL')
    })

    it('fails with ERROR_ACCESS_DENIED without TOKEN_QUERY', () => {
      using token = client(tokenAccess.TOKEN_DUPLICATE)
      const privileges = [luidOf('SeChangeNotifyPrivilege')]
      const outcome = outcomeOf(() => run().win32.privilegeCheck({ token, privileges, allNecessary: true }))
      expect(outcome).toBe('ERROR_ACCESS_DENIED')
    })
  })

  describe('an AuthZ context', () => {
    async function decide(sid: Sid, flags: number, sddl: string): Promise<readonly NodeAccess[]> {
      using context = await run().win32.authzInitializeContextFromSid({ sid: sid.toBytes(), flags })
      const descriptor = SecurityDescriptor.fromSddl(sddl).toBytes()
      return run().win32.authzAccessCheck({
        context,
        descriptor,
        desiredAccess: readProperty,
        objectTypes: [],
        principalSelf: null,
      })
    }

    it('decides for a user who is not logged on, with the groups of the account', async (context) => {
      run().needs('AuthZ', context)
      const sid = await run().sidOf(run().backend.accounts.bob)
      const granted = [{ grantedAccess: readProperty, errno: 0 }]
      expect(await decide(sid, 0, `O:SYG:SYD:(A;;RP;;;${sid.toString()})`)).toEqual(granted)
      expect(await decide(sid, 0, 'O:SYG:SYD:(A;;RP;;;BU)')).toEqual(granted)
      expect(await decide(sid, 0, 'O:SYG:SYD:(A;;RP;;;SY)')).toEqual([{ grantedAccess: 0, errno: 5 }])
    })

    it('decides for anybody without groups', async (context) => {
      run().needs('AuthZ', context)
      const sid = Sid.parse('S-1-5-21-1-2-3-4')
      const flags = authzContextFlag.AUTHZ_SKIP_TOKEN_GROUPS
      expect(await decide(sid, flags, 'O:SYG:SYD:(A;;RP;;;S-1-5-21-1-2-3-4)')).toEqual([
        { grantedAccess: readProperty, errno: 0 },
      ])
      expect(await decide(sid, flags, 'O:SYG:SYD:(A;;RP;;;BU)')).toEqual([{ grantedAccess: 0, errno: 5 }])
    })

    it('tells for whom it takes the user', async (context) => {
      run().needs('AuthZ', context)
      const { win32 } = run()
      const sid = (await run().sidOf(run().backend.accounts.bob)).toBytes()
      using authz = await win32.authzInitializeContextFromSid({ sid, flags: 0 })
      const groups = win32.authzGetInformationFromContext(authz, 'AuthzContextInfoGroupsSids')
      const enabled = groups.filter(({ attributes }) => attributes & groupAttribute.SE_GROUP_ENABLED)
      const names = enabled.map((group) => Sid.fromBytes(group.sid).toString())
      expect(names).toEqual(expect.arrayContaining(['S-1-1-0', 'S-1-5-32-545']))
      expect(names).not.toContain(Sid.fromBytes(sid).toString())
      for (const informationClass of [
        'AuthzContextInfoDeviceSids',
        'AuthzContextInfoUserClaims',
        'AuthzContextInfoDeviceClaims',
      ] as const) {
        expect(win32.authzGetInformationFromContext(authz, informationClass)).toEqual([])
      }
    })

    it('tells of no groups where it was to look for none', async (context) => {
      run().needs('AuthZ', context)
      const { win32 } = run()
      const sid = Sid.parse('S-1-5-21-1-2-3-4').toBytes()
      const flags = authzContextFlag.AUTHZ_SKIP_TOKEN_GROUPS
      using authz = await win32.authzInitializeContextFromSid({ sid, flags })
      expect(win32.authzGetInformationFromContext(authz, 'AuthzContextInfoGroupsSids')).toEqual([])
    })

    it('fails for a SID that nobody has', async (context) => {
      run().needs('AuthZ', context)
      const sid = Sid.parse('S-1-5-21-1-2-3-4').toBytes()
      const open = (): Promise<unknown> => run().win32.authzInitializeContextFromSid({ sid, flags: 0 })
      expect(await asyncOutcomeOf(open)).not.toBe('success')
    })

    it('fails with ERROR_INVALID_SID for half a SID', async () => {
      const open = (): Promise<unknown> =>
        run().win32.authzInitializeContextFromSid({ sid: new Uint8Array(5), flags: 0 })
      expect(await asyncOutcomeOf(open)).toBe('ERROR_INVALID_SID')
    })
  })
}
