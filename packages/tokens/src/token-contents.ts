import {
  type Borrowed,
  tokenFlag,
  type TokenInformation,
  type TokenInformationClass,
  type TokenSource,
  Win32Error,
  type Win32,
} from '@asuser/native'
import { Acl, type Claim, Sid } from '@asuser/security-descriptors'
import { claimsOf } from './claim.ts'
import { isBelowMedium } from './integrity-level.ts'
import { namedPrivileges, type Privilege, readPrivileges } from './privilege.ts'
import {
  type ElevationName,
  elevationName,
  type GroupsAndPrivileges,
  type ImpersonationLevelName,
  impersonationLevelName,
  namedStatistics,
  type SidAndAttributes,
  sidWithAttributes,
  type TokenStatistics,
  type TokenTypeName,
  tokenTypeName,
} from './token-information.ts'

/** What a token says. Each getter asks Windows when it is read. */
export abstract class TokenContents {
  /** The implementation that the token came from. */
  readonly win32: Win32
  readonly #borrowed: Borrowed<'token'>

  protected constructor(handle: Borrowed<'token'>, win32: Win32) {
    this.#borrowed = handle
    this.win32 = win32
  }

  /** The handle, lent for a call of `win32`. Whoever borrows it leaves it open. */
  get handle(): Borrowed<'token'> {
    return this.#borrowed
  }

  get user(): SidAndAttributes {
    return sidWithAttributes(this.read('TokenUser'))
  }

  get groups(): readonly SidAndAttributes[] {
    return this.read('TokenGroups').map(sidWithAttributes)
  }

  /** The privileges that the token holds, enabled or not: see `SE_PRIVILEGE_ENABLED` in their attributes. */
  get privileges(): readonly Privilege[] {
    return readPrivileges(this.win32, this.handle)
  }

  /**
   * User, groups, restricting SIDs, privileges and logon session in one answer of Windows, so that they belong together
   * whatever another thread adjusts meanwhile.
   */
  get groupsAndPrivileges(): GroupsAndPrivileges {
    const { user, groups, restrictedSids, privileges, authenticationId } = this.read('TokenGroupsAndPrivileges')
    return {
      user: sidWithAttributes(user),
      groups: groups.map(sidWithAttributes),
      restrictedSids: restrictedSids.map(sidWithAttributes),
      privileges: namedPrivileges(this.win32, privileges),
      authenticationId,
    }
  }

  /**
   * The SID of the logon session, `S-1-5-5-X-Y`: what to grant access to when only this session is meant.
   * Undefined for LocalSystem and after a network logon, which have none.
   */
  get logonSid(): Sid | undefined {
    const [first] = this.readUnless(['ERROR_NOT_FOUND'], 'TokenLogonSid') ?? []
    return first === undefined ? undefined : Sid.fromBytes(first.sid)
  }

  /** A process starts with a primary token, a thread impersonates with an impersonation token. */
  get type(): TokenTypeName {
    return tokenTypeName(this.read('TokenType'))
  }

  /** What the holder may do with the client's identity; undefined for a primary token. */
  get impersonationLevel(): ImpersonationLevelName | undefined {
    if (this.type === 'primary') return undefined
    return impersonationLevelName(this.read('TokenImpersonationLevel'))
  }

  /** `S-1-16-8192` for medium. */
  get integrityLevel(): Sid {
    return Sid.fromBytes(this.read('TokenIntegrityLevel').sid)
  }

  /** Whether the integrity level is below medium. */
  get isSandboxed(): boolean {
    return this.readIfKnown('TokenIsSandboxed') ?? isBelowMedium(this.integrityLevel)
  }

  /** `TOKEN_MANDATORY_POLICY_*` bits; undefined on a system that does not tell. */
  get mandatoryPolicy(): number | undefined {
    return this.readIfKnown('TokenMandatoryPolicy')
  }

  /** The terminal session: a process that is started with the token runs there. */
  get sessionId(): number {
    return this.read('TokenSessionId')
  }

  /** `limited` and `full` are the two halves of an administrator under user account control: see {@link linked}. */
  get elevation(): ElevationName {
    return elevationName(this.read('TokenElevationType'))
  }

  get isElevated(): boolean {
    return this.read('TokenElevation')
  }

  /** The id of the logon session. */
  get authenticationId(): bigint {
    return this.read('TokenStatistics').authenticationId
  }

  /** Who owns what the client creates. */
  get owner(): Sid {
    return Sid.fromBytes(this.read('TokenOwner'))
  }

  get primaryGroup(): Sid {
    return Sid.fromBytes(this.read('TokenPrimaryGroup'))
  }

  /** The DACL of what the client creates; undefined when the token has none. */
  get defaultDacl(): Acl | undefined {
    const bytes = this.read('TokenDefaultDacl')
    return bytes === null ? undefined : Acl.fromBytes(bytes)
  }

  /** Who made the token. Needs `TOKEN_QUERY_SOURCE` besides. */
  get source(): TokenSource {
    return this.read('TokenSource')
  }

  get statistics(): TokenStatistics {
    return namedStatistics(this.read('TokenStatistics'))
  }

  /** The SIDs of the second access check of a restricted token; empty for one that is not. */
  get restrictedSids(): readonly SidAndAttributes[] {
    return this.readIfKnown('TokenRestrictedSids')?.map(sidWithAttributes) ?? []
  }

  /** Whether a second access check against {@link restrictedSids} is made. */
  get isRestricted(): boolean {
    return this.restrictedSids.length > 0
  }

  /** Whether the restricting SIDs count for writing only. */
  get writeRestricted(): boolean {
    // The flags come with everything else that an access check asks for.
    if (!this.isRestricted) return false
    const { flags } = this.readIfKnown('TokenAccessInformation') ?? { flags: 0 }
    return (flags & tokenFlag.TOKEN_WRITE_RESTRICTED) !== 0
  }

  /** Whether the token has been filtered: by {@link Token.restrict}, or as the limited half of an administrator. */
  get hasRestrictions(): boolean {
    return this.readIfKnown('TokenHasRestrictions') ?? false
  }

  /** Whether software restriction policies and AppLocker rules are passed over. */
  get isSandboxInert(): boolean {
    return this.readIfKnown('TokenSandBoxInert') ?? false
  }

  /** Whether windows of a higher integrity level can be driven, as an accessibility tool does. */
  get hasUIAccess(): boolean {
    return this.read('TokenUIAccess')
  }

  /** Whether what an old program writes to protected places goes into the profile of the user, or may go there. */
  get virtualization(): 'enabled' | 'allowed' | 'none' {
    if (this.readIfKnown('TokenVirtualizationEnabled') === true) return 'enabled'
    return this.readIfKnown('TokenVirtualizationAllowed') === true ? 'allowed' : 'none'
  }

  /** The trust level of a protected process, `S-1-19-…`; undefined for all others. */
  get processTrustLevel(): Sid | undefined {
    const bytes = this.readIfKnown('TokenProcessTrustLevel') ?? undefined
    return bytes && Sid.fromBytes(bytes)
  }

  /** What a directory service says of the user, for conditional ACEs. Names of signed programs are left out. */
  get userClaims(): readonly Claim[] {
    return claimsOf(this.readIfKnown('TokenUserClaimAttributes') ?? [])
  }

  /** The same of the computer that the user came from. */
  get deviceClaims(): readonly Claim[] {
    return claimsOf(this.readIfKnown('TokenDeviceClaimAttributes') ?? [])
  }

  /** The groups of the computer that the user came from. */
  get deviceGroups(): readonly SidAndAttributes[] {
    return this.readIfKnown('TokenDeviceGroups')?.map(sidWithAttributes) ?? []
  }

  /** Those of them that a restricted token is checked with, too. */
  get restrictedDeviceGroups(): readonly SidAndAttributes[] {
    return this.readIfKnown('TokenRestrictedDeviceGroups')?.map(sidWithAttributes) ?? []
  }

  /** Under which prefix named kernel objects are kept apart from those of the session; undefined if they are not. */
  get namedObjectPrefix(): string | undefined {
    const isolation = this.readIfKnown('TokenBnoIsolation')
    return isolation?.isolationEnabled === true ? (isolation.isolationPrefix ?? undefined) : undefined
  }

  /** Whether the names of kernel objects are private to the holder. */
  get hasPrivateNamespace(): boolean {
    return this.readIfKnown('TokenPrivateNameSpace') ?? false
  }

  /** The package of a token in an AppContainer; undefined outside of one. */
  get appContainerSid(): Sid | undefined {
    const bytes = this.readIfKnown('TokenAppContainerSid') ?? undefined
    return bytes && Sid.fromBytes(bytes)
  }

  /** What a token in an AppContainer may do besides; empty outside of one. */
  get capabilities(): readonly SidAndAttributes[] {
    return this.readIfKnown('TokenCapabilities')?.map(sidWithAttributes) ?? []
  }

  /** Whether it is one of an AppContainer that is denied what AppContainers may do in general. */
  get isLessPrivilegedAppContainer(): boolean {
    return this.readIfKnown('TokenIsLessPrivilegedAppContainer') ?? false
  }

  /** Whether it is one of an isolated Win32 program: of an AppContainer that was made for a program of the desktop. */
  get isAppSilo(): boolean {
    return this.readIfKnown('TokenIsAppSilo') ?? false
  }

  /** Tells AppContainers of one session apart; 0 outside of one. */
  get appContainerNumber(): number {
    return this.readIfKnown('TokenAppContainerNumber') ?? 0
  }

  /** The id of the logon session that the token was created from with credentials; 0 if with none. */
  get origin(): bigint {
    return this.read('TokenOrigin')
  }

  protected read<C extends TokenInformationClass>(informationClass: C): TokenInformation[C] {
    return this.win32.getTokenInformation(this.handle, informationClass)
  }

  /** A system that does not know the class knows no tokens that have anything to tell there: Wine, older Windows. */
  protected readIfKnown<C extends TokenInformationClass>(informationClass: C): TokenInformation[C] | undefined {
    return this.readUnless(['ERROR_INVALID_FUNCTION', 'ERROR_INVALID_PARAMETER'], informationClass)
  }

  /** Undefined where the failure is how Windows says that there is nothing to read. */
  protected readUnless<C extends TokenInformationClass>(
    codes: readonly string[],
    informationClass: C,
  ): TokenInformation[C] | undefined {
    try {
      return this.read(informationClass)
    } catch (error) {
      if (error instanceof Win32Error && codes.includes(error.code)) return undefined
      throw error
    }
  }
}
