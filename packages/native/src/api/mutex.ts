import type { Borrowed, Handle } from './handle.ts'

export interface CreateMutexOptions {
  /** `Global\name` is one object for all sessions, `Local\name` one for each. */
  readonly name: string
  /** A self-relative security descriptor; null gives the default of the caller's token. Ignored if the mutex exists. */
  readonly security: Uint8Array | null
}

/** `abandoned`: taken over from a thread that ended without giving it back; what it guards may be half done. */
export type MutexState = 'acquired' | 'abandoned' | 'busy'

export interface MutexApi {
  /**
   * Creates a mutex, or opens the existing one of this name.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_INVALID_HANDLE` when the name belongs to an object of another type
   * @see https://learn.microsoft.com/windows/win32/api/synchapi/nf-synchapi-createmutexw
   */
  createMutex(options: CreateMutexOptions): Handle<'mutex'>

  /**
   * Takes the mutex for the JavaScript thread, if it is free, without waiting. A mutex belongs to a thread: take it,
   * do the work and release it without an `await` between.
   *
   * Needs `SYNCHRONIZE`.
   *
   * @see https://learn.microsoft.com/windows/win32/api/synchapi/nf-synchapi-waitforsingleobject
   */
  tryAcquireMutex(mutex: Borrowed<'mutex'>): MutexState

  /**
   * Gives the mutex back.
   *
   * @throws Win32Error `ERROR_NOT_OWNER`
   * @see https://learn.microsoft.com/windows/win32/api/synchapi/nf-synchapi-releasemutex
   */
  releaseMutex(mutex: Borrowed<'mutex'>): void
}
