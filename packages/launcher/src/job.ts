import { type Handle, jobLimit, type Win32 } from '@asuser/native'

/** What the job of a process allows. The process and all that it starts belong to the job. */
export interface JobOptions {
  /**
   * Whether the processes end when the server does, or when the last of its handles is closed. True if left out,
   * except for a detached process.
   */
  readonly killOnClose?: boolean | undefined
  /** How many processes may run at once. */
  readonly activeProcesses?: number | undefined
  /** Bytes of memory that all of them together may commit. */
  readonly memory?: number | undefined
}

/**
 * A job with its limits, made before the process so that no instruction of it runs outside.
 *
 * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_INVALID_PARAMETER`
 */
export function createJob(win32: Win32, options: JobOptions, detached: boolean): Handle<'job'> {
  const job = win32.createJobObject({ name: null, security: null })
  try {
    win32.setInformationJobObject(job, 'JobObjectExtendedLimitInformation', {
      limitFlags: limitFlags(options, detached),
      activeProcessLimit: options.activeProcesses ?? 0,
      priorityClass: 0,
      processMemoryLimit: 0n,
      jobMemoryLimit: BigInt(options.memory ?? 0),
    })
    return job
  } catch (error) {
    job.close()
    throw error
  }
}

function limitFlags({ killOnClose, activeProcesses, memory }: JobOptions, detached: boolean): number {
  let flags = 0
  if (killOnClose ?? !detached) flags |= jobLimit.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
  if (activeProcesses !== undefined) flags |= jobLimit.JOB_OBJECT_LIMIT_ACTIVE_PROCESS
  if (memory !== undefined) flags |= jobLimit.JOB_OBJECT_LIMIT_JOB_MEMORY
  return flags
}

/** Ids of the processes in the job but for one: the descendants of that one. */
export function descendantsIn(win32: Win32, job: Handle<'job'>, processId: number): readonly number[] {
  return win32.queryInformationJobObject(job, 'JobObjectBasicProcessIdList').filter((id) => id !== processId)
}
