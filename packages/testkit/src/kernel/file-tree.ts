import { fileAttribute, reparseTag } from '@asuser/native'
import { type GenericMapping, objectTypes, type SecurityDescriptor } from '@asuser/security-descriptors'
import { grantAccess } from './access.ts'
import { Failure } from './failure.ts'
import { FileTimes } from './file-times.ts'
import { inheritedSecurity, type InheritingNode } from './inheriting-node.ts'
import { parsePath } from './path.ts'
import { ShareState } from './share-state.ts'
import type { Token } from './token.ts'

const fileTraverse = objectTypes.directory.rights.FILE_TRAVERSE

// One for each file of any machine, and never used again.
let lastFileId = 0n

/** A file or directory. What a program file runs is attached by the machine. */
export class FileNode<Program> implements InheritingNode {
  name: string
  parent: FileNode<Program> | undefined
  readonly isDirectory: boolean
  readonly children: Map<string, FileNode<Program>> = new Map()
  readonly id: bigint = (lastFileId += 1n)
  readonly times: FileTimes = new FileTimes()
  readonly shares: ShareState = new ShareState()
  security: SecurityDescriptor
  program: Program | undefined
  contents: Uint8Array = new Uint8Array(0)
  /** `FILE_ATTRIBUTE_READONLY` and the like: those that somebody set. */
  setAttributes = 0
  /** Where a symbolic link leads to. */
  linkTarget: string | undefined

  constructor(name: string, parent: FileNode<Program> | undefined, isDirectory: boolean, security: SecurityDescriptor) {
    this.name = name
    this.parent = parent
    this.isDirectory = isDirectory
    this.security = security
  }

  get isContainer(): boolean {
    return this.isDirectory
  }

  get genericMapping(): GenericMapping {
    return objectTypes.file.genericMapping
  }

  get attributes(): number {
    const kind = this.isDirectory ? fileAttribute.FILE_ATTRIBUTE_DIRECTORY : fileAttribute.FILE_ATTRIBUTE_ARCHIVE
    return this.setAttributes | kind | (this.linkTarget === undefined ? 0 : fileAttribute.FILE_ATTRIBUTE_REPARSE_POINT)
  }

  get reparseTag(): number {
    return this.linkTarget === undefined ? 0 : reparseTag.IO_REPARSE_TAG_SYMLINK
  }

  child(name: string): FileNode<Program> | undefined {
    return this.children.get(name.toLowerCase())
  }

  /** Its path as Windows shows it. */
  get path(): string {
    if (this.parent === undefined) return `${this.name}\\`
    return this.parent.parent === undefined ? `${this.parent.path}${this.name}` : `${this.parent.path}\\${this.name}`
  }
}

/** Where a path leads, whether there is something or not. */
export interface FileLocation<Program> {
  readonly directory: FileNode<Program>
  readonly name: string
  readonly node: FileNode<Program> | undefined
}

/** As many as Windows follows before it takes them for a circle. */
const mostLinks = 63

/** The drive C: with the files of a machine. Every file has a security descriptor; names ignore letter case. */
export class FileTree<Program> {
  readonly #root: FileNode<Program>

  constructor(rootSecurity: SecurityDescriptor) {
    this.#root = new FileNode('C:', undefined, true, rootSecurity)
  }

  /** Makes a file or directory, and the directories above it; without security of its own it inherits. */
  add(path: string, isDirectory: boolean, security?: SecurityDescriptor): FileNode<Program> {
    const { drive, names } = parsePath(path, 'C:\\')
    if (drive !== 'C:') throw new RangeError(`path must be on the drive C:, got ${JSON.stringify(path)}`)
    let node = this.#root
    for (const [index, name] of names.entries()) {
      const isLast = index === names.length - 1
      node = this.#child(node, name, isDirectory || !isLast)
    }
    if (security !== undefined) node.security = security
    return node
  }

  /**
   * Finds a file as a client: the directories on the way must let it through, unless it may bypass that. Links are
   * followed.
   *
   * @throws Failure `ERROR_FILE_NOT_FOUND`, `ERROR_PATH_NOT_FOUND`, `ERROR_ACCESS_DENIED`, `ERROR_INVALID_NAME`
   */
  find(path: string, currentDirectory: string, token: Token): FileNode<Program> {
    const { directory, name, node } = this.locate(path, currentDirectory, token, true)
    if (node !== undefined) return node
    throw new Failure(directory.isDirectory ? 'ERROR_FILE_NOT_FOUND' : 'ERROR_PATH_NOT_FOUND', { path, name })
  }

  /**
   * Where a path leads: the directory that its last name is in, and what is there under that name, if anything. Links
   * on the way are followed, one at the end if so asked.
   *
   * @throws Failure `ERROR_PATH_NOT_FOUND`, `ERROR_ACCESS_DENIED`, `ERROR_INVALID_NAME`, `ERROR_CANT_RESOLVE_FILENAME`
   */
  locate(path: string, currentDirectory: string, token: Token, followLast: boolean): FileLocation<Program> {
    const { drive, names } = parsePath(path, currentDirectory)
    if (drive !== 'C:') throw new Failure('ERROR_PATH_NOT_FOUND', { path })
    const mayBypassTraverse = token.hasEnabledPrivilege('SeChangeNotifyPrivilege')
    let left = [...names]
    let linksLeft = mostLinks
    let place: FileLocation<Program> = { directory: this.#root, name: '', node: this.#root }
    while (left.length > 0) {
      const [name = '', ...rest] = left
      const directory = place.node
      if (directory === undefined || !directory.isDirectory) throw new Failure('ERROR_PATH_NOT_FOUND', { path })
      if (!mayBypassTraverse) grantFileAccess(token, directory, fileTraverse)
      const node = directory.child(name)
      if (node?.linkTarget === undefined || (rest.length === 0 && !followLast)) {
        place = { directory, name, node }
        left = rest
      } else {
        if (linksLeft === 0) throw new Failure('ERROR_CANT_RESOLVE_FILENAME', { path })
        linksLeft -= 1
        const target = parsePath(node.linkTarget, directory.path)
        if (target.drive !== 'C:') throw new Failure('ERROR_PATH_NOT_FOUND', { path })
        left = [...target.names, ...rest]
        place = { directory: this.#root, name: '', node: this.#root }
      }
    }
    return place
  }

  /** Puts a new file or directory there; what it looks like from outside is for the caller to decide. */
  attach(
    directory: FileNode<Program>,
    name: string,
    isDirectory: boolean,
    security: SecurityDescriptor,
  ): FileNode<Program> {
    const node = new FileNode<Program>(name, directory, isDirectory, security)
    this.move(node, directory, name)
    return node
  }

  move(node: FileNode<Program>, directory: FileNode<Program>, name: string): void {
    this.detach(node)
    node.parent = directory
    node.name = name
    directory.children.set(name.toLowerCase(), node)
    directory.times.written()
  }

  detach(node: FileNode<Program>): void {
    const { parent, name } = node
    if (parent?.child(name) !== node) return
    parent.children.delete(name.toLowerCase())
    parent.times.written()
  }

  #child(parent: FileNode<Program>, name: string, isDirectory: boolean): FileNode<Program> {
    const existing = parent.children.get(name.toLowerCase())
    if (existing !== undefined) return existing
    const child = new FileNode(name, parent, isDirectory, inheritedSecurity(parent, isDirectory))
    parent.children.set(name.toLowerCase(), child)
    return child
  }
}

/** @throws Failure `ERROR_ACCESS_DENIED` */
export function grantFileAccess(token: Token, node: FileNode<unknown>, desiredAccess: number): number {
  return grantAccess({
    token,
    descriptor: node.security,
    desiredAccess,
    genericMapping: objectTypes.file.genericMapping,
  })
}
