import { type Claim, claimFlags } from '../claim.ts'
import { Sid } from '../sid.ts'

/** A SID in a token, with `groupAttributes` bits. */
export interface SidAndAttributes {
  readonly sid: Sid
  readonly attributes: number
}

/**
 * What an access check needs to know about a token. Structural: any token that has these members fits.
 *
 * @see https://learn.microsoft.com/windows/win32/secauthz/access-tokens
 */
export interface AccessToken {
  readonly user: SidAndAttributes
  readonly groups: readonly SidAndAttributes[]
  /** By name, such as `SeSecurityPrivilege`, with `privilegeAttributes` bits. */
  readonly privileges: readonly { readonly name: string; readonly attributes: number }[]
  /** The restricting SIDs of a restricted token. An empty list restricts nothing. */
  readonly restrictedSids?: readonly SidAndAttributes[] | undefined
  /** Whether the restricting SIDs count for write access only. */
  readonly writeRestricted?: boolean | undefined
  /** `S-1-16-…`. Without it no mandatory policy is applied. */
  readonly integrityLevel?: Sid | undefined
  /** 1 is `NO_WRITE_UP`, 2 `NEW_PROCESS_MIN`; 1 where it is left out. */
  readonly mandatoryPolicy?: number | undefined
  /** The package SID of a token in an app container. */
  readonly appContainerSid?: Sid | undefined
  /** Whether it is one of an app container that `ALL APPLICATION PACKAGES` does not stand for. */
  readonly isLessPrivilegedAppContainer?: boolean | undefined
  readonly capabilities?: readonly SidAndAttributes[] | undefined
  readonly deviceGroups?: readonly SidAndAttributes[] | undefined
  readonly userClaims?: readonly Claim[] | undefined
  readonly deviceClaims?: readonly Claim[] | undefined
}

/** @see https://learn.microsoft.com/windows/win32/secauthz/sid-attributes-in-an-access-token */
export const groupAttributes = {
  MANDATORY: 0x0000_0001,
  ENABLED_BY_DEFAULT: 0x0000_0002,
  ENABLED: 0x0000_0004,
  OWNER: 0x0000_0008,
  USE_FOR_DENY_ONLY: 0x0000_0010,
  INTEGRITY: 0x0000_0020,
  INTEGRITY_ENABLED: 0x0000_0040,
  RESOURCE: 0x2000_0000,
  LOGON_ID: 0xc000_0000,
} as const

/** @see https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-token_privileges */
export const privilegeAttributes = {
  ENABLED_BY_DEFAULT: 0x0000_0001,
  ENABLED: 0x0000_0002,
  REMOVED: 0x0000_0004,
  USED_FOR_ACCESS: 0x8000_0000,
} as const

export function isPrivilegeEnabled(token: AccessToken, name: string): boolean {
  return token.privileges.some(
    (privilege) => privilege.name === name && (privilege.attributes & privilegeAttributes.ENABLED) !== 0,
  )
}

/** The SIDs that an allow ACE looks for, and those that a deny ACE looks for. */
export interface MatchingSids {
  readonly allow: readonly Sid[]
  readonly deny: readonly Sid[]
}

/** The user and the groups: enabled ones for both, those for deny only for deny. */
export function tokenSids(token: AccessToken): MatchingSids {
  const isUserDenyOnly = (token.user.attributes & groupAttributes.USE_FOR_DENY_ONLY) !== 0
  const groups = groupSids(token.groups)
  return {
    allow: isUserDenyOnly ? groups.allow : [token.user.sid, ...groups.allow],
    deny: [token.user.sid, ...groups.deny],
  }
}

export function groupSids(groups: readonly SidAndAttributes[]): MatchingSids {
  const allow: Sid[] = []
  const deny: Sid[] = []
  for (const { sid, attributes } of groups) {
    const isDenyOnly = (attributes & groupAttributes.USE_FOR_DENY_ONLY) !== 0
    const isEnabled = (attributes & groupAttributes.ENABLED) !== 0
    if (isEnabled && !isDenyOnly) allow.push(sid)
    if (isEnabled || isDenyOnly) deny.push(sid)
  }
  return { allow, deny }
}

/** The restricting SIDs; their attributes do not matter. */
export function restrictingSids(token: AccessToken): MatchingSids {
  const sids = (token.restrictedSids ?? []).map(({ sid }) => sid)
  return { allow: sids, deny: sids }
}

/**
 * The package, the capabilities, and who stands for all packages: `ALL RESTRICTED APPLICATION PACKAGES` for those of
 * every app container, `ALL APPLICATION PACKAGES` not for those of a less privileged one.
 *
 * @see https://learn.microsoft.com/windows/win32/secauthz/implementing-an-appcontainer
 */
export function containerSids(packageSid: Sid, token: AccessToken): MatchingSids {
  const capabilities = groupSids(token.capabilities ?? [])
  const packages = [packageSid, Sid.wellKnown('BuiltinAnyRestrictedPackage')]
  if (token.isLessPrivilegedAppContainer !== true) packages.push(Sid.wellKnown('BuiltinAnyPackage'))
  return joinSids({ allow: packages, deny: packages }, capabilities)
}

/** The SIDs of both. */
export function joinSids(left: MatchingSids, right: MatchingSids): MatchingSids {
  return { allow: [...left.allow, ...right.allow], deny: [...left.deny, ...right.deny] }
}

/** The claims that count: not those that are disabled, and those for deny only where access is to be denied. */
export function usableClaims(claims: readonly Claim[] | undefined, isForDeny: boolean): readonly Claim[] {
  const blocked = claimFlags.DISABLED | (isForDeny ? 0 : claimFlags.USE_FOR_DENY_ONLY)
  return (claims ?? []).filter(({ flags = 0 }) => (flags & blocked) === 0)
}

export function includesSid(sids: readonly Sid[], sid: Sid): boolean {
  for (const candidate of sids) {
    if (candidate.equals(sid)) return true
  }
  return false
}
