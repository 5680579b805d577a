import {
  groupAttribute,
  tokenAccess,
  type AdjustedGroups,
  type SidAndAttributes,
  type TokenAdjustmentApi,
  type TokenSettingClass,
  type TokenSettings,
} from '@asuser/native'
import type { Sid } from '@asuser/security-descriptors'
import { Failure } from '../kernel/failure.ts'
import type { Token, TokenGroup } from '../kernel/token.ts'
import { NotSimulatedError } from '../not-simulated-error.ts'
import type { Caller } from './caller.ts'
import { readAcl, readSid } from './given-sid.ts'
import { withIntegrityLevel } from './restricted-contents.ts'

export function createTokenAdjustmentApi(caller: Caller): TokenAdjustmentApi {
  return {
    setTokenInformation(handle, informationClass, information) {
      const access =
        informationClass === 'TokenSessionId'
          ? tokenAccess.TOKEN_ADJUST_DEFAULT | tokenAccess.TOKEN_ADJUST_SESSIONID
          : tokenAccess.TOKEN_ADJUST_DEFAULT
      const token = caller.handles.resolve(handle, access, 'token')
      settingWriters[informationClass](token, information, caller)
    },

    adjustTokenGroups(handle, groups) {
      const access = tokenAccess.TOKEN_ADJUST_GROUPS | tokenAccess.TOKEN_QUERY
      const token = caller.handles.resolve(handle, access, 'token')
      return groups === null ? resetGroups(token) : adjustGroups(token, groups)
    },
  }
}

/** How each information class is set (windows-behaviour 2.11). */
const settingWriters: {
  readonly [C in TokenSettingClass]: (token: Token, information: TokenSettings[C], caller: Caller) => void
} = {
  TokenOwner(token, bytes) {
    const owner = readSid(bytes)
    if (!mayOwn(token, owner)) throw new Failure('ERROR_INVALID_OWNER', { owner: owner.toString() })
    token.adjust({ defaults: { ...token.contents.defaults, owner } })
  },

  TokenPrimaryGroup(token, bytes) {
    const primaryGroup = readSid(bytes)
    const isThere = [token.user, ...token.groups].some(({ sid }) => sid.equals(primaryGroup))
    if (!isThere) throw new Failure('ERROR_INVALID_PRIMARY_GROUP', { group: primaryGroup.toString() })
    token.adjust({ defaults: { ...token.contents.defaults, primaryGroup } })
  },

  TokenDefaultDacl(token, bytes) {
    token.adjust({ defaults: { ...token.contents.defaults, dacl: bytes === null ? null : readAcl(bytes) } })
  },

  TokenSessionId(token, sessionId, caller) {
    requireTcb(caller)
    requireUnused(token, caller)
    if (!Array.from(caller.machine.sessions, ({ id }) => id).includes(sessionId)) {
      throw new NotSimulatedError('setTokenInformation', `the session ${sessionId}, which is not there`)
    }
    token.adjust({ sessionId })
  },

  TokenOrigin(token, origin, caller) {
    requireTcb(caller)
    token.adjust({ origin })
  },

  TokenIntegrityLevel(token, { sid }, caller) {
    const level = readSid(sid)
    if (level.authority !== labelAuthority || level.subAuthorities.length !== 1) {
      throw new NotSimulatedError('setTokenInformation', `the integrity level ${level.toString()}`)
    }
    if ((level.rid ?? 0) > (token.integrityLevel.rid ?? 0)) {
      requireTcb(caller)
      requireUnused(token, caller)
    }
    token.adjust(withIntegrityLevel(token.contents, level))
  },

  TokenUIAccess(token, uiAccess, caller) {
    if (uiAccess) requireTcb(caller)
    token.adjust({ uiAccess })
  },

  TokenMandatoryPolicy(token, mandatoryPolicy, caller) {
    requireTcb(caller)
    requireUnused(token, caller)
    token.adjust({ mandatoryPolicy })
  },
}

const labelAuthority = 16

function mayOwn(token: Token, owner: Sid): boolean {
  const { SE_GROUP_OWNER, SE_GROUP_ENABLED } = groupAttribute
  const needed = SE_GROUP_OWNER | SE_GROUP_ENABLED
  return (
    token.user.sid.equals(owner) ||
    token.groups.some(({ sid, attributes }) => sid.equals(owner) && (attributes & needed) === needed)
  )
}

function requireTcb(caller: Caller): void {
  if (caller.token.hasEnabledPrivilege('SeTcbPrivilege')) return
  throw new Failure('ERROR_PRIVILEGE_NOT_HELD', { privilege: 'SeTcbPrivilege' })
}

function requireUnused(token: Token, caller: Caller): void {
  for (const process of caller.machine.processes) {
    if (process.token === token) throw new Failure('ERROR_TOKEN_ALREADY_IN_USE')
  }
}

function resetGroups(token: Token): AdjustedGroups {
  const { SE_GROUP_ENABLED_BY_DEFAULT, SE_GROUP_ENABLED, SE_GROUP_USE_FOR_DENY_ONLY } = groupAttribute
  const defaults = token.groups
    .filter(({ attributes }) => !(attributes & (SE_GROUP_USE_FOR_DENY_ONLY | groupAttribute.SE_GROUP_INTEGRITY)))
    .map(({ sid, attributes }) => ({
      sid: sid.toBytes(),
      attributes: attributes & SE_GROUP_ENABLED_BY_DEFAULT ? SE_GROUP_ENABLED : 0,
    }))
  return adjustGroups(token, defaults)
}

/** All or nothing, but for what is not there: that is left out and said (windows-behaviour 2.10). */
function adjustGroups(token: Token, changes: readonly SidAndAttributes[]): AdjustedGroups {
  const previous: SidAndAttributes[] = []
  let { groups } = token
  let allAssigned = true
  for (const { sid: bytes, attributes } of changes) {
    const sid = readSid(bytes)
    const held = groups.find((group) => group.sid.equals(sid))
    if (held === undefined) {
      allAssigned = false
    } else if (isEnabled(held.attributes) !== isEnabled(attributes)) {
      checkToggle(held)
      previous.push({ sid: bytes, attributes: held.attributes })
      groups = groups.map((group) => (group === held ? toggled(held) : group))
    }
  }
  if (groups !== token.groups) token.adjust({ groups })
  return { previous, allAssigned }
}

function checkToggle({ sid, attributes }: TokenGroup): void {
  const { SE_GROUP_USE_FOR_DENY_ONLY, SE_GROUP_MANDATORY } = groupAttribute
  const group = sid.toString()
  if (attributes & SE_GROUP_USE_FOR_DENY_ONLY) throw new Failure('ERROR_CANT_ENABLE_DENY_ONLY', { group })
  if (attributes & SE_GROUP_MANDATORY) throw new Failure('ERROR_CANT_DISABLE_MANDATORY', { group })
}

function isEnabled(attributes: number): boolean {
  return (attributes & groupAttribute.SE_GROUP_ENABLED) !== 0
}

function toggled({ sid, attributes }: TokenGroup): TokenGroup {
  return { sid, attributes: (attributes ^ groupAttribute.SE_GROUP_ENABLED) >>> 0 }
}
