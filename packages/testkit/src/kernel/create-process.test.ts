import { creationFlag, jobLimit, type JobExtendedLimits } from '@asuser/native'
import { describe, expect, it } from 'vitest'
import { password, Server } from '../../test/server.ts'

const noop = 'C:\\Tools\\noop.exe'
const programs = { [noop]: () => 0 }

function fails(code: string): unknown {
  return expect.objectContaining({ name: 'Win32Error', code, syscall: 'CreateProcessAsUserW' })
}

describe('createProcess', () => {
  it('names the privilege that the caller does not hold', async () => {
    const server = new Server({ programs }, { account: 'bob' })
    using token = await server.logOn('alice')
    await expect(server.start(token, noop)).rejects.toEqual(
      expect.objectContaining({
        code: 'ERROR_PRIVILEGE_NOT_HELD',
        context: { privilege: 'SeAssignPrimaryTokenPrivilege' },
      }),
    )
    token.close()
    server.windows.assertNoLeaks()
  })

  it('needs no privilege for a token of the caller’s own logon', async () => {
    const server = new Server({ programs }, { account: 'bob' })
    using own = server.win32.openProcessToken(server.win32.getCurrentProcess(), 0xf)
    expect(await server.run(own, noop)).toBe(0)
  })

  it('is enough with the privileges as account rights', async () => {
    const rights = { SeAssignPrimaryTokenPrivilege: ['bob'], SeIncreaseQuotaPrivilege: ['bob'] } as const
    const server = new Server({ programs, rights }, { account: 'bob' })
    using token = await server.logOn('alice')
    expect(await server.run(token, noop)).toBe(0)
  })

  it('reaches the image as the client when it impersonates, else as the server', async () => {
    const users = { alice: { password }, bob: { password } }
    const server = new Server({
      users,
      programs: { 'C:\\Private\\tool.exe': { main: () => 4, sddl: 'O:SYG:SYD:P(A;;FA;;;SY)' } },
    })
    using token = await server.logOn('alice')
    await expect(server.start(token, 'C:\\Private\\tool.exe', { impersonate: token })).rejects.toEqual(
      fails('ERROR_ACCESS_DENIED'),
    )
    expect(await server.run(token, 'C:\\Private\\tool.exe')).toBe(4)
  })

  it('fails with ERROR_DIRECTORY for a directory that the client may not enter', async () => {
    const server = new Server({ programs })
    using token = await server.logOn('alice')
    const currentDirectory = 'C:\\Users\\bob'
    await expect(server.start(token, noop, { impersonate: token, currentDirectory })).rejects.toEqual(
      fails('ERROR_DIRECTORY'),
    )
    expect(await server.run(token, noop, { currentDirectory })).toBe(0)
  })

  it('fails with ERROR_ELEVATION_REQUIRED for a program that wants an administrator', async () => {
    const server = new Server({
      users: { alice: { password }, bob: { password, groups: ['Administrators'] } },
      programs: { 'C:\\Tools\\setup.exe': { main: () => 8, requiresAdministrator: true } },
    })
    using user = await server.logOn('alice')
    await expect(server.start(user, 'C:\\Tools\\setup.exe')).rejects.toEqual(fails('ERROR_ELEVATION_REQUIRED'))
    using limited = await server.logOn('bob')
    await expect(server.start(limited, 'C:\\Tools\\setup.exe')).rejects.toEqual(fails('ERROR_ELEVATION_REQUIRED'))
    using full = server.win32.getTokenInformation(limited, 'TokenLinkedToken')
    expect(await server.run(full, 'C:\\Tools\\setup.exe')).toBe(8)
  })

  it('lets a client run on the station of its own and not on that of the service', async () => {
    const server = new Server({ programs })
    using token = await server.logOn('alice')
    expect(await server.run(token, noop, { desktop: '' })).toBe(0)
    expect(await server.run(token, noop, { desktop: null })).toBe(0xc000_0142)
    expect(await server.run(token, noop, { desktop: 'winsta0\\default' })).toBe(0xc000_0142)
    expect(await server.run(token, noop, { desktop: 'nowhere\\nothing' })).toBe(0xc000_0142)
  })

  it('runs no code of a program that cannot come to its desktop', async () => {
    let ran = false
    const server = new Server({
      programs: {
        'C:\\Tools\\tell.exe': () => {
          ran = true
        },
      },
    })
    using token = await server.logOn('alice')
    await server.run(token, 'C:\\Tools\\tell.exe', { desktop: null })
    expect(ran).toBe(false)
  })

  it('keeps children in the job of their parent, unless they may break away and do', async () => {
    for (const [limitFlags, expected] of [
      [0, 'ERROR_ACCESS_DENIED'],
      [jobLimit.JOB_OBJECT_LIMIT_BREAKAWAY_OK, 'free'],
    ] as const) {
      expect(await breakAway(limitFlags)).toBe(expected)
    }
  })
})

/** What happens to a grandchild that is started with `CREATE_BREAKAWAY_FROM_JOB`. */
async function breakAway(limitFlags: number): Promise<string> {
  let outcome = ''
  const server: Server = new Server({
    programs: {
      ...programs,
      'C:\\Tools\\parent.exe': async ({ win32 }) => {
        using own = win32.openProcessToken(win32.getCurrentProcess(), 0xf)
        const created = await win32
          .createProcessAsUser({
            token: own,
            impersonate: null,
            applicationName: noop,
            commandLine: 'noop',
            environment: null,
            currentDirectory: null,
            creationFlags: creationFlag.CREATE_BREAKAWAY_FROM_JOB,
            startupInfo: { desktop: null, title: null, showWindow: null, standardHandles: null },
            handleList: [],
            jobList: [],
          })
          .catch((error: { readonly code: string }) => error.code)
        if (typeof created === 'string') outcome = created
        else outcome = win32.isProcessInJob(created.process, null) ? 'in a job' : 'free'
      },
    },
  })
  using token = await server.logOn('alice')
  using job = server.win32.createJobObject({ name: null, security: null })
  const limits: JobExtendedLimits = {
    limitFlags,
    activeProcessLimit: 0,
    priorityClass: 0,
    processMemoryLimit: 0n,
    jobMemoryLimit: 0n,
  }
  server.win32.setInformationJobObject(job, 'JobObjectExtendedLimitInformation', limits)
  await server.run(token, 'C:\\Tools\\parent.exe', { jobList: [job] })
  return outcome
}
