import { errorCodes, impersonationLevel, privilegeAttribute, tokenAccess } from '@asuser/native'
import type { AccessApi, GenericMapping as Win32GenericMapping, LuidAndAttributes } from '@asuser/native'
import { type GenericMapping, genericRightsMask, InvalidAccessCheckError } from '@asuser/security-descriptors'
import { accessCheck } from '@asuser/security-descriptors/access-check'
import { readDescriptor } from '../kernel/descriptor-bytes.ts'
import { Failure } from '../kernel/failure.ts'
import { privilegeLuid } from '../kernel/privileges.ts'
import type { Token } from '../kernel/token.ts'
import type { Caller } from './caller.ts'

export function createAccessApi(caller: Caller): AccessApi {
  return {
    accessCheck({ descriptor, token: handle, desiredAccess, genericMapping }) {
      // In the order in which Windows looks at its arguments (windows-behaviour 2.14).
      if ((desiredAccess & genericRightsMask) !== 0) throw new Failure('ERROR_GENERIC_NOT_MAPPED')
      const token = caller.handles.resolve(handle, tokenAccess.TOKEN_QUERY, 'token')
      requireClient(token)
      const { granted, grantedAccess, error, privilegesUsed } = decide(token, descriptor, desiredAccess, genericMapping)
      return {
        accessStatus: granted,
        grantedAccess,
        errno: error === undefined ? 0 : errorCodes[error][0],
        privilegesUsed: privilegesUsed.map(usedPrivilege),
      }
    },
  }
}

function requireClient(token: Token): void {
  if (token.isPrimary) throw new Failure('ERROR_NO_IMPERSONATION_TOKEN')
  if (token.level < impersonationLevel.SecurityIdentification) throw new Failure('ERROR_BAD_IMPERSONATION_LEVEL')
}

function decide(
  token: Token,
  descriptor: Uint8Array,
  desiredAccess: number,
  mapping: Win32GenericMapping,
): ReturnType<typeof accessCheck> {
  try {
    return accessCheck({
      descriptor: readDescriptor(descriptor),
      token,
      desiredAccess,
      genericMapping: toMapping(mapping),
    })
  } catch (error) {
    throw error instanceof InvalidAccessCheckError ? new Failure(error.code) : error
  }
}

function toMapping(mapping: Win32GenericMapping): GenericMapping {
  return {
    read: mapping.genericRead,
    write: mapping.genericWrite,
    execute: mapping.genericExecute,
    all: mapping.genericAll,
  }
}

function usedPrivilege(name: string): LuidAndAttributes {
  return { luid: privilegeLuid(name) ?? 0n, attributes: privilegeAttribute.SE_PRIVILEGE_USED_FOR_ACCESS }
}
