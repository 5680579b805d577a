import { accessRight, type Borrowed, type Handle, restrictedTokenFlag, type Win32 } from '@asuser/native'
import type { Sid } from '@asuser/security-descriptors'
import { InvalidArgumentError, requireMask, requireObject, requireSid, requireSids } from './invalid-argument.ts'
import { privilegeLuids } from './privilege.ts'

/** How a token is made to do less. Windows passes over SIDs and privileges that are not in the token. */
export interface RestrictOptions {
  /** Groups, or the user, that only deny from now on: they grant nothing, for good. */
  readonly disable?: readonly Sid[] | undefined
  /** Names of privileges to remove. */
  readonly delete?: readonly string[] | undefined
  /**
   * The SIDs of a second access check, which must grant all that the first one grants. Of a token that is restricted
   * already, only those in both lists are left.
   */
  readonly restrict?: readonly Sid[] | undefined
  /** Make the second access check for writing only. Needs `restrict`. */
  readonly writeRestricted?: boolean | undefined
  /** Remove all privileges but SeChangeNotifyPrivilege; in place of `delete`. */
  readonly disableMaxPrivilege?: boolean | undefined
  /** Take out what makes an administrator, as user account control does. */
  readonly luaToken?: boolean | undefined
  /** Pass over software restriction policies: for the system only, see `Token.isSandboxInert` of the result. */
  readonly sandboxInert?: boolean | undefined
}

export interface LowBoxOptions {
  /** The SID of the package, `S-1-15-2-…`. */
  readonly appContainerSid: Sid
  /** What the package may do besides, `S-1-15-3-…`; nothing if left out. */
  readonly capabilities?: readonly Sid[] | undefined
  /** `TOKEN_*` rights of the new handle; all that the caller may have if left out. */
  readonly access?: number | undefined
}

/** See `Token.restrict`. */
export function restrictToken(win32: Win32, token: Borrowed<'token'>, options: RestrictOptions): Handle<'token'> {
  const { disable = [], delete: deleted = [], restrict = [] } = requireObject('options', options)
  checkCombination(options)
  return win32.createRestrictedToken(token, {
    flags: flagsOf(options),
    sidsToDisable: requireSids('options.disable', disable),
    privilegesToDelete: privilegeLuids(win32, 'options.delete', deleted),
    sidsToRestrict: requireSids('options.restrict', restrict),
  })
}

/** What Windows would accept and pass over. */
function checkCombination({
  delete: deleted,
  disableMaxPrivilege,
  restrict = [],
  writeRestricted,
}: RestrictOptions): void {
  if (disableMaxPrivilege === true && deleted !== undefined) {
    throw InvalidArgumentError.ofType('options.delete', 'left out with options.disableMaxPrivilege', deleted)
  }
  if (writeRestricted === true && restrict.length === 0) {
    throw InvalidArgumentError.ofType('options.restrict', 'a list of SIDs with options.writeRestricted', restrict)
  }
}

const flagOfOption = {
  disableMaxPrivilege: restrictedTokenFlag.DISABLE_MAX_PRIVILEGE,
  sandboxInert: restrictedTokenFlag.SANDBOX_INERT,
  luaToken: restrictedTokenFlag.LUA_TOKEN,
  writeRestricted: restrictedTokenFlag.WRITE_RESTRICTED,
} as const

function flagsOf(options: RestrictOptions): number {
  let flags = 0
  for (const name of ['disableMaxPrivilege', 'sandboxInert', 'luaToken', 'writeRestricted'] as const) {
    const isSet = options[name] ?? false
    if (typeof isSet !== 'boolean') throw InvalidArgumentError.ofType(`options.${name}`, 'a boolean', isSet)
    if (isSet) flags |= flagOfOption[name]
  }
  return flags
}

/** See `Token.lowBox`. */
export function createLowBox(win32: Win32, token: Borrowed<'token'>, options: LowBoxOptions): Handle<'token'> {
  const { appContainerSid, capabilities = [], access = accessRight.MAXIMUM_ALLOWED } = requireObject('options', options)
  return win32.createLowBoxToken(token, {
    desiredAccess: requireMask('options.access', access),
    packageSid: requirePackage('options.appContainerSid', appContainerSid, 2).toBytes(),
    capabilities: requireSids('options.capabilities', capabilities).map((bytes, index) => {
      requirePackage(`options.capabilities[${index}]`, capabilities[index], 3)
      return bytes
    }),
  })
}

/** `S-1-15-2-…` is a package, `S-1-15-3-…` a capability. */
function requirePackage(name: string, value: unknown, kind: 2 | 3): Sid {
  const sid = requireSid(name, value)
  if (sid.toString().startsWith(`S-1-15-${kind}-`)) return sid
  throw InvalidArgumentError.ofValue(name, `a SID that begins with S-1-15-${kind}`, sid.toString())
}
