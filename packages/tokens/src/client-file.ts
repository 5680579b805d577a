import type { Readable, Writable } from 'node:stream'
import type { Borrowed, Handle, Win32 } from '@asuser/native'

/**
 * A file that was opened as a client. Windows decided about the access when it was opened: whoever reads and writes
 * through it later needs no identity.
 *
 * It owns its handle until a stream or a descriptor takes it; `close()` or `using` closes what nobody took.
 */
export class ClientFile implements Disposable {
  readonly path: string
  readonly #win32: Win32
  readonly #handle: Handle<'file'>

  /** @internal */
  constructor(path: string, handle: Handle<'file'>, win32: Win32) {
    this.path = path
    this.#handle = handle
    this.#win32 = win32
  }

  /** The handle, lent: as a standard handle of a child process for instance. */
  get handle(): Borrowed<'file'> {
    return this.#handle
  }

  /** Also true when a stream or a descriptor has taken it over. */
  get closed(): boolean {
    return this.#handle.closed
  }

  /**
   * An ordinary descriptor for `fs.read`, `fs.createReadStream({ fd })` and the like; `fs.close` closes it.
   *
   * @throws Win32Error `ERROR_INVALID_HANDLE` when the file is closed
   */
  takeDescriptor(): number {
    return this.#win32.openFileDescriptor(this.#handle)
  }

  /** A stream of the contents, which closes the file at its end. */
  createReadStream(): Readable {
    return this.#win32.openFileReadStream(this.#handle)
  }

  /** A stream that writes to the file and closes it at its end. */
  createWriteStream(): Writable {
    return this.#win32.openFileWriteStream(this.#handle)
  }

  close(): void {
    this.#handle.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
