import { accessRight, creationDisposition, fileAttribute, fileFlag, type CreationDisposition } from '@asuser/native'
import { mapGenericMask, objectTypes } from '@asuser/security-descriptors'
import { securityOfNewObject } from '@asuser/security-descriptors/inheritance'
import { decideAccess, grantedWithoutCheck } from './access.ts'
import { Failure } from './failure.ts'
import { type FileLocation, type FileNode, type FileTree, grantFileAccess } from './file-tree.ts'
import { OpenFile } from './open-file.ts'
import type { Token } from './token.ts'

const { rights, genericMapping } = objectTypes.file
const { FILE_LIST_DIRECTORY, FILE_ADD_FILE, FILE_ADD_SUBDIRECTORY, FILE_DELETE_CHILD } = objectTypes.directory.rights

export interface OpenRequest {
  readonly path: string
  readonly desiredAccess: number
  readonly shareMode: number
  readonly creationDisposition: CreationDisposition
  readonly flagsAndAttributes: number
}

/** The files as one client reaches them. */
export class ClientFiles {
  readonly #tree: FileTree<unknown>
  readonly #currentDirectory: string
  readonly #token: Token

  constructor(tree: FileTree<unknown>, currentDirectory: string, token: Token) {
    this.#tree = tree
    this.#currentDirectory = currentDirectory
    this.#token = token
  }

  /** @throws Failure as `CreateFile` does */
  open(request: OpenRequest): OpenFile {
    const { path, flagsAndAttributes, shareMode } = request
    const followLast = (flagsAndAttributes & fileFlag.FILE_FLAG_OPEN_REPARSE_POINT) === 0
    const place = this.#locate(path, followLast)
    const disposition = request.creationDisposition
    if (place.node === undefined) {
      if (!createsFiles.has(disposition)) throw new Failure('ERROR_FILE_NOT_FOUND')
      return this.#create(place, request)
    }
    if (disposition === creationDisposition.CREATE_NEW) throw new Failure('ERROR_FILE_EXISTS')
    const node = place.node
    const opensDirectories = (flagsAndAttributes & fileFlag.FILE_FLAG_BACKUP_SEMANTICS) !== 0
    if (node.isDirectory && !opensDirectories) throw new Failure('ERROR_ACCESS_DENIED')
    const truncates = truncatesFiles.has(disposition)
    const access = this.#grant(node, request.desiredAccess | alwaysAsked | (truncates ? overwriteAccess : 0))
    if (node.setAttributes & fileAttribute.FILE_ATTRIBUTE_READONLY && access & writeAccess) {
      throw new Failure('ERROR_ACCESS_DENIED')
    }
    const leave = node.shares.enter({ access, shareMode })
    if (truncates) {
      node.contents = new Uint8Array(0)
      node.times.written()
    }
    return new OpenFile(node, access, leave)
  }

  /** A file or directory that somebody opens to look at it. */
  look(path: string, followLast: boolean): FileNode<unknown> {
    const node = this.#find(path, followLast)
    this.#grant(node, rights.FILE_READ_ATTRIBUTES | alwaysAsked)
    return node
  }

  /** What can be seen without opening it: who may list its directory may see that. */
  attributes(path: string): number {
    const node = this.#find(path, false)
    this.#grant(node, rights.FILE_READ_ATTRIBUTES)
    return node.attributes
  }

  list(path: string): readonly FileNode<unknown>[] {
    const { directory, node } = this.#locate(path, true)
    if (node === undefined) throw new Failure(directory.isDirectory ? 'ERROR_PATH_NOT_FOUND' : 'ERROR_DIRECTORY')
    if (!node.isDirectory) throw new Failure('ERROR_DIRECTORY')
    grantFileAccess(this.#token, node, FILE_LIST_DIRECTORY | rights.SYNCHRONIZE)
    return [...node.children.values()]
  }

  createDirectory(path: string): void {
    const place = this.#locate(path, false)
    if (place.node !== undefined) throw new Failure('ERROR_ALREADY_EXISTS')
    grantFileAccess(this.#token, place.directory, FILE_ADD_SUBDIRECTORY)
    this.#attach(place, true)
  }

  deleteFile(path: string, ignoreReadOnly: boolean): void {
    const node = this.#find(path, false)
    if (node.isDirectory) throw new Failure('ERROR_ACCESS_DENIED')
    this.#remove(node, ignoreReadOnly)
  }

  removeDirectory(path: string, ignoreReadOnly: boolean): void {
    const node = this.#find(path, false)
    if (!node.isDirectory) throw new Failure('ERROR_DIRECTORY')
    if (node.linkTarget === undefined && node.children.size > 0) throw new Failure('ERROR_DIR_NOT_EMPTY')
    this.#remove(node, ignoreReadOnly)
  }

  removeTree(path: string): void {
    this.#removeAll(this.#find(path, false), path)
  }

  move(path: string, newPath: string, replaceExisting: boolean): void {
    const node = this.#find(path, false)
    const place = this.#locate(newPath, false)
    this.#grant(node, accessRight.DELETE)
    grantFileAccess(this.#token, place.directory, node.isDirectory ? FILE_ADD_SUBDIRECTORY : FILE_ADD_FILE)
    if (isWithin(place.directory, node)) throw new Failure('ERROR_SHARING_VIOLATION')
    node.shares.check({ access: accessRight.DELETE, shareMode: everything })
    if (place.node !== undefined && place.node !== node) this.#makeRoom(place.node, replaceExisting)
    this.#tree.move(node, place.directory, place.name)
  }

  /** A directory after all that is in it; a link as what it is. */
  #removeAll(node: FileNode<unknown>, path: string): void {
    if (node.isDirectory && node.linkTarget === undefined) {
      naming(path, () => {
        this.#grant(node, accessRight.DELETE)
        grantFileAccess(this.#token, node, FILE_LIST_DIRECTORY | rights.SYNCHRONIZE)
      })
      const prefix = path.endsWith('\\') ? path : `${path}\\`
      for (const child of node.children.values()) this.#removeAll(child, `${prefix}${child.name}`)
    }
    naming(path, () => {
      this.#remove(node, true)
    })
  }

  #makeRoom(node: FileNode<unknown>, replaceExisting: boolean): void {
    if (!replaceExisting) throw new Failure('ERROR_ALREADY_EXISTS')
    if (node.isDirectory) throw new Failure('ERROR_ACCESS_DENIED')
    this.#remove(node, false)
  }

  #remove(node: FileNode<unknown>, ignoreReadOnly: boolean): void {
    this.#grant(node, accessRight.DELETE)
    const isReadOnly = (node.setAttributes & fileAttribute.FILE_ATTRIBUTE_READONLY) !== 0
    if (node.parent === undefined || (isReadOnly && !ignoreReadOnly)) throw new Failure('ERROR_ACCESS_DENIED')
    node.shares.check({ access: accessRight.DELETE, shareMode: everything })
    this.#tree.detach(node)
  }

  #create(place: FileLocation<unknown>, request: OpenRequest): OpenFile {
    grantFileAccess(this.#token, place.directory, FILE_ADD_FILE)
    const node = this.#attach(place, false)
    node.setAttributes = request.flagsAndAttributes & settableAttributes
    const access = grantedWithoutCheck(genericMapping, request.desiredAccess | alwaysAsked)
    return new OpenFile(node, access, node.shares.enter({ access, shareMode: request.shareMode }))
  }

  #attach({ directory, name }: FileLocation<unknown>, isDirectory: boolean): FileNode<unknown> {
    const { owner, primaryGroup: group, dacl: defaultDacl } = this.#token.contents.defaults
    const security = securityOfNewObject({
      parent: directory.security,
      token: { owner, group, defaultDacl },
      isContainer: isDirectory,
      genericMapping,
    })
    return this.#tree.attach(directory, name, isDirectory, security)
  }

  #find(path: string, followLast: boolean): FileNode<unknown> {
    const { node } = this.#locate(path, followLast)
    if (node === undefined) throw new Failure('ERROR_FILE_NOT_FOUND')
    return node
  }

  #locate(path: string, followLast: boolean): FileLocation<unknown> {
    return this.#tree.locate(path, this.#currentDirectory, this.#token, followLast)
  }

  /** The access of an existing file. The rights that its directory gives are not asked of the file. */
  #grant(node: FileNode<unknown>, desiredAccess: number): number {
    if (desiredAccess & accessRight.MAXIMUM_ALLOWED) return grantFileAccess(this.#token, node, desiredAccess)
    const access = mapGenericMask(desiredAccess, genericMapping)
    const asked = access & ~this.#grantedByDirectory(node.parent)
    if (asked !== 0) grantFileAccess(this.#token, node, asked)
    return access
  }

  #grantedByDirectory(directory: FileNode<unknown> | undefined): number {
    if (directory === undefined) return 0
    return (
      (this.#mayDo(directory, FILE_LIST_DIRECTORY) ? rights.FILE_READ_ATTRIBUTES : 0) |
      (this.#mayDo(directory, FILE_DELETE_CHILD) ? accessRight.DELETE : 0)
    )
  }

  #mayDo(directory: FileNode<unknown>, desiredAccess: number): boolean {
    const { security: descriptor } = directory
    return 'granted' in decideAccess({ token: this.#token, descriptor, desiredAccess, genericMapping })
  }
}

const { CREATE_NEW, CREATE_ALWAYS, OPEN_ALWAYS, TRUNCATE_EXISTING } = creationDisposition
const createsFiles: ReadonlySet<CreationDisposition> = new Set([CREATE_NEW, CREATE_ALWAYS, OPEN_ALWAYS])
const truncatesFiles: ReadonlySet<CreationDisposition> = new Set([CREATE_ALWAYS, TRUNCATE_EXISTING])

/** What `CreateFile` adds to every request. */
const alwaysAsked = rights.SYNCHRONIZE | rights.FILE_READ_ATTRIBUTES
const overwriteAccess = rights.FILE_WRITE_DATA | rights.FILE_WRITE_EA | rights.FILE_WRITE_ATTRIBUTES
const writeAccess = rights.FILE_WRITE_DATA | rights.FILE_APPEND_DATA
const settableAttributes =
  fileAttribute.FILE_ATTRIBUTE_READONLY | fileAttribute.FILE_ATTRIBUTE_HIDDEN | fileAttribute.FILE_ATTRIBUTE_SYSTEM
const everything = 7

/** Says in a failure which of several files it was about. */
function naming(path: string, work: () => void): void {
  try {
    work()
  } catch (error) {
    throw error instanceof Failure ? new Failure(error.code, { ...error.context, path }) : error
  }
}

function isWithin(node: FileNode<unknown> | undefined, directory: FileNode<unknown>): boolean {
  return node !== undefined && (node === directory || isWithin(node.parent, directory))
}
