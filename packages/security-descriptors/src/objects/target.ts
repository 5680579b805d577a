import {
  securableObjectType as types,
  type Borrowed,
  type KernelObjectKind,
  type SecurableObjectType,
} from '@asuser/native'
import { invalidType, invalidValue } from '../argument-errors.ts'

type AnyHandle = Borrowed<KernelObjectKind>

/**
 * An object that has a security descriptor: an open handle of any kind, something that holds one (a `Token` of
 * `@asuser/tokens`), or a name or id by which it is opened.
 */
export type SecurableTarget =
  | AnyHandle
  | { readonly handle: AnyHandle }
  /** A path of a file or directory. */
  | { readonly file: string }
  /** `HKLM\\SOFTWARE\\Example`, or `HKEY_LOCAL_MACHINE\\...`; likewise `HKCU`, `HKCR` and `HKU`. */
  | { readonly registryKey: string }
  /** The name of a service, not the one for display. */
  | { readonly service: string }
  /** An event by its name, as a program of this session names it: `Global\\example`. Letter case matters. */
  | { readonly event: string }
  /** A mutex by its name. */
  | { readonly mutex: string }
  /** A semaphore by its name. */
  | { readonly semaphore: string }
  /** A waitable timer by its name. */
  | { readonly waitableTimer: string }
  /** A section, a file mapping, by its name. */
  | { readonly section: string }
  /** A job by its name. */
  | { readonly job: string }
  /**
   * A named pipe: `\\\\.\\pipe\\name`. Windows reads and writes the security of a pipe through a handle alone, and whoever
   * opens one is a client: each call takes an instance that waits, for a client that says nothing and hangs up, whom the
   * server cannot impersonate. `ERROR_PIPE_BUSY` where none waits. Needs `FILE_READ_ATTRIBUTES` and `SYNCHRONIZE`, too.
   *
   * @see https://learn.microsoft.com/windows/win32/ipc/named-pipe-security-and-access-rights
   */
  | { readonly pipe: string }
  /** A process by its id. */
  | { readonly process: number }
  /** A thread by its id. */
  | { readonly thread: number }
  /** The primary token of a process, by the id of the process. */
  | { readonly tokenOfProcess: number }
  /** A window station of this session. */
  | { readonly windowStation: string }
  /** A desktop with its window station: `WinSta0\\Default`. */
  | { readonly desktop: string }
  /** A symbolic link of the object manager by its path, and not what it leads to: `\\??\\C:`. */
  | { readonly symbolicLink: string }
  /** A directory of the object manager by its path: `\\BaseNamedObjects`. */
  | { readonly directoryObject: string }

/** A target that is opened by a function of Windows that takes its name. */
export interface NamedTarget {
  readonly objectType: SecurableObjectType
  readonly name: string
}

export function handleOfTarget(target: SecurableTarget): AnyHandle | undefined {
  if (typeof target !== 'object' || target === null) throw invalidType('target', 'a securable object', target)
  if ('kind' in target) return target
  const keys = Object.keys(target)
  if (keys.length !== 1 && !('handle' in target)) {
    throw invalidValue('target', `name one object, and not ${keys.length}: ${keys.join(', ')}`)
  }
  return 'handle' in target ? target.handle : undefined
}

/** The name, with its object type, if the target has one of that sort. */
export function namedTarget(target: SecurableTarget): NamedTarget | undefined {
  if ('file' in target) return { objectType: types.SE_FILE_OBJECT, name: text('target.file', target.file) }
  if ('service' in target) return { objectType: types.SE_SERVICE, name: text('target.service', target.service) }
  if ('registryKey' in target) {
    return { objectType: types.SE_REGISTRY_KEY, name: registryName(text('target.registryKey', target.registryKey)) }
  }
  return undefined
}

/** What tells the target from others: the same for the same handle, and for the same name. */
export function identityOfTarget(target: SecurableTarget): object | string {
  const handle = handleOfTarget(target)
  if (handle !== undefined) return handle
  const named = namedTarget(target)
  if (named !== undefined) return `${named.objectType} ${named.name}`.toLowerCase()
  const [[kind, value] = ['', '']] = Object.entries(target)
  return `${kind} ${value}`.toLowerCase()
}

/** The two names of a desktop. */
export function desktopNames(path: string): { readonly station: string; readonly desktop: string } {
  const [station = '', desktop = '', ...rest] = text('target.desktop', path).split('\\')
  if (station === '' || desktop === '' || rest.length > 0) {
    throw invalidValue('target.desktop', 'name a window station and a desktop, as "WinSta0\\Default" does')
  }
  return { station, desktop }
}

export function text(name: string, value: unknown): string {
  if (typeof value !== 'string') throw invalidType(name, 'a string', value)
  if (value === '') throw invalidValue(name, 'not be empty')
  return value
}

/** The id of a process or thread. */
export function systemId(name: string, value: unknown): number {
  if (typeof value !== 'number') throw invalidType(name, 'a number', value)
  if (!Number.isInteger(value) || value <= 0) throw invalidValue(name, 'be a positive whole number')
  return value
}

const registryRoots: ReadonlyMap<string, string> = new Map([
  ['HKLM', 'MACHINE'],
  ['HKEY_LOCAL_MACHINE', 'MACHINE'],
  ['HKU', 'USERS'],
  ['HKEY_USERS', 'USERS'],
  ['HKCU', 'CURRENT_USER'],
  ['HKEY_CURRENT_USER', 'CURRENT_USER'],
  ['HKCR', 'CLASSES_ROOT'],
  ['HKEY_CLASSES_ROOT', 'CLASSES_ROOT'],
])

/** As `GetNamedSecurityInfo` wants it. */
function registryName(path: string): string {
  const end = path.indexOf('\\')
  const first = end === -1 ? path : path.slice(0, end)
  const root = registryRoots.get(first.toUpperCase())
  if (root === undefined) {
    throw invalidValue('target.registryKey', `begin with one of ${[...registryRoots.keys()].join(', ')}`)
  }
  return end === -1 ? root : root + path.slice(end)
}
