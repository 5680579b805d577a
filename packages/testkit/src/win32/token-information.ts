import {
  groupAttribute,
  impersonationLevel,
  tokenAccess,
  tokenElevationType,
  tokenType,
  type Handle,
  type SidAndAttributes,
  type TokenInformation,
  type TokenStatistics,
} from '@asuser/native'
import { Failure } from '../kernel/failure.ts'
import { primaryLevel, Token, type TokenGroup } from '../kernel/token.ts'
import type { Caller } from './caller.ts'

/** How each information class is read. */
export const tokenInformationReaders: {
  readonly [C in keyof TokenInformation]: (token: Token, caller: Caller) => TokenInformation[C]
} = {
  TokenUser: (token) => toBytes(token.user),
  TokenGroups: (token) => token.groups.map(toBytes),
  TokenPrivileges: (token) => token.privileges.map(({ luid, attributes }) => ({ luid, attributes })),
  TokenOwner: (token) => token.contents.defaults.owner.toBytes(),
  TokenPrimaryGroup: (token) => token.contents.defaults.primaryGroup.toBytes(),
  TokenDefaultDacl: (token) => token.contents.defaults.dacl?.toBytes() ?? null,
  TokenSource: (token) => token.contents.source,
  TokenType: (token) => token.contents.type,
  TokenImpersonationLevel: impersonationLevelOf,
  TokenStatistics: statisticsOf,
  TokenRestrictedSids: (token) => token.contents.restrictedSids.map(toBytes),
  TokenSessionId: (token) => token.sessionId,
  TokenOrigin: (token) => token.contents.origin,
  TokenElevationType: (token) => token.contents.elevationType,
  TokenLinkedToken: openLinkedToken,
  TokenElevation: (token) => token.contents.elevated,
  TokenHasRestrictions: hasRestrictions,
  TokenIntegrityLevel: (token) => toBytes(labelOf(token)),
  TokenUIAccess: () => false,
  TokenMandatoryPolicy: (token) => token.mandatoryPolicy,
  TokenLogonSid: logonSidsOf,
  TokenIsAppContainer: () => false,
  TokenCapabilities: () => [],
  TokenAppContainerSid: () => null,
}

function toBytes({ sid, attributes }: TokenGroup): SidAndAttributes {
  return { sid: sid.toBytes(), attributes }
}

function impersonationLevelOf(token: Token): TokenInformation['TokenImpersonationLevel'] {
  if (token.isPrimary) throw new Failure('ERROR_INVALID_PARAMETER')
  return token.level
}

function statisticsOf(token: Token): TokenStatistics {
  return {
    tokenId: token.id,
    authenticationId: token.session.luid,
    expirationTime: 0x7fff_ffff_ffff_ffffn,
    tokenType: token.contents.type,
    impersonationLevel: token.isPrimary ? impersonationLevel.SecurityAnonymous : token.level,
    dynamicCharged: 4096,
    dynamicAvailable: 4096 - (token.contents.defaults.dacl?.byteLength ?? 0),
    groupCount: token.groups.length,
    privilegeCount: token.privileges.length,
    modifiedId: token.modifiedId,
  }
}

function labelOf(token: Token): TokenGroup {
  return {
    sid: token.integrityLevel,
    attributes: groupAttribute.SE_GROUP_INTEGRITY | groupAttribute.SE_GROUP_INTEGRITY_ENABLED,
  }
}

/** UAC's limited token is a filtered one. */
function hasRestrictions(token: Token): boolean {
  return (
    token.contents.restrictedSids.length > 0 ||
    token.contents.elevationType === tokenElevationType.TokenElevationTypeLimited
  )
}

function logonSidsOf(token: Token): readonly SidAndAttributes[] {
  const found = token.groups.filter(
    ({ attributes }) => (attributes & groupAttribute.SE_GROUP_LOGON_ID) >>> 0 === groupAttribute.SE_GROUP_LOGON_ID,
  )
  if (found.length === 0) throw new Failure('ERROR_NOT_FOUND')
  return found.map(toBytes)
}

/** The token itself for who is part of the operating system, for others one that they can only look at. */
function openLinkedToken(token: Token, caller: Caller): Handle<'token'> {
  const contents = token.contents.linked?.()
  if (contents === undefined) throw new Failure('ERROR_NO_SUCH_LOGON_SESSION')
  const mayUse = caller.process.token.hasEnabledPrivilege('SeTcbPrivilege')
  const linked = new Token(
    caller.machine.luids,
    mayUse
      ? { ...contents, type: tokenType.TokenPrimary, level: primaryLevel }
      : { ...contents, type: tokenType.TokenImpersonation, level: impersonationLevel.SecurityIdentification },
    caller.defaultSecurity('token'),
  )
  return caller.handles.open('token', linked, tokenAccess.TOKEN_ALL_ACCESS)
}
