import { authzContextFlag, type AuthzApi, type AuthzContextInformation } from '@asuser/native'
import { genericRightsMask, type Sid } from '@asuser/security-descriptors'
import { type AccessToken } from '@asuser/security-descriptors/access-check'
import { AuthzContext } from '../kernel/authz-context.ts'
import { Failure } from '../kernel/failure.ts'
import { enabledGroup, heldPrivilege } from '../kernel/token.ts'
import { sidsWithoutLogon } from '../lsa/account-sids.ts'
import type { Lsa } from '../lsa/lsa.ts'
import { NotSimulatedError } from '../not-simulated-error.ts'
import type { Caller } from './caller.ts'
import { decide, numberOf, toNode } from './decision.ts'
import { objectTypesOf, sidOrNone } from './object-type-list.ts'

/** AuthZ maps no generic rights. */
const noMapping = { genericRead: 0, genericWrite: 0, genericExecute: 0, genericAll: 0 }
const { AUTHZ_SKIP_TOKEN_GROUPS, AUTHZ_COMPUTE_PRIVILEGES, AUTHZ_REQUIRE_S4U_LOGON } = authzContextFlag

export function createAuthzApi(caller: Caller): AuthzApi {
  return {
    async authzInitializeContextFromSid({ sid: bytes, flags }) {
      const sid = sidOrNone(bytes)
      if (sid === undefined) throw new Failure('ERROR_INVALID_PARAMETER')
      return caller.handles.open('authz-context', new AuthzContext(clientOf(caller.lsa, sid, flags)), 0)
    },

    authzGetInformationFromContext(context, informationClass) {
      const { client } = caller.handles.resolve(context, 0, 'authz-context')
      return informationReaders[informationClass](client)
    },

    authzAccessCheck({ context, descriptor, desiredAccess, objectTypes, principalSelf }) {
      const { client: token } = caller.handles.resolve(context, 0, 'authz-context')
      if ((desiredAccess & genericRightsMask) !== 0) {
        throw new NotSimulatedError('authzAccessCheck', 'generic rights, which AuthZ does not map')
      }
      const parts = { objectTypes: objectTypesOf(objectTypes), principalSelf: sidOrNone(principalSelf) }
      const result = decide({ descriptor, token, desiredAccess, genericMapping: noMapping, ...parts })
      return result.nodes?.map(toNode) ?? [{ grantedAccess: result.grantedAccess, errno: numberOf(result.error) }]
    },
  }
}

const informationReaders: {
  readonly [C in keyof AuthzContextInformation]: (client: AccessToken) => AuthzContextInformation[C]
} = {
  AuthzContextInfoGroupsSids: ({ groups }) => groups.map(({ sid, attributes }) => ({ sid: sid.toBytes(), attributes })),
  // No directory service issues claims here, and no computer has groups.
  AuthzContextInfoDeviceSids: () => [],
  AuthzContextInfoUserClaims: () => [],
  AuthzContextInfoDeviceClaims: () => [],
}

function clientOf({ accounts, rights }: Lsa, sid: Sid, flags: number): AccessToken {
  if (flags & AUTHZ_REQUIRE_S4U_LOGON) throw new NotSimulatedError('authzInitializeContextFromSid', 'an S4U logon')
  if (flags & AUTHZ_SKIP_TOKEN_GROUPS) return { user: { sid, attributes: 0 }, groups: [], privileges: [] }
  if (accounts.findBySid(sid) === undefined) throw new Failure('ERROR_NONE_MAPPED', { sid: sid.toString() })
  const user = accounts.userBySid(sid)
  if (user === undefined) {
    throw new NotSimulatedError('authzInitializeContextFromSid', 'the groups of what is no user')
  }
  const sids = sidsWithoutLogon(accounts, user)
  const privileges = flags & AUTHZ_COMPUTE_PRIVILEGES ? rights.privilegesOf(sids) : []
  return {
    user: { sid, attributes: 0 },
    groups: sids.slice(1).map((group) => enabledGroup(group)),
    privileges: privileges.map((name) => heldPrivilege(name, true)),
  }
}
