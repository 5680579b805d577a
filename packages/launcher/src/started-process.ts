import { setTimeout as delay } from 'node:timers/promises'
import {
  type CreatedProcess,
  type Handle,
  type RegisteredWait,
  STILL_ACTIVE,
  type Win32,
  Win32Error,
} from '@asuser/native'
import { descendantsIn } from './job.ts'
import type { ResourceStack } from './resource-stack.ts'
import type { StationGrant } from './station-grant.ts'

/**
 * How often a job is looked at that outlives its first process, in milliseconds. The console host of a process ends some
 * milliseconds after it: looking for it at once would find it still there.
 */
const firstPause = 16
const longestPause = 1000

export interface StartedProcessParts {
  readonly win32: Win32
  readonly created: CreatedProcess
  readonly job: Handle<'job'>
  readonly grant: StationGrant | undefined
  readonly image: string
  /** What the processes of the job need, given back after the last of them. */
  readonly resources: ResourceStack
}

/** A process that runs, with all that is held for it and for what it starts. */
export class StartedProcess {
  readonly processId: number
  readonly image: string
  readonly grant: StationGrant | undefined
  readonly ended: Promise<void>
  readonly #win32: Win32
  readonly #process: Handle<'process'>
  readonly #job: Handle<'job'>
  readonly #resources: ResourceStack
  readonly #wait: RegisteredWait
  #isOutlived = false
  #isReferenced = true
  #released: Promise<void> | undefined

  /** Takes over the resources once it has not thrown. */
  private constructor({ win32, created, job, grant, image, resources }: StartedProcessParts) {
    this.#win32 = win32
    this.#process = created.process
    this.#job = job
    this.#resources = resources
    this.processId = created.processId
    this.image = image
    this.grant = grant
    let end: (() => void) | undefined
    this.ended = new Promise((resolve) => {
      end = resolve
    })
    this.#wait = resources.use(win32.registerWaitForSingleObject(created.process, () => end?.()))
  }

  /** @throws Win32Error when Windows cannot tell of the end; then the process has been ended */
  static watch(parts: StartedProcessParts): StartedProcess {
    try {
      return new StartedProcess(parts)
    } catch (error) {
      parts.win32.terminateJobObject(parts.job, killedExitCode)
      throw error
    }
  }

  readExitCode(): number {
    return this.#win32.getExitCodeProcess(this.#process)
  }

  /** Ends the process. False when it has ended already. */
  terminate(exitCode: number): boolean {
    if (this.#process.closed) return false
    try {
      this.#win32.terminateProcess(this.#process, exitCode)
      return true
    } catch (error) {
      // Windows refuses this to everybody for a process that has ended and is not yet known here to have.
      if (error instanceof Win32Error && this.readExitCode() !== STILL_ACTIVE) return false
      throw error
    }
  }

  /** Ends the process and all that it started. False when none of them is left. */
  terminateTree(exitCode: number): boolean {
    if (this.#job.closed) return false
    this.#win32.terminateJobObject(this.#job, exitCode)
    return true
  }

  ref(): void {
    this.#isReferenced = true
    this.#wait.ref()
  }

  unref(): void {
    this.#isReferenced = false
    this.#wait.unref()
  }

  /** Whether `release()` has found that what the process started outlives it. */
  get isOutlived(): boolean {
    return this.#isOutlived
  }

  /** For after the end: waits for the descendants, then gives everything back. */
  release(): Promise<void> {
    this.#released ??= this.#releaseAfterDescendants()
    return this.#released
  }

  async #releaseAfterDescendants(): Promise<void> {
    try {
      for (let pause = firstPause; this.#hasDescendants(); pause = Math.min(2 * pause, longestPause)) {
        this.#isOutlived = true
        // A server that ended now would leave a grant behind.
        await delay(pause, undefined, { ref: this.#isReferenced })
      }
    } finally {
      await this.#resources.release()
    }
  }

  #hasDescendants(): boolean {
    return descendantsIn(this.#win32, this.#job, this.processId).length > 0
  }
}

/** What a process ends with that is ended from here, as in `node:child_process`. */
export const killedExitCode = 1
