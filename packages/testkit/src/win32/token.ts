import {
  accessRight,
  impersonationLevel,
  processAccess,
  tokenAccess,
  tokenType,
  type DuplicateTokenOptions,
  type TokenApi,
} from '@asuser/native'
import { Acl, allow, type GenericMapping, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { accessCheck } from '@asuser/security-descriptors/access-check'
import { grantedWithoutCheck, grantOpen } from '../kernel/access.ts'
import { Failure } from '../kernel/failure.ts'
import { LentHandle } from '../kernel/handle-table.ts'
import { primaryLevel, type Token } from '../kernel/token.ts'
import type { Caller } from './caller.ts'
import { readSid } from './given-sid.ts'
import { tokenInformationReaders } from './token-information.ts'

export function createTokenApi(caller: Caller): TokenApi {
  const lentAccess = tokenAccess.TOKEN_QUERY | tokenAccess.TOKEN_QUERY_SOURCE
  const currentProcessToken = new LentHandle(caller.handles, 'token', caller.process.token, lentAccess)

  return {
    openProcessToken(handle, desiredAccess) {
      const process = caller.handles.resolve(handle, processAccess.PROCESS_QUERY_LIMITED_INFORMATION, 'process')
      return caller.handles.open('token', process.token, grantOpen(caller.token, process.token, desiredAccess))
    },

    getCurrentProcessToken: () => currentProcessToken,

    openThreadToken({ desiredAccess, openAsSelf }) {
      const token = caller.thread.impersonation
      if (token === undefined) throw new Failure('ERROR_NO_TOKEN')
      if (token.level === impersonationLevel.SecurityAnonymous) throw new Failure('ERROR_CANT_OPEN_ANONYMOUS')
      const asker = openAsSelf ? caller.process.token : token
      return caller.handles.open('token', token, grantOpen(asker, token, desiredAccess))
    },

    duplicateTokenEx(handle, options) {
      const { object: token, granted } = caller.handles.lookUp(handle, 'token')
      if (!(granted & tokenAccess.TOKEN_DUPLICATE)) throw new Failure('ERROR_ACCESS_DENIED')
      const duplicate = token.duplicate(duplicateType(token, options), caller.defaultSecurity('token'))
      return caller.handles.open('token', duplicate, duplicateAccess(caller, duplicate, granted, options))
    },

    getTokenInformation(handle, informationClass) {
      const access =
        informationClass === 'TokenSource'
          ? tokenAccess.TOKEN_QUERY | tokenAccess.TOKEN_QUERY_SOURCE
          : tokenAccess.TOKEN_QUERY
      const token = caller.handles.resolve(handle, access, 'token')
      return tokenInformationReaders[informationClass](token, caller)
    },

    checkTokenMembership(handle, bytes) {
      const token = handle === null ? caller.token : caller.handles.resolve(handle, tokenAccess.TOKEN_QUERY, 'token')
      if (handle !== null && token.isPrimary) throw new Failure('ERROR_NO_IMPERSONATION_TOKEN')
      return isMember(token, readSid(bytes))
    },
  }
}

const membership = 1
const membershipMapping: GenericMapping = { read: membership, write: 0, execute: 0, all: membership }
const system = Sid.wellKnown('LocalSystem')

/** Asked as Windows does: could the token open an object that only this SID may open? */
function isMember(token: Token, sid: Sid): boolean {
  const descriptor = SecurityDescriptor.from({ owner: system, group: system, dacl: Acl.from([allow(sid, membership)]) })
  return accessCheck({ descriptor, token, desiredAccess: membership, genericMapping: membershipMapping }).granted
}

/** Type and level of the duplicate. A level can be kept or lowered; windows-behaviour 2.5. */
function duplicateType(
  token: Token,
  { type, impersonationLevel: level }: DuplicateTokenOptions,
): Pick<Token['contents'], 'type' | 'level'> {
  if (type === tokenType.TokenPrimary) {
    if (!token.isPrimary && token.level < impersonationLevel.SecurityImpersonation) {
      throw new Failure('ERROR_BAD_IMPERSONATION_LEVEL')
    }
    return { type, level: primaryLevel }
  }
  if (!token.isPrimary && level > token.level) throw new Failure('ERROR_BAD_IMPERSONATION_LEVEL')
  return { type, level }
}

/** The creator gets what it asks for: the access of the given handle, all there is, or what it names. */
function duplicateAccess(
  caller: Caller,
  duplicate: Token,
  granted: number,
  { desiredAccess }: DuplicateTokenOptions,
): number {
  if (desiredAccess === 0) return granted
  if (desiredAccess & accessRight.ACCESS_SYSTEM_SECURITY) return grantOpen(caller.token, duplicate, desiredAccess)
  return grantedWithoutCheck(duplicate.genericMapping, desiredAccess)
}
