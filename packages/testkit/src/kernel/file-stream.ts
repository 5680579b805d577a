import { Readable, Writable } from 'node:stream'
import type { FileObject } from './file-object.ts'
import type { OpenFile } from './open-file.ts'

/** The contents of an open file, which stays open until the stream is closed. */
export class FileReadStream extends Readable {
  readonly #object: FileObject
  readonly #file: OpenFile
  #position = 0

  constructor(object: FileObject, file: OpenFile) {
    super()
    this.#object = object
    this.#file = file
    object.addHandle()
  }

  override _read(size: number): void {
    const chunk = this.#file.node.contents.slice(this.#position, this.#position + size)
    this.#position += chunk.length
    this.push(chunk.length === 0 ? null : chunk)
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#object.removeHandle()
    callback(error)
  }
}

/** Writes to an open file, which stays open until the stream is closed. */
export class FileWriteStream extends Writable {
  readonly #object: FileObject
  readonly #file: OpenFile

  constructor(object: FileObject, file: OpenFile) {
    super()
    this.#object = object
    this.#file = file
    object.addHandle()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#file.write(chunk)
    callback()
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#object.removeHandle()
    callback(error)
  }
}
