import {
  type Borrowed,
  errorCodes,
  type LuidAndAttributes,
  privilegeAttribute,
  Win32Error,
  type Win32,
} from '@asuser/native'
import { InvalidArgumentError, requireText } from './invalid-argument.ts'
import { adjustUntilDisposed } from './token-adjustment.ts'

/** A privilege of a token by its name, with its `SE_PRIVILEGE_*` attributes. */
export interface Privilege {
  readonly name: string
  readonly attributes: number
}

/**
 * The token does not hold privileges that were to be enabled; nothing has been enabled. With a `cause` it could not be
 * read which ones, or those that the token holds could not be disabled again.
 */
export class PrivilegeNotHeldError extends Win32Error {
  /** Which ones are missing: of those asked for all, where that could not be read. */
  readonly privileges: readonly string[]

  constructor(privileges: readonly string[], { cause }: ErrorOptions = {}) {
    const [errno] = errorCodes.ERROR_NOT_ALL_ASSIGNED
    super({ errno, syscall: 'AdjustTokenPrivileges', context: { privileges: privileges.join(', ') }, cause })
    this.privileges = privileges
  }

  static {
    Object.defineProperty(this.prototype, 'name', {
      value: 'PrivilegeNotHeldError',
      configurable: true,
      writable: true,
    })
  }
}

/** The ids of privileges are fixed while Windows runs: each is looked up once for each implementation. */
class PrivilegeNames {
  readonly #win32: Win32
  readonly #names = new Map<bigint, string>()
  readonly #luids = new Map<string, bigint>()

  constructor(win32: Win32) {
    this.#win32 = win32
  }

  nameOf(luid: bigint): string {
    const known = this.#names.get(luid)
    if (known !== undefined) return known
    const name = this.#win32.lookupPrivilegeName(luid)
    this.#names.set(luid, name)
    return name
  }

  luidOf(name: string): bigint {
    const known = this.#luids.get(name)
    if (known !== undefined) return known
    const luid = this.#win32.lookupPrivilegeValue(name)
    this.#luids.set(name, luid)
    return luid
  }
}

const namesOfImplementation = new WeakMap<Win32, PrivilegeNames>()

function privilegeNames(win32: Win32): PrivilegeNames {
  let names = namesOfImplementation.get(win32)
  if (names === undefined) {
    names = new PrivilegeNames(win32)
    namesOfImplementation.set(win32, names)
  }
  return names
}

export function readPrivileges(win32: Win32, token: Borrowed<'token'>): readonly Privilege[] {
  return namedPrivileges(win32, win32.getTokenInformation(token, 'TokenPrivileges'))
}

export function namedPrivileges(win32: Win32, privileges: readonly LuidAndAttributes[]): readonly Privilege[] {
  const names = privilegeNames(win32)
  return privileges.map(({ luid, attributes }) => ({ name: names.nameOf(luid), attributes }))
}

/** See `Token.enablePrivileges`. */
export function enableTokenPrivileges(win32: Win32, token: Borrowed<'token'>, names: readonly string[]): Disposable {
  return adjustUntilDisposed(
    (privileges) => win32.adjustTokenPrivileges(token, privileges),
    resolvePrivileges(win32, names),
    (cause) => privilegesNotHeld(names, () => missingPrivileges(win32, token, names), cause),
  )
}

/** Why not all of `names` could be enabled; to read which are missing may fail as well. */
export function privilegesNotHeld(
  names: readonly string[],
  readMissing: () => readonly string[],
  cause?: unknown,
): PrivilegeNotHeldError {
  try {
    return new PrivilegeNotHeldError(readMissing(), { cause })
  } catch (error) {
    return new PrivilegeNotHeldError(names, { cause: cause ?? error })
  }
}

/** Those of `names` that the token does not hold at all, enabled or not. */
export function missingPrivileges(win32: Win32, token: Borrowed<'token'>, names: readonly string[]): readonly string[] {
  const held = new Set(readPrivileges(win32, token).map(({ name }) => name))
  return names.filter((name) => !held.has(name))
}

/** Those of `names` that are not enabled. See `privilegeCheck`. */
export function missingEnabledPrivileges(
  win32: Win32,
  token: Borrowed<'token'>,
  names: readonly string[],
): readonly string[] {
  const wanted = resolvePrivileges(win32, names)
  if (wanted.length === 0) return []
  const checked = win32.privilegeCheck({ token, privileges: wanted.map(({ luid }) => luid), allNecessary: true })
  if (checked.result) return []
  return names.filter((_name, index) => !isEnabled(win32, token, wanted[index]))
}

/** Asked one by one: of a set that is not enabled as a whole, not every system marks those that are. */
function isEnabled(win32: Win32, token: Borrowed<'token'>, privilege: LuidAndAttributes | undefined): boolean {
  if (privilege === undefined) return false
  return win32.privilegeCheck({ token, privileges: [privilege.luid], allNecessary: true }).result
}

export function privilegeNamesOf(win32: Win32, luids: readonly bigint[]): readonly string[] {
  const known = privilegeNames(win32)
  return luids.map((luid) => known.nameOf(luid))
}

function resolvePrivileges(win32: Win32, names: readonly string[]): readonly LuidAndAttributes[] {
  const attributes = privilegeAttribute.SE_PRIVILEGE_ENABLED
  return privilegeLuids(win32, 'names', names).map((luid) => ({ luid, attributes }))
}

/** Fails as a whole when a name is not known, so that a misspelt privilege is never passed over. */
export function privilegeLuids(win32: Win32, argument: string, names: readonly string[]): readonly bigint[] {
  if (!Array.isArray(names)) throw InvalidArgumentError.ofType(argument, 'an array of privilege names', names)
  const known = privilegeNames(win32)
  return names.map((name, index) => {
    requireText(`${argument}[${index}]`, name)
    try {
      return known.luidOf(name)
    } catch (error) {
      throw error instanceof Win32Error ? error.with({ privilege: name }) : error
    }
  })
}
