import { fileAttribute, type FileInformation, type FoundFile, reparseTag } from '@asuser/native'
import { unixEpoch } from './windows-time.ts'

type FileKind = Pick<FileInformation, 'attributes' | 'reparseTag'>

/** What `stat` says of a file, close to `fs.BigIntStats`. */
export class ClientStats {
  /** Bytes. */
  readonly size: bigint
  /** `FILE_ATTRIBUTE_*` */
  readonly attributes: number
  /** The id of the file on its volume. */
  readonly ino: bigint
  /** The serial number of the volume. */
  readonly dev: bigint
  readonly nlink: bigint
  /** Nanoseconds since 1970, in steps of 100. */
  readonly atimeNs: bigint
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
  readonly birthtimeNs: bigint
  readonly #kind: FileKind

  constructor(information: FileInformation) {
    this.#kind = information
    this.size = information.size
    this.attributes = information.attributes
    this.ino = information.fileId
    this.dev = BigInt(information.volumeSerialNumber)
    this.nlink = BigInt(information.numberOfLinks)
    this.atimeNs = nanoseconds(information.lastAccessTime)
    this.mtimeNs = nanoseconds(information.lastWriteTime)
    this.ctimeNs = nanoseconds(information.changeTime)
    this.birthtimeNs = nanoseconds(information.creationTime)
  }

  get atime(): Date {
    return dateOf(this.atimeNs)
  }

  get mtime(): Date {
    return dateOf(this.mtimeNs)
  }

  get ctime(): Date {
    return dateOf(this.ctimeNs)
  }

  get birthtime(): Date {
    return dateOf(this.birthtimeNs)
  }

  isFile(): boolean {
    return isFile(this.#kind)
  }

  isDirectory(): boolean {
    return isDirectory(this.#kind)
  }

  /** A symbolic link or a junction; only `lstat` and `readdir` see one. */
  isSymbolicLink(): boolean {
    return isLink(this.#kind)
  }
}

/** An entry of a directory, close to `fs.Dirent`. */
export class ClientDirent {
  readonly name: string
  readonly parentPath: string
  readonly #kind: FileKind

  constructor(parentPath: string, file: FoundFile) {
    this.name = file.name
    this.parentPath = parentPath
    this.#kind = file
  }

  isFile(): boolean {
    return isFile(this.#kind)
  }

  isDirectory(): boolean {
    return isDirectory(this.#kind)
  }

  isSymbolicLink(): boolean {
    return isLink(this.#kind)
  }
}

/** Other reparse points, such as files that are kept in a cloud, are the file or directory that they stand for. */
export function isLink({ reparseTag: tag }: FileKind): boolean {
  return tag === reparseTag.IO_REPARSE_TAG_SYMLINK || tag === reparseTag.IO_REPARSE_TAG_MOUNT_POINT
}

export function hasDirectoryAttribute({ attributes }: Pick<FileKind, 'attributes'>): boolean {
  return (attributes & fileAttribute.FILE_ATTRIBUTE_DIRECTORY) !== 0
}

function isFile(kind: FileKind): boolean {
  return !isLink(kind) && !hasDirectoryAttribute(kind)
}

function isDirectory(kind: FileKind): boolean {
  return !isLink(kind) && hasDirectoryAttribute(kind)
}

function nanoseconds(time: bigint): bigint {
  return (time - unixEpoch) * 100n
}

function dateOf(time: bigint): Date {
  return new Date(Number(time / 1_000_000n))
}
