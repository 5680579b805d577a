import { describe, expect, it } from 'vitest'
import { creationFlag, jobLimit } from '../constants.ts'
import { closeAfterEach, cmd, create, end, later } from '../fixtures/child-processes.ts'
import { getWin32 } from '../win32.ts'

const win32 = getWin32()
closeAfterEach()

describe('a job', () => {
  it('ends its processes when its last handle is closed', async () => {
    const job = later(win32.createJobObject({ name: null, security: null }))
    win32.setInformationJobObject(job, 'JobObjectExtendedLimitInformation', {
      limitFlags: jobLimit.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
      activeProcessLimit: 0,
      priorityClass: 0,
      processMemoryLimit: 0n,
      jobMemoryLimit: 0n,
    })
    const created = await create({ creationFlags: creationFlag.CREATE_SUSPENDED, jobList: [job] })
    job.close()
    await end(created.process)
  })

  it('is found by its name, and refuses the name of another kind of object', () => {
    const name = `Local\\asuser-test-${process.pid}`
    using job = win32.createJobObject({ name, security: null })
    using again = win32.createJobObject({ name, security: null })
    expect(again.kind).toBe(job.kind)
    expect(() => win32.createMutex({ name, security: null })).toThrow(
      expect.objectContaining({ code: 'ERROR_INVALID_HANDLE', context: { name } }),
    )
  })

  it('takes a running process in', async () => {
    using job = win32.createJobObject({ name: null, security: null })
    const created = await create({ creationFlags: creationFlag.CREATE_SUSPENDED })
    expect(win32.isProcessInJob(created.process, job)).toBe(false)
    win32.assignProcessToJobObject(job, created.process)
    expect(win32.isProcessInJob(created.process, job)).toBe(true)
    win32.terminateJobObject(job, 0xc000013a)
    expect(await end(created.process)).toBe(0xc000013a)
  })

  it('lists more processes than the first question has room for', async () => {
    using job = win32.createJobObject({ name: null, security: null })
    const children = await Promise.all(
      Array.from({ length: 20 }, () =>
        create({
          applicationName: cmd,
          commandLine: 'cmd',
          creationFlags: creationFlag.CREATE_SUSPENDED,
          jobList: [job],
        }),
      ),
    )
    const ids = win32.queryInformationJobObject(job, 'JobObjectBasicProcessIdList')
    expect(ids.toSorted((a, b) => a - b)).toEqual(children.map((child) => child.processId).toSorted((a, b) => a - b))
    win32.terminateJobObject(job, 0)
    await Promise.all(children.map((child) => end(child.process)))
  })
})
