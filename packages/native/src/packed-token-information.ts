import {
  type LuidAndAttributes,
  type SidAndAttributes,
  type TokenAccessInformation,
  type TokenGroupsAndPrivileges,
  type TokenInformation,
  type TokenInformationClass,
  type TokenLoggingInformation,
  type TokenStatistics,
} from './api/token.ts'
import {
  impersonationLevel,
  type ImpersonationLevel,
  tokenElevationType,
  type TokenElevationType,
  tokenType,
  type TokenType,
} from './constants.ts'

/** The information classes that the addon gives as bytes: all that are asked for often. */
type PackedTokenInformation = Omit<
  TokenInformation,
  | 'TokenDefaultDacl'
  | 'TokenSource'
  | 'TokenLinkedToken'
  | 'TokenUserClaimAttributes'
  | 'TokenDeviceClaimAttributes'
  | 'TokenBnoIsolation'
>

/** An answer of the addon. What is kept of it is copied, for the next answer overwrites it. */
export interface PackedAnswer {
  readonly bytes: Uint8Array
  readonly view: DataView
}

export interface PackedClass<T> {
  /** In `TOKEN_INFORMATION_CLASS`. */
  readonly number: number
  readonly unpack: (answer: PackedAnswer) => T
}

const packedClasses: {
  readonly [C in keyof PackedTokenInformation]: PackedClass<TokenInformation[C]>
} = {
  TokenUser: { number: 1, unpack: ({ bytes, view }) => sidAndAttributesAt(bytes, view, 0) },
  TokenGroups: { number: 2, unpack: unpackGroups },
  TokenPrivileges: { number: 3, unpack: unpackPrivileges },
  TokenOwner: { number: 4, unpack: unpackSid },
  TokenPrimaryGroup: { number: 5, unpack: unpackSid },
  TokenType: { number: 8, unpack: ({ view }) => tokenTypeAt(view, 0) },
  TokenImpersonationLevel: { number: 9, unpack: ({ view }) => levelAt(view, 0) },
  TokenStatistics: { number: 10, unpack: unpackStatistics },
  TokenRestrictedSids: { number: 11, unpack: unpackGroups },
  TokenSessionId: { number: 12, unpack: unpackNumber },
  TokenGroupsAndPrivileges: { number: 13, unpack: unpackGroupsAndPrivileges },
  TokenSandBoxInert: { number: 15, unpack: unpackBoolean },
  TokenOrigin: { number: 17, unpack: ({ view }) => view.getBigUint64(0, true) },
  TokenElevationType: { number: 18, unpack: ({ view }) => elevationTypeAt(view, 0) },
  TokenElevation: { number: 20, unpack: unpackBoolean },
  TokenHasRestrictions: { number: 21, unpack: unpackBoolean },
  TokenAccessInformation: { number: 22, unpack: unpackAccessInformation },
  TokenVirtualizationAllowed: { number: 23, unpack: unpackBoolean },
  TokenVirtualizationEnabled: { number: 24, unpack: unpackBoolean },
  TokenIntegrityLevel: { number: 25, unpack: ({ bytes, view }) => sidAndAttributesAt(bytes, view, 0) },
  TokenUIAccess: { number: 26, unpack: unpackBoolean },
  TokenMandatoryPolicy: { number: 27, unpack: unpackNumber },
  TokenLogonSid: { number: 28, unpack: unpackGroups },
  TokenIsAppContainer: { number: 29, unpack: unpackBoolean },
  TokenCapabilities: { number: 30, unpack: unpackGroups },
  TokenAppContainerSid: { number: 31, unpack: unpackSidOrNull },
  TokenAppContainerNumber: { number: 32, unpack: unpackNumber },
  TokenDeviceGroups: { number: 37, unpack: unpackGroups },
  TokenRestrictedDeviceGroups: { number: 38, unpack: unpackGroups },
  TokenIsRestricted: { number: 40, unpack: unpackBoolean },
  TokenProcessTrustLevel: { number: 41, unpack: unpackSidOrNull },
  TokenPrivateNameSpace: { number: 42, unpack: unpackBoolean },
  TokenIsLessPrivilegedAppContainer: { number: 46, unpack: unpackBoolean },
  TokenIsSandboxed: { number: 47, unpack: unpackBoolean },
  TokenIsAppSilo: { number: 48, unpack: unpackBoolean },
  TokenLoggingInformation: { number: 49, unpack: unpackLoggingInformation },
}

const packedByName: ReadonlyMap<string, PackedClass<unknown>> = new Map(Object.entries(packedClasses))

/** Undefined for a class that the addon takes apart itself, and for the name of none. */
export function packedClassOf<C extends TokenInformationClass>(name: C): PackedClass<TokenInformation[C]> | undefined
export function packedClassOf(name: TokenInformationClass): PackedClass<unknown> | undefined {
  return packedByName.get(name)
}

export function packedAnswer(bytes: Uint8Array): PackedAnswer {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) }
}

function unpackNumber({ view }: PackedAnswer): number {
  return view.getUint32(0, true)
}

function unpackBoolean({ view }: PackedAnswer): boolean {
  return view.getUint32(0, true) !== 0
}

/** `TOKEN_OWNER` and others that are a pointer to a SID. */
function unpackSid({ bytes, view }: PackedAnswer): Uint8Array {
  return sidAt(bytes, view, 0)
}

function unpackSidOrNull({ bytes, view }: PackedAnswer): Uint8Array | null {
  return sidOrNullAt(bytes, view, 0)
}

/** The distance of a null pointer is 0. */
function sidOrNullAt(bytes: Uint8Array, view: DataView, offset: number): Uint8Array | null {
  return view.getUint32(offset, true) === 0 ? null : sidAt(bytes, view, offset)
}

/** `TOKEN_GROUPS` */
function unpackGroups(answer: PackedAnswer): readonly SidAndAttributes[] {
  return groupsAt(answer, 8, answer.view.getUint32(0, true))
}

function groupsAt({ bytes, view }: PackedAnswer, start: number, count: number): readonly SidAndAttributes[] {
  const groups: SidAndAttributes[] = []
  const end = start + 16 * count
  for (let offset = start; offset < end; offset += 16) groups.push(sidAndAttributesAt(bytes, view, offset))
  return groups
}

/** A number of groups, and 8 bytes on where they are. */
function groupListAt(answer: PackedAnswer, offset: number): readonly SidAndAttributes[] {
  return groupsAt(answer, answer.view.getUint32(offset + 8, true), answer.view.getUint32(offset, true))
}

function sidAndAttributesAt(bytes: Uint8Array, view: DataView, offset: number): SidAndAttributes {
  return { sid: sidAt(bytes, view, offset), attributes: view.getUint32(offset + 8, true) }
}

/** A copy. The second byte of a SID says how many parts follow its first eight. */
function sidAt(bytes: Uint8Array, view: DataView, offset: number): Uint8Array {
  const sid = view.getUint32(offset, true)
  return bytes.slice(sid, sid + 8 + 4 * view.getUint8(sid + 1))
}

/** `TOKEN_PRIVILEGES` */
function unpackPrivileges({ view }: PackedAnswer): readonly LuidAndAttributes[] {
  return privilegesAt(view, 4, view.getUint32(0, true))
}

function privilegesAt(view: DataView, start: number, count: number): readonly LuidAndAttributes[] {
  const privileges: LuidAndAttributes[] = []
  const end = start + 12 * count
  for (let offset = start; offset < end; offset += 12) {
    privileges.push({ luid: view.getBigUint64(offset, true), attributes: view.getUint32(offset + 8, true) })
  }
  return privileges
}

/** `TOKEN_GROUPS_AND_PRIVILEGES` */
function unpackGroupsAndPrivileges(answer: PackedAnswer): TokenGroupsAndPrivileges {
  const { view } = answer
  return {
    ...userAndGroupsAt(answer, 0),
    restrictedSids: groupListAt(answer, 16),
    privileges: privilegesAt(view, view.getUint32(40, true), view.getUint32(32, true)),
    authenticationId: view.getBigUint64(48, true),
  }
}

/** A number of SIDs, of which the first is that of the user, and 8 bytes on where they are. */
function userAndGroupsAt(
  answer: PackedAnswer,
  offset: number,
): { readonly user: SidAndAttributes; readonly groups: readonly SidAndAttributes[] } {
  const { bytes, view } = answer
  const start = view.getUint32(offset + 8, true)
  return {
    user: sidAndAttributesAt(bytes, view, start),
    groups: groupsAt(answer, start + 16, view.getUint32(offset, true) - 1),
  }
}

/** `TOKEN_ACCESS_INFORMATION` */
function unpackAccessInformation(answer: PackedAnswer): TokenAccessInformation {
  const { bytes, view } = answer
  const privileges = view.getUint32(16, true)
  return {
    ...userAndGroupsAt(answer, view.getUint32(0, true)),
    restrictedSids: hashedGroupsAt(answer, 8),
    privileges: privilegesAt(view, privileges + 4, view.getUint32(privileges, true)),
    authenticationId: view.getBigUint64(24, true),
    tokenType: tokenTypeAt(view, 32),
    impersonationLevel: levelAt(view, 36),
    mandatoryPolicy: view.getUint32(40, true),
    flags: view.getUint32(44, true),
    appContainerNumber: view.getUint32(48, true),
    appContainerSid: sidOrNullAt(bytes, view, 56),
    capabilities: hashedGroupsAt(answer, 64),
    processTrustLevel: sidOrNullAt(bytes, view, 72),
  }
}

/** Where a `SID_AND_ATTRIBUTES_HASH` is, which there may be none of. */
function hashedGroupsAt(answer: PackedAnswer, offset: number): readonly SidAndAttributes[] {
  const hash = answer.view.getUint32(offset, true)
  return hash === 0 ? [] : groupListAt(answer, hash)
}

/** `TOKEN_LOGGING_INFORMATION` */
function unpackLoggingInformation(answer: PackedAnswer): TokenLoggingInformation {
  const { bytes, view } = answer
  return {
    tokenType: tokenTypeAt(view, 0),
    isElevated: view.getUint32(4, true) !== 0,
    elevationType: elevationTypeAt(view, 8),
    impersonationLevel: levelAt(view, 12),
    integrityLevel: view.getUint32(16, true),
    user: sidAndAttributesAt(bytes, view, 24),
    processTrustLevel: sidOrNullAt(bytes, view, 40),
    sessionId: view.getUint32(48, true),
    appContainerNumber: view.getUint32(52, true),
    authenticationId: view.getBigUint64(56, true),
    groups: groupsAt(answer, view.getUint32(72, true), view.getUint32(64, true)),
  }
}

/** `TOKEN_STATISTICS` */
function unpackStatistics({ view }: PackedAnswer): TokenStatistics {
  return {
    tokenId: view.getBigUint64(0, true),
    authenticationId: view.getBigUint64(8, true),
    expirationTime: view.getBigInt64(16, true),
    tokenType: tokenTypeAt(view, 24),
    impersonationLevel: levelAt(view, 28),
    dynamicCharged: view.getUint32(32, true),
    dynamicAvailable: view.getUint32(36, true),
    groupCount: view.getUint32(40, true),
    privilegeCount: view.getUint32(44, true),
    modifiedId: view.getBigUint64(48, true),
  }
}

function tokenTypeAt(view: DataView, offset: number): TokenType {
  const { TokenPrimary, TokenImpersonation } = tokenType
  return view.getUint32(offset, true) === TokenPrimary ? TokenPrimary : TokenImpersonation
}

/** Of a primary token, whose level has no meaning, Windows may say anything. */
function levelAt(view: DataView, offset: number): ImpersonationLevel {
  const level = view.getUint32(offset, true)
  return isLevel(level) ? level : impersonationLevel.SecurityAnonymous
}

function isLevel(number: number): number is ImpersonationLevel {
  return number <= impersonationLevel.SecurityDelegation
}

function elevationTypeAt(view: DataView, offset: number): TokenElevationType {
  const type = view.getUint32(offset, true)
  return isElevationType(type) ? type : tokenElevationType.TokenElevationTypeDefault
}

function isElevationType(number: number): number is TokenElevationType {
  return (
    number >= tokenElevationType.TokenElevationTypeDefault && number <= tokenElevationType.TokenElevationTypeLimited
  )
}
