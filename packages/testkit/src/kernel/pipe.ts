import type { SecurityDescriptor } from '@asuser/security-descriptors'
import { KernelObject } from './kernel-object.ts'
import type { Token } from './token.ts'

/** As much as a pipe takes before its writer has to wait: the quota that the addon creates its pipes with. */
const capacity = 65_536

interface PendingWrite {
  readonly chunk: Uint8Array
  readonly done: (written: boolean) => void
  readonly writer: Token | undefined
}

/** The bytes on their way from the writing end to the reading end. */
export class PipeBuffer {
  readonly #chunks: PendingWrite[] = []
  #size = 0
  #readerOpen = true
  #writerOpen = true
  #onData: (() => void) | undefined
  #lastReadFrom: Token | undefined
  #wasRead = false

  /** Whether anything has been read yet. */
  get wasRead(): boolean {
    return this.#wasRead
  }

  /** Who wrote what was read last, where the writers tell. */
  get lastReadFrom(): Token | undefined {
    return this.#lastReadFrom
  }

  /**
   * Puts bytes in. `done` is called when they have a place in the pipe, which may be at once, or with false when
   * nobody can read them any more. `writer` is the identity that the thread has at this moment.
   */
  write(chunk: Uint8Array, done: (written: boolean) => void, writer?: Token): void {
    if (!this.#readerOpen) {
      done(false)
      return
    }
    this.#size += chunk.length
    const fits = this.#size <= capacity
    this.#chunks.push({ chunk, done: fits ? doNothing : done, writer })
    if (fits) done(true)
    this.#notify()
  }

  /** The next bytes; null at the end, undefined when there are none yet. */
  read(): Uint8Array | null | undefined {
    const next = this.#chunks.shift()
    if (next === undefined) return this.#writerOpen ? undefined : null
    this.#size -= next.chunk.length
    this.#wasRead = true
    this.#lastReadFrom = next.writer
    next.done(true)
    this.#releaseWriters()
    return next.chunk
  }

  /** Has the reader told once that there may be something to read. */
  onceReadable(listener: () => void): void {
    this.#onData = listener
  }

  closeWriter(): void {
    this.#writerOpen = false
    this.#notify()
  }

  closeReader(): void {
    this.#readerOpen = false
    this.#onData = undefined
    for (const { done } of this.#chunks.splice(0)) done(false)
    this.#size = 0
  }

  #releaseWriters(): void {
    let size = 0
    for (const [index, write] of this.#chunks.entries()) {
      size += write.chunk.length
      if (size > capacity) return
      if (write.done === doNothing) continue
      this.#chunks[index] = { ...write, done: doNothing }
      write.done(true)
    }
  }

  #notify(): void {
    const listener = this.#onData
    this.#onData = undefined
    listener?.()
  }
}

export type PipeRole = 'reader' | 'writer' | 'duplex'

/** What an end of a pipe reads from and writes to. */
export interface PipeBuffers {
  readonly incoming?: PipeBuffer | undefined
  readonly outgoing?: PipeBuffer | undefined
}

/** One end of a pipe. It is open as long as a handle or a stream of any process refers to it. */
export class PipeEnd extends KernelObject<'pipe'> {
  readonly kind = 'pipe'
  #buffers: PipeBuffers

  constructor(buffers: PipeBuffers, security: SecurityDescriptor) {
    super(security)
    this.#buffers = buffers
  }

  get incoming(): PipeBuffer | undefined {
    return this.#buffers.incoming
  }

  get outgoing(): PipeBuffer | undefined {
    return this.#buffers.outgoing
  }

  get role(): PipeRole {
    if (this.incoming === undefined) return 'writer'
    return this.outgoing === undefined ? 'reader' : 'duplex'
  }

  /** A new connection. */
  protected set buffers(buffers: PipeBuffers) {
    this.#buffers = buffers
  }

  /** Nobody reads or writes here any more. */
  hangUp(): void {
    this.incoming?.closeReader()
    this.outgoing?.closeWriter()
  }

  protected override lastHandleClosed(): void {
    this.hangUp()
  }
}

function doNothing(): void {}
