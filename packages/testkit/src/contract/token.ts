import {
  accessRight,
  impersonationLevel,
  tokenAccess,
  tokenElevationType,
  tokenFlag,
  tokenType,
  type Handle,
  type ImpersonationLevel,
  type TokenInformation,
  type TokenInformationClass,
  type TokenType,
} from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import { describe, expect, it, type TestContext } from 'vitest'
import type { Lane } from './backend.ts'
import { narrowed, outcomeOf, type ContractRun } from './contract-run.ts'

const { TOKEN_QUERY, TOKEN_QUERY_SOURCE, TOKEN_DUPLICATE } = tokenAccess
const { SecurityAnonymous, SecurityIdentification, SecurityImpersonation, SecurityDelegation } = impersonationLevel

/** Leaves a test pending on a Windows that does not know the class yet, and says so as it should. The other lanes know it. */
function skipBefore(version: string, lane: Lane, read: () => unknown, context: TestContext): void {
  if (lane !== 'windows' || outcomeOf(read) !== 'ERROR_INVALID_PARAMETER') return
  context.skip(`this is a Windows before ${version}`)
}

export function describeTokens(run: () => ContractRun): void {
  describe('getTokenInformation', () => {
    it('answers who the user is and which groups it has', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      const { win32 } = run()
      expect(win32.getTokenInformation(token, 'TokenUser').attributes).toBe(0)
      const statistics = win32.getTokenInformation(token, 'TokenStatistics')
      expect(statistics.groupCount).toBe(win32.getTokenInformation(token, 'TokenGroups').length)
      expect(statistics.privilegeCount).toBe(win32.getTokenInformation(token, 'TokenPrivileges').length)
      expect(statistics.tokenType).toBe(tokenType.TokenPrimary)
    })

    it('gives the SIDs of a new object', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      expect(Sid.fromBytes(run().win32.getTokenInformation(token, 'TokenOwner')).toString()).toMatch(/^S-1-5-21-/u)
      expect(run().win32.getTokenInformation(token, 'TokenPrimaryGroup')).toBeInstanceOf(Uint8Array)
      expect(run().win32.getTokenInformation(token, 'TokenDefaultDacl')).toBeInstanceOf(Uint8Array)
    })

    it('says what an ordinary user is not', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      const { win32 } = run()
      expect(win32.getTokenInformation(token, 'TokenElevationType')).toBe(tokenElevationType.TokenElevationTypeDefault)
      expect(win32.getTokenInformation(token, 'TokenElevation')).toBe(false)
      expect(outcomeOf(() => win32.getTokenInformation(token, 'TokenRestrictedSids').length)).toBe(
        run().expected('reading TokenRestrictedSids', 'success'),
      )
      const { sid } = win32.getTokenInformation(token, 'TokenIntegrityLevel')
      expect(Sid.fromBytes(sid).toString()).toBe('S-1-16-8192')
    })

    it('has the terminal session of the caller in a new logon', async () => {
      using own = run().ownToken(TOKEN_QUERY)
      using token = await run().logOn(run().backend.accounts.alice)
      expect(run().win32.getTokenInformation(token, 'TokenSessionId')).toBe(
        run().win32.getTokenInformation(own, 'TokenSessionId'),
      )
    })

    it('fails with ERROR_INVALID_PARAMETER for the level of a primary token', () => {
      using token = run().ownToken(TOKEN_QUERY)
      expect(outcomeOf(() => run().win32.getTokenInformation(token, 'TokenImpersonationLevel'))).toBe(
        'ERROR_INVALID_PARAMETER',
      )
    })

    it('fails with ERROR_ACCESS_DENIED without TOKEN_QUERY', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      using blind = narrowed(run().win32, token, TOKEN_DUPLICATE)
      expect(outcomeOf(() => run().win32.getTokenInformation(blind, 'TokenUser'))).toBe('ERROR_ACCESS_DENIED')
      using plain = narrowed(run().win32, token, TOKEN_QUERY)
      expect(outcomeOf(() => run().win32.getTokenInformation(plain, 'TokenUser'))).toBe('success')
    })

    it('gives the source to a handle with TOKEN_QUERY_SOURCE only', async (context) => {
      run().needs('reading TokenSource', context)
      using token = await run().logOn(run().backend.accounts.alice)
      using plain = narrowed(run().win32, token, TOKEN_QUERY)
      expect(outcomeOf(() => run().win32.getTokenInformation(plain, 'TokenSource'))).toBe('ERROR_ACCESS_DENIED')
      using source = narrowed(run().win32, token, TOKEN_QUERY | TOKEN_QUERY_SOURCE)
      expect(run().win32.getTokenInformation(source, 'TokenSource').name.length).toBeLessThanOrEqual(8)
    })

    it('says of an ordinary token that it is not filtered, contained, or of a protected process', async (context) => {
      run().needs('the information classes since Windows 8', context)
      using token = await run().logOn(run().backend.accounts.alice)
      const read = <C extends TokenInformationClass>(informationClass: C): TokenInformation[C] =>
        run().win32.getTokenInformation(token, informationClass)
      expect(read('TokenHasRestrictions')).toBe(false)
      expect(read('TokenIsRestricted')).toBe(false)
      expect(read('TokenSandBoxInert')).toBe(false)
      expect(read('TokenAccessInformation').flags & tokenFlag.TOKEN_WRITE_RESTRICTED).toBe(0)
      expect(read('TokenVirtualizationEnabled')).toBe(false)
      expect(read('TokenVirtualizationAllowed')).toBeTypeOf('boolean')
      expect(read('TokenIsAppContainer')).toBe(false)
      expect(read('TokenAppContainerNumber')).toBe(0)
      expect(read('TokenIsLessPrivilegedAppContainer')).toBe(false)
      expect(read('TokenIsSandboxed')).toBe(false)
      expect(read('TokenPrivateNameSpace')).toBe(false)
      expect(read('TokenProcessTrustLevel')).toBeNull()
      expect(read('TokenBnoIsolation')).toEqual({ isolationPrefix: null, isolationEnabled: false })
      expect(read('TokenUserClaimAttributes')).toEqual([])
      expect(read('TokenDeviceClaimAttributes')).toEqual([])
      expect(read('TokenDeviceGroups')).toEqual([])
      expect(read('TokenRestrictedDeviceGroups')).toEqual([])
    })

    it('tells in one answer what it tells in many', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      const read = <C extends TokenInformationClass>(informationClass: C): TokenInformation[C] =>
        run().win32.getTokenInformation(token, informationClass)
      const { authenticationId } = read('TokenStatistics')
      const held = {
        user: read('TokenUser'),
        groups: read('TokenGroups'),
        restrictedSids: [],
        privileges: read('TokenPrivileges'),
        authenticationId,
      }
      expect(read('TokenGroupsAndPrivileges')).toEqual(held)
      const { flags, mandatoryPolicy, impersonationLevel: level, ...access } = read('TokenAccessInformation')
      expect(flags & (tokenFlag.TOKEN_WRITE_RESTRICTED | tokenFlag.TOKEN_IS_RESTRICTED)).toBe(0)
      expect(mandatoryPolicy & 1).toBe(1)
      expect(level).toBeLessThanOrEqual(SecurityDelegation)
      expect(access).toEqual({
        ...held,
        tokenType: tokenType.TokenPrimary,
        appContainerNumber: 0,
        appContainerSid: null,
        capabilities: [],
        processTrustLevel: null,
      })
    })

    it('tells of the SIDs that restrict a token together with the others', async (context) => {
      run().needs('restricting SIDs', context)
      using token = await run().logOn(run().backend.accounts.alice)
      const everyone = Sid.wellKnown('World').toBytes()
      using restricted = run().win32.createRestrictedToken(token, {
        flags: 0,
        sidsToDisable: [],
        privilegesToDelete: [],
        sidsToRestrict: [everyone],
      })
      const restrictedSids = run().win32.getTokenInformation(restricted, 'TokenRestrictedSids')
      expect(restrictedSids.map(({ sid }) => sid)).toEqual([everyone])
      expect(run().win32.getTokenInformation(restricted, 'TokenGroupsAndPrivileges')).toMatchObject({ restrictedSids })
      expect(run().win32.getTokenInformation(restricted, 'TokenAccessInformation')).toMatchObject({ restrictedSids })
    })

    it('tells what is to be logged where Windows knows of that', async (context) => {
      using token = await run().logOn(run().backend.accounts.alice)
      const read = <C extends TokenInformationClass>(informationClass: C): TokenInformation[C] =>
        run().win32.getTokenInformation(token, informationClass)
      skipBefore('Windows 11 24H2', run().backend.lane, () => read('TokenLoggingInformation'), context)
      const { impersonationLevel: level, ...logging } = read('TokenLoggingInformation')
      expect(level).toBeLessThanOrEqual(SecurityDelegation)
      expect(logging).toEqual({
        tokenType: tokenType.TokenPrimary,
        isElevated: false,
        elevationType: tokenElevationType.TokenElevationTypeDefault,
        integrityLevel: 0x2000,
        user: read('TokenUser'),
        processTrustLevel: null,
        sessionId: read('TokenSessionId'),
        appContainerNumber: 0,
        authenticationId: read('TokenStatistics').authenticationId,
        groups: read('TokenGroups'),
      })
    })

    it('says of an ordinary token that it is not of an isolated program', async (context) => {
      run().needs('the information classes since Windows 8', context)
      using token = await run().logOn(run().backend.accounts.alice)
      const read = (): boolean => run().win32.getTokenInformation(token, 'TokenIsAppSilo')
      skipBefore('Windows 11 22H2', run().backend.lane, read, context)
      expect(read()).toBe(false)
    })

    it('says of an ordinary token that it has no UI access and is in no AppContainer', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      expect(run().win32.getTokenInformation(token, 'TokenUIAccess')).toBe(
        run().expected('UI access of an ordinary token', false),
      )
      expect(run().win32.getTokenInformation(token, 'TokenIsAppContainer')).toBe(false)
      expect(run().win32.getTokenInformation(token, 'TokenAppContainerSid')).toBeNull()
      expect(run().win32.getTokenInformation(token, 'TokenVirtualizationEnabled')).toBe(false)
    })

    it('fails with ERROR_NO_SUCH_LOGON_SESSION for the linked token of a user who has but one', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      expect(outcomeOf(() => run().win32.getTokenInformation(token, 'TokenLinkedToken'))).toBe(
        run().expected('linked token of a user who has but one', 'ERROR_NO_SUCH_LOGON_SESSION'),
      )
    })
  })

  describe('openProcessToken', () => {
    it('gives the access that was asked for and no more', () => {
      using token = run().ownToken(TOKEN_QUERY)
      const options = { desiredAccess: 0, type: tokenType.TokenPrimary, impersonationLevel: SecurityImpersonation }
      expect(outcomeOf(() => run().win32.duplicateTokenEx(token, options))).toBe('ERROR_ACCESS_DENIED')
    })
  })

  describe('duplicateTokenEx', () => {
    async function outcome(from: ImpersonationLevel, type: TokenType, to: ImpersonationLevel): Promise<string> {
      using token = await run().logOn(run().backend.accounts.alice)
      const options = { desiredAccess: accessRight.MAXIMUM_ALLOWED, type: tokenType.TokenImpersonation }
      using source = run().win32.duplicateTokenEx(token, { ...options, impersonationLevel: from })
      return outcomeOf(() => run().win32.duplicateTokenEx(source, { ...options, type, impersonationLevel: to }))
    }

    it('makes another token of the same session', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      using copy = narrowed(run().win32, token, accessRight.MAXIMUM_ALLOWED)
      const [original, duplicate] = [token, copy].map((each) =>
        run().win32.getTokenInformation(each, 'TokenStatistics'),
      )
      expect(duplicate?.authenticationId).toBe(original?.authenticationId)
      expect(duplicate?.tokenId).not.toBe(original?.tokenId)
    })

    it('gives the access of the given handle when it is asked for none', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      using narrow = narrowed(run().win32, token, TOKEN_QUERY | TOKEN_DUPLICATE)
      using same = narrowed(run().win32, narrow, 0)
      expect(outcomeOf(() => run().win32.getTokenInformation(same, 'TokenUser'))).toBe('success')
      expect(outcomeOf(() => run().win32.adjustTokenPrivileges(same, []))).toBe('ERROR_ACCESS_DENIED')
    })

    it('keeps or lowers the level of an impersonation token and never raises it', async () => {
      const { TokenImpersonation } = tokenType
      expect(await outcome(SecurityImpersonation, TokenImpersonation, SecurityIdentification)).toBe('success')
      expect(await outcome(SecurityImpersonation, TokenImpersonation, SecurityImpersonation)).toBe('success')
      // windows-behaviour 2.5
      expect(await outcome(SecurityIdentification, TokenImpersonation, SecurityImpersonation)).toBe(
        'ERROR_BAD_IMPERSONATION_LEVEL',
      )
      expect(await outcome(SecurityImpersonation, TokenImpersonation, SecurityDelegation)).toBe(
        'ERROR_BAD_IMPERSONATION_LEVEL',
      )
    })

    it('makes a primary token of an impersonation token that may act, and of no other', async () => {
      expect(await outcome(SecurityImpersonation, tokenType.TokenPrimary, SecurityImpersonation)).toBe('success')
      expect(await outcome(SecurityIdentification, tokenType.TokenPrimary, SecurityImpersonation)).toBe(
        run().expected('primary token of an Identification token', 'ERROR_BAD_IMPERSONATION_LEVEL'),
      )
    })
  })

  describe('checkTokenMembership', () => {
    const everyone = Sid.wellKnown('World').toBytes()
    const administrators = Sid.wellKnown('BuiltinAdministrators').toBytes()

    function impersonationToken(token: Handle<'token'>): Handle<'token'> {
      const options = { type: tokenType.TokenImpersonation, impersonationLevel: SecurityIdentification } as const
      return run().win32.duplicateTokenEx(token, { ...options, desiredAccess: TOKEN_QUERY })
    }

    it('knows the user and the enabled groups', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      using asked = impersonationToken(token)
      const { win32 } = run()
      expect(win32.checkTokenMembership(asked, everyone)).toBe(true)
      expect(win32.checkTokenMembership(asked, win32.getTokenInformation(token, 'TokenUser').sid)).toBe(
        run().expected('membership of the user', true),
      )
      expect(win32.checkTokenMembership(asked, administrators)).toBe(false)
    })

    it('does not count a group that only denies', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      using filtered = run().win32.createRestrictedToken(token, {
        flags: 0,
        sidsToDisable: [everyone],
        privilegesToDelete: [],
        sidsToRestrict: [],
      })
      using asked = impersonationToken(filtered)
      expect(run().win32.checkTokenMembership(asked, everyone)).toBe(false)
    })

    it('asks about the thread when it is given no token', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      const isAdministrator = (): boolean => run().win32.checkTokenMembership(null, administrators)
      expect(isAdministrator()).toBe(true)
      expect(run().win32.impersonateLoggedOnUser(token, isAdministrator)).toBe(false)
      expect(isAdministrator()).toBe(true)
    })

    it('fails with ERROR_NO_IMPERSONATION_TOKEN for a primary token', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      expect(outcomeOf(() => run().win32.checkTokenMembership(token, everyone))).toBe('ERROR_NO_IMPERSONATION_TOKEN')
    })

    it('fails with ERROR_INVALID_SID for bytes that are none', () => {
      const check = (): boolean => run().win32.checkTokenMembership(null, everyone.slice(0, -1))
      expect(outcomeOf(check)).toBe('ERROR_INVALID_SID')
    })
  })

  describe('openThreadToken', () => {
    it('fails with ERROR_NO_TOKEN when the thread does not impersonate', () => {
      expect(outcomeOf(() => run().win32.openThreadToken({ desiredAccess: TOKEN_QUERY, openAsSelf: true }))).toBe(
        'ERROR_NO_TOKEN',
      )
    })

    it('cannot open a token of Anonymous level, and one of Identification level only as the process', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      const open = (level: ImpersonationLevel, openAsSelf: boolean): string => {
        const options = { desiredAccess: 0xe, type: tokenType.TokenImpersonation, impersonationLevel: level }
        using source = run().win32.duplicateTokenEx(token, options)
        return run().win32.impersonateLoggedOnUser(source, () =>
          outcomeOf(() => run().win32.openThreadToken({ desiredAccess: TOKEN_QUERY, openAsSelf })),
        )
      }
      expect(open(SecurityAnonymous, true)).toBe('ERROR_CANT_OPEN_ANONYMOUS')
      expect(open(SecurityIdentification, true)).toBe('success')
      expect(open(SecurityIdentification, false)).toBe(
        run().expected('openThreadToken at Identification level as the client', 'ERROR_BAD_IMPERSONATION_LEVEL'),
      )
    })
  })
}
