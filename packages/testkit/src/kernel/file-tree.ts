import { fileAttribute } from '@asuser/native'
import {
  Acl,
  type Ace,
  type GenericMapping,
  objectTypes,
  SecurityDescriptor,
  withAceChanges,
} from '@asuser/security-descriptors'
import { grantAccess } from './access.ts'
import { Failure } from './failure.ts'
import type { InheritingNode } from './inheriting-node.ts'
import { parsePath } from './path.ts'
import type { Token } from './token.ts'

const fileTraverse = objectTypes.directory.rights.FILE_TRAVERSE

/** A file or directory. What a program file runs is attached by the machine. */
export class FileNode<Program> implements InheritingNode {
  readonly name: string
  readonly parent: FileNode<Program> | undefined
  readonly isDirectory: boolean
  readonly children: Map<string, FileNode<Program>> = new Map()
  security: SecurityDescriptor
  program: Program | undefined

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
    return this.isDirectory ? fileAttribute.FILE_ATTRIBUTE_DIRECTORY : fileAttribute.FILE_ATTRIBUTE_ARCHIVE
  }

  /** Its path as Windows shows it. */
  get path(): string {
    if (this.parent === undefined) return `${this.name}\\`
    return this.parent.parent === undefined ? `${this.parent.path}${this.name}` : `${this.parent.path}\\${this.name}`
  }
}

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
   * Finds a file as a client: the directories on the way must let it through, unless it may bypass that.
   *
   * @throws Failure `ERROR_FILE_NOT_FOUND`, `ERROR_PATH_NOT_FOUND`, `ERROR_ACCESS_DENIED`, `ERROR_INVALID_NAME`
   */
  find(path: string, currentDirectory: string, token: Token): FileNode<Program> {
    const { drive, names } = parsePath(path, currentDirectory)
    if (drive !== 'C:') throw new Failure('ERROR_PATH_NOT_FOUND', { path })
    const mayBypassTraverse = token.hasEnabledPrivilege('SeChangeNotifyPrivilege')
    let node = this.#root
    for (const [index, name] of names.entries()) {
      if (!node.isDirectory) throw new Failure('ERROR_PATH_NOT_FOUND', { path })
      if (!mayBypassTraverse) grantFileAccess(token, node, fileTraverse)
      const child = node.children.get(name.toLowerCase())
      if (child === undefined) {
        const isLast = index === names.length - 1
        throw new Failure(isLast ? 'ERROR_FILE_NOT_FOUND' : 'ERROR_PATH_NOT_FOUND', { path })
      }
      node = child
    }
    return node
  }

  #child(parent: FileNode<Program>, name: string, isDirectory: boolean): FileNode<Program> {
    const existing = parent.children.get(name.toLowerCase())
    if (existing !== undefined) return existing
    const child = new FileNode(name, parent, isDirectory, inheritedSecurity(parent.security, isDirectory))
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

const objectInherit = 0x01
const containerInherit = 0x02
const noPropagate = 0x04
const inheritOnly = 0x08
const inherited = 0x10

/** Owner and group of the parent, and what of its DACL is for children. */
function inheritedSecurity(parent: SecurityDescriptor, isDirectory: boolean): SecurityDescriptor {
  const entries = (parent.dacl?.entries ?? []).flatMap((ace) => inheritedAce(ace, isDirectory))
  const dacl = parent.dacl === null ? null : Acl.from(entries)
  return SecurityDescriptor.from({ owner: parent.owner, group: parent.group, dacl })
}

function inheritedAce(ace: Ace, isDirectory: boolean): readonly Ace[] {
  if (ace.type === 'unknown') return []
  if (!isDirectory) return ace.flags & objectInherit ? [withAceChanges(ace, { flags: inherited })] : []
  const passesOn = ace.flags & noPropagate ? 0 : ace.flags & (objectInherit | containerInherit)
  if (ace.flags & containerInherit) return [withAceChanges(ace, { flags: passesOn | inherited })]
  // For files below only: the directory hands it on without being touched by it.
  return passesOn === 0 ? [] : [withAceChanges(ace, { flags: passesOn | inheritOnly | inherited })]
}
