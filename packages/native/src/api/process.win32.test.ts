import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { creationFlag, processAccess, STILL_ACTIVE } from '../constants.ts'
import { closeAfterEach, cmd, create, end, later, systemRoot } from '../fixtures/child-processes.ts'
import { runFixture } from '../fixtures/run-fixture.ts'
import { getWin32 } from '../win32.ts'
import type { CreateProcessAsUserOptions } from './process.ts'

const win32 = getWin32()
closeAfterEach()

const exitCodeOf = async (commandLine: string): Promise<number> => {
  const created = await create({ commandLine })
  return end(created.process)
}

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
    await expect(create({ startupInfo })).rejects.toMatchObject({
      code: 'ERR_INVALID_ARG_VALUE',
      message: expect.stringContaining('standardHandles.input'),
    })
    server.close()
    client.close()
  })

  it('refuses a word for a standard handle that is none', async () => {
    const standardHandles = { input: 'null', output: null, error: null }
    const startupInfo = { desktop: null, title: null, showWindow: null, standardHandles }
    const creating = Reflect.apply(create, undefined, [{ startupInfo }])
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
    await expect(create(options)).rejects.toMatchObject({
      code: 'ERR_INVALID_ARG_VALUE',
      message: expect.stringContaining(`options.${name}`),
    })
  })

  it('leaves no kernel handle behind', async ({ skip }) => {
    skip(kernelHandleCount() === 0, 'Wine counts no kernel handles')
    const launch = async () => {
      const created = await create({ applicationName: cmd, commandLine: 'cmd /c exit 0' })
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

describe('openProcess', () => {
  it('fails with ERROR_INVALID_PARAMETER for an id that nobody has', () => {
    expect(() => win32.openProcess(0xfffffffc, processAccess.PROCESS_QUERY_LIMITED_INFORMATION)).toThrow(
      expect.objectContaining({ code: 'ERROR_INVALID_PARAMETER', context: { processId: 0xfffffffc } }),
    )
  })
})
