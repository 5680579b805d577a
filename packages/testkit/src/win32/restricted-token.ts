import { groupAttribute, tokenAccess, type RestrictedTokenApi } from '@asuser/native'
import type { Sid } from '@asuser/security-descriptors'
import { grantedWithoutCheck } from '../kernel/access.ts'
import { Failure } from '../kernel/failure.ts'
import type { AppContainer } from '../kernel/token.ts'
import { NotSimulatedError } from '../not-simulated-error.ts'
import type { Caller } from './caller.ts'
import { readSid } from './given-sid.ts'
import { lowBoxContents, mayAct, restrictedContents } from './restricted-contents.ts'

const knownFlags = 0xf
const mediumLevel = 0x2000

export function createRestrictedTokenApi(caller: Caller): RestrictedTokenApi {
  return {
    createRestrictedToken(handle, { flags, sidsToDisable, privilegesToDelete, sidsToRestrict }) {
      const { object: token, granted } = caller.handles.lookUp(handle, 'token')
      if (!(granted & tokenAccess.TOKEN_DUPLICATE)) throw new Failure('ERROR_ACCESS_DENIED')
      if (flags & ~knownFlags) throw new Failure('ERROR_INVALID_PARAMETER')
      const contents = restrictedContents(token.contents, {
        flags,
        disabled: sidsToDisable.map(readSid),
        deleted: privilegesToDelete,
        restricting: sidsToRestrict.map(readSid),
        mayBeInert: caller.token.hasEnabledPrivilege('SeTcbPrivilege'),
      })
      return caller.handles.open('token', token.duplicate(contents, caller.defaultSecurity('token')), granted)
    },

    createLowBoxToken(handle, { desiredAccess, packageSid, capabilities }) {
      const access = tokenAccess.TOKEN_QUERY | tokenAccess.TOKEN_DUPLICATE
      const token = caller.handles.resolve(handle, access, 'token')
      if (!mayAct(token.contents)) throw new Failure('ERROR_BAD_IMPERSONATION_LEVEL')
      if (token.contents.appContainer !== undefined) {
        throw new NotSimulatedError('createLowBoxToken', 'a token that is in an AppContainer')
      }
      if ((caller.token.integrityLevel.rid ?? 0) < mediumLevel) throw new Failure('ERROR_ACCESS_DENIED')
      const appContainer: AppContainer = {
        number: Number(caller.machine.luids.next()),
        packageSid: readPackageSid(packageSid),
        capabilities: capabilities.map((bytes) => ({
          sid: readCapabilitySid(bytes),
          attributes: groupAttribute.SE_GROUP_ENABLED,
        })),
      }
      const lowBox = token.duplicate(lowBoxContents(token.contents, appContainer), caller.defaultSecurity('token'))
      return caller.handles.open('token', lowBox, grantedWithoutCheck(lowBox.genericMapping, desiredAccess))
    },
  }
}

const packageAuthority = 15

/** `S-1-15-2-…`, with eight numbers for a package and twelve for one within it. */
function readPackageSid(bytes: Uint8Array): Sid {
  const sid = readSid(bytes)
  const [kind, ...rest] = sid.subAuthorities
  if (sid.authority !== packageAuthority || kind !== 2) throw new Failure('ERROR_INVALID_PARAMETER')
  if (rest.length !== 7 && rest.length !== 11) throw new Failure('ERROR_INVALID_PACKAGE_SID_LENGTH')
  return sid
}

function readCapabilitySid(bytes: Uint8Array): Sid {
  const sid = readSid(bytes)
  if (sid.authority !== packageAuthority || sid.subAuthorities[0] !== 3) {
    throw new Failure('ERROR_INVALID_PARAMETER')
  }
  return sid
}
