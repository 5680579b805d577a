import type { Handle, KernelObjectApi } from '@asuser/native'
import { objectTypes } from '@asuser/security-descriptors'
import { grantOpen } from '../kernel/access.ts'
import { Failure } from '../kernel/failure.ts'
import type { KernelObjects } from '../kernel/kernel-objects.ts'
import { isNamedObject, type NamedObject, type NamedObjectKind } from '../kernel/named-object.ts'
import type { Caller } from './caller.ts'

export function createKernelObjectApi(caller: Caller): KernelObjectApi {
  return {
    openEvent: (name, desiredAccess) => openNamed(caller, name, 'event', desiredAccess),
    openMutex: (name, desiredAccess) => openNamed(caller, name, 'mutex', desiredAccess),
    openSemaphore: (name, desiredAccess) => openNamed(caller, name, 'semaphore', desiredAccess),
    openWaitableTimer: (name, desiredAccess) => openNamed(caller, name, 'waitable-timer', desiredAccess),
    openFileMapping: (name, desiredAccess) => openNamed(caller, name, 'section', accessToSection(desiredAccess)),
    openSymbolicLinkObject: (path, desiredAccess) => openAt(caller, path, 'symbolic-link', desiredAccess),
    openDirectoryObject: (path, desiredAccess) => openAt(caller, path, 'directory-object', desiredAccess),
  }
}

/**
 * The object that the caller means, or `undefined` where the name is free.
 *
 * @throws Failure `ERROR_INVALID_HANDLE` when the name is that of another type
 */
export function findNamed<K extends NamedObjectKind>(
  caller: Caller,
  name: string,
  kind: K,
): KernelObjects[K] | undefined {
  const object = caller.machine.namespace.find(name, caller.process.token.sessionId)
  return object === undefined ? undefined : ofKind(object, kind, { name })
}

/** Opens an existing object by its name. */
export function openNamed<K extends NamedObjectKind>(
  caller: Caller,
  name: string,
  kind: K,
  desiredAccess: number,
): Handle<K> {
  // No name at all is that of the directory of all names.
  if (name === '') throw new Failure('ERROR_INVALID_HANDLE', { name })
  const object = findNamed(caller, name, kind)
  if (object === undefined) throw new Failure('ERROR_FILE_NOT_FOUND', { name })
  return caller.handles.open(kind, object, grantOpen(caller.token, object, desiredAccess))
}

function openAt<K extends NamedObjectKind>(caller: Caller, path: string, kind: K, desiredAccess: number): Handle<K> {
  if (path.length > longestPath) throw new Failure('ERROR_FILENAME_EXCED_RANGE')
  const object = caller.machine.namespace.findAt(path, kind)
  if (object === undefined) throw new Failure('ERROR_FILE_NOT_FOUND', { path })
  const found = ofKind(object, kind, { path })
  return caller.handles.open(kind, found, grantOpen(caller.token, found, desiredAccess))
}

function ofKind<K extends NamedObjectKind>(
  object: NamedObject,
  kind: K,
  context: Record<string, string>,
): KernelObjects[K] {
  if (!isNamedObject(object, kind)) throw new Failure('ERROR_INVALID_HANDLE', context)
  return object
}

/** The kernel counts the bytes of a path in 16 bits, with those of a terminator. */
const longestPath = 0x7ffe

const fileMapCopy = 0x01
const fileMapExecute = 0x20
const { SECTION_MAP_READ, SECTION_MAP_EXECUTE } = objectTypes.section.rights

/** `OpenFileMapping` takes two rights of its own. */
function accessToSection(desiredAccess: number): number {
  if (desiredAccess === fileMapCopy) return SECTION_MAP_READ
  return desiredAccess & fileMapExecute ? (desiredAccess & ~fileMapExecute) | SECTION_MAP_EXECUTE : desiredAccess
}
