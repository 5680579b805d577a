import { errorCodes, jobLimit, type JobAccounting, type JobExtendedLimits } from '@asuser/native'
import type { SecurityDescriptor } from '@asuser/security-descriptors'
import { Failure } from './failure.ts'
import type { ObjectNamespace } from './object-namespace.ts'
import type { Process } from './process.ts'
import { Waitable } from './waitable.ts'

/**
 * A job. Jobs nest: a job that was empty when a process of another job entered it is a child of that job from then
 * on, and its processes belong to both.
 *
 * @see https://learn.microsoft.com/windows/win32/procthread/nested-jobs
 */
export class Job extends Waitable<'job'> {
  readonly kind = 'job'
  readonly name: string | undefined
  limits: JobExtendedLimits = {
    limitFlags: 0,
    activeProcessLimit: 0,
    priorityClass: 0,
    processMemoryLimit: 0n,
    jobMemoryLimit: 0n,
  }
  readonly #namespace: ObjectNamespace
  readonly #processes = new Set<Process>()
  #parent: Job | undefined
  #totalProcesses = 0
  #endedByLimit = 0

  constructor(name: string | undefined, namespace: ObjectNamespace, security: SecurityDescriptor) {
    super(security)
    this.name = name
    this.#namespace = namespace
  }

  /** The processes that run in it now, those of its child jobs among them. */
  get processes(): ReadonlySet<Process> {
    return this.#processes
  }

  get accounting(): JobAccounting {
    return {
      totalProcesses: this.#totalProcesses,
      activeProcesses: this.#processes.size,
      totalTerminatedProcesses: this.#endedByLimit,
      totalUserTime: 0n,
      totalKernelTime: 0n,
    }
  }

  hasLimit(flag: number): boolean {
    return (this.limits.limitFlags & flag) !== 0
  }

  /**
   * Puts a process into this job and the jobs that it is nested in.
   *
   * @throws Failure `ERROR_ACCESS_DENIED` when the jobs cannot nest, and
   *   `ERROR_NOT_ENOUGH_QUOTA` when a limit on active processes is reached; Windows ends the process then
   */
  assign(process: Process): void {
    if (this.#processes.has(process)) return
    this.#nestFor(process)
    const joined = [...this.#ancestry()].filter((job) => !job.#processes.has(process))
    for (const job of joined) {
      job.#processes.add(process)
      job.#totalProcesses += 1
    }
    process.innermostJob = this
    const overfull = joined.find((job) => job.#isOverfull)
    if (overfull === undefined) return
    overfull.#endedByLimit += 1
    process.end(errorCodes.ERROR_NOT_ENOUGH_QUOTA[0])
    throw new Failure('ERROR_NOT_ENOUGH_QUOTA')
  }

  /** A process ended. */
  leave(process: Process): void {
    for (const job of this.#ancestry()) job.#processes.delete(process)
    this.#forgetNameWhenUnused()
  }

  terminate(exitCode: number): void {
    for (const process of this.#processes) process.end(exitCode)
  }

  protected override lastHandleClosed(): void {
    if (this.hasLimit(jobLimit.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE)) this.terminate(0)
    this.#forgetNameWhenUnused()
  }

  get #isOverfull(): boolean {
    return (
      this.hasLimit(jobLimit.JOB_OBJECT_LIMIT_ACTIVE_PROCESS) && this.#processes.size > this.limits.activeProcessLimit
    )
  }

  /** This job and the jobs around it, from the inside out. */
  *#ancestry(): Generator<Job> {
    yield this
    if (this.#parent !== undefined) yield* this.#parent.#ancestry()
  }

  /** Makes this job a child of the one that the process is in, or finds that it is below it already. */
  #nestFor(process: Process): void {
    const outer = process.innermostJob
    if (outer === undefined || [...this.#ancestry()].includes(outer)) return
    if (this.#parent !== undefined || this.#processes.size > 0) throw new Failure('ERROR_ACCESS_DENIED')
    this.#parent = outer
  }

  #forgetNameWhenUnused(): void {
    if (this.handleCount === 0 && this.#processes.size === 0) this.#namespace.remove(this)
  }
}
