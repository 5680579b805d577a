import {
  accessRight,
  impersonationLevel,
  processAccess,
  securityInformation as information,
  type Borrowed,
  type Handle,
  type KernelObjectKind,
  type Win32,
  Win32Error,
  windowStationAccess,
} from '@asuser/native'
import type { SecurityDescriptor } from '../security-descriptor.ts'
import { invalidType } from '../argument-errors.ts'
import {
  desktopNames,
  handleOfTarget,
  type NamedTarget,
  namedTarget,
  type SecurableTarget,
  systemId,
  text,
} from './target.ts'

/** One object whose security is read and written; disposing it closes what was opened for that. */
export interface Securable extends Disposable {
  read(asked: number): Uint8Array | Promise<Uint8Array>
  write(asked: number, descriptor: SecurityDescriptor): void | Promise<void>
}

/** What is going to be done, as `SECURITY_INFORMATION`. */
export interface Purpose {
  readonly toRead: number
  readonly toWrite: number
}

export async function openSecurable(
  target: SecurableTarget,
  purpose: Purpose,
  win32: Win32,
  impersonate: Borrowed<'token'> | null,
): Promise<Securable> {
  const given = handleOfTarget(target)
  if (given !== undefined) return new OpenObject(win32, given, undefined)
  const named = namedTarget(target)
  if (named !== undefined) return new NamedObject(win32, named, impersonate)
  const access = accessFor(purpose)
  const open = (): Handle<KernelObjectKind> => openByName(target, access, win32)
  const handle =
    'pipe' in target
      ? await openPipe(text('target.pipe', target.pipe), access, win32, impersonate)
      : impersonate === null
        ? open()
        : win32.impersonateLoggedOnUser(impersonate, open)
  return new OpenObject(win32, handle, handle)
}

class NamedObject implements Securable {
  readonly #win32: Win32
  readonly #target: NamedTarget
  readonly #impersonate: Borrowed<'token'> | null

  constructor(win32: Win32, target: NamedTarget, impersonate: Borrowed<'token'> | null) {
    this.#win32 = win32
    this.#target = target
    this.#impersonate = impersonate
  }

  read(asked: number): Promise<Uint8Array> {
    return this.#win32.getNamedSecurityInfo({ ...this.#target, information: asked, impersonate: this.#impersonate })
  }

  write(asked: number, descriptor: SecurityDescriptor): Promise<void> {
    return this.#win32.setNamedSecurityInfo({
      ...this.#target,
      information: asked,
      descriptor: descriptor.toBytes(),
      impersonate: this.#impersonate,
    })
  }

  [Symbol.dispose](): void {}
}

class OpenObject implements Securable {
  readonly #win32: Win32
  readonly #handle: Borrowed<KernelObjectKind>
  /** The same handle, if it is to be closed here. */
  readonly #owned: Handle<KernelObjectKind> | undefined

  constructor(win32: Win32, handle: Borrowed<KernelObjectKind>, owned: Handle<KernelObjectKind> | undefined) {
    this.#win32 = win32
    this.#handle = handle
    this.#owned = owned
  }

  read(asked: number): Uint8Array {
    return this.#naming(asked, () =>
      isUserObject(this.#handle)
        ? this.#win32.getUserObjectSecurity(this.#handle, asked)
        : this.#win32.getKernelObjectSecurity(this.#handle, asked),
    )
  }

  write(asked: number, descriptor: SecurityDescriptor): void {
    const bytes = descriptor.toBytes()
    // Whether the object inherits goes with the control bits of the descriptor here.
    const parts = asked & ~inheritanceBits
    this.#naming(parts, () => {
      if (isUserObject(this.#handle)) this.#win32.setUserObjectSecurity(this.#handle, parts, bytes)
      else this.#win32.setKernelObjectSecurity(this.#handle, parts, bytes)
    })
  }

  [Symbol.dispose](): void {
    this.#owned?.close()
  }

  /** A handle without a right is refused with the same code whatever the right is: the error says what it needs. */
  #naming<T>(asked: number, call: () => T): T {
    try {
      return call()
    } catch (error) {
      const needsSystemSecurity = (asked & information.SACL_SECURITY_INFORMATION) !== 0
      const isDenied = error instanceof Win32Error && error.code === 'ERROR_ACCESS_DENIED'
      throw isDenied && needsSystemSecurity ? error.with({ access: 'ACCESS_SYSTEM_SECURITY' }) : error
    }
  }
}

const inheritanceBits =
  information.PROTECTED_DACL_SECURITY_INFORMATION |
  information.UNPROTECTED_DACL_SECURITY_INFORMATION |
  information.PROTECTED_SACL_SECURITY_INFORMATION |
  information.UNPROTECTED_SACL_SECURITY_INFORMATION

function isUserObject(handle: Borrowed<KernelObjectKind>): handle is Borrowed<'window-station' | 'desktop'> {
  return handle.kind === 'window-station' || handle.kind === 'desktop'
}

function openByName(target: SecurableTarget, access: number, win32: Win32): Handle<KernelObjectKind> {
  if ('process' in target) return win32.openProcess(systemId('target.process', target.process), access)
  if ('thread' in target) return win32.openThread(systemId('target.thread', target.thread), access)
  if ('tokenOfProcess' in target) {
    return openTokenOf(systemId('target.tokenOfProcess', target.tokenOfProcess), access, win32)
  }
  if ('desktop' in target) return openDesktop(target.desktop, access, win32)
  for (const [kind, open] of Object.entries(openers)) {
    if (kind in target) return open(win32, text(`target.${kind}`, Reflect.get(target, kind)), access)
  }
  throw invalidType('target', 'a handle, or an object with a name or id', target)
}

/** What Windows opens by a name alone, by the property of the target that has the name. */
const openers: Readonly<
  Record<string, (win32: Win32, name: string, desiredAccess: number) => Handle<KernelObjectKind>>
> = {
  windowStation: (win32, name, access) => win32.openWindowStation(name, access),
  job: (win32, name, access) => win32.openJobObject(name, access),
  event: (win32, name, access) => win32.openEvent(name, access),
  mutex: (win32, name, access) => win32.openMutex(name, access),
  semaphore: (win32, name, access) => win32.openSemaphore(name, access),
  waitableTimer: (win32, name, access) => win32.openWaitableTimer(name, access),
  section: (win32, name, access) => win32.openFileMapping(name, access),
  symbolicLink: (win32, path, access) => win32.openSymbolicLinkObject(path, access),
  directoryObject: (win32, path, access) => win32.openDirectoryObject(path, access),
}

/** The client's end of a pipe; the server is not to act as whoever looks at the security of its pipe. */
function openPipe(
  name: string,
  desiredAccess: number,
  win32: Win32,
  impersonate: Borrowed<'token'> | null,
): Promise<Handle<'pipe'>> {
  const securityQualityOfService = {
    impersonationLevel: impersonationLevel.SecurityAnonymous,
    contextTracking: 'static',
    effectiveOnly: true,
  } as const
  return win32.openNamedPipe({ name, desiredAccess, securityQualityOfService, impersonate })
}

function openTokenOf(id: number, access: number, win32: Win32): Handle<'token'> {
  using process = win32.openProcess(id, processAccess.PROCESS_QUERY_LIMITED_INFORMATION)
  return win32.openProcessToken(process, access)
}

function openDesktop(path: string, desiredAccess: number, win32: Win32): Handle<'desktop'> {
  const { station, desktop } = desktopNames(path)
  using windowStation = win32.openWindowStation(station, windowStationAccess.WINSTA_ENUMDESKTOPS)
  return win32.openDesktop({ windowStation, name: desktop, desiredAccess })
}

/** The rights that reading and writing these parts needs. */
function accessFor({ toRead, toWrite }: Purpose): number {
  const { WRITE_DAC, WRITE_OWNER, READ_CONTROL, ACCESS_SYSTEM_SECURITY } = accessRight
  let access = toRead === 0 ? 0 : READ_CONTROL
  if ((toRead | toWrite) & information.SACL_SECURITY_INFORMATION) access |= ACCESS_SYSTEM_SECURITY
  if (toWrite & information.DACL_SECURITY_INFORMATION) access |= WRITE_DAC
  if (toWrite & ownerParts) access |= WRITE_OWNER
  return access
}

const ownerParts =
  information.OWNER_SECURITY_INFORMATION |
  information.GROUP_SECURITY_INFORMATION |
  information.LABEL_SECURITY_INFORMATION
