import { groupAttribute, impersonationLevel, privilegeAttribute, restrictedTokenFlag, tokenType } from '@asuser/native'
import { allow, Sid } from '@asuser/security-descriptors'
import {
  type AppContainer,
  primaryLevel,
  type TokenContents,
  type TokenDefaults,
  type TokenGroup,
  type TokenPrivilege,
} from '../kernel/token.ts'
import { limitedPrivileges } from '../lsa/account-rights.ts'
import { administrators } from '../lsa/token-contents.ts'
import { NotSimulatedError } from '../not-simulated-error.ts'

const { DISABLE_MAX_PRIVILEGE, SANDBOX_INERT, LUA_TOKEN, WRITE_RESTRICTED } = restrictedTokenFlag

export interface Restrictions {
  /** `restrictedTokenFlag` bits. */
  readonly flags: number
  readonly disabled: readonly Sid[]
  readonly deleted: readonly bigint[]
  readonly restricting: readonly Sid[]
  /** Whether the caller may switch software restriction policies off; it is not told if not. */
  readonly mayBeInert: boolean
}

/** What a token says that is filtered so (windows-behaviour 2.9). */
export function restrictedContents(source: TokenContents, restrictions: Restrictions): TokenContents {
  const { flags, disabled, mayBeInert } = restrictions
  const isDisabled = ({ sid }: TokenGroup): boolean => disabled.some((each) => each.equals(sid))
  const filtered: TokenContents = {
    ...source,
    ...restrictingPart(source, restrictions),
    filtered: true,
    sandboxInert: source.sandboxInert === true || ((flags & SANDBOX_INERT) !== 0 && mayBeInert),
    user: isDisabled(source.user) ? denyOnly(source.user) : source.user,
    groups: source.groups.map((group) => (isDisabled(group) ? denyOnly(group) : group)),
    privileges: keptPrivileges(source.privileges, restrictions),
  }
  return flags & LUA_TOKEN ? limited(filtered) : filtered
}

/** What the token of an AppContainer says: the package may use what the client creates. */
export function lowBoxContents(source: TokenContents, appContainer: AppContainer): TokenContents {
  const dacl = source.defaults.dacl?.with(allow(appContainer.packageSid, genericAll)) ?? null
  return {
    ...withIntegrityLevel(source, Sid.wellKnown('LowLabel')),
    type: tokenType.TokenPrimary,
    level: primaryLevel,
    appContainer,
    defaults: { ...source.defaults, dacl },
  }
}

const genericAll = 0x1000_0000

/** The level is one of the groups, too. A low one disables the privileges that make an administrator. */
export function withIntegrityLevel(source: TokenContents, integrityLevel: Sid): TokenContents {
  const groups = source.groups.map((group) =>
    group.attributes & groupAttribute.SE_GROUP_INTEGRITY ? { ...group, sid: integrityLevel } : group,
  )
  const isHigh = (integrityLevel.rid ?? 0) >= highLevel
  const privileges = isHigh ? source.privileges : source.privileges.map(withoutGreatPower)
  return { ...source, integrityLevel, groups, privileges }
}

const mediumLevel = 0x2000
const highLevel = 0x3000

function withoutGreatPower(privilege: TokenPrivilege): TokenPrivilege {
  if (limitedPrivileges.has(privilege.name)) return privilege
  return { ...privilege, attributes: privilege.attributes & ~privilegeAttribute.SE_PRIVILEGE_ENABLED }
}

/** It cannot be undone, whatever else the group is (windows-behaviour 2.9). */
function denyOnly({ sid, attributes }: TokenGroup): TokenGroup {
  const { SE_GROUP_ENABLED, SE_GROUP_ENABLED_BY_DEFAULT, SE_GROUP_USE_FOR_DENY_ONLY } = groupAttribute
  const kept = attributes & ~(SE_GROUP_ENABLED | SE_GROUP_ENABLED_BY_DEFAULT)
  return { sid, attributes: (kept | SE_GROUP_USE_FOR_DENY_ONLY) >>> 0 }
}

function keptPrivileges(
  privileges: readonly TokenPrivilege[],
  { flags, deleted }: Restrictions,
): readonly TokenPrivilege[] {
  if (flags & DISABLE_MAX_PRIVILEGE) return privileges.filter(({ name }) => name === 'SeChangeNotifyPrivilege')
  return privileges.filter(({ luid }) => !deleted.includes(luid))
}

/** Of a list that is there already only what is in both is left. */
function restrictingPart(
  source: TokenContents,
  { flags, restricting }: Restrictions,
): Pick<TokenContents, 'restrictedSids' | 'writeRestricted'> {
  const { restrictedSids, writeRestricted } = source
  if (restricting.length === 0) return { restrictedSids, writeRestricted }
  const forWriting = (flags & WRITE_RESTRICTED) !== 0
  if (restrictedSids.length === 0)
    return { restrictedSids: restricting.map(restrictingGroup), writeRestricted: forWriting }
  if (forWriting !== (writeRestricted === true)) {
    throw new NotSimulatedError('createRestrictedToken', 'a token that is restricted for writing only, and not')
  }
  const common = restrictedSids.filter(({ sid }) => restricting.some((each) => each.equals(sid)))
  if (common.length === 0) {
    throw new NotSimulatedError('createRestrictedToken', 'two lists of restricting SIDs with nothing in common')
  }
  return { restrictedSids: common, writeRestricted }
}

function restrictingGroup(sid: Sid): TokenGroup {
  const { SE_GROUP_MANDATORY, SE_GROUP_ENABLED_BY_DEFAULT, SE_GROUP_ENABLED } = groupAttribute
  return { sid, attributes: SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED }
}

/** As UAC limits the token of an administrator at logon. */
function limited(source: TokenContents): TokenContents {
  const contents = (source.integrityLevel.rid ?? 0) > mediumLevel ? withIntegrityLevel(source, mediumSid) : source
  return {
    ...contents,
    elevated: false,
    groups: contents.groups.map((group) => (group.sid.equals(administrators) ? denyOnly(group) : group)),
    privileges: contents.privileges.filter(({ name }) => limitedPrivileges.has(name)),
    defaults: limitedDefaults(contents),
  }
}

const mediumSid = Sid.wellKnown('MediumLabel')

function limitedDefaults({ defaults, user }: TokenContents): TokenDefaults {
  return defaults.owner.equals(administrators) ? { ...defaults, owner: user.sid } : defaults
}

/** Whether a token can be acted with at all. */
export function mayAct({ type, level }: TokenContents): boolean {
  return type === tokenType.TokenPrimary || level >= impersonationLevel.SecurityImpersonation
}
