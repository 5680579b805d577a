import { Duplex } from 'node:stream'
import type { PipeEnd } from './pipe.ts'

/**
 * A Node stream of one end of a pipe; it holds the end open until it is destroyed. A closed other end reads as the end
 * of the stream, and fails a write with `EPIPE`, as with Node's own streams on Windows.
 */
export class PipeStream extends Duplex {
  readonly #end: PipeEnd
  #open = true
  readonly #onClose: () => void

  /** @param onClose called once, when it lets go of the pipe */
  constructor(end: PipeEnd, onClose: () => void = doNothing) {
    super(sidesOf(end))
    this.#end = end
    this.#onClose = onClose
    end.addHandle()
  }

  get role(): PipeEnd['role'] {
    return this.#end.role
  }

  override _read(): void {
    for (;;) {
      const chunk = this.#end.buffer.read()
      if (chunk === undefined) {
        this.#end.buffer.onceReadable(() => this._read())
        return
      }
      if (!this.push(chunk) || chunk === null) return
    }
  }

  override _write(chunk: Uint8Array, _encoding: string, callback: (error?: Error) => void): void {
    // A copy: the writer may use its memory again once the pipe has taken the bytes.
    this.#end.buffer.write(Uint8Array.from(chunk), (written) => callback(written ? undefined : brokenPipe()))
  }

  override _final(callback: () => void): void {
    this.#release()
    callback()
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#release()
    callback(error)
  }

  #release(): void {
    if (!this.#open) return
    this.#open = false
    this.#end.removeHandle()
    this.#onClose()
  }
}

/** Node knows these options; its types name them for sockets only. */
function sidesOf(end: PipeEnd): { readable: boolean; writable: boolean; allowHalfOpen: boolean } {
  return { readable: end.role === 'reader', writable: end.role === 'writer', allowHalfOpen: false }
}

/** libuv's number for EPIPE on Windows. */
const uvBrokenPipe = -4047

function brokenPipe(): Error {
  return Object.assign(new Error('write EPIPE'), { code: 'EPIPE', errno: uvBrokenPipe, syscall: 'write' })
}

function doNothing(): void {}
