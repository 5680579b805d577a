import type { SecurityDescriptor } from '@asuser/security-descriptors'
import { Failure } from './failure.ts'
import { DirectoryObject, type NamedObject, type NamedObjectKind, SymbolicLink } from './named-object.ts'

/** The security of what is there from boot on. */
export interface NamespaceSecurity {
  readonly directory: SecurityDescriptor
  readonly link: SecurityDescriptor
}

interface Place {
  readonly directory: DirectoryObject
  readonly name: string
  readonly object: NamedObject | undefined
}

interface Search {
  readonly ignoringCase: boolean
  /** Whether a link at the end is what is looked for. */
  readonly endsAtLink: boolean
}

/**
 * The names of kernel objects: a tree of directories with symbolic links in it. Programs name an object in the directory of
 * their session, where `Global` leads to the one of all sessions and `Local` to itself; session 0 has that of all sessions
 * for its own.
 *
 * Nobody is asked for the right to traverse: everybody has SeChangeNotifyPrivilege.
 *
 * @see https://learn.microsoft.com/windows/win32/termserv/kernel-object-namespaces
 */
export class ObjectNamespace {
  readonly #root: DirectoryObject
  readonly #security: NamespaceSecurity
  readonly #places = new Map<NamedObject, Place>()

  constructor(security: NamespaceSecurity) {
    this.#security = security
    this.#root = new DirectoryObject(security.directory)
    for (const path of ['\\GLOBAL??', '\\Device', '\\KernelObjects', '\\Sessions']) this.#addDirectory(path)
    for (const [path, target] of links) this.addAt(path, new SymbolicLink(target, security.link))
    this.#addNames('\\BaseNamedObjects')
    this.#addDirectory('\\Sessions\\0')
    this.addAt('\\Sessions\\0\\BaseNamedObjects', new SymbolicLink('\\BaseNamedObjects', security.link))
  }

  /** The names of a session besides session 0. */
  addSession(id: number): void {
    this.#addDirectory(`\\Sessions\\${id}`)
    this.#addNames(`\\Sessions\\${id}\\BaseNamedObjects`)
  }

  /**
   * The object that a program of the session means.
   *
   * @throws Failure `ERROR_INVALID_NAME`, `ERROR_PATH_NOT_FOUND`, `ERROR_INVALID_HANDLE`
   */
  find(name: string, sessionId: number): NamedObject | undefined {
    return this.#placeOf(name, sessionId).object
  }

  add(name: string, sessionId: number, object: NamedObject): void {
    this.#put(this.#placeOf(name, sessionId), object)
  }

  /**
   * The object at a path, whatever the letter case. A link at the end is followed, unless a link is looked for.
   *
   * @throws Failure `ERROR_BAD_PATHNAME`, `ERROR_INVALID_NAME`, `ERROR_PATH_NOT_FOUND`, `ERROR_INVALID_HANDLE`
   */
  findAt(path: string, kind: NamedObjectKind): NamedObject | undefined {
    if (!path.startsWith('\\')) throw new Failure('ERROR_BAD_PATHNAME', { path })
    if (path === '\\') return this.#root
    const names = path.slice(1).split('\\')
    if (names.includes('')) throw new Failure('ERROR_INVALID_NAME', { path })
    return this.#walk(names, { ignoringCase: true, endsAtLink: kind === 'symbolic-link' }, { path }).object
  }

  /** @throws RangeError when the path is taken, or is in no directory */
  addAt(path: string, object: NamedObject): void {
    const place = this.#freePlace(path)
    if (place === undefined) throw new RangeError(`There is no free name ${path} in a directory of the machine`)
    this.#put(place, object)
  }

  remove(object: NamedObject): void {
    const place = this.#places.get(object)
    if (place === undefined) return
    this.#places.delete(object)
    place.directory.objects.delete(place.name)
  }

  #addDirectory(path: string): void {
    this.addAt(path, new DirectoryObject(this.#security.directory))
  }

  /** A directory for names of programs, with the prefixes that they may use. */
  #addNames(path: string): void {
    this.#addDirectory(path)
    this.addAt(`${path}\\Global`, new SymbolicLink('\\BaseNamedObjects', this.#security.link))
    this.addAt(`${path}\\Local`, new SymbolicLink(path, this.#security.link))
  }

  #put(place: Place, object: NamedObject): void {
    place.directory.objects.set(place.name, object)
    this.#places.set(object, place)
  }

  #freePlace(path: string): Place | undefined {
    try {
      const place = this.#walk(path.slice(1).split('\\'), { ignoringCase: true, endsAtLink: true }, { path })
      return place.object === undefined ? place : undefined
    } catch (error) {
      if (error instanceof Failure) return undefined
      throw error
    }
  }

  #placeOf(name: string, sessionId: number): Place {
    const names = name.split('\\')
    if (names.includes('')) throw new Failure('ERROR_INVALID_NAME', { name })
    const directory = sessionId === 0 ? ['BaseNamedObjects'] : ['Sessions', String(sessionId), 'BaseNamedObjects']
    return this.#walk([...directory, ...names], { ignoringCase: false, endsAtLink: false }, { name })
  }

  #walk(names: readonly string[], search: Search, context: Record<string, string>, links = 0): Place {
    let directory = this.#root
    for (const [index, name] of names.entries()) {
      const object = directory.find(name, search.ignoringCase)
      const rest = names.slice(index + 1)
      const isLast = rest.length === 0
      if (object instanceof SymbolicLink && !(isLast && search.endsAtLink)) {
        if (links === maxLinks) throw new Failure('ERROR_FILE_NOT_FOUND', context)
        return this.#walk([...object.target.slice(1).split('\\'), ...rest], search, context, links + 1)
      }
      if (isLast) return { directory, name, object }
      if (object === undefined) throw new Failure('ERROR_PATH_NOT_FOUND', context)
      if (!(object instanceof DirectoryObject)) throw new Failure('ERROR_INVALID_HANDLE', context)
      directory = object
    }
    throw new Failure('ERROR_INVALID_NAME', context)
  }
}

/** As many as Windows follows before it takes them for a circle. */
const maxLinks = 32

const links = [
  // Windows has a directory of its own for each logon session before it; the simulation has the one for all.
  ['\\??', '\\GLOBAL??'],
  ['\\DosDevices', '\\??'],
  ['\\GLOBAL??\\C:', '\\Device\\HarddiskVolume1'],
] as const
