import { once } from 'node:events'
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Token } from '@asuser/tokens'
import { holdStationLock } from '../test/hold-station-lock.ts'
import { outputOf } from '../test/output.ts'
import { startServer, type SimulatedServer } from '../test/simulated-server.ts'
import { launch, LaunchError, spawn } from './index.ts'

let server: SimulatedServer
let token: Token

beforeEach(async () => {
  server = startServer()
  token = await server.logOn('alice')
})

afterEach(() => {
  token.close()
  server.windows.assertNoLeaks()
})

describe('spawn', () => {
  it('returns at once, and tells by events as child_process does', async () => {
    const child = spawn('C:\\Tools\\report.exe', ['one'], { token })
    expect(child.pid).toBeUndefined()
    expect(child.exitCode).toBeNull()
    const events: unknown[] = []
    for (const event of ['spawn', 'exit', 'close'] as const) {
      child.on(event, (...args: unknown[]) => events.push([event, ...args]))
    }
    const output = outputOf(child.stdout)
    await once(child, 'close')
    expect(events).toEqual([['spawn'], ['exit', 0, undefined], ['close', 0, undefined]])
    expect(child.pid).toBeTypeOf('number')
    expect(JSON.parse(await output)).toMatchObject({ argv: ['C:\\Tools\\report.exe', 'one'] })
    await expect(child.exited).resolves.toEqual({ exitCode: 0, exitStatus: undefined })
  })

  it('has streams that take input before the process is up', async () => {
    const child = spawn('C:\\Tools\\copy.exe', [], { token })
    child.stdin?.end('early')
    await expect(outputOf(child.stdout)).resolves.toBe('early')
    await child.released
  })

  it('passes 8 MiB through unchanged when both sides push back', async () => {
    const child = spawn('C:\\Tools\\copy.exe', [], { token })
    const piece = Buffer.alloc(64 * 1024, 'x')
    const reading = (async () => {
      let length = 0
      for await (const chunk of child.stdout ?? []) length += chunk.length
      return length
    })()
    for (let sent = 0; sent < 128; sent++) {
      if (child.stdin?.write(piece) === false) await once(child.stdin, 'drain')
    }
    child.stdin?.end()
    expect(await reading).toBe(8 * 1024 * 1024)
    await child.released
  })

  it('has no streams where stdio is ignored or inherited', async () => {
    const child = spawn('C:\\Tools\\report.exe', [], { token, stdio: ['ignore', 'inherit', 'pipe'] })
    expect(child.stdio.map((stream) => stream === null)).toEqual([true, true, false])
    await child.released
  })

  it('lets the caller close the token as soon as it returns', async () => {
    const other = await server.logOn('bob')
    const child = spawn('C:\\Tools\\report.exe', [], { token: other })
    const sid = Buffer.from(other.user.sid.toBytes()).toString('hex')
    other.close()
    expect(JSON.parse(await outputOf(child.stdout))).toMatchObject({ sid })
    await child.released
  })

  it('emits an error and nothing else when the process cannot be started', async () => {
    const child = spawn('C:\\Tools\\missing.exe', [], { token })
    const events: string[] = []
    for (const event of ['spawn', 'exit', 'close'] as const) child.on(event, () => events.push(event))
    const [error] = await once(child, 'error')
    expect(error).toBeInstanceOf(LaunchError)
    await expect(child.exited).rejects.toBe(error)
    await child.released
    await nextTurn()
    expect(events).toEqual([])
    expect(child.stdout?.destroyed).toBe(true)
  })

  it('shows no password when it is inspected', async () => {
    const user = { user: 'TEST\\alice', password: 'correct horse' }
    const child = spawn('C:\\Tools\\report.exe', [], { user, win32: server.win32, stdio: 'ignore' })
    expect(inspect(child, { depth: 10, showHidden: true })).not.toContain('correct horse')
    await child.released
  })
})

describe('exit and close', () => {
  it('come apart when a descendant holds stdout, and what is held stays until it has ended', async () => {
    const child = await launch('C:\\Tools\\leave.exe', ['C:\\Tools\\forever.exe', 'stdout'], {
      token,
      interactive: true,
    })
    let isClosed = false
    child.once('close', () => (isClosed = true))
    await once(child, 'exit')
    await delay(20)
    expect(isClosed).toBe(false)
    expect(child.grant?.objects).toEqual(['windowStation', 'desktop'])
    expect(() => server.windows.assertNoLeaks()).toThrow(/forever\.exe/)
    expect(child.killTree()).toBe(true)
    await once(child, 'close')
    await child.released
  })

  it('follow each other when a descendant holds no stream, and release waits for it', async () => {
    const child = await launch('C:\\Tools\\leave.exe', ['C:\\Tools\\forever.exe'], { token })
    child.stdout?.resume()
    child.stderr?.resume()
    await once(child, 'close')
    let isReleased = false
    void child.released.then(() => (isReleased = true))
    await delay(20)
    expect(isReleased).toBe(false)
    child[Symbol.dispose]()
    await child.released
  })

  it('keep close back until the grant is taken back', async () => {
    const child = await launch('C:\\Tools\\forever.exe', [], { token, interactive: true })
    const busy = holdStationLock(server.windows)
    const events: string[] = []
    for (const event of ['exit', 'close'] as const) child.once(event, () => events.push(event))
    child.kill()
    await once(child, 'exit')
    await delay(20)
    expect(events).toEqual(['exit'])
    busy.release()
    await once(child, 'close')
    token.close()
    server.windows.assertNoLeaks()
  })

  it('end output that nobody reads when the process ends', async () => {
    const child = spawn('C:\\Tools\\report.exe', [], { token })
    await once(child, 'close')
    expect(child.stdout?.closed).toBe(true)
  })
})

describe('kill', () => {
  it('ends the process with the code, once', async () => {
    const child = await launch('C:\\Tools\\forever.exe', [], { token })
    expect(child.killed).toBe(false)
    expect(child.kill(77)).toBe(true)
    expect(child.killed).toBe(true)
    await expect(child.exited).resolves.toEqual({ exitCode: 77, exitStatus: undefined })
    await child.released
    expect(child.kill()).toBe(false)
    expect(child.killTree()).toBe(false)
  })

  it('ends only the process, killTree what it started as well', async () => {
    const child = await launch('C:\\Tools\\leave.exe', ['C:\\Tools\\forever.exe'], { token })
    await child.exited
    expect(child.kill()).toBe(false)
    expect(child.killTree(5)).toBe(true)
    await child.released
    expect(child.exitCode).toBe(0)
  })

  it('keeps a process from being started that is not up yet', async () => {
    const child = spawn('C:\\Tools\\forever.exe', [], { token })
    expect(child.kill()).toBe(true)
    const [error] = await once(child, 'error')
    expect(error).toMatchObject({ name: 'AbortError', code: 'ABORT_ERR' })
    await child.released
    expect(child.kill()).toBe(false)
  })

  it('takes everything back when it comes between the grant and the launch', async () => {
    const child = spawn('C:\\Tools\\forever.exe', [], { token, interactive: true })
    while (!server.windows.calls.some((call) => call.function === 'createProcessAsUser')) await Promise.resolve()
    expect(child.kill()).toBe(true)
    await expect(once(child, 'spawn')).rejects.toMatchObject({ code: 'ABORT_ERR' })
    await child.released
  })

  it.each([-1, 1.5, 2 ** 32, 'SIGTERM', null])('refuses the exit code %s', async (exitCode) => {
    const child = await launch('C:\\Tools\\report.exe', [], { token })
    // @ts-expect-error: what JavaScript may pass
    expect(() => child.kill(exitCode)).toThrow(expect.objectContaining({ argument: 'exitCode' }))
    child.stdout?.resume()
    await child.released
  })
})

describe('signal', () => {
  it('starts nothing when it is aborted already', async () => {
    const launching = launch('C:\\Tools\\forever.exe', [], { token, signal: AbortSignal.abort('because') })
    await expect(launching).rejects.toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', cause: 'because' })
    expect(server.windows.calls.some((call) => call.function === 'createProcessAsUser')).toBe(false)
  })

  it('ends the process and its descendants when it is aborted later', async () => {
    const controller = new AbortController()
    const child = await launch('C:\\Tools\\forever.exe', [], { token, signal: controller.signal })
    const error = once(child, 'error')
    controller.abort()
    expect(await error).toMatchObject([{ code: 'ABORT_ERR' }])
    await expect(child.exited).resolves.toMatchObject({ exitCode: 1 })
    await child.released
  })

  it('is no longer listened to once the process has ended', async () => {
    const controller = new AbortController()
    const child = await launch('C:\\Tools\\exit.exe', ['3'], { token, signal: controller.signal })
    await child.released
    controller.abort()
    await nextTurn()
    expect(child.exitCode).toBe(3)
    expect(child.killed).toBe(false)
  })
})

describe('timeout', () => {
  it('ends the process when the time is up', async () => {
    const child = await launch('C:\\Tools\\forever.exe', [], { token, timeout: 20 })
    await expect(child.exited).resolves.toMatchObject({ exitCode: 1 })
    expect(child.timedOut).toBe(true)
    await child.released
  })

  it('lets nothing start when the time is up before', async () => {
    const user = { user: 'alice', password: 'correct horse' }
    const { logonUser } = server.win32
    const slow = Object.create(server.win32, {
      logonUser: { value: async (...args: Parameters<typeof logonUser>) => delay(50).then(() => logonUser(...args)) },
    })
    await expect(launch('C:\\Tools\\forever.exe', [], { user, win32: slow, timeout: 10 })).rejects.toMatchObject({
      name: 'LaunchError',
      code: 'ETIMEDOUT',
      identity: 'alice',
    })
  })
})

describe('dispose', () => {
  it('ends the process when a using block is left, and asynchronously waits until all is given back', async () => {
    {
      await using child = await launch('C:\\Tools\\forever.exe', [], { token, interactive: true })
      expect(child.exitCode).toBeNull()
    }
    token.close()
    server.windows.assertNoLeaks()
  })

  it('does nothing more when the process has ended', async () => {
    const child = spawn('C:\\Tools\\exit.exe', ['4'], { token })
    await child.released
    child[Symbol.dispose]()
    await child[Symbol.asyncDispose]()
    expect(child.exitCode).toBe(4)
  })
})

describe('unref', () => {
  it('can be said before the process is up, and taken back', async () => {
    const child = spawn('C:\\Tools\\exit.exe', [], { token, timeout: 60_000 }).unref()
    expect(child.ref()).toBe(child)
    await child.released
  })
})

describe('exit status', () => {
  it.each([
    [259, undefined],
    [0xffffffff, undefined],
    [0xc0000005, 'STATUS_ACCESS_VIOLATION'],
  ])('tells %i as it is', async (code, exitStatus) => {
    const child = await launch('C:\\Tools\\exit.exe', [String(code)], { token })
    await expect(child.exited).resolves.toEqual({ exitCode: code, exitStatus })
    expect(child.exitCode).toBe(code)
    expect(child.exitStatus).toBe(exitStatus ?? null)
    await child.released
  })
})
