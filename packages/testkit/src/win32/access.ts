import { impersonationLevel, privilegeAttribute, tokenAccess } from '@asuser/native'
import type { AccessApi, AccessCheckOptions, LuidAndAttributes } from '@asuser/native'
import { genericRightsMask } from '@asuser/security-descriptors'
import { Failure } from '../kernel/failure.ts'
import { privilegeLuid } from '../kernel/privileges.ts'
import type { Token } from '../kernel/token.ts'
import type { Caller } from './caller.ts'
import { decide, numberOf, toNode } from './decision.ts'
import { objectTypesOf, sidOrNone } from './object-type-list.ts'

export function createAccessApi(caller: Caller): AccessApi {
  /** In the order in which Windows looks at its arguments (windows-behaviour 2.14). */
  function clientOf({ token, desiredAccess }: Pick<AccessCheckOptions, 'token' | 'desiredAccess'>): Token {
    if ((desiredAccess & genericRightsMask) !== 0) throw new Failure('ERROR_GENERIC_NOT_MAPPED')
    const client = caller.handles.resolve(token, tokenAccess.TOKEN_QUERY, 'token')
    requireClient(client)
    return client
  }

  return {
    accessCheck(options) {
      const { granted, grantedAccess, error, privilegesUsed } = decide({ ...options, token: clientOf(options) })
      return {
        accessStatus: granted,
        grantedAccess,
        errno: numberOf(error),
        privilegesUsed: privilegesUsed.map(usedPrivilege),
      }
    },

    accessCheckByType({ objectTypes, principalSelf, ...options }) {
      const parts = { objectTypes: objectTypesOf(objectTypes), principalSelf: sidOrNone(principalSelf) }
      const result = decide({ ...options, ...parts, token: clientOf(options) })
      // The one answer is that for the object as a whole.
      const whole = result.nodes?.[0] ?? result
      return {
        accessStatus: whole.granted,
        grantedAccess: whole.granted ? whole.grantedAccess : 0,
        errno: numberOf(whole.error),
        privilegesUsed: result.privilegesUsed.map(usedPrivilege),
      }
    },

    accessCheckByTypeResultList({ objectTypes, principalSelf, ...options }) {
      const types = objectTypesOf(objectTypes)
      const token = clientOf(options)
      if (types === undefined) throw new Failure('ERROR_INVALID_PARAMETER')
      const result = decide({ ...options, token, objectTypes: types, principalSelf: sidOrNone(principalSelf) })
      return { nodes: result.nodes?.map(toNode) ?? [], privilegesUsed: result.privilegesUsed.map(usedPrivilege) }
    },

    privilegeCheck({ token: handle, privileges, allNecessary }) {
      const token = caller.handles.resolve(handle, tokenAccess.TOKEN_QUERY, 'token')
      if (!token.isPrimary) requireClient(token)
      const checked = privileges.map((luid) => ({ luid, attributes: attributesOf(token, luid) }))
      const isHeld = ({ attributes }: LuidAndAttributes): boolean => attributes !== 0
      return { result: allNecessary ? checked.every(isHeld) : checked.some(isHeld), privileges: checked }
    },
  }
}

export function requireClient(token: Token): void {
  if (token.isPrimary) throw new Failure('ERROR_NO_IMPERSONATION_TOKEN')
  if (token.level < impersonationLevel.SecurityIdentification) throw new Failure('ERROR_BAD_IMPERSONATION_LEVEL')
}

function usedPrivilege(name: string): LuidAndAttributes {
  return { luid: privilegeLuid(name) ?? 0n, attributes: privilegeAttribute.SE_PRIVILEGE_USED_FOR_ACCESS }
}

function attributesOf(token: Token, luid: bigint): number {
  const isEnabled = token.privileges.some(
    (held) => held.luid === luid && (held.attributes & privilegeAttribute.SE_PRIVILEGE_ENABLED) !== 0,
  )
  return isEnabled ? privilegeAttribute.SE_PRIVILEGE_USED_FOR_ACCESS : 0
}
