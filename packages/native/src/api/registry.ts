import type { RegistryRoot, RegistryValueType } from '../constants.ts'
import type { ImpersonateOption } from './impersonation.ts'

/** The raw value: what the bytes mean follows from the type, and nothing makes Windows check that they fit. */
export interface RegistryData {
  readonly type: RegistryValueType
  readonly data: Uint8Array
}

export interface RegistryValue extends RegistryData {
  /** Empty for the default value of the key. */
  readonly name: string
}

/**
 * A key by its root and its path below, `SOFTWARE\Example`; an empty path is the root itself.
 *
 * There is no `HKEY_CURRENT_USER`: Windows caches for the whole process whose it is, so that a server that acts for
 * clients would give one of them the key of another. The key of a user is `HKEY_USERS` and the user's SID.
 *
 * @see https://learn.microsoft.com/windows/win32/api/winreg/nf-winreg-regdisablepredefinedcache
 */
export interface RegistryKeyOptions extends ImpersonateOption {
  readonly root: RegistryRoot
  readonly path: string
}

export interface RegistryValueOptions extends RegistryKeyOptions {
  /** Empty for the default value. */
  readonly name: string
}

export interface RegSetValueOptions extends RegistryValueOptions, RegistryData {}

export interface RegCreateKeyOptions extends RegistryKeyOptions {
  /** A self-relative security descriptor for a new key; null lets it inherit. Ignored if the key exists. */
  readonly security: Uint8Array | null
  /** Whether new keys, those above it too, are kept in memory alone, and gone with their hive. Ignored if the key exists. */
  readonly volatile: boolean
}

export type RegistryDisposition = 'created' | 'opened'

/**
 * Each function opens the key, as the client of `impersonate`, does the one thing and closes it again. That goes for a
 * root, too, which is never the handle that the whole process shares.
 */
export interface RegistryApi {
  /**
   * Makes a key, and the keys above it that are missing.
   *
   * Needs `KEY_CREATE_SUB_KEY` on the key above the first that is missing, and `KEY_QUERY_VALUE` on one that is there.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_INVALID_PARAMETER` directly below a root,
   *   `ERROR_CHILD_MUST_BE_VOLATILE` for a key to be kept below one that is not
   * @see https://learn.microsoft.com/windows/win32/api/winreg/nf-winreg-regcreatekeyexw
   */
  regCreateKey(options: RegCreateKeyOptions): Promise<RegistryDisposition>

  /**
   * Removes a key that has no subkeys.
   *
   * Needs `DELETE` on it.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_ACCESS_DENIED`, also when it has subkeys or is a root
   * @see https://learn.microsoft.com/windows/win32/api/winreg/nf-winreg-regdeletekeyexw
   */
  regDeleteKey(options: RegistryKeyOptions): Promise<void>

  /**
   * Reads one value.
   *
   * Needs `KEY_QUERY_VALUE`.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/winreg/nf-winreg-regqueryvalueexw
   */
  regQueryValue(options: RegistryValueOptions): Promise<RegistryData>

  /**
   * Writes one value of an existing key.
   *
   * Needs `KEY_SET_VALUE`.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND` for the key, `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/winreg/nf-winreg-regsetvalueexw
   */
  regSetValue(options: RegSetValueOptions): Promise<void>

  /**
   * Removes one value.
   *
   * Needs `KEY_SET_VALUE`.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/winreg/nf-winreg-regdeletevaluew
   */
  regDeleteValue(options: RegistryValueOptions): Promise<void>

  /**
   * The names of the keys directly below.
   *
   * Needs `KEY_ENUMERATE_SUB_KEYS`.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/winreg/nf-winreg-regenumkeyexw
   */
  regEnumKey(options: RegistryKeyOptions): Promise<readonly string[]>

  /**
   * The values of a key.
   *
   * Needs `KEY_QUERY_VALUE`.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/winreg/nf-winreg-regenumvaluew
   */
  regEnumValue(options: RegistryKeyOptions): Promise<readonly RegistryValue[]>
}
