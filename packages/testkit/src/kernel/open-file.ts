import { objectTypes } from '@asuser/security-descriptors'
import { Failure } from './failure.ts'
import type { FileNode } from './file-tree.ts'

const { FILE_READ_DATA, FILE_WRITE_DATA, FILE_APPEND_DATA } = objectTypes.file.rights

/** A file of the tree as somebody opened it, with the place where the next bytes go. */
export class OpenFile {
  readonly node: FileNode<unknown>
  readonly access: number
  readonly #leave: () => void
  #position = 0

  constructor(node: FileNode<unknown>, access: number, leave: () => void) {
    this.node = node
    this.access = access
    this.#leave = leave
  }

  /** @throws Failure `ERROR_ACCESS_DENIED` */
  readAll(): Uint8Array {
    this.checkRead()
    this.node.times.accessed()
    return this.node.contents.slice()
  }

  /** @throws Failure `ERROR_ACCESS_DENIED` */
  write(bytes: Uint8Array): void {
    this.checkWrite()
    const mayOnlyAppend = (this.access & FILE_WRITE_DATA) === 0
    const { contents } = this.node
    const start = mayOnlyAppend ? contents.length : this.#position
    const grown = new Uint8Array(Math.max(contents.length, start + bytes.length))
    grown.set(contents)
    grown.set(bytes, start)
    this.node.contents = grown
    this.node.times.written()
    this.#position = start + bytes.length
  }

  checkRead(): void {
    if (this.node.isDirectory) throw new Failure('ERROR_INVALID_FUNCTION')
    if (!(this.access & FILE_READ_DATA)) throw new Failure('ERROR_ACCESS_DENIED')
  }

  checkWrite(): void {
    if (this.node.isDirectory) throw new Failure('ERROR_INVALID_FUNCTION')
    if (!(this.access & (FILE_WRITE_DATA | FILE_APPEND_DATA))) throw new Failure('ERROR_ACCESS_DENIED')
  }

  close(): void {
    this.#leave()
  }
}
