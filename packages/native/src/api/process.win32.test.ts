import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accessRight, creationFlag, jobLimit, processAccess, STILL_ACTIVE } from '../constants.ts'
import { getWin32 } from '../win32.ts'
import type { Handle } from './handle.ts'
import type { CreatedProcess, CreateProcessAsUserOptions } from './process.ts'

const win32 = getWin32()
const systemRoot = process.env['SystemRoot'] ?? 'C:\\windows'
const cmd = `${systemRoot}\\system32\\cmd.exe`
const closeLater: Disposable[] = []
const later = <T extends Disposable>(resource: T): T => {
  closeLater.push(resource)
  return resource
}

let token: Handle<'token'>
let handlesBefore: number

beforeEach(() => {
  handlesBefore = win32.countOpenHandles()
  token = later(win32.openProcessToken(win32.getCurrentProcess(), accessRight.MAXIMUM_ALLOWED))
})

afterEach(() => {
  for (const resource of closeLater.splice(0)) resource[Symbol.dispose]()
  expect(win32.countOpenHandles()).toBe(handlesBefore)
})

const create = async (options: Partial<CreateProcessAsUserOptions>): Promise<CreatedProcess> => {
  const created = await win32.createProcessAsUser({
    token,
    impersonate: null,
    applicationName: process.execPath,
    commandLine: 'node --version',
    environment: null,
    currentDirectory: null,
    creationFlags: creationFlag.CREATE_NO_WINDOW,
    startupInfo: { desktop: null, title: null, showWindow: null, standardHandles: null },
    handleList: [],
    jobList: [],
    ...options,
  })
  later(created.process)
  later(created.thread)
  return created
}

const end = async (handle: Handle<'process'>): Promise<number> => {
  await new Promise<void>((resolve) => win32.registerWaitForSingleObject(handle, resolve))
  return win32.getExitCodeProcess(handle)
}

const exitCodeOf = async (commandLine: string): Promise<number> => {
  const created = await create({ commandLine })
  return end(created.process)
}

const runFixture = (name: string): Promise<{ stdout: string; stderr: string }> =>
  promisify(execFile)(process.execPath, [fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url))])

const kernelHandleCount = (): number => win32.getProcessHandleCount(win32.getCurrentProcess())

/** What a program of Node writes to its standard output. */
const outputOf = async (script: string, options: Partial<CreateProcessAsUserOptions> = {}): Promise<string> => {
  const pipe = win32.createPipePair('inbound')
  later(pipe.client)
  const stream = win32.openPipeStream(pipe.server, 'inbound')
  const created = await create({
    commandLine: `node -e "${script}"`,
    handleList: [pipe.client],
    startupInfo: {
      desktop: null,
      title: null,
      showWindow: null,
      standardHandles: { input: null, output: pipe.client, error: null },
    },
    ...options,
  })
  pipe.client.close()
  let output = ''
  for await (const chunk of stream.setEncoding('utf8')) output += String(chunk)
  expect(await end(created.process)).toBe(0)
  return output
}

describe('createProcessAsUser', () => {
  it.each([0, 1, 255, 259, 0x7fffffff, 0xc0000005, 0xffffffff])('tells of exit code %i', async (code) => {
    expect(await exitCodeOf(`node -e "process.reallyExit(${code | 0})"`)).toBe(code)
  })

  it('gives ids that Windows knows the process by', async () => {
    const created = await create({ creationFlags: creationFlag.CREATE_SUSPENDED })
    using opened = win32.openProcess(created.processId, processAccess.PROCESS_ALL_ACCESS)
    expect(win32.getExitCodeProcess(opened)).toBe(259)
    win32.terminateProcess(opened, 77)
    expect(await end(created.process)).toBe(77)
  })

  it('hands over exactly the environment that is given', async () => {
    const given = ['PATH=C:\\', `SystemRoot=${systemRoot}`, 'Ünï=cødé 🙂', 'EMPTY=']
    const output = await outputOf('process.stdout.write(JSON.stringify(process.env))', { environment: given })
    expect(JSON.parse(output)).toMatchObject({ PATH: 'C:\\', Ünï: 'cødé 🙂', EMPTY: '' })
    expect(output).not.toContain('WINEPREFIX')
    expect(Object.keys(JSON.parse(output))).not.toContain('NODE_ENV')
  })

  it('starts in the directory that is given', async () => {
    expect(await outputOf('process.stdout.write(process.cwd())', { currentDirectory: `${systemRoot}\\` })).toBe(
      systemRoot,
    )
  })

  it('lets nothing be inherited that is not in the list, also by processes that start at the same time', async () => {
    const launches = Array.from({ length: 8 }, async (_, index) => {
      const pipe = win32.createPipePair('inbound')
      later(pipe.client)
      const stream = win32.openPipeStream(pipe.server, 'inbound')
      const ended = new Promise<void>((resolve) => stream.resume().once('close', resolve))
      const isHolder = index % 2 === 0
      const commandLine = isHolder ? 'node -e "setInterval(() => {}, 1000)"' : 'node --version'
      const created = await create({ commandLine, handleList: [pipe.client] })
      pipe.client.close()
      return { isHolder, ended, created }
    })
    const started = await Promise.all(launches)
    const holders = started.filter((launch) => launch.isHolder)
    // A stream ends when nobody has its other end any more: never before the holders do, had they inherited it.
    await Promise.all(started.filter((launch) => !launch.isHolder).map((launch) => launch.ended))
    for (const { created } of holders) {
      expect(win32.getExitCodeProcess(created.process)).toBe(STILL_ACTIVE)
      win32.terminateProcess(created.process, 0)
    }
    await Promise.all(holders.map((launch) => launch.ended))
  })

  it('gives a process without standard handles none of the ones of its parent', async () => {
    expect(await runFixture('launch-without-stdio.mjs')).toEqual({ stdout: 'exit code 5', stderr: '' })
  })

  it('takes a handle that is named twice', async () => {
    const { server, client } = win32.createPipePair('inbound')
    const stream = win32.openPipeStream(server, 'inbound').resume()
    const created = await create({
      handleList: [client, client],
      startupInfo: {
        desktop: null,
        title: null,
        showWindow: null,
        standardHandles: { input: null, output: client, error: client },
      },
    })
    client.close()
    await once(stream, 'close')
    expect(await end(created.process)).toBe(0)
  })

  it('puts the process into its jobs before its first instruction', async () => {
    using outer = win32.createJobObject({ name: null, security: null })
    using inner = win32.createJobObject({ name: null, security: null })
    const created = await create({ creationFlags: creationFlag.CREATE_SUSPENDED, jobList: [outer, inner] })
    expect(win32.isProcessInJob(created.process, outer)).toBe(true)
    expect(win32.isProcessInJob(created.process, inner)).toBe(true)
    expect(win32.isProcessInJob(created.process, null)).toBe(true)
    expect(win32.queryInformationJobObject(outer, 'JobObjectBasicProcessIdList')).toContain(created.processId)
    expect(win32.queryInformationJobObject(inner, 'JobObjectBasicAccountingInformation')).toMatchObject({
      totalProcesses: 1,
      activeProcesses: 1,
    })
    win32.terminateJobObject(inner, 99)
    expect(await end(created.process)).toBe(99)
  })

  it('starts suspended, and goes on when its thread is resumed', async () => {
    const created = await create({
      commandLine: 'node -e "process.exit(5)"',
      creationFlags: creationFlag.CREATE_SUSPENDED | creationFlag.CREATE_NO_WINDOW,
    })
    expect(win32.resumeThread(created.thread)).toBe(1)
    expect(await end(created.process)).toBe(5)
  })

  it.each([
    ['ERROR_FILE_NOT_FOUND', { applicationName: 'C:\\no-such-program.exe' }],
    ['ERROR_DIRECTORY', { currentDirectory: 'C:\\no-such-directory' }],
  ])('fails with %s and the paths', async (code, options) => {
    await expect(create(options)).rejects.toMatchObject({
      name: 'Win32Error',
      code,
      syscall: 'CreateProcessAsUserW',
      context: options,
    })
  })

  it('fails with ERROR_ACCESS_DENIED for a token that was opened without the rights', async () => {
    using weak = win32.openProcessToken(win32.getCurrentProcess(), 8)
    await expect(create({ token: weak })).rejects.toMatchObject({ code: 'ERROR_ACCESS_DENIED' })
  })

  it('refuses a standard handle that is not in the list', async () => {
    const { server, client } = win32.createPipePair('outbound')
    const standardHandles = { input: client, output: null, error: null }
    const startupInfo = { desktop: null, title: null, showWindow: null, standardHandles }
    await expect(win32.createProcessAsUser(optionsWith({ startupInfo }))).rejects.toMatchObject({
      code: 'ERR_INVALID_ARG_VALUE',
      message: expect.stringContaining('standardHandles.input'),
    })
    server.close()
    client.close()
  })

  it('refuses a word for a standard handle that is none', async () => {
    const standardHandles = { input: 'null', output: null, error: null }
    const startupInfo = { desktop: null, title: null, showWindow: null, standardHandles }
    const creating = Reflect.apply(win32.createProcessAsUser, win32, [{ ...optionsWith({}), startupInfo }])
    await expect(creating).rejects.toMatchObject({
      code: 'ERR_INVALID_ARG_VALUE',
      message: expect.stringContaining('standardHandles.input'),
    })
  })

  it.each([
    ['commandLine', { commandLine: 'node\0--version' }],
    ['environment[1]', { environment: ['A=1', 'B=2\0C=3'] }],
    ['environment[0]', { environment: [''] }],
    ['currentDirectory', { currentDirectory: 'C:\\\0' }],
  ])('refuses NUL characters and empty variables in %s', async (name, options) => {
    await expect(win32.createProcessAsUser(optionsWith(options))).rejects.toMatchObject({
      code: 'ERR_INVALID_ARG_VALUE',
      message: expect.stringContaining(`options.${name}`),
    })
  })

  const optionsWith = (options: Partial<CreateProcessAsUserOptions>): CreateProcessAsUserOptions => ({
    token,
    impersonate: null,
    applicationName: process.execPath,
    commandLine: 'node --version',
    environment: null,
    currentDirectory: null,
    creationFlags: 0,
    startupInfo: { desktop: null, title: null, showWindow: null, standardHandles: null },
    handleList: [],
    jobList: [],
    ...options,
  })

  it('leaves no kernel handle behind', async ({ skip }) => {
    skip(kernelHandleCount() === 0, 'Wine counts no kernel handles')
    const launch = async () => {
      const created = await win32.createProcessAsUser(
        optionsWith({ applicationName: cmd, commandLine: 'cmd /c exit 0' }),
      )
      using _thread = created.thread
      using _process = created.process
      await end(created.process)
    }
    await launch()
    const before = kernelHandleCount()
    for (let round = 0; round < 10; round++) await launch()
    expect(kernelHandleCount()).toBeLessThanOrEqual(before + 2)
  })
})

describe('registerWaitForSingleObject', () => {
  it('calls back for thirty processes at a time', async () => {
    const children = await Promise.all(
      Array.from({ length: 30 }, (_, index) => create({ applicationName: cmd, commandLine: `cmd /c exit ${index}` })),
    )
    const codes = await Promise.all(children.map((child) => end(child.process)))
    expect(codes).toEqual(Array.from({ length: 30 }, (_, index) => index))
  })

  it('never calls back from within the call, even for an object that is signaled', async () => {
    const created = await create({ applicationName: cmd, commandLine: 'cmd /c exit 0' })
    await end(created.process)
    let called = false
    const second = new Promise<void>((resolve) =>
      win32.registerWaitForSingleObject(created.process, () => {
        called = true
        resolve()
      }),
    )
    expect(called).toBe(false)
    await second
  })

  it('does not call back after it was unregistered, as often as that is done', async () => {
    const created = await create({ creationFlags: creationFlag.CREATE_SUSPENDED })
    let calls = 0
    const wait = win32.registerWaitForSingleObject(created.process, () => calls++)
    wait.unref()
    wait.ref()
    wait.unregister()
    wait.unregister()
    wait[Symbol.dispose]()
    wait.unref()
    win32.terminateProcess(created.process, 0)
    await end(created.process)
    expect(calls).toBe(0)
  })

  it('does not call back when it is unregistered between the signal and the call', async () => {
    const created = await create({ creationFlags: creationFlag.CREATE_SUSPENDED })
    let calls = 0
    const wait = win32.registerWaitForSingleObject(created.process, () => calls++)
    win32.terminateProcess(created.process, 0)
    blockFor(200)
    wait.unregister()
    await end(created.process)
    expect(calls).toBe(0)
  })

  const blockFor = (milliseconds: number): void => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
  }

  it('makes an uncaught exception of what the callback throws', async () => {
    const { stdout } = await runFixture('throw-in-wait.mjs')
    expect(stdout).toBe('uncaughtException: thrown in the callback')
  })

  it('keeps the object open that it waits for', async () => {
    const created = await create({ creationFlags: creationFlag.CREATE_SUSPENDED })
    const opened = win32.openProcess(created.processId, processAccess.PROCESS_ALL_ACCESS)
    const ended = new Promise<void>((resolve) => win32.registerWaitForSingleObject(opened, resolve))
    opened.close()
    win32.terminateProcess(created.process, 3)
    await ended
    expect(win32.getExitCodeProcess(created.process)).toBe(3)
  })

  it('refuses a handle without SYNCHRONIZE', async () => {
    const created = await create({ creationFlags: creationFlag.CREATE_SUSPENDED })
    using opened = win32.openProcess(created.processId, processAccess.PROCESS_QUERY_LIMITED_INFORMATION)
    expect(() => win32.registerWaitForSingleObject(opened, () => {})).toThrow(
      expect.objectContaining({ code: 'ERROR_ACCESS_DENIED', syscall: 'RegisterWaitForSingleObject' }),
    )
    win32.terminateProcess(created.process, 0)
    await end(created.process)
  })
})

describe('openProcess', () => {
  it('fails with ERROR_INVALID_PARAMETER for an id that nobody has', () => {
    expect(() => win32.openProcess(0xfffffffc, processAccess.PROCESS_QUERY_LIMITED_INFORMATION)).toThrow(
      expect.objectContaining({ code: 'ERROR_INVALID_PARAMETER', context: { processId: 0xfffffffc } }),
    )
  })
})

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
