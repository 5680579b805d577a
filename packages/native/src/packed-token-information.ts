import {
  type LuidAndAttributes,
  type SidAndAttributes,
  type TokenInformation,
  type TokenStatistics,
} from './api/token.ts'
import { impersonationLevel, type ImpersonationLevel, tokenType } from './constants.ts'

/** The information classes with long answers, which the addon gives as bytes. They are its own: what is kept of them is copied. */
type PackedTokenInformation = Pick<
  TokenInformation,
  | 'TokenGroups'
  | 'TokenPrivileges'
  | 'TokenStatistics'
  | 'TokenRestrictedSids'
  | 'TokenCapabilities'
  | 'TokenDeviceGroups'
  | 'TokenRestrictedDeviceGroups'
>
export type PackedTokenInformationClass = keyof PackedTokenInformation

/** Each class with its number in `TOKEN_INFORMATION_CLASS`. */
const packedClasses: {
  readonly [C in PackedTokenInformationClass]: readonly [number, (bytes: Uint8Array) => TokenInformation[C]]
} = {
  TokenGroups: [2, unpackGroups],
  TokenPrivileges: [3, unpackPrivileges],
  TokenStatistics: [10, unpackStatistics],
  TokenRestrictedSids: [11, unpackGroups],
  TokenCapabilities: [30, unpackGroups],
  TokenDeviceGroups: [37, unpackGroups],
  TokenRestrictedDeviceGroups: [38, unpackGroups],
}

export function isPacked(informationClass: unknown): informationClass is PackedTokenInformationClass {
  return typeof informationClass === 'string' && Object.hasOwn(packedClasses, informationClass)
}

/** @param ask gets the bytes of the class with that number */
export function readPackedTokenInformation<C extends PackedTokenInformationClass>(
  informationClass: C,
  ask: (number: number) => Uint8Array,
): TokenInformation[C] {
  const [number, unpack] = packedClasses[informationClass]
  return unpack(ask(number))
}

/** `TOKEN_GROUPS` */
function unpackGroups(bytes: Uint8Array): readonly SidAndAttributes[] {
  const view = viewOf(bytes)
  const groups: SidAndAttributes[] = []
  const end = 8 + 16 * view.getUint32(0, true)
  for (let offset = 8; offset < end; offset += 16) groups.push(sidAndAttributesAt(bytes, view, offset))
  return groups
}

/** The second byte of a SID says how many parts follow its first eight. */
function sidAndAttributesAt(bytes: Uint8Array, view: DataView, offset: number): SidAndAttributes {
  const sid = view.getUint32(offset, true)
  const end = sid + 8 + 4 * view.getUint8(sid + 1)
  return { sid: bytes.slice(sid, end), attributes: view.getUint32(offset + 8, true) }
}

/** `TOKEN_PRIVILEGES` */
function unpackPrivileges(bytes: Uint8Array): readonly LuidAndAttributes[] {
  const view = viewOf(bytes)
  const privileges: LuidAndAttributes[] = []
  const end = 4 + 12 * view.getUint32(0, true)
  for (let offset = 4; offset < end; offset += 12) {
    privileges.push({ luid: view.getBigUint64(offset, true), attributes: view.getUint32(offset + 8, true) })
  }
  return privileges
}

/** `TOKEN_STATISTICS` */
function unpackStatistics(bytes: Uint8Array): TokenStatistics {
  const view = viewOf(bytes)
  const { TokenPrimary, TokenImpersonation } = tokenType
  return {
    tokenId: view.getBigUint64(0, true),
    authenticationId: view.getBigUint64(8, true),
    expirationTime: view.getBigInt64(16, true),
    tokenType: view.getUint32(24, true) === TokenPrimary ? TokenPrimary : TokenImpersonation,
    impersonationLevel: levels[view.getUint32(28, true)] ?? impersonationLevel.SecurityAnonymous,
    dynamicCharged: view.getUint32(32, true),
    dynamicAvailable: view.getUint32(36, true),
    groupCount: view.getUint32(40, true),
    privilegeCount: view.getUint32(44, true),
    modifiedId: view.getBigUint64(48, true),
  }
}

/** By their numbers. Of a primary token, whose level has no meaning, Windows may say anything. */
const levels: readonly ImpersonationLevel[] = Object.values(impersonationLevel)

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
