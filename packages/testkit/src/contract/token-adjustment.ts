import { accessRight, groupAttribute, tokenAccess, tokenType, type Handle, type SidAndAttributes } from '@asuser/native'
import { Acl, allow, Sid } from '@asuser/security-descriptors'
import { describe, expect, it } from 'vitest'
import { narrowed, outcomeOf, type ContractRun } from './contract-run.ts'

const { SE_GROUP_ENABLED, SE_GROUP_INTEGRITY, SE_GROUP_MANDATORY, SE_GROUP_USE_FOR_DENY_ONLY } = groupAttribute
const { TOKEN_QUERY, TOKEN_DUPLICATE, TOKEN_ADJUST_DEFAULT, TOKEN_ADJUST_GROUPS, TOKEN_ADJUST_SESSIONID } = tokenAccess

const administrators = Sid.wellKnown('BuiltinAdministrators')
const stranger = Sid.parse('S-1-5-21-1-2-3-4711').toBytes()

export function describeTokenAdjustment(run: () => ContractRun): void {
  function logOnAlice(): Promise<Handle<'token'>> {
    return run().logOn(run().backend.accounts.alice)
  }

  function label(name: 'LowLabel' | 'MediumLabel' | 'HighLabel'): SidAndAttributes {
    return { sid: Sid.wellKnown(name).toBytes(), attributes: SE_GROUP_INTEGRITY }
  }

  function levelOf(token: Handle<'token'>): string {
    return Sid.fromBytes(run().win32.getTokenInformation(token, 'TokenIntegrityLevel').sid).toString()
  }

  describe('setTokenInformation', () => {
    it('changes the DACL of what is created, also to none', async () => {
      using token = await logOnAlice()
      const { win32 } = run()
      const dacl = Acl.from([allow(Sid.wellKnown('LocalSystem'), accessRight.GENERIC_ALL)]).toBytes()
      win32.setTokenInformation(token, 'TokenDefaultDacl', dacl)
      expect(win32.getTokenInformation(token, 'TokenDefaultDacl')).toEqual(dacl)
      win32.setTokenInformation(token, 'TokenDefaultDacl', null)
      expect(win32.getTokenInformation(token, 'TokenDefaultDacl')).toBeNull()
    })

    it('fails with ERROR_INVALID_ACL for bytes that are none, and changes nothing', async () => {
      using token = await logOnAlice()
      const { win32 } = run()
      const before = win32.getTokenInformation(token, 'TokenDefaultDacl') ?? new Uint8Array()
      const set = (dacl: Uint8Array): string =>
        outcomeOf(() => win32.setTokenInformation(token, 'TokenDefaultDacl', dacl))
      expect(set(before.slice(0, -4))).toBe('ERROR_INVALID_ACL')
      expect(set(new Uint8Array(3))).toBe('ERROR_INVALID_ACL')
      expect(win32.getTokenInformation(token, 'TokenDefaultDacl')).toEqual(before)
    })

    it('changes owner and primary group to SIDs of the token', async (context) => {
      run().needs('setting owner and primary group of a token', context)
      using token = await logOnAlice()
      const { win32 } = run()
      const everyone = Sid.wellKnown('World').toBytes()
      win32.setTokenInformation(token, 'TokenPrimaryGroup', everyone)
      expect(win32.getTokenInformation(token, 'TokenPrimaryGroup')).toEqual(everyone)
      const { sid } = win32.getTokenInformation(token, 'TokenUser')
      win32.setTokenInformation(token, 'TokenOwner', sid)
      expect(win32.getTokenInformation(token, 'TokenOwner')).toEqual(sid)
    })

    it('fails for an owner and for a primary group that are none', async (context) => {
      run().needs('setting owner and primary group of a token', context)
      using token = await logOnAlice()
      const { win32 } = run()
      expect(outcomeOf(() => win32.setTokenInformation(token, 'TokenOwner', stranger))).toBe('ERROR_INVALID_OWNER')
      // A group, but not one that owns; windows-behaviour 2.11.
      const everyone = Sid.wellKnown('World').toBytes()
      expect(outcomeOf(() => win32.setTokenInformation(token, 'TokenOwner', everyone))).toBe('ERROR_INVALID_OWNER')
      expect(outcomeOf(() => win32.setTokenInformation(token, 'TokenPrimaryGroup', stranger))).toBe(
        'ERROR_INVALID_PRIMARY_GROUP',
      )
    })

    it('lowers the integrity level for anybody, and raises it with SeTcbPrivilege only', async (context) => {
      run().needs('setting the integrity level of a token', context)
      using token = await logOnAlice()
      const { win32 } = run()
      const setAsAlice = (name: 'LowLabel' | 'HighLabel'): string =>
        win32.impersonateLoggedOnUser(token, () =>
          outcomeOf(() => win32.setTokenInformation(token, 'TokenIntegrityLevel', label(name))),
        )
      expect(setAsAlice('LowLabel')).toBe('success')
      expect(levelOf(token)).toBe('S-1-16-4096')
      expect(setAsAlice('HighLabel')).toBe('ERROR_PRIVILEGE_NOT_HELD')
      expect(levelOf(token)).toBe('S-1-16-4096')
      win32.setTokenInformation(token, 'TokenIntegrityLevel', label('MediumLabel'))
      expect(levelOf(token)).toBe('S-1-16-8192')
    })

    it('needs SeTcbPrivilege for session, origin, policy and UI access', async (context) => {
      run().needs('setting what needs SeTcbPrivilege', context)
      using token = await logOnAlice()
      const { win32 } = run()
      const session = win32.getTokenInformation(token, 'TokenSessionId')
      const asAlice = (set: () => void): string => win32.impersonateLoggedOnUser(token, () => outcomeOf(set))
      const settings = [
        () => win32.setTokenInformation(token, 'TokenSessionId', session),
        () => win32.setTokenInformation(token, 'TokenOrigin', 0x3e7n),
        () => win32.setTokenInformation(token, 'TokenMandatoryPolicy', 1),
        () => win32.setTokenInformation(token, 'TokenUIAccess', true),
      ]
      expect(settings.map(asAlice)).toEqual(settings.map(() => 'ERROR_PRIVILEGE_NOT_HELD'))
      expect(settings.map(outcomeOf)).toEqual(settings.map(() => 'success'))
      expect(win32.getTokenInformation(token, 'TokenMandatoryPolicy')).toBe(1)
      expect(win32.getTokenInformation(token, 'TokenUIAccess')).toBe(true)
      expect(win32.getTokenInformation(token, 'TokenOrigin')).toBe(0x3e7n)
    })

    it('fails with ERROR_ACCESS_DENIED without TOKEN_ADJUST_DEFAULT or TOKEN_ADJUST_SESSIONID', async () => {
      using token = await logOnAlice()
      const { win32 } = run()
      using reader = narrowed(win32, token, TOKEN_QUERY | TOKEN_DUPLICATE)
      expect(outcomeOf(() => win32.setTokenInformation(reader, 'TokenDefaultDacl', null))).toBe('ERROR_ACCESS_DENIED')
      using adjusting = narrowed(win32, token, TOKEN_QUERY | TOKEN_ADJUST_DEFAULT)
      expect(outcomeOf(() => win32.setTokenInformation(adjusting, 'TokenDefaultDacl', null))).toBe('success')
      using session = narrowed(win32, token, TOKEN_QUERY | TOKEN_ADJUST_SESSIONID)
      expect(outcomeOf(() => win32.setTokenInformation(adjusting, 'TokenSessionId', 0))).toBe(
        run().expected('setting the session without the access', 'ERROR_ACCESS_DENIED'),
      )
      expect(outcomeOf(() => win32.setTokenInformation(session, 'TokenSessionId', 0))).toBe(
        run().expected('setting the session without the access', 'ERROR_ACCESS_DENIED'),
      )
    })

    it('leaves the token that it was duplicated from alone', async () => {
      using token = await logOnAlice()
      const { win32 } = run()
      const before = win32.getTokenInformation(token, 'TokenDefaultDacl')
      using copy = narrowed(win32, token, accessRight.MAXIMUM_ALLOWED)
      win32.setTokenInformation(copy, 'TokenDefaultDacl', null)
      expect(win32.getTokenInformation(token, 'TokenDefaultDacl')).toEqual(before)
    })
  })

  describe('adjustTokenGroups', () => {
    /** The server's own groups: of LocalSystem, for whom Administrators is not mandatory. */
    function ownDuplicate(access: number): Handle<'token'> {
      using own = run().ownToken(TOKEN_QUERY | TOKEN_DUPLICATE)
      const type = tokenType.TokenPrimary
      return run().win32.duplicateTokenEx(own, { desiredAccess: access, type, impersonationLevel: 2 })
    }

    function attributesOf(token: Handle<'token'>, sid: Sid): number {
      const groups = run().win32.getTokenInformation(token, 'TokenGroups')
      return groups.find((group) => Sid.fromBytes(group.sid).equals(sid))?.attributes ?? 0
    }

    const disable = (sid: Sid): SidAndAttributes => ({ sid: sid.toBytes(), attributes: 0 })
    const enable = (sid: Sid): SidAndAttributes => ({ sid: sid.toBytes(), attributes: SE_GROUP_ENABLED })

    it('says what it changed, so that it can be put back', (context) => {
      run().needs('adjustTokenGroups', context)
      using token = ownDuplicate(accessRight.MAXIMUM_ALLOWED)
      const { win32 } = run()
      const before = attributesOf(token, administrators)
      const adjusted = win32.adjustTokenGroups(token, [disable(administrators)])
      expect(adjusted.allAssigned).toBe(true)
      expect(adjusted.previous).toEqual([{ sid: administrators.toBytes(), attributes: before }])
      expect(attributesOf(token, administrators) & SE_GROUP_ENABLED).toBe(0)
      expect(win32.adjustTokenGroups(token, [disable(administrators)]).previous).toEqual([])
      win32.adjustTokenGroups(token, adjusted.previous)
      expect(attributesOf(token, administrators)).toBe(before)
      win32.adjustTokenGroups(token, [disable(administrators)])
      win32.adjustTokenGroups(token, null)
      expect(attributesOf(token, administrators)).toBe(before)
    })

    it('adjusts the others when one is not in the token, and says so', (context) => {
      run().needs('adjustTokenGroups', context)
      using token = ownDuplicate(accessRight.MAXIMUM_ALLOWED)
      const changes = [{ sid: stranger, attributes: 0 }, disable(administrators)]
      expect(run().win32.adjustTokenGroups(token, changes).allAssigned).toBe(false)
      expect(attributesOf(token, administrators) & SE_GROUP_ENABLED).toBe(0)
    })

    it('disables no mandatory group and enables none that only denies', async (context) => {
      run().needs('adjustTokenGroups', context)
      using token = await logOnAlice()
      const { win32 } = run()
      const everyone = Sid.wellKnown('World')
      expect(attributesOf(token, everyone) & SE_GROUP_MANDATORY).toBe(SE_GROUP_MANDATORY)
      expect(outcomeOf(() => win32.adjustTokenGroups(token, [disable(everyone)]))).toBe('ERROR_CANT_DISABLE_MANDATORY')
      expect(attributesOf(token, everyone) & SE_GROUP_ENABLED).toBe(SE_GROUP_ENABLED)
      using filtered = win32.createRestrictedToken(token, {
        flags: 0,
        sidsToDisable: [everyone.toBytes()],
        privilegesToDelete: [],
        sidsToRestrict: [],
      })
      expect(attributesOf(filtered, everyone) & SE_GROUP_USE_FOR_DENY_ONLY).toBe(SE_GROUP_USE_FOR_DENY_ONLY)
      expect(outcomeOf(() => win32.adjustTokenGroups(filtered, [enable(everyone)]))).toBe('ERROR_CANT_ENABLE_DENY_ONLY')
    })

    it('fails with ERROR_ACCESS_DENIED without TOKEN_ADJUST_GROUPS', (context) => {
      run().needs('adjustTokenGroups', context)
      using reader = ownDuplicate(TOKEN_QUERY)
      using enough = ownDuplicate(TOKEN_QUERY | TOKEN_ADJUST_GROUPS)
      const adjust = (token: Handle<'token'>): string => outcomeOf(() => run().win32.adjustTokenGroups(token, []))
      expect([adjust(reader), adjust(enough)]).toEqual(['ERROR_ACCESS_DENIED', 'success'])
    })
  })
}
