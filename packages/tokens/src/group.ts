import {
  type Borrowed,
  errorCodes,
  groupAttribute,
  type SidAndAttributes,
  Win32Error,
  type Win32,
} from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import { requireObject, requireSids } from './invalid-argument.ts'
import { adjustUntilDisposed } from './token-adjustment.ts'

/** Which groups of a token count. */
export interface AdjustGroupsOptions {
  readonly enable?: readonly Sid[] | undefined
  readonly disable?: readonly Sid[] | undefined
}

/**
 * The token has not all of the groups that were to be adjusted; nothing has been changed. With a `cause` it could not be
 * read which ones, or those that the token has could not be put back.
 */
export class GroupNotInTokenError extends Win32Error {
  /** Which ones are missing: of those asked for all, where that could not be read. */
  readonly groups: readonly Sid[]

  constructor(groups: readonly Sid[], { cause }: ErrorOptions = {}) {
    const [errno] = errorCodes.ERROR_NOT_ALL_ASSIGNED
    super({ errno, syscall: 'AdjustTokenGroups', context: { groups: groups.join(', ') }, cause })
    this.groups = groups
  }

  static {
    Object.defineProperty(this.prototype, 'name', { value: 'GroupNotInTokenError', configurable: true, writable: true })
  }
}

/** See `Token.adjustGroups`. */
export function adjustTokenGroups(win32: Win32, token: Borrowed<'token'>, options: AdjustGroupsOptions): Disposable {
  const { enable = [], disable = [] } = requireObject('options', options)
  const { SE_GROUP_ENABLED } = groupAttribute
  const wanted: readonly SidAndAttributes[] = [
    ...requireSids('options.enable', enable).map((sid) => ({ sid, attributes: SE_GROUP_ENABLED })),
    ...requireSids('options.disable', disable).map((sid) => ({ sid, attributes: 0 })),
  ]
  return adjustUntilDisposed(
    (groups) => win32.adjustTokenGroups(token, groups),
    wanted,
    (cause) => groupsNotInToken(win32, token, wanted, cause),
  )
}

/** Why not all of them could be adjusted. */
function groupsNotInToken(
  win32: Win32,
  token: Borrowed<'token'>,
  wanted: readonly SidAndAttributes[],
  cause: unknown,
): GroupNotInTokenError {
  const sids = wanted.map(({ sid }) => Sid.fromBytes(sid))
  try {
    const groups = win32.getTokenInformation(token, 'TokenGroups')
    const held = new Set(groups.map(({ sid }) => Sid.fromBytes(sid).toString()))
    const missing = sids.filter((sid) => !held.has(sid.toString()))
    return new GroupNotInTokenError(missing, { cause })
  } catch (error) {
    return new GroupNotInTokenError(sids, { cause: cause ?? error })
  }
}
