import type { Borrowed, Handle, HandleKind, PseudoHandle, StreamHandle } from '@asuser/native'
import { Failure } from './failure.ts'
import type { KernelObjects } from './kernel-objects.ts'

/** What an open handle stands for, for the report of leaks. */
export interface OpenHandleEntry {
  readonly kind: HandleKind
  readonly object: KernelObjects[HandleKind]
  readonly access: number
  /** The function that opened it. */
  readonly openedBy: string
  readonly stack: string | undefined
}

/** Says of a new handle who opened it, and from where if that is being recorded. */
export interface HandleOrigins {
  current(): { readonly openedBy: string; readonly stack: string | undefined }
}

/** The handles of one process, each with the access that was granted when it was opened. */
export class HandleTable {
  readonly #handles = new Set<OpenHandle<HandleKind>>()
  readonly #origins: HandleOrigins

  constructor(origins: HandleOrigins) {
    this.#origins = origins
  }

  get size(): number {
    return this.#handles.size
  }

  /** A new handle with `access`, which has been checked already. */
  open<K extends HandleKind>(kind: K, object: KernelObjects[K], access: number): Handle<K> {
    const { openedBy, stack } = this.#origins.current()
    const handle = new OpenHandle<K>(this, { kind, object, access, openedBy, stack })
    object.addHandle()
    this.#handles.add(handle)
    return handle
  }

  /**
   * The object of a handle that was opened with all of `access`.
   *
   * @throws Failure `ERROR_INVALID_HANDLE` for a closed handle or one of another process, `ERROR_ACCESS_DENIED`
   */
  resolve<K extends HandleKind>(handle: Borrowed<K>, access: number, ...kinds: readonly K[]): KernelObjects[K] {
    const { object, granted } = this.lookUp(handle, ...kinds)
    if ((granted & access) !== access) throw new Failure('ERROR_ACCESS_DENIED', { handle: handle.kind })
    return object
  }

  /** The object and the granted access of a handle. */
  lookUp<K extends HandleKind>(
    handle: Borrowed<K>,
    ...kinds: readonly K[]
  ): { object: KernelObjects[K]; granted: number } {
    if (isOpenHandle(handle)) {
      checkKind(handle, kinds)
      return handle.resolveIn(this)
    }
    if (isLentHandle(handle)) {
      checkKind(handle, kinds)
      return handle.resolveIn(this)
    }
    throw wrongType(`Expected a handle of a ${kinds.join(' or ')} from this implementation, got ${describe(handle)}`)
  }

  /** The same, which may also be that of a stream: for what is done with it before the event loop goes on. */
  lookUpForNow<K extends HandleKind>(
    handle: Borrowed<K> | StreamHandle<K>,
    ...kinds: readonly K[]
  ): { object: KernelObjects[K]; granted: number } {
    if (handle instanceof OpenStreamHandle) {
      checkKind(handle, kinds)
      return handle.resolveIn(this)
    }
    if (isOfStream(handle)) throw wrongType('Expected a handle of a stream from this implementation')
    return this.lookUp(handle, ...kinds)
  }

  /** Has something done when this handle is closed. Returns how to have it left undone. */
  whenClosed(handle: Handle, callback: () => void): () => void {
    if (!isOpenHandle(handle)) throw wrongType(`Expected a handle from this implementation, got ${describe(handle)}`)
    handle.closeListeners.add(callback)
    return () => handle.closeListeners.delete(callback)
  }

  forget(handle: OpenHandle<HandleKind>): void {
    this.#handles.delete(handle)
  }

  closeAll(): void {
    for (const handle of this.#handles) handle.close()
  }

  *entries(): Generator<OpenHandleEntry> {
    for (const handle of this.#handles) {
      if (handle.entry !== undefined) yield handle.entry
    }
  }
}

interface TypedEntry<K extends HandleKind> extends OpenHandleEntry {
  readonly kind: K
  readonly object: KernelObjects[K]
}

class OpenHandle<K extends HandleKind> implements Handle<K> {
  readonly kind: K
  readonly closeListeners: Set<() => void> = new Set()
  readonly #table: HandleTable
  #entry: TypedEntry<K> | undefined

  constructor(table: HandleTable, entry: TypedEntry<K>) {
    this.kind = entry.kind
    this.#table = table
    this.#entry = entry
  }

  get closed(): boolean {
    return this.#entry === undefined
  }

  get entry(): OpenHandleEntry | undefined {
    return this.#entry
  }

  resolveIn(table: HandleTable): { object: KernelObjects[K]; granted: number } {
    if (this.#entry === undefined || this.#table !== table) {
      throw new Failure('ERROR_INVALID_HANDLE', { handle: this.kind })
    }
    return { object: this.#entry.object, granted: this.#entry.access }
  }

  close(): void {
    const entry = this.#entry
    if (entry === undefined) return
    this.#entry = undefined
    this.#table.forget(this)
    for (const listener of this.closeListeners) listener()
    entry.object.removeHandle()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

/** A handle that the kernel lends to one process, with all access, and that is never closed. */
export class LentHandle<K extends HandleKind> implements PseudoHandle<K> {
  readonly kind: K
  readonly pseudo = true
  readonly #table: HandleTable
  readonly #object: KernelObjects[K]
  readonly #access: number

  constructor(table: HandleTable, kind: K, object: KernelObjects[K], access: number) {
    this.kind = kind
    this.#table = table
    this.#object = object
    this.#access = access
  }

  resolveIn(table: HandleTable): { object: KernelObjects[K]; granted: number } {
    if (this.#table !== table) throw new Failure('ERROR_INVALID_HANDLE', { handle: this.kind })
    return { object: this.#object, granted: this.#access }
  }
}

/** The handle of a stream, good until the stream lets go of the object. */
export class OpenStreamHandle<K extends HandleKind> implements StreamHandle<K> {
  readonly kind: K
  readonly ofStream = true
  readonly #table: HandleTable
  #entry: { readonly object: KernelObjects[K]; readonly granted: number } | undefined

  constructor(table: HandleTable, kind: K, entry: { readonly object: KernelObjects[K]; readonly granted: number }) {
    this.kind = kind
    this.#table = table
    this.#entry = entry
  }

  resolveIn(table: HandleTable): { object: KernelObjects[K]; granted: number } {
    if (this.#entry === undefined || this.#table !== table) {
      throw new Failure('ERROR_INVALID_HANDLE', { handle: this.kind })
    }
    return this.#entry
  }

  end(): void {
    this.#entry = undefined
  }
}

function isOfStream<K extends HandleKind>(handle: Borrowed<K> | StreamHandle<K>): handle is StreamHandle<K> {
  return 'ofStream' in handle
}

function isOpenHandle<K extends HandleKind>(handle: Borrowed<K>): handle is OpenHandle<K> {
  return handle instanceof OpenHandle
}

function isLentHandle<K extends HandleKind>(handle: Borrowed<K>): handle is LentHandle<K> {
  return handle instanceof LentHandle
}

function checkKind<K extends HandleKind>(handle: { readonly kind: K }, kinds: readonly K[]): void {
  if (kinds.includes(handle.kind)) return
  throw wrongType(`Expected a handle of a ${kinds.join(' or ')}, got one of a ${handle.kind}`)
}

function wrongType(message: string): TypeError {
  return Object.assign(new TypeError(message), { code: 'ERR_INVALID_ARG_TYPE' })
}

function describe(value: unknown): string {
  return value === null ? 'null' : typeof value
}
