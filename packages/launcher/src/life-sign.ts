import type { Handle, Win32 } from '@asuser/native'
import { serverOnlySecurity } from './station-lock.ts'

/** A mutex that is held by the process that a record belongs to. */
export class LifeSign {
  readonly #win32: Win32
  readonly #mutex: Handle<'mutex'>

  private constructor(win32: Win32, mutex: Handle<'mutex'>) {
    this.#win32 = win32
    this.#mutex = mutex
  }

  /** Undefined when another process, or another thread, has it. */
  static tryTake(win32: Win32, id: string): LifeSign | undefined {
    const mutex = win32.createMutex({ name: `Global\\asuser-grant-${id}`, security: serverOnlySecurity(win32) })
    try {
      if (win32.tryAcquireMutex(mutex) !== 'busy') return new LifeSign(win32, mutex)
    } catch (error) {
      mutex.close()
      throw error
    }
    mutex.close()
    return undefined
  }

  giveUp(): void {
    try {
      this.#win32.releaseMutex(this.#mutex)
    } catch {
      this.#win32.releaseMutex(this.#mutex)
    } finally {
      this.#mutex.close()
    }
  }
}
