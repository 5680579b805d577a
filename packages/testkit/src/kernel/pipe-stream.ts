import { Duplex } from 'node:stream'
import type { PipeStream as PipeStreamContract } from '@asuser/native'
import { type EventLoopHold, LoopHandle } from './event-loop-hold.ts'
import type { PipeBuffer, PipeEnd } from './pipe.ts'
import type { Token } from './token.ts'

export interface PipeStreamOptions {
  /** Called once, when it lets go of the pipe. */
  readonly onClose?: () => void
  /** Who writes, at the moment of writing. */
  readonly writer?: () => Token | undefined
  /** Held while the stream reads or writes. */
  readonly hold?: EventLoopHold
}

/**
 * A Node stream of one end of a pipe; it holds the end open until it is destroyed. A closed other end reads as the end
 * of the stream, and fails a write with `EPIPE`, as with Node's own streams on Windows.
 */
export class PipeStream extends Duplex implements PipeStreamContract {
  readonly role: PipeEnd['role']
  readonly #end: PipeEnd
  // An instance of a named pipe has others for its next client.
  readonly #incoming: PipeBuffer | undefined
  readonly #outgoing: PipeBuffer | undefined
  #open = true
  #ended = false
  readonly #onClose: () => void
  readonly #writer: () => Token | undefined
  readonly #loopHandle: LoopHandle
  #isReading = false
  #writes = 0

  constructor(end: PipeEnd, { onClose = doNothing, writer = doNothing, hold }: PipeStreamOptions = {}) {
    super(sidesOf(end))
    this.role = end.role
    this.#end = end
    this.#incoming = end.incoming
    this.#outgoing = end.outgoing
    this.#onClose = onClose
    this.#writer = writer
    this.#loopHandle = new LoopHandle(hold)
    end.addHandle()
  }

  ref(): this {
    this.#loopHandle.setReferenced(true)
    return this
  }

  unref(): this {
    this.#loopHandle.setReferenced(false)
    return this
  }

  override _read(): void {
    this.#setReading(false)
    while (!this.#ended) {
      const chunk = this.#incoming?.read()
      if (chunk === undefined) {
        this.#incoming?.onceReadable(() => this._read())
        this.#setReading(true)
        return
      }
      if (chunk === null) this.#endReading()
      else if (!this.push(chunk)) return
    }
  }

  override _write(chunk: Uint8Array, _encoding: string, callback: (error?: Error) => void): void {
    // A copy: the writer may use its memory again once the pipe has taken the bytes.
    const copy = Uint8Array.from(chunk)
    const onWritten = (written: boolean): void => {
      this.#countWrites(-1)
      callback(written ? undefined : brokenPipe())
    }
    this.#countWrites(1)
    this.#outgoing?.write(copy, onWritten, this.#writer())
  }

  override _final(callback: () => void): void {
    this.#release()
    // As libuv does: after its own end, what the other end still says is not waited for.
    this.#endReading()
    callback()
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#release()
    callback(error)
  }

  #endReading(): void {
    if (this.#ended || this.#incoming === undefined) return
    this.#ended = true
    this.push(null)
    // As a socket does, so that a stream that nobody reads and that has nothing to read ends.
    process.nextTick(() => this.read(0))
  }

  #setReading(isReading: boolean): void {
    this.#isReading = isReading
    this.#updateLoop()
  }

  #countWrites(change: 1 | -1): void {
    this.#writes += change
    this.#updateLoop()
  }

  #updateLoop(): void {
    this.#loopHandle.setBusy(this.#open && (this.#isReading || this.#writes > 0))
  }

  #release(): void {
    if (!this.#open) return
    this.#open = false
    this.#updateLoop()
    this.#end.removeHandle()
    this.#onClose()
  }
}

/** Node knows these options; its types name them for sockets only. */
function sidesOf(end: PipeEnd): { readable: boolean; writable: boolean; allowHalfOpen: boolean } {
  return { readable: end.role !== 'writer', writable: end.role !== 'reader', allowHalfOpen: false }
}

/** libuv's number for EPIPE on Windows. */
const uvBrokenPipe = -4047

function brokenPipe(): Error {
  return Object.assign(new Error('write EPIPE'), { code: 'EPIPE', errno: uvBrokenPipe, syscall: 'write' })
}

function doNothing(): undefined {}
