import { jobAccess, jobLimit, type Handle, type JobExtendedLimits } from '@asuser/native'
import { SecurityDescriptor } from '@asuser/security-descriptors'
import { describe, expect, it } from 'vitest'
import { asyncOutcomeOf, outcomeOf, type ContractRun } from './contract-run.ts'

const noLimits: JobExtendedLimits = {
  limitFlags: 0,
  activeProcessLimit: 0,
  priorityClass: 0,
  processMemoryLimit: 0n,
  jobMemoryLimit: 0n,
}

export function describeJobs(run: () => ContractRun): void {
  function createJob(limits: Partial<JobExtendedLimits> = {}): Handle<'job'> {
    const job = run().win32.createJobObject({ name: null, security: null })
    run().win32.setInformationJobObject(job, 'JobObjectExtendedLimitInformation', { ...noLimits, ...limits })
    return job
  }

  function activeProcesses(job: Handle<'job'>): number {
    return run().win32.queryInformationJobObject(job, 'JobObjectBasicAccountingInformation').activeProcesses
  }

  describe('a job', () => {
    it('has its processes from their creation on, and counts them', async () => {
      const { win32, backend } = run()
      using token = await run().logOn(backend.accounts.alice)
      using job = createJob()
      const created = await run().start(token, backend.programs.runForever(), { jobList: [job] })
      expect(win32.isProcessInJob(created.process, job)).toBe(true)
      expect(win32.isProcessInJob(created.process, null)).toBe(true)
      expect(win32.queryInformationJobObject(job, 'JobObjectBasicProcessIdList')).toContain(created.processId)
      expect(activeProcesses(job)).toBeGreaterThanOrEqual(1)
      win32.terminateJobObject(job, 0xfeed)
      expect(await run().exitCode(created)).toBe(0xfeed)
      await expect.poll(() => activeProcesses(job)).toBe(0)
      expect(
        win32.queryInformationJobObject(job, 'JobObjectBasicAccountingInformation').totalProcesses,
      ).toBeGreaterThanOrEqual(1)
    })

    it('ends its processes with its last handle when it is to', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      const job = createJob({ limitFlags: jobLimit.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE })
      const created = await run().start(token, run().backend.programs.runForever(), { jobList: [job] })
      job.close()
      expect(await run().exitCode(created)).toBe(0)
    })

    it('lets its processes run on when it is not to', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      const job = createJob()
      const created = await run().start(token, run().backend.programs.runForever(), { jobList: [job] })
      job.close()
      run().win32.terminateProcess(created.process, 6)
      expect(await run().exitCode(created)).toBe(6)
    })

    it('takes a running process, and none that has ended', async () => {
      const { win32, backend } = run()
      using token = await run().logOn(backend.accounts.alice)
      using job = createJob()
      const created = await run().start(token, backend.programs.runForever())
      expect(win32.isProcessInJob(created.process, job)).toBe(false)
      win32.assignProcessToJobObject(job, created.process)
      expect(win32.isProcessInJob(created.process, job)).toBe(true)
      win32.terminateProcess(created.process, 0)
      await run().ended(created.process)
      using other = createJob()
      // windows-behaviour 2.17
      expect(outcomeOf(() => win32.assignProcessToJobObject(other, created.process))).toBe('ERROR_ACCESS_DENIED')
      await run().exitCode(created)
    })

    it('nests in the job of a process when it is empty, and not when it has other processes', async () => {
      const { win32, backend } = run()
      using token = await run().logOn(backend.accounts.alice)
      using outer = createJob()
      using inner = createJob()
      using busy = createJob()
      const first = await run().start(token, backend.programs.runForever(), { jobList: [outer] })
      const second = await run().start(token, backend.programs.runForever(), { jobList: [busy] })
      win32.assignProcessToJobObject(inner, first.process)
      expect([outer, inner].map((job) => win32.isProcessInJob(first.process, job))).toEqual([true, true])
      expect(outcomeOf(() => win32.assignProcessToJobObject(busy, first.process))).toBe('ERROR_ACCESS_DENIED')
      // Ending the outer job reaches into the inner one.
      win32.terminateJobObject(outer, 1)
      win32.terminateJobObject(busy, 2)
      expect(await Promise.all([run().exitCode(first), run().exitCode(second)])).toEqual([1, 2])
    })

    it('keeps its limits', () => {
      using job = createJob({
        limitFlags: jobLimit.JOB_OBJECT_LIMIT_ACTIVE_PROCESS | jobLimit.JOB_OBJECT_LIMIT_BREAKAWAY_OK,
        activeProcessLimit: 3,
      })
      const limits = run().win32.queryInformationJobObject(job, 'JobObjectExtendedLimitInformation')
      expect(limits.activeProcessLimit).toBe(run().expected('limits of a job that are read back', 3))
      expect(
        outcomeOf(() =>
          run().win32.setInformationJobObject(job, 'JobObjectExtendedLimitInformation', {
            ...noLimits,
            limitFlags: 0x4000_0000,
          }),
        ),
      ).toBe(run().expected('a limit of a job that there is none of', 'ERROR_INVALID_PARAMETER'))
    })

    it('starts no more processes than its limit', async () => {
      const { backend } = run()
      using token = await run().logOn(backend.accounts.alice)
      using job = createJob({ limitFlags: jobLimit.JOB_OBJECT_LIMIT_ACTIVE_PROCESS, activeProcessLimit: 1 })
      const first = await run().start(token, backend.programs.runForever(), { jobList: [job] })
      const created = await asyncOutcomeOf(async () => {
        const second = await run().start(token, backend.programs.exitWith(0), { jobList: [job] })
        await run().exitCode(second)
      })
      // "Not enough quota is available to process this command."
      expect(created).toBe(run().expected('one process too many for a job', 'ERROR_NOT_ENOUGH_QUOTA'))
      run().win32.terminateJobObject(job, 0)
      await run().exitCode(first)
    })

    it('is found again by its name', () => {
      const { win32 } = run()
      const name = 'Local\\asuser-contract-job'
      using job = win32.createJobObject({ name, security: null })
      using again = win32.createJobObject({ name, security: null })
      expect([job, again].map(({ kind }) => kind)).toEqual(['job', 'job'])
      expect(outcomeOf(() => win32.createMutex({ name, security: null }))).toBe('ERROR_INVALID_HANDLE')
    })

    it('is opened with the access that is asked for, and no more', () => {
      const { win32 } = run()
      const name = 'Local\\asuser-contract-open-job'
      using _job = win32.createJobObject({ name, security: null })
      using reader = win32.openJobObject(name, jobAccess.JOB_OBJECT_QUERY)
      expect(reader.kind).toBe('job')
      expect(win32.queryInformationJobObject(reader, 'JobObjectBasicProcessIdList')).toEqual([])
      expect(outcomeOf(() => win32.terminateJobObject(reader, 0))).toBe('ERROR_ACCESS_DENIED')
    })

    it('is not opened by a name that is free or another object has, and by nobody whom its DACL keeps out', async () => {
      const { win32, backend } = run()
      using bob = await run().logOn(backend.accounts.bob)
      const security = SecurityDescriptor.fromSddl('O:SYG:SYD:(A;;0x1f003f;;;SY)').toBytes()
      using job = win32.createJobObject({ name: 'Local\\asuser-contract-closed-job', security })
      using mutex = win32.createMutex({ name: 'Local\\asuser-contract-no-job', security: null })
      const open = (name: string): string =>
        outcomeOf(() => win32.openJobObject(`Local\\asuser-contract-${name}`, jobAccess.JOB_OBJECT_QUERY))
      expect(open('missing-job')).toBe('ERROR_FILE_NOT_FOUND')
      expect(open('no-job')).toBe('ERROR_INVALID_HANDLE')
      expect(open('closed-job')).toBe('success')
      expect(win32.impersonateLoggedOnUser(bob, () => open('closed-job'))).toBe('ERROR_ACCESS_DENIED')
      expect([job.closed, mutex.closed]).toEqual([false, false])
    })
  })
}
