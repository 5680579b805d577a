import { Buffer } from 'node:buffer'
import { constants } from 'node:fs'
import { type Borrowed, creationDisposition, fileFlag, fileShare, Win32Error, type Win32 } from '@asuser/native'
import { objectTypes } from '@asuser/security-descriptors'
import { ClientFile } from './client-file.ts'
import { ClientIdentity } from './client-identity.ts'
import { fromNativePath, parentPath, toNativePath } from './client-path.ts'
import { ClientRegistry } from './client-registry.ts'
import { ClientDirent, ClientStats, hasDirectoryAttribute } from './client-stats.ts'
import { fileOpening, type OpenFlag, type WriteFlag, writeOpening } from './file-opening.ts'
import { InvalidArgumentError, requireInstance } from './invalid-argument.ts'
import { Token } from './token.ts'

const shareAll = fileShare.FILE_SHARE_READ | fileShare.FILE_SHARE_WRITE | fileShare.FILE_SHARE_DELETE
const { read: genericRead, write: genericWrite, execute: genericExecute } = objectTypes.file.genericMapping

/**
 * File work and registry values as a client, from the server's own process: each call runs on a thread that has the
 * client's identity for the time of the call, so that Windows decides about the access as it would for the client, and
 * what is created belongs to the client.
 *
 * The functions are named after those of `node:fs/promises`. Paths are absolute: see {@link InvalidArgumentError}. All
 * of them fail with a `Win32Error` that has the `path` in its context: with `ERROR_ACCESS_DENIED` where the client may
 * not, and with `ERROR_BAD_IMPERSONATION_LEVEL` where the server may not act as the client.
 */
export class ClientIo implements Disposable {
  /** Values of the registry, as the client. */
  readonly registry: ClientRegistry
  readonly #client: ClientIdentity

  /** @param client from here on its own */
  private constructor(client: ClientIdentity) {
    this.#client = client
    this.registry = new ClientRegistry(client)
  }

  /** See {@link asClient}. */
  static of(token: Token): ClientIo {
    return new ClientIo(ClientIdentity.of(token))
  }

  get #win32(): Win32 {
    return this.#client.win32
  }

  get closed(): boolean {
    return this.#client.closed
  }

  /** Calls that are under way are finished as the client; later ones fail with `ERROR_INVALID_HANDLE`. */
  close(): void {
    this.#client.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /**
   * Opens a file.
   *
   * @param flag as in `fs.open`: `r` if left out
   * @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_PATH_NOT_FOUND`, `ERROR_FILE_EXISTS`, `ERROR_SHARING_VIOLATION`
   */
  async open(path: string, flag: OpenFlag = 'r'): Promise<ClientFile> {
    const opening = fileOpening('flag', flag)
    const handle = await this.#call(path, (place) =>
      this.#win32.createFile({ ...place, ...opening, shareMode: shareAll, flagsAndAttributes: 0 }),
    )
    return new ClientFile(path, handle, this.#win32)
  }

  /**
   * Reads a whole file.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_PATH_NOT_FOUND`, `ERROR_FILE_TOO_LARGE` from 2 GiB on
   */
  readFile(path: string): Promise<Buffer>
  readFile(path: string, encoding: BufferEncoding): Promise<string>
  async readFile(path: string, encoding?: BufferEncoding): Promise<Buffer | string> {
    if (encoding !== undefined && !Buffer.isEncoding(encoding)) {
      throw InvalidArgumentError.ofValue('encoding', 'the name of an encoding, such as "utf8"', encoding)
    }
    const bytes = await this.#call(path, (place) => this.#win32.readFile(place))
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return encoding === undefined ? buffer : buffer.toString(encoding)
  }

  /**
   * Writes a whole file: a new one, in place of what there is (`w`, if left out), only if there is none (`wx`), or at
   * the end of what there is (`a`). Text is written in UTF-8.
   *
   * @throws Win32Error `ERROR_PATH_NOT_FOUND`, `ERROR_FILE_EXISTS`, `ERROR_SHARING_VIOLATION`, `ERROR_DISK_FULL`
   */
  async writeFile(path: string, data: string | Uint8Array, flag: WriteFlag = 'w'): Promise<void> {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data
    if (!(bytes instanceof Uint8Array)) throw InvalidArgumentError.ofType('data', 'a string or a Uint8Array', data)
    const opening = writeOpening('flag', flag)
    await this.#call(path, (place) => this.#win32.writeFile({ ...place, ...opening, data: bytes }))
  }

  /** What there is to know of a file or directory, or of what a link leads to. */
  stat(path: string): Promise<ClientStats> {
    return this.#stat(path, true)
  }

  /** The same, but of a link itself. */
  lstat(path: string): Promise<ClientStats> {
    return this.#stat(path, false)
  }

  /**
   * What is in a directory.
   *
   * @throws Win32Error `ERROR_PATH_NOT_FOUND`, `ERROR_DIRECTORY` for a file
   */
  readdir(path: string): Promise<readonly string[]>
  readdir(path: string, options: { readonly withFileTypes: true }): Promise<readonly ClientDirent[]>
  async readdir(
    path: string,
    { withFileTypes = false }: { readonly withFileTypes?: boolean } = {},
  ): Promise<readonly string[] | readonly ClientDirent[]> {
    const files = await this.#call(path, (place) => this.#win32.findFiles(place))
    return withFileTypes ? files.map((file) => new ClientDirent(path, file)) : files.map(({ name }) => name)
  }

  /**
   * Makes a directory; with `recursive` also those above it that are missing, and none is fine if it is there.
   *
   * @throws Win32Error `ERROR_ALREADY_EXISTS` (with `recursive` for what is no directory, or may be none),
   *   `ERROR_PATH_NOT_FOUND`
   */
  async mkdir(path: string, { recursive = false }: { readonly recursive?: boolean } = {}): Promise<void> {
    if (recursive) await this.#makeDirectories(toNativePath('path', path))
    else await this.#call(path, (place) => this.#win32.createDirectory(place))
  }

  /**
   * Removes a file, an empty directory or a link; with `recursive` a directory with all that is in it. What links lead
   * to stays, wherever they are, and whoever may put one in the place of a directory while it is being removed. With
   * `force` it is fine if there is nothing. That something is read-only keeps it no more than it does in Node.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_PATH_NOT_FOUND`, `ERROR_DIR_NOT_EMPTY`, `ERROR_SHARING_VIOLATION`
   */
  async rm(
    path: string,
    { recursive = false, force = false }: { readonly recursive?: boolean; readonly force?: boolean } = {},
  ): Promise<void> {
    try {
      await (recursive ? this.#removeTree(path) : this.#remove(path))
    } catch (error) {
      if (!force || !isMissing(error)) throw error
    }
  }

  /**
   * Gives a file or directory another path on the same volume. A file of the new name is replaced.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_NOT_SAME_DEVICE`, `ERROR_SHARING_VIOLATION`
   */
  async rename(path: string, newPath: string): Promise<void> {
    const to = toNativePath('newPath', newPath)
    try {
      await this.#call(path, (place) => this.#win32.moveFile({ ...place, newPath: to, replaceExisting: true }))
    } catch (error) {
      throw error instanceof Win32Error ? error.with({ newPath }) : error
    }
  }

  /**
   * Whether the client may see, read, write or execute a file or directory: it is opened for that and closed again,
   * but for `F_OK`, where it is enough that the client may list its directory.
   *
   * @param mode `fs.constants.F_OK`, which is the default, or bits of `R_OK`, `W_OK` and `X_OK`
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_FILE_NOT_FOUND`, `ERROR_SHARING_VIOLATION` when it is in use
   */
  async access(path: string, mode: number = constants.F_OK): Promise<void> {
    requireMode(mode)
    if (mode === constants.F_OK) {
      await this.#call(path, (place) => this.#win32.getFileAttributes(place))
      return
    }
    const desiredAccess =
      (mode & constants.R_OK ? genericRead : 0) |
      (mode & constants.W_OK ? genericWrite : 0) |
      (mode & constants.X_OK ? genericExecute : 0)
    const file = await this.#call(path, (place) =>
      this.#win32.createFile({
        ...place,
        desiredAccess,
        shareMode: shareAll,
        creationDisposition: creationDisposition.OPEN_EXISTING,
        flagsAndAttributes: fileFlag.FILE_FLAG_BACKUP_SEMANTICS,
      }),
    )
    file.close()
  }

  /** The path without links, in the spelling of the file system. */
  async realpath(path: string): Promise<string> {
    return fromNativePath(await this.#call(path, (place) => this.#win32.getFinalPathName(place)))
  }

  async #stat(path: string, followLinks: boolean): Promise<ClientStats> {
    return new ClientStats(await this.#call(path, (place) => this.#win32.getFileInformation({ ...place, followLinks })))
  }

  /** From the deepest up: whoever may make it need not see what is above. */
  async #makeDirectories(nativePath: string): Promise<void> {
    try {
      await this.#makeDirectory(nativePath)
    } catch (error) {
      const parent = parentPath(nativePath)
      if (parent === undefined || !hasCode(error, 'ERROR_PATH_NOT_FOUND')) throw error
      await this.#makeDirectories(parent)
      // What is still not found now is not for want of those above.
      await this.#makeDirectory(nativePath)
    }
  }

  /** It is fine if it is there. */
  async #makeDirectory(nativePath: string): Promise<void> {
    try {
      await this.#callNative(nativePath, (place) => this.#win32.createDirectory(place))
    } catch (error) {
      if (!hasCode(error, 'ERROR_ALREADY_EXISTS') || !(await this.#isKnownDirectory(nativePath))) throw error
    }
  }

  /** False also where that cannot be told. */
  async #isKnownDirectory(nativePath: string): Promise<boolean> {
    try {
      const place = { path: nativePath, impersonate: this.#client.handle }
      return hasDirectoryAttribute(await this.#win32.getFileInformation({ ...place, followLinks: true }))
    } catch {
      return false
    }
  }

  async #remove(path: string): Promise<void> {
    const file = await this.#call(path, (place) => this.#win32.getFileInformation({ ...place, followLinks: false }))
    const removal = { ignoreReadOnly: true }
    await this.#call(path, (place) =>
      hasDirectoryAttribute(file)
        ? this.#win32.removeDirectory({ ...place, ...removal })
        : this.#win32.deleteFile({ ...place, ...removal }),
    )
  }

  /** In one call, so that nobody can put a link in the place of a directory between two. */
  async #removeTree(path: string): Promise<void> {
    const nativePath = toNativePath('path', path)
    try {
      await this.#win32.removeTree({ path: nativePath, impersonate: this.#client.handle })
    } catch (error) {
      throw this.#client.explain(error, { path: pathWithin(path, nativePath, error) })
    }
  }

  async #call<T>(path: string, work: (place: ClientPlace) => Promise<T>): Promise<T> {
    return await this.#callNative(toNativePath('path', path), work, path)
  }

  async #callNative<T>(
    nativePath: string,
    work: (place: ClientPlace) => Promise<T>,
    path: string = fromNativePath(nativePath),
  ): Promise<T> {
    try {
      return await work({ path: nativePath, impersonate: this.#client.handle })
    } catch (error) {
      throw this.#client.explain(error, { path })
    }
  }
}

interface ClientPlace {
  readonly path: string
  readonly impersonate: Borrowed<'token'>
}

/**
 * File work and registry values as the client of a token. It holds a duplicate of the token, so that the given one can
 * be closed at any time.
 *
 * Needs `TOKEN_DUPLICATE | TOKEN_QUERY`. To act as another user the process needs SeImpersonatePrivilege, otherwise the
 * calls fail with an `ImpersonationLevelError`.
 *
 * @example
 * ```ts
 * using client = asClient(token)
 * const report = await client.readFile('C:\\Users\\alice\\report.txt', 'utf8')
 * ```
 * @throws InvalidArgumentError
 * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_INVALID_HANDLE`
 */
export function asClient(token: Token): ClientIo {
  return ClientIo.of(requireInstance('token', Token, token))
}

/** The path that a failure is about, below the one that was asked for: as the caller writes that one. */
function pathWithin(path: string, nativePath: string, error: unknown): string {
  const failed = error instanceof Win32Error ? error.context['path'] : undefined
  return typeof failed !== 'string' || failed === nativePath ? path : fromNativePath(failed)
}

function requireMode(mode: unknown): void {
  if (typeof mode !== 'number') throw InvalidArgumentError.ofType('mode', 'a number', mode)
  const known = constants.R_OK | constants.W_OK | constants.X_OK
  if ((mode & known) !== mode) throw InvalidArgumentError.ofValue('mode', 'F_OK, or bits of R_OK, W_OK and X_OK', mode)
}

function hasCode(error: unknown, code: Win32Error['code']): boolean {
  return error instanceof Win32Error && error.code === code
}

function isMissing(error: unknown): boolean {
  return hasCode(error, 'ERROR_FILE_NOT_FOUND') || hasCode(error, 'ERROR_PATH_NOT_FOUND')
}
