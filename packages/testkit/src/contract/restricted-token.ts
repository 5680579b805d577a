import {
  accessRight,
  groupAttribute,
  impersonationLevel,
  restrictedTokenFlag,
  tokenAccess,
  tokenFlag,
  tokenType,
  type CreateRestrictedTokenOptions,
  type Handle,
  type TokenInformationClass,
} from '@asuser/native'
import { SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { describe, expect, it } from 'vitest'
import { narrowed, outcomeOf, type ContractRun } from './contract-run.ts'

const { DISABLE_MAX_PRIVILEGE, LUA_TOKEN, SANDBOX_INERT, WRITE_RESTRICTED } = restrictedTokenFlag
const { SE_GROUP_ENABLED, SE_GROUP_ENABLED_BY_DEFAULT, SE_GROUP_USE_FOR_DENY_ONLY } = groupAttribute
const { TOKEN_QUERY, TOKEN_DUPLICATE } = tokenAccess

const everyone = Sid.wellKnown('World')
const users = Sid.wellKnown('BuiltinUsers')
const packageSid = Sid.parse('S-1-15-2-1-2-3-4-5-6-7').toBytes()
const internetClient = Sid.parse('S-1-15-3-1').toBytes()

export function describeRestrictedTokens(run: () => ContractRun): void {
  function logOnAlice(): Promise<Handle<'token'>> {
    return run().logOn(run().backend.accounts.alice)
  }

  function restrict(token: Handle<'token'>, options: Partial<CreateRestrictedTokenOptions>): Handle<'token'> {
    const nothing = { flags: 0, sidsToDisable: [], privilegesToDelete: [], sidsToRestrict: [] }
    return run().win32.createRestrictedToken(token, { ...nothing, ...options })
  }

  function privilegesOf(token: Handle<'token'>): readonly string[] {
    const { win32 } = run()
    return win32.getTokenInformation(token, 'TokenPrivileges').map(({ luid }) => win32.lookupPrivilegeName(luid))
  }

  function sidsOf(
    token: Handle<'token'>,
    informationClass: TokenInformationClass & ('TokenGroups' | 'TokenRestrictedSids' | 'TokenCapabilities'),
  ): readonly string[] {
    return run()
      .win32.getTokenInformation(token, informationClass)
      .map(({ sid }) => Sid.fromBytes(sid).toString())
  }

  /** What a client gets who opens a mutex that these entries protect. */
  function openingOf(token: Handle<'token'>, entries: string): string {
    const { win32 } = run()
    const name = 'Local\\asuser-contract-restricted'
    const security = SecurityDescriptor.fromSddl(`O:SYG:SYD:${entries}`).toBytes()
    using mutex = win32.createMutex({ name, security })
    expect(mutex.closed).toBe(false)
    return win32.impersonateLoggedOnUser(token, () => outcomeOf(() => win32.createMutex({ name, security: null })))
  }

  describe('createRestrictedToken', () => {
    it('makes groups deny only and removes privileges, and passes over what is not there', async () => {
      using token = await logOnAlice()
      using filtered = restrict(token, {
        sidsToDisable: [users.toBytes(), Sid.parse('S-1-5-21-1-2-3-4711').toBytes()],
        privilegesToDelete: [
          run().win32.lookupPrivilegeValue('SeChangeNotifyPrivilege'),
          run().win32.lookupPrivilegeValue('SeTcbPrivilege'),
        ],
      })
      const group = run()
        .win32.getTokenInformation(filtered, 'TokenGroups')
        .find(({ sid }) => Sid.fromBytes(sid).equals(users))
      const asked = SE_GROUP_ENABLED | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_USE_FOR_DENY_ONLY
      expect((group?.attributes ?? 0) & asked).toBe(SE_GROUP_USE_FOR_DENY_ONLY)
      expect(privilegesOf(filtered)).toEqual(privilegesOf(token).filter((name) => name !== 'SeChangeNotifyPrivilege'))
      expect(sidsOf(filtered, 'TokenGroups')).toEqual(sidsOf(token, 'TokenGroups'))
      expect(openingOf(token, '(A;;0x1f0001;;;BU)')).toBe('success')
      expect(openingOf(filtered, '(A;;0x1f0001;;;BU)')).toBe('ERROR_ACCESS_DENIED')
    })

    it('makes the user deny only', async () => {
      using token = await logOnAlice()
      const { sid } = run().win32.getTokenInformation(token, 'TokenUser')
      using filtered = restrict(token, { sidsToDisable: [sid] })
      expect(run().win32.getTokenInformation(filtered, 'TokenUser').attributes).toBe(
        run().expected('attributes of a user who only denies', SE_GROUP_USE_FOR_DENY_ONLY),
      )
      const entry = `(A;;0x1f0001;;;${Sid.fromBytes(sid).toString()})`
      expect(openingOf(filtered, entry)).toBe(
        run().expected('opening as a user who only denies', 'ERROR_ACCESS_DENIED'),
      )
    })

    it('still denies by a group that is deny only', async () => {
      using token = await logOnAlice()
      using filtered = restrict(token, { sidsToDisable: [users.toBytes()] })
      expect(openingOf(filtered, '(D;;0x1f0001;;;BU)(A;;0x1f0001;;;WD)')).toBe(
        run().expected('an entry that denies to a deny-only group', 'ERROR_ACCESS_DENIED'),
      )
    })

    it('keeps the type, the level and the access of the given handle', async () => {
      using token = await logOnAlice()
      const options = { desiredAccess: TOKEN_QUERY | TOKEN_DUPLICATE, type: tokenType.TokenImpersonation }
      using source = run().win32.duplicateTokenEx(token, {
        ...options,
        impersonationLevel: impersonationLevel.SecurityIdentification,
      })
      using filtered = restrict(source, {})
      expect(run().win32.getTokenInformation(filtered, 'TokenType')).toBe(tokenType.TokenImpersonation)
      expect(run().win32.getTokenInformation(filtered, 'TokenImpersonationLevel')).toBe(
        impersonationLevel.SecurityIdentification,
      )
      expect(outcomeOf(() => run().win32.adjustTokenPrivileges(filtered, []))).toBe('ERROR_ACCESS_DENIED')
    })

    it('removes all privileges but one with DISABLE_MAX_PRIVILEGE, and says that it is filtered', async (context) => {
      run().needs('flags of a restricted token', context)
      using token = await logOnAlice()
      using filtered = restrict(token, { flags: DISABLE_MAX_PRIVILEGE })
      expect(privilegesOf(filtered)).toEqual(['SeChangeNotifyPrivilege'])
      expect(run().win32.getTokenInformation(filtered, 'TokenHasRestrictions')).toBe(true)
      expect(run().win32.getTokenInformation(filtered, 'TokenIsRestricted')).toBe(false)
    })

    it('takes the administrator out of a token with LUA_TOKEN', (context) => {
      run().needs('flags of a restricted token', context)
      using own = run().ownToken(TOKEN_QUERY | TOKEN_DUPLICATE)
      using filtered = restrict(own, { flags: LUA_TOKEN })
      const administrators = run()
        .win32.getTokenInformation(filtered, 'TokenGroups')
        .find(({ sid }) => Sid.fromBytes(sid).equals(Sid.wellKnown('BuiltinAdministrators')))
      expect((administrators?.attributes ?? 0) & SE_GROUP_USE_FOR_DENY_ONLY).toBe(SE_GROUP_USE_FOR_DENY_ONLY)
      expect(privilegesOf(filtered)).not.toContain('SeTcbPrivilege')
      expect(privilegesOf(filtered)).toContain('SeChangeNotifyPrivilege')
    })

    it('has SANDBOX_INERT for the system, and passes it over without an error for others', async (context) => {
      run().needs('flags of a restricted token', context)
      using token = await logOnAlice()
      using inert = restrict(token, { flags: SANDBOX_INERT })
      expect(run().win32.getTokenInformation(inert, 'TokenSandBoxInert')).toBe(true)
      const isInert = run().win32.impersonateLoggedOnUser(token, () => {
        using refused = restrict(token, { flags: SANDBOX_INERT })
        return run().win32.getTokenInformation(refused, 'TokenSandBoxInert')
      })
      expect(isInert).toBe(false)
    })

    it('grants only what the restricting SIDs are granted too', async (context) => {
      run().needs('restricting SIDs', context)
      using token = await logOnAlice()
      using restricted = restrict(token, { sidsToRestrict: [users.toBytes()] })
      expect(run().win32.getTokenInformation(restricted, 'TokenIsRestricted')).toBe(true)
      expect(sidsOf(restricted, 'TokenRestrictedSids')).toEqual([users.toString()])
      expect(openingOf(restricted, '(A;;0x1f0001;;;WD)')).toBe('ERROR_ACCESS_DENIED')
      expect(openingOf(restricted, '(A;;0x1f0001;;;BU)')).toBe('success')
    })

    it('leaves of two lists of restricting SIDs what is in both', async (context) => {
      run().needs('restricting SIDs', context)
      using token = await logOnAlice()
      using once = restrict(token, { sidsToRestrict: [users.toBytes(), everyone.toBytes()] })
      using twice = restrict(once, { sidsToRestrict: [everyone.toBytes(), Sid.parse('S-1-5-4').toBytes()] })
      expect(sidsOf(twice, 'TokenRestrictedSids')).toEqual([everyone.toString()])
      using kept = restrict(once, {})
      expect(sidsOf(kept, 'TokenRestrictedSids')).toEqual([users.toString(), everyone.toString()])
    })

    it('restricts writing only with WRITE_RESTRICTED', async (context) => {
      run().needs('restricting SIDs', context)
      using token = await logOnAlice()
      using restricted = restrict(token, { flags: WRITE_RESTRICTED, sidsToRestrict: [users.toBytes()] })
      const { flags } = run().win32.getTokenInformation(restricted, 'TokenAccessInformation')
      expect(flags & tokenFlag.TOKEN_WRITE_RESTRICTED).toBe(tokenFlag.TOKEN_WRITE_RESTRICTED)
      const name = 'Local\\asuser-contract-write-restricted'
      const security = SecurityDescriptor.fromSddl('O:SYG:SYD:(A;;0x1f0001;;;WD)').toBytes()
      using mutex = run().win32.createMutex({ name, security })
      expect(mutex.closed).toBe(false)
      // createMutex asks for all access, which is writing, too.
      const open = (): string => outcomeOf(() => run().win32.createMutex({ name, security: null }))
      expect(run().win32.impersonateLoggedOnUser(restricted, open)).toBe('ERROR_ACCESS_DENIED')
    })

    it('fails with ERROR_INVALID_PARAMETER for flags that there are not', async (context) => {
      run().needs('flags of a restricted token', context)
      using token = await logOnAlice()
      expect(outcomeOf(() => restrict(token, { flags: 0x100 }))).toBe('ERROR_INVALID_PARAMETER')
    })

    it('fails with ERROR_INVALID_SID for bytes that are none', async () => {
      using token = await logOnAlice()
      const half = users.toBytes().slice(0, 10)
      expect(outcomeOf(() => restrict(token, { sidsToDisable: [half] }))).toBe('ERROR_INVALID_SID')
      expect(outcomeOf(() => restrict(token, { sidsToRestrict: [half] }))).toBe('ERROR_INVALID_SID')
    })

    it('fails with ERROR_ACCESS_DENIED without TOKEN_DUPLICATE', async () => {
      using token = await logOnAlice()
      using reader = narrowed(run().win32, token, TOKEN_QUERY)
      expect(outcomeOf(() => restrict(reader, {}))).toBe('ERROR_ACCESS_DENIED')
    })
  })

  describe('createLowBoxToken', () => {
    const options = { desiredAccess: accessRight.MAXIMUM_ALLOWED, packageSid, capabilities: [internetClient] }

    it('makes a primary token of low integrity with package and capabilities', async (context) => {
      run().needs('low-box tokens', context)
      using token = await logOnAlice()
      using lowBox = run().win32.createLowBoxToken(token, options)
      const { win32 } = run()
      expect(win32.getTokenInformation(lowBox, 'TokenType')).toBe(tokenType.TokenPrimary)
      expect(win32.getTokenInformation(lowBox, 'TokenIsAppContainer')).toBe(true)
      expect(win32.getTokenInformation(lowBox, 'TokenAppContainerSid')).toEqual(packageSid)
      expect(win32.getTokenInformation(lowBox, 'TokenAppContainerNumber')).toBeGreaterThan(0)
      expect(sidsOf(lowBox, 'TokenCapabilities')).toEqual(['S-1-15-3-1'])
      expect(win32.getTokenInformation(lowBox, 'TokenIsSandboxed')).toBe(true)
      const { sid } = win32.getTokenInformation(lowBox, 'TokenIntegrityLevel')
      expect(Sid.fromBytes(sid).toString()).toBe('S-1-16-4096')
      expect(run().userOf(lowBox)).toBe(run().userOf(token))
    })

    it('is granted only what its package or a capability is granted too', async (context) => {
      run().needs('low-box tokens', context)
      using token = await logOnAlice()
      using lowBox = run().win32.createLowBoxToken(token, options)
      const low = 'S:(ML;;NW;;;LW)'
      expect(openingOf(lowBox, `(A;;0x1f0001;;;WD)${low}`)).toBe('ERROR_ACCESS_DENIED')
      expect(openingOf(lowBox, `(A;;0x1f0001;;;WD)(A;;0x1f0001;;;S-1-15-3-1)${low}`)).toBe('success')
      expect(openingOf(lowBox, `(A;;0x1f0001;;;WD)(A;;0x1f0001;;;S-1-15-3-2)${low}`)).toBe('ERROR_ACCESS_DENIED')
    })

    it('fails for a token that only identifies, and without TOKEN_DUPLICATE', async (context) => {
      run().needs('low-box tokens', context)
      using token = await logOnAlice()
      using looking = run().win32.duplicateTokenEx(token, {
        desiredAccess: accessRight.MAXIMUM_ALLOWED,
        type: tokenType.TokenImpersonation,
        impersonationLevel: impersonationLevel.SecurityIdentification,
      })
      expect(outcomeOf(() => run().win32.createLowBoxToken(looking, options))).toBe('ERROR_BAD_IMPERSONATION_LEVEL')
      using reader = narrowed(run().win32, token, TOKEN_QUERY)
      expect(outcomeOf(() => run().win32.createLowBoxToken(reader, options))).toBe('ERROR_ACCESS_DENIED')
    })

    it('fails with ERROR_INVALID_SID for bytes that are none', async () => {
      using token = await logOnAlice()
      const broken = { ...options, packageSid: packageSid.slice(0, 10) }
      expect(outcomeOf(() => run().win32.createLowBoxToken(token, broken))).toBe('ERROR_INVALID_SID')
    })
  })
}
