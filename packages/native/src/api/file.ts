import type { Readable, Writable } from 'node:stream'
import type { CreationDisposition } from '../constants.ts'
import type { Handle } from './handle.ts'
import type { ImpersonateOption } from './impersonation.ts'

/** A file or directory by its path, as the client of `impersonate` finds it. */
export interface FilePathOptions extends ImpersonateOption {
  readonly path: string
}

export type GetFileAttributesOptions = FilePathOptions

export interface CreateFileOptions extends FilePathOptions {
  readonly desiredAccess: number
  /** `FILE_SHARE_*` */
  readonly shareMode: number
  readonly creationDisposition: CreationDisposition
  /** `FILE_ATTRIBUTE_*` of a new file and `FILE_FLAG_*`. Not `FILE_FLAG_OVERLAPPED`: Node's descriptors are synchronous. */
  readonly flagsAndAttributes: number
}

export interface WriteFileOptions extends FilePathOptions {
  /** Copied at the call. */
  readonly data: Uint8Array
  /** `FILE_GENERIC_WRITE`, or without `FILE_WRITE_DATA` to append. */
  readonly desiredAccess: number
  readonly creationDisposition: CreationDisposition
}

export interface GetFileInformationOptions extends FilePathOptions {
  /** Whether a link at the end of the path stands for what it points to, or for itself. */
  readonly followLinks: boolean
}

/** Times are in units of 100 nanoseconds since 1601. */
export interface FileInformation {
  /** `FILE_ATTRIBUTE_*` */
  readonly attributes: number
  /** `IO_REPARSE_TAG_*`; 0 for a file that is no reparse point. */
  readonly reparseTag: number
  /** Bytes. */
  readonly size: bigint
  readonly creationTime: bigint
  readonly lastAccessTime: bigint
  readonly lastWriteTime: bigint
  readonly changeTime: bigint
  readonly volumeSerialNumber: number
  /** Unique on the volume while the file exists; ReFS may have larger ones, which are cut to 64 bits. */
  readonly fileId: bigint
  readonly numberOfLinks: number
}

/** An entry of a directory. */
export interface FoundFile {
  readonly name: string
  readonly attributes: number
  readonly reparseTag: number
  readonly size: bigint
}

export interface RemoveOptions extends FilePathOptions {
  /** Whether it is removed though it has `FILE_ATTRIBUTE_READONLY`, as Node does. */
  readonly ignoreReadOnly: boolean
}

export interface MoveFileOptions extends FilePathOptions {
  readonly newPath: string
  /** Whether a file of the new name is replaced. */
  readonly replaceExisting: boolean
}

/** Paths go to Windows as they are: `\\?\` and `\\?\UNC\` lift the limit of 260 characters and switch `.` and `/` off. */
export interface FileApi {
  /**
   * The `FILE_ATTRIBUTE_*` bits of a file or directory, as the client of `impersonate` sees it.
   *
   * Needs `FILE_READ_ATTRIBUTES` on the file, or `FILE_LIST_DIRECTORY` on its directory.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_PATH_NOT_FOUND`, `ERROR_ACCESS_DENIED`, `ERROR_INVALID_NAME`
   * @see https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-getfileattributesw
   */
  getFileAttributes(options: GetFileAttributesOptions): Promise<number>

  /**
   * Opens or creates a file. The access is decided here, once: who reads and writes through the handle later, and under
   * which identity, does not matter. Should the path lead to a pipe, its server learns nothing of who opened it
   * (`SECURITY_ANONYMOUS`), and can do nothing in their name.
   *
   * Needs the asked access on the file, and to create one `FILE_ADD_FILE` on its directory.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_PATH_NOT_FOUND`, `ERROR_FILE_EXISTS` with `CREATE_NEW`,
   *   `ERROR_ACCESS_DENIED` (also for a directory without `FILE_FLAG_BACKUP_SEMANTICS`), `ERROR_SHARING_VIOLATION`,
   *   `ERROR_BAD_IMPERSONATION_LEVEL`
   * @see https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-createfilew
   */
  createFile(options: CreateFileOptions): Promise<Handle<'file'>>

  /**
   * An ordinary file descriptor of Node for an open file. It takes the handle: `fs.close` closes it from then on.
   *
   * @throws Win32Error `ERROR_INVALID_HANDLE`, `ERROR_TOO_MANY_OPEN_FILES`
   */
  openFileDescriptor(file: Handle<'file'>): number

  /** Makes a stream of the contents of an open file, from its beginning. It takes the handle and closes it. */
  openFileReadStream(file: Handle<'file'>): Readable

  /** Makes a stream that writes to an open file. It takes the handle and closes it. */
  openFileWriteStream(file: Handle<'file'>): Writable

  /**
   * Opens a file, reads all of it and closes it.
   *
   * Needs `FILE_GENERIC_READ`.
   *
   * @throws Win32Error as {@link createFile}, and `ERROR_FILE_TOO_LARGE` for 2 GiB or more
   * @see https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-readfile
   */
  readFile(options: FilePathOptions): Promise<Uint8Array>

  /**
   * Opens or creates a file, writes to it from where it stands and closes it. Others may have it open, as with Node.
   *
   * @throws Win32Error as {@link createFile}, and `ERROR_DISK_FULL`
   * @see https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-writefile
   */
  writeFile(options: WriteFileOptions): Promise<void>

  /**
   * What the file system knows of a file or directory.
   *
   * Needs `FILE_READ_ATTRIBUTES`, or `FILE_LIST_DIRECTORY` on its directory.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_PATH_NOT_FOUND`, `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-getfileinformationbyhandle
   */
  getFileInformation(options: GetFileInformationOptions): Promise<FileInformation>

  /**
   * What is in a directory, without `.` and `..`, in the order in which the file system has it.
   *
   * Needs `FILE_LIST_DIRECTORY`.
   *
   * @throws Win32Error `ERROR_PATH_NOT_FOUND`, `ERROR_DIRECTORY` for a file, `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-findfirstfileexw
   */
  findFiles(options: FilePathOptions): Promise<readonly FoundFile[]>

  /**
   * Makes a directory, which inherits its security and belongs to the client.
   *
   * Needs `FILE_ADD_SUBDIRECTORY` on the directory above.
   *
   * @throws Win32Error `ERROR_ALREADY_EXISTS`, `ERROR_PATH_NOT_FOUND`, `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-createdirectoryw
   */
  createDirectory(options: FilePathOptions): Promise<void>

  /**
   * Removes a file; of a link to a file, the link.
   *
   * Needs `DELETE`, or `FILE_DELETE_CHILD` on its directory. With `ignoreReadOnly` a read-only one needs
   * `FILE_WRITE_ATTRIBUTES`, too, where the file system or Windows before 10 1809 cannot remove it as it is: then it is
   * writable for a moment, and read-only again if it stays.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_ACCESS_DENIED` (also for a directory, and for a read-only file
   *   without `ignoreReadOnly`), `ERROR_SHARING_VIOLATION`
   * @see https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-deletefilew
   * @see https://learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/ns-ntddk-_file_disposition_information_ex
   */
  deleteFile(options: RemoveOptions): Promise<void>

  /**
   * Removes an empty directory; of a link to a directory, the link.
   *
   * Needs `DELETE`, or `FILE_DELETE_CHILD` on the directory above; for a read-only one see {@link deleteFile}.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_DIR_NOT_EMPTY`, `ERROR_DIRECTORY` for a file, `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-removedirectoryw
   */
  removeDirectory(options: RemoveOptions): Promise<void>

  /**
   * Removes a file, a link, or a directory with all that is in it, read-only or not, in one go that follows no link: what
   * is below `path` is opened by its name in the directory above, which stays open, and looked at only then, so that
   * nobody can put a link in the place of a directory meanwhile. What somebody else removes first is fine below `path`.
   * It keeps one thread of the pool for as long as it lasts.
   *
   * Needs `DELETE` on everything or `FILE_DELETE_CHILD` on its directory, `SYNCHRONIZE` on `path` itself, and
   * `FILE_LIST_DIRECTORY` on directories; for what is read-only see {@link deleteFile}. A failure has the path of what could
   * not be removed in its context.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_PATH_NOT_FOUND`, `ERROR_DIR_NOT_EMPTY` when somebody adds to it
   *   meanwhile, `ERROR_ACCESS_DENIED`, `ERROR_SHARING_VIOLATION`
   * @see https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-setfileinformationbyhandle
   * @see https://learn.microsoft.com/windows/win32/api/winternl/nf-winternl-ntopenfile
   */
  removeTree(options: FilePathOptions): Promise<void>

  /**
   * Gives a file or directory another path on the same volume.
   *
   * Needs `DELETE` on it or `FILE_DELETE_CHILD` on its directory, and `FILE_ADD_FILE` on the new one.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_ALREADY_EXISTS`, `ERROR_NOT_SAME_DEVICE`, `ERROR_ACCESS_DENIED`
   *   (also when a directory is in the way)
   * @see https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-movefileexw
   */
  moveFile(options: MoveFileOptions): Promise<void>

  /**
   * The path without links, in the spelling of the file system, in the form `\\?\C:\...` or `\\?\UNC\server\share\...`.
   *
   * Needs `FILE_READ_ATTRIBUTES`, or `FILE_LIST_DIRECTORY` on its directory.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_PATH_NOT_FOUND`, `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-getfinalpathnamebyhandlew
   */
  getFinalPathName(options: FilePathOptions): Promise<string>
}
