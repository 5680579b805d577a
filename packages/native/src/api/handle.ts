/** What a handle refers to. A function that wants a token refuses a process. */
export type HandleKind =
  | 'token'
  | 'process'
  | 'thread'
  | 'job'
  | 'window-station'
  | 'desktop'
  | 'pipe'
  | 'file'
  | 'mutex'
  | 'event'
  | 'semaphore'
  | 'waitable-timer'
  | 'section'
  | 'symbolic-link'
  | 'directory-object'
  | 'credentials'
  | 'security-context'
  | 'authz-context'
  | 'security-event-source'
  | 'enabled-privileges'

/** What the kernel keeps, with a security descriptor; handles of SSPI and AuthZ and enabled privileges are none of it. */
export type KernelObjectKind = Exclude<
  HandleKind,
  'credentials' | 'security-context' | 'authz-context' | 'security-event-source' | 'enabled-privileges'
>

/**
 * An open handle that the holder owns: it is closed once, by `close()` or by `using`; closing again does nothing.
 *
 * Handles are objects, never numbers, so that they cannot be forged, confused or closed twice. A call in flight on
 * another thread keeps the kernel handle open until it is done, even when `close()` was called meanwhile. The garbage
 * collector closes a forgotten handle and emits a process warning; that is a safety net, not a way to work.
 */
export interface Handle<K extends HandleKind = HandleKind> extends Disposable {
  readonly kind: K
  readonly closed: boolean
  /**
   * @see https://learn.microsoft.com/windows/win32/api/handleapi/nf-handleapi-closehandle
   */
  close(): void
}

/** A handle that Windows lends and that nobody closes: the current process, its window station, its desktop. */
export interface PseudoHandle<K extends HandleKind = HandleKind> {
  readonly kind: K
  readonly pseudo: true
}

/** A handle that a function uses and leaves open. */
export type Borrowed<K extends HandleKind> = Handle<K> | PseudoHandle<K>

export interface HandleApi {
  /** How many handles that this implementation gave out are not closed. */
  countOpenHandles(): number

  /**
   * A second handle of the same object, with the same access. The object is open until both are closed.
   *
   * @throws Win32Error `ERROR_INVALID_HANDLE`
   * @see https://learn.microsoft.com/windows/win32/api/handleapi/nf-handleapi-duplicatehandle
   */
  duplicateHandle<K extends KernelObjectKind>(handle: Borrowed<K>): Handle<K>
}
