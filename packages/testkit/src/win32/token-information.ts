import {
  groupAttribute,
  impersonationLevel,
  tokenAccess,
  tokenElevationType,
  tokenFlag,
  tokenType,
  type Handle,
  type LuidAndAttributes,
  type SidAndAttributes,
  type TokenAccessInformation,
  type TokenGroupsAndPrivileges,
  type TokenInformation,
  type TokenLoggingInformation,
  type TokenStatistics,
} from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import { Failure } from '../kernel/failure.ts'
import { primaryLevel, Token, type TokenGroup } from '../kernel/token.ts'
import type { Caller } from './caller.ts'

/** How each information class is read. */
export const tokenInformationReaders: {
  readonly [C in keyof TokenInformation]: (token: Token, caller: Caller) => TokenInformation[C]
} = {
  TokenUser: (token) => toBytes(token.user),
  TokenGroups: (token) => token.groups.map(toBytes),
  TokenPrivileges: privilegesOf,
  TokenOwner: (token) => token.contents.defaults.owner.toBytes(),
  TokenPrimaryGroup: (token) => token.contents.defaults.primaryGroup.toBytes(),
  TokenDefaultDacl: (token) => token.contents.defaults.dacl?.toBytes() ?? null,
  TokenSource: (token) => token.contents.source,
  TokenType: (token) => token.contents.type,
  TokenImpersonationLevel: impersonationLevelOf,
  TokenStatistics: statisticsOf,
  TokenRestrictedSids: (token) => token.contents.restrictedSids.map(toBytes),
  TokenSessionId: (token) => token.sessionId,
  TokenGroupsAndPrivileges: groupsAndPrivilegesOf,
  TokenSandBoxInert: (token) => token.contents.sandboxInert === true,
  TokenOrigin: (token) => token.contents.origin,
  TokenElevationType: (token) => token.contents.elevationType,
  TokenLinkedToken: openLinkedToken,
  TokenElevation: (token) => token.contents.elevated,
  TokenHasRestrictions: hasRestrictions,
  TokenAccessInformation: accessInformationOf,
  // Nothing is redirected here.
  TokenVirtualizationAllowed: () => false,
  TokenVirtualizationEnabled: () => false,
  TokenIntegrityLevel: (token) => toBytes(labelOf(token)),
  TokenUIAccess: (token) => token.contents.uiAccess === true,
  TokenMandatoryPolicy: (token) => token.mandatoryPolicy,
  TokenLogonSid: logonSidsOf,
  TokenIsAppContainer: (token) => token.contents.appContainer !== undefined,
  TokenCapabilities: (token) => token.capabilities.map(toBytes),
  TokenAppContainerSid: (token) => token.appContainerSid?.toBytes() ?? null,
  TokenAppContainerNumber: (token) => token.contents.appContainer?.number ?? 0,
  // No directory service issues claims here, and no computer has groups.
  TokenUserClaimAttributes: () => [],
  TokenDeviceClaimAttributes: () => [],
  TokenDeviceGroups: () => [],
  TokenRestrictedDeviceGroups: () => [],
  TokenIsRestricted: (token) => token.restrictedSids.length > 0,
  // Processes that are protected, or have names of their own, are not simulated.
  TokenProcessTrustLevel: () => null,
  TokenPrivateNameSpace: () => false,
  TokenBnoIsolation: () => ({ isolationPrefix: null, isolationEnabled: false }),
  TokenIsLessPrivilegedAppContainer: () => false,
  TokenIsSandboxed: (token) => (token.integrityLevel.rid ?? 0) < mediumLevel,
  TokenIsAppSilo: (token) => token.capabilities.some(({ sid }) => sid.equals(appSilo)),
  TokenLoggingInformation: loggingInformationOf,
}

const mediumLevel = 0x2000

/** The capability that all isolated Win32 programs have. */
const appSilo = Sid.parse('S-1-15-3-65536')

function privilegesOf(token: Token): readonly LuidAndAttributes[] {
  return token.privileges.map(({ luid, attributes }) => ({ luid, attributes }))
}

function groupsAndPrivilegesOf(token: Token): TokenGroupsAndPrivileges {
  return {
    user: toBytes(token.user),
    groups: token.groups.map(toBytes),
    restrictedSids: token.restrictedSids.map(toBytes),
    privileges: privilegesOf(token),
    authenticationId: token.session.luid,
  }
}

function accessInformationOf(token: Token): TokenAccessInformation {
  return {
    ...groupsAndPrivilegesOf(token),
    tokenType: token.contents.type,
    impersonationLevel: statisticsOf(token).impersonationLevel,
    mandatoryPolicy: token.mandatoryPolicy,
    flags: flagsOf(token),
    appContainerNumber: token.contents.appContainer?.number ?? 0,
    appContainerSid: token.appContainerSid?.toBytes() ?? null,
    capabilities: token.capabilities.map(toBytes),
    processTrustLevel: null,
  }
}

function loggingInformationOf(token: Token): TokenLoggingInformation {
  return {
    tokenType: token.contents.type,
    isElevated: token.contents.elevated,
    elevationType: token.contents.elevationType,
    impersonationLevel: statisticsOf(token).impersonationLevel,
    integrityLevel: token.integrityLevel.rid ?? 0,
    user: toBytes(token.user),
    processTrustLevel: null,
    sessionId: token.sessionId,
    appContainerNumber: token.contents.appContainer?.number ?? 0,
    authenticationId: token.session.luid,
    groups: token.groups.map(toBytes),
  }
}

function flagsOf(token: Token): number {
  const { TOKEN_WRITE_RESTRICTED, TOKEN_IS_RESTRICTED, TOKEN_SANDBOX_INERT } = tokenFlag
  let flags = 0
  if (token.restrictedSids.length > 0) flags |= token.writeRestricted ? TOKEN_WRITE_RESTRICTED : TOKEN_IS_RESTRICTED
  if (token.contents.sandboxInert === true) flags |= TOKEN_SANDBOX_INERT
  return flags
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
    token.contents.filtered === true ||
    token.restrictedSids.length > 0 ||
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
