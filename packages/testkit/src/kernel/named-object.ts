import type { SecurityDescriptor } from '@asuser/security-descriptors'
import { KernelObject } from './kernel-object.ts'
import type { KernelObjects } from './kernel-objects.ts'

/** The kinds of objects that have a name in a directory of the object manager. */
export type NamedObjectKind =
  | 'job'
  | 'mutex'
  | 'event'
  | 'semaphore'
  | 'waitable-timer'
  | 'section'
  | 'symbolic-link'
  | 'directory-object'

export type NamedObject = KernelObjects[NamedObjectKind]

export function isNamedObject<K extends NamedObjectKind>(object: NamedObject, kind: K): object is KernelObjects[K] {
  return object.kind === kind
}

/** The kinds that are there to be opened, for their security: nobody waits for them, signals or maps them. */
export type PlainKind = 'event' | 'semaphore' | 'waitable-timer' | 'section'

export class PlainObject<K extends PlainKind = PlainKind> extends KernelObject<K> {
  readonly kind: K

  constructor(kind: K, security: SecurityDescriptor) {
    super(security)
    this.kind = kind
  }
}

/** A name that leads on to another path. */
export class SymbolicLink extends KernelObject<'symbolic-link'> {
  readonly kind = 'symbolic-link'
  readonly target: string

  constructor(target: string, security: SecurityDescriptor) {
    super(security)
    this.target = target
  }
}

/** A directory of the object manager. */
export class DirectoryObject extends KernelObject<'directory-object'> {
  readonly kind = 'directory-object'
  readonly objects: Map<string, NamedObject> = new Map()

  find(name: string, ignoringCase: boolean): NamedObject | undefined {
    const object = this.objects.get(name)
    if (object !== undefined || !ignoringCase) return object
    for (const [other, candidate] of this.objects) if (sameLetters(other, name)) return candidate
    return undefined
  }
}

function sameLetters(left: string, right: string): boolean {
  return left.toUpperCase() === right.toUpperCase()
}
