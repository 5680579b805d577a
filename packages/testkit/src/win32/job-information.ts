import type { JobInformation } from '@asuser/native'
import type { Job } from '../kernel/job.ts'

/** How each information class of a job is read. */
export const jobInformationReaders: {
  readonly [C in keyof JobInformation]: (job: Job) => JobInformation[C]
} = {
  JobObjectExtendedLimitInformation: (job) => ({ ...job.limits }),
  JobObjectBasicAccountingInformation: (job) => job.accounting,
  JobObjectBasicProcessIdList: (job) => [...job.processes].map((process) => process.id),
}
