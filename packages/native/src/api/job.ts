import type { Borrowed, Handle } from './handle.ts'

export interface JobExtendedLimits {
  /** `JOB_OBJECT_LIMIT_*`: which of the fields below count. */
  readonly limitFlags: number
  readonly activeProcessLimit: number
  readonly priorityClass: number
  /** Bytes. */
  readonly processMemoryLimit: bigint
  /** Bytes. */
  readonly jobMemoryLimit: bigint
}

export interface JobAccounting {
  readonly totalProcesses: number
  readonly activeProcesses: number
  readonly totalTerminatedProcesses: number
  /** In units of 100 nanoseconds. */
  readonly totalUserTime: bigint
  /** In units of 100 nanoseconds. */
  readonly totalKernelTime: bigint
}

/** What `queryInformationJobObject` answers with. */
export interface JobInformation {
  JobObjectExtendedLimitInformation: JobExtendedLimits
  JobObjectBasicAccountingInformation: JobAccounting
  /** Ids of the processes in the job now. */
  JobObjectBasicProcessIdList: readonly number[]
}

export interface CreateJobOptions {
  /** Null: a job without a name. */
  readonly name: string | null
  /** A self-relative security descriptor; null gives the default of the caller's token. */
  readonly security: Uint8Array | null
}

export interface JobApi {
  /**
   * Creates a job, or opens the existing one of this name with all access.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_INVALID_HANDLE` when the name belongs to an object of another type
   * @see https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-createjobobjectw
   */
  createJobObject(options: CreateJobOptions): Handle<'job'>

  /**
   * Opens the existing job of this name.
   *
   * Needs the asked access from the DACL of the job.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_ACCESS_DENIED`, `ERROR_INVALID_HANDLE` when the name belongs to an
   *   object of another type
   * @see https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-openjobobjectw
   */
  openJobObject(name: string, desiredAccess: number): Handle<'job'>

  /**
   * Sets the limits of a job.
   *
   * Needs `JOB_OBJECT_SET_ATTRIBUTES`.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_INVALID_PARAMETER`
   * @see https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-setinformationjobobject
   */
  setInformationJobObject(
    job: Borrowed<'job'>,
    informationClass: 'JobObjectExtendedLimitInformation',
    information: JobExtendedLimits,
  ): void

  /**
   * Needs `JOB_OBJECT_QUERY`.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-queryinformationjobobject
   */
  queryInformationJobObject<C extends keyof JobInformation>(
    job: Borrowed<'job'>,
    informationClass: C,
  ): JobInformation[C]

  /**
   * Puts a running process into a job.
   *
   * Needs `JOB_OBJECT_ASSIGN_PROCESS`, and `PROCESS_SET_QUOTA | PROCESS_TERMINATE` on the process.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, also when the process has ended or the jobs cannot nest
   * @see https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-assignprocesstojobobject
   */
  assignProcessToJobObject(job: Borrowed<'job'>, process: Borrowed<'process'>): void

  /**
   * Ends every process of the job and of the jobs nested in it.
   *
   * Needs `JOB_OBJECT_TERMINATE`.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-terminatejobobject
   */
  terminateJobObject(job: Borrowed<'job'>, exitCode: number): void

  /**
   * Whether the process runs in the job; with null, in any job.
   *
   * Needs `PROCESS_QUERY_LIMITED_INFORMATION`, and `JOB_OBJECT_QUERY` on the job.
   *
   * @see https://learn.microsoft.com/windows/win32/api/jobapi/nf-jobapi-isprocessinjob
   */
  isProcessInJob(process: Borrowed<'process'>, job: Borrowed<'job'> | null): boolean
}
