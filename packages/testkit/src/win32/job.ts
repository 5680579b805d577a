import { jobAccess, jobLimit, processAccess, type JobApi, type JobExtendedLimits } from '@asuser/native'
import { grantOpen } from '../kernel/access.ts'
import { Failure } from '../kernel/failure.ts'
import { Job } from '../kernel/job.ts'
import type { Caller } from './caller.ts'
import { securityOf } from './given-security.ts'
import { findNamed, openNamed } from './kernel-object.ts'
import { jobInformationReaders } from './job-information.ts'

export function createJobApi(caller: Caller): JobApi {
  const { handles, machine } = caller

  function newJob(name: string | null, security: Uint8Array | null): Job {
    const job = new Job(name ?? undefined, machine.namespace, securityOf(caller, 'job', security))
    if (name !== null) machine.namespace.add(name, caller.process.token.sessionId, job)
    return job
  }

  return {
    createJobObject({ name, security }) {
      const existing = name === null ? undefined : findNamed(caller, name, 'job')
      if (existing === undefined) return handles.open('job', newJob(name, security), jobAccess.JOB_OBJECT_ALL_ACCESS)
      return handles.open('job', existing, grantOpen(caller.token, existing, jobAccess.JOB_OBJECT_ALL_ACCESS))
    },

    openJobObject: (name, desiredAccess) => openNamed(caller, name, 'job', desiredAccess),

    setInformationJobObject(handle, _informationClass, information) {
      const job = handles.resolve(handle, jobAccess.JOB_OBJECT_SET_ATTRIBUTES, 'job')
      checkLimits(information)
      job.limits = { ...information }
    },

    queryInformationJobObject(handle, informationClass) {
      const job = handles.resolve(handle, jobAccess.JOB_OBJECT_QUERY, 'job')
      return jobInformationReaders[informationClass](job)
    },

    assignProcessToJobObject(jobHandle, processHandle) {
      const job = handles.resolve(jobHandle, jobAccess.JOB_OBJECT_ASSIGN_PROCESS, 'job')
      const access = processAccess.PROCESS_SET_QUOTA | processAccess.PROCESS_TERMINATE
      const process = handles.resolve(processHandle, access, 'process')
      if (process.hasEnded) throw new Failure('ERROR_ACCESS_DENIED')
      job.assign(process)
    },

    terminateJobObject(handle, exitCode) {
      handles.resolve(handle, jobAccess.JOB_OBJECT_TERMINATE, 'job').terminate(exitCode)
    },

    isProcessInJob(processHandle, jobHandle) {
      const process = handles.resolve(processHandle, processAccess.PROCESS_QUERY_LIMITED_INFORMATION, 'process')
      if (jobHandle === null) return process.innermostJob !== undefined
      return handles.resolve(jobHandle, jobAccess.JOB_OBJECT_QUERY, 'job').processes.has(process)
    },
  }
}

const knownLimits = Object.values(jobLimit).reduce((all, flag) => all | flag, 0)

/** Memory limits and priorities are kept and not enforced: simulated programs have neither. */
function checkLimits({ limitFlags, activeProcessLimit }: JobExtendedLimits): void {
  if (limitFlags & ~knownLimits) throw new Failure('ERROR_INVALID_PARAMETER', { limitFlags })
  if (limitFlags & jobLimit.JOB_OBJECT_LIMIT_ACTIVE_PROCESS && activeProcessLimit === 0) {
    throw new Failure('ERROR_INVALID_PARAMETER', { activeProcessLimit })
  }
}
