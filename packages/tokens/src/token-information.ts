import {
  impersonationLevel,
  type ImpersonationLevel,
  type TokenElevationType,
  tokenElevationType,
  type TokenStatistics as NativeTokenStatistics,
  type SidAndAttributes as NativeSidAndAttributes,
  type TokenType,
  tokenType,
} from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import type { Privilege } from './privilege.ts'

/** A SID of a token with its `SE_GROUP_*` attributes. */
export interface SidAndAttributes {
  readonly sid: Sid
  readonly attributes: number
}

export type TokenTypeName = 'primary' | 'impersonation'
export type ImpersonationLevelName = 'anonymous' | 'identification' | 'impersonation' | 'delegation'
export type ElevationName = 'default' | 'full' | 'limited'

/** What Windows counts about a token. Times and ids are as Windows has them. */
export interface TokenStatistics extends Omit<NativeTokenStatistics, 'tokenType' | 'impersonationLevel'> {
  readonly type: TokenTypeName
  /** Undefined for a primary token. */
  readonly impersonationLevel: ImpersonationLevelName | undefined
}

/** Who a token stands for and what it holds, of one moment. */
export interface GroupsAndPrivileges {
  readonly user: SidAndAttributes
  readonly groups: readonly SidAndAttributes[]
  readonly restrictedSids: readonly SidAndAttributes[]
  readonly privileges: readonly Privilege[]
  /** The id of the logon session. */
  readonly authenticationId: bigint
}

export function sidWithAttributes({ sid, attributes }: NativeSidAndAttributes): SidAndAttributes {
  return { sid: Sid.fromBytes(sid), attributes }
}

export function tokenTypeName(type: TokenType): TokenTypeName {
  return type === tokenType.TokenPrimary ? 'primary' : 'impersonation'
}

export const tokenTypes: Readonly<Record<TokenTypeName, TokenType>> = {
  primary: tokenType.TokenPrimary,
  impersonation: tokenType.TokenImpersonation,
}

export const impersonationLevels: Readonly<Record<ImpersonationLevelName, ImpersonationLevel>> = {
  anonymous: impersonationLevel.SecurityAnonymous,
  identification: impersonationLevel.SecurityIdentification,
  impersonation: impersonationLevel.SecurityImpersonation,
  delegation: impersonationLevel.SecurityDelegation,
}

const levelNames: Readonly<Record<ImpersonationLevel, ImpersonationLevelName>> = {
  [impersonationLevel.SecurityAnonymous]: 'anonymous',
  [impersonationLevel.SecurityIdentification]: 'identification',
  [impersonationLevel.SecurityImpersonation]: 'impersonation',
  [impersonationLevel.SecurityDelegation]: 'delegation',
}

export function impersonationLevelName(level: ImpersonationLevel): ImpersonationLevelName {
  return levelNames[level]
}

const elevationNames: Readonly<Record<TokenElevationType, ElevationName>> = {
  [tokenElevationType.TokenElevationTypeDefault]: 'default',
  [tokenElevationType.TokenElevationTypeFull]: 'full',
  [tokenElevationType.TokenElevationTypeLimited]: 'limited',
}

export function elevationName(type: TokenElevationType): ElevationName {
  return elevationNames[type]
}

export function namedStatistics(statistics: NativeTokenStatistics): TokenStatistics {
  const { tokenType: typeNumber, impersonationLevel: level, ...rest } = statistics
  const type = tokenTypeName(typeNumber)
  return { ...rest, type, impersonationLevel: type === 'primary' ? undefined : impersonationLevelName(level) }
}
