import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { getWin32 } from '@asuser/native'
import { type Credentials, logonUser, type Token } from '@asuser/tokens'
// @boundaries-ignore support of all test suites
import { installedAccounts } from '../../../tools/testing/installed-accounts.ts'
import { outputOf } from '../test/output.ts'
import { launch, LaunchError, run } from './index.ts'

const node = process.execPath
/** A program that does not end by itself. */
const forever = ['-e', 'setInterval(() => {}, 1000)']
const systemRoot = process.env['SystemRoot'] ?? 'C:\\Windows'

let alice: Credentials
let token: Token
let handlesBefore: number
let handlesWithToken: number

beforeAll(async () => {
  ;({ alice } = await installedAccounts())
  handlesBefore = getWin32().countOpenHandles()
  token = await logonUser(alice)
  handlesWithToken = getWin32().countOpenHandles()
})

// What outlives a process, under Wine its console host, is waited for after its end.
afterEach(() => vi.waitFor(() => expect(getWin32().countOpenHandles()).toBe(handlesWithToken), { timeout: 5000 }))

afterAll(() => {
  token.close()
  expect(getWin32().countOpenHandles()).toBe(handlesBefore)
})

function fixture(name: string): string {
  return fileURLToPath(new URL(`../test/${name}`, import.meta.url))
}

describe('what the process is given', () => {
  it('is the arguments, unchanged', async () => {
    const args = [
      '',
      'plain',
      'two words',
      'say "hi"',
      'C:\\end\\',
      'C:\\a b\\',
      '\\\\"',
      'tab\there',
      '%PATH%',
      'ünïcödé 🗝',
      '^&|<>',
    ]
    const { stdout } = await run(node, [fixture('report.mjs'), ...args], { token })
    expect(JSON.parse(stdout).argv).toEqual(args)
  })

  it('is the environment of the client, not of the server', async () => {
    process.env['ASUSER_SERVER_SECRET'] = 'hush'
    try {
      const extraEnv = { ADDED: 'yes', path: `${systemRoot}\\System32` }
      for (const env of ['client', 'minimal'] as const) {
        const { stdout } = await run(node, [fixture('report.mjs')], { token, env, extraEnv })
        const given = JSON.parse(stdout).env
        expect(stdout).not.toContain('hush')
        expect(given).toMatchObject({ ADDED: 'yes' })
        expect(Object.entries(given).filter(([name]) => name.toLowerCase() === 'path')).toMatchObject([
          [expect.any(String), `${systemRoot}\\System32`],
        ])
      }
    } finally {
      delete process.env['ASUSER_SERVER_SECRET']
    }
  })

  it('is the directory that is asked for', async () => {
    const { stdout } = await run(node, [fixture('report.mjs')], { token, cwd: systemRoot })
    expect(JSON.parse(stdout).cwd.toLowerCase()).toBe(systemRoot.toLowerCase())
  })

  it('is 8 MiB of input, which comes back unchanged', async () => {
    const input = Buffer.alloc(8 * 1024 * 1024, 'asuser ')
    const { stdout, exitCode } = await run(node, [fixture('copy-stdin.mjs'), '0'], { token, input, encoding: 'buffer' })
    expect(exitCode).toBe(0)
    expect(Buffer.compare(Buffer.from(stdout), input)).toBe(0)
  })
})

describe('the end of the process', () => {
  it.each([0, 3, 259, 0xc0000005, 0xffffffff])('is the exit code %i', async (code) => {
    const { exitCode } = await run(node, ['-e', `process.exit(${code | 0})`], { token })
    expect(exitCode).toBe(code)
  })

  it('comes by kill with the code', async () => {
    const child = await launch(node, ['-e', 'setInterval(() => {}, 1000)'], { token })
    expect(child.kill(77)).toBe(true)
    await expect(child.exited).resolves.toMatchObject({ exitCode: 77 })
    await child.released
    expect(child.kill()).toBe(false)
  })

  it('comes when the time is up', async () => {
    // Long enough to be up by then, also on a busy machine: another error tells of a process that was not.
    const outcome = run(node, forever, { token, timeout: 4000 })
    await expect(outcome).rejects.toMatchObject({ code: 'ETIMEDOUT', exitCode: 1 })
  })

  it('comes when the signal is aborted', async () => {
    const controller = new AbortController()
    const child = await launch(node, forever, { token, signal: controller.signal })
    const failed: Promise<unknown> = new Promise((resolve) => child.once('error', resolve))
    controller.abort()
    expect(await failed).toMatchObject({ code: 'ABORT_ERR' })
    expect(await child.exited).toMatchObject({ exitCode: 1 })
    await child.released
  })

  it('is not the end of its descendants, which killTree ends', async () => {
    const child = await launch(node, [fixture('leave-behind.mjs'), 'stdout'], { token, interactive: true })
    let isClosed = false
    child.once('close', () => (isClosed = true))
    let output = ''
    child.stdout?.on('data', (chunk: Buffer) => (output += String(chunk)))
    await once(child, 'exit')
    await delay(100)
    expect(isClosed).toBe(false)
    expect(isRunning(Number(output))).toBe(true)
    expect(child.killTree(5)).toBe(true)
    await child.released
    expect(isClosed).toBe(true)
    expect(isRunning(Number(output))).toBe(false)
  })
})

describe('LaunchError', () => {
  it.each([
    ['the image is missing', `${systemRoot}\\none.exe`, {}, 'ERROR_FILE_NOT_FOUND'],
    ['its directory is missing', `${systemRoot}\\none\\none.exe`, {}, 'ERROR_PATH_NOT_FOUND'],
    ['the command is not in the path', 'asuser-nonesuch', {}, 'ERROR_FILE_NOT_FOUND'],
    ['the image is no program', fixture('report.mjs'), {}, 'ERROR_BAD_EXE_FORMAT'],
    ['the directory is missing', node, { cwd: `${systemRoot}\\none` }, 'ERROR_DIRECTORY'],
    [
      'the desktop is missing',
      node,
      { interactive: { windowStation: 'winsta0', desktop: 'none' } },
      'ERROR_FILE_NOT_FOUND',
    ],
  ])('names the code when %s, and leaves nothing behind', async (_, command, options, code) => {
    const before = getWin32().countOpenHandles()
    const failure = await launch(command, [], { token, interactive: true, ...options }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(LaunchError)
    expect(failure).toMatchObject({ code, command, identity: token.user.sid.toString() })
    expect(getWin32().countOpenHandles()).toBe(before)
  })
})

describe('the image', () => {
  it('is found in the path of the client', async () => {
    const child = await launch('cmd', ['/c', 'exit 7'], { token })
    expect(child.image?.toLowerCase()).toBe(`${systemRoot}\\system32\\cmd.exe`.toLowerCase())
    expect(await outputOf(child.stdout)).toBe('')
    await expect(child.exited).resolves.toMatchObject({ exitCode: 7 })
    await child.released
  })
})

function isRunning(processId: number): boolean {
  try {
    using process = getWin32().openProcess(processId, 0x1000)
    return getWin32().getExitCodeProcess(process) === 259
  } catch {
    return false
  }
}
