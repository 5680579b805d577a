import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Token } from '@asuser/tokens'
import { password, startServer, type SimulatedServer } from '../test/simulated-server.ts'
import { parseLaunch } from './launch-request.ts'

let server: SimulatedServer
let token: Token

beforeEach(async () => {
  server = startServer()
  token = await server.logOn('alice')
})

afterEach(() => token.close())

describe('parseLaunch', () => {
  it('completes what is left out', () => {
    expect(parseLaunch('node', ['a'], { token })).toEqual({
      command: 'node',
      args: ['a'],
      win32: server.win32,
      identity: { kind: 'token', token },
      cwd: undefined,
      env: 'client',
      extraEnv: undefined,
      stdio: ['pipe', 'pipe', 'pipe'],
      desktop: undefined,
      job: {},
      detached: false,
      windowsHide: true,
      windowsVerbatimArguments: false,
      signal: undefined,
      timeout: undefined,
    })
  })

  it('reads the short forms', () => {
    const { stdio, desktop } = parseLaunch('node', [], { token, stdio: 'ignore', interactive: true })
    expect(stdio).toEqual(['ignore', 'ignore', 'ignore'])
    expect(desktop).toEqual({ name: { windowStation: 'winsta0', desktop: 'default' }, grant: true })
  })

  it('keeps copies, so that a change of the caller comes too late', () => {
    const args = ['a']
    const env = { A: '1' }
    const request = parseLaunch('node', args, { token, env, extraEnv: env })
    args.push('b')
    env.A = '2'
    expect(request).toMatchObject({ args: ['a'], env: { A: '1' }, extraEnv: { A: '1' } })
  })

  it.each([
    [5, [], {}, 'ERR_INVALID_ARG_TYPE', 'command'],
    ['', [], {}, 'ERR_INVALID_ARG_VALUE', 'command'],
    ['a"b', [], {}, 'ERR_INVALID_ARG_VALUE', 'command'],
    ['a\0b', [], {}, 'ERR_INVALID_ARG_VALUE', 'command'],
    ['x', 'a', {}, 'ERR_INVALID_ARG_TYPE', 'args'],
    ['x', [1], {}, 'ERR_INVALID_ARG_TYPE', 'args[0]'],
    ['x', ['ok', 'a\0b'], {}, 'ERR_INVALID_ARG_VALUE', 'args[1]'],
    ['x', [], null, 'ERR_INVALID_ARG_TYPE', 'options'],
    ['x', [], { shell: true }, 'ERR_INVALID_ARG_VALUE', 'options'],
    ['x', [], { uid: 0 }, 'ERR_INVALID_ARG_VALUE', 'options'],
    ['x', [], { token: undefined }, 'ERR_INVALID_ARG_VALUE', 'options'],
    ['x', [], { token: 5 }, 'ERR_INVALID_ARG_TYPE', 'options.token'],
    ['x', [], { token: {} }, 'ERR_INVALID_ARG_TYPE', 'options.token'],
    ['x', [], { user: { user: 'a', password } }, 'ERR_INVALID_ARG_VALUE', 'options'],
    ['x', [], { token: undefined, user: 'alice' }, 'ERR_INVALID_ARG_TYPE', 'options.user'],
    ['x', [], { token: undefined, user: { user: 'a' } }, 'ERR_INVALID_ARG_VALUE', 'options.user.password'],
    ['x', [], { token: undefined, user: { user: '', password } }, 'ERR_INVALID_ARG_VALUE', 'options.user.user'],
    [
      'x',
      [],
      { token: undefined, user: { user: 'a', password, type: 'remote' } },
      'ERR_INVALID_ARG_VALUE',
      'options.user.type',
    ],
    ['x', [], { cwd: 5 }, 'ERR_INVALID_ARG_TYPE', 'options.cwd'],
    ['x', [], { cwd: 'relative' }, 'ERR_INVALID_ARG_VALUE', 'options.cwd'],
    ['x', [], { cwd: '\\rooted' }, 'ERR_INVALID_ARG_VALUE', 'options.cwd'],
    ['x', [], { env: 'server' }, 'ERR_INVALID_ARG_TYPE', 'options.env'],
    ['x', [], { env: { 'A=': '' } }, 'ERR_INVALID_ARG_VALUE', 'options.env'],
    ['x', [], { extraEnv: ['A'] }, 'ERR_INVALID_ARG_TYPE', 'options.extraEnv'],
    ['x', [], { extraEnv: { A: 1 } }, 'ERR_INVALID_ARG_TYPE', 'options.extraEnv.A'],
    ['x', [], { stdio: 'overlapped' }, 'ERR_INVALID_ARG_TYPE', 'options.stdio'],
    ['x', [], { stdio: ['pipe', 'pipe'] }, 'ERR_INVALID_ARG_TYPE', 'options.stdio'],
    ['x', [], { stdio: ['pipe', 'pipe', 2] }, 'ERR_INVALID_ARG_VALUE', 'options.stdio[2]'],
    ['x', [], { interactive: 'yes' }, 'ERR_INVALID_ARG_TYPE', 'options.interactive'],
    ['x', [], { interactive: { windowStation: 'winsta0' } }, 'ERR_INVALID_ARG_TYPE', 'options.interactive.desktop'],
    [
      'x',
      [],
      { interactive: { windowStation: 'a\\b', desktop: 'c' } },
      'ERR_INVALID_ARG_VALUE',
      'options.interactive.windowStation',
    ],
    ['x', [], { job: { cpu: 5 } }, 'ERR_INVALID_ARG_VALUE', 'options.job'],
    ['x', [], { job: { killOnClose: 1 } }, 'ERR_INVALID_ARG_TYPE', 'options.job.killOnClose'],
    ['x', [], { job: { activeProcesses: 0 } }, 'ERR_INVALID_ARG_VALUE', 'options.job.activeProcesses'],
    ['x', [], { job: { memory: 1.5 } }, 'ERR_INVALID_ARG_VALUE', 'options.job.memory'],
    ['x', [], { detached: 'yes' }, 'ERR_INVALID_ARG_TYPE', 'options.detached'],
    ['x', [], { windowsHide: 0 }, 'ERR_INVALID_ARG_TYPE', 'options.windowsHide'],
    ['x', [], { windowsVerbatimArguments: null }, 'ERR_INVALID_ARG_TYPE', 'options.windowsVerbatimArguments'],
    ['x', [], { signal: {} }, 'ERR_INVALID_ARG_TYPE', 'options.signal'],
    ['x', [], { timeout: -1 }, 'ERR_INVALID_ARG_VALUE', 'options.timeout'],
    ['x', [], { timeout: '5' }, 'ERR_INVALID_ARG_TYPE', 'options.timeout'],
    ['x', [], { timeout: 2 ** 31 }, 'ERR_INVALID_ARG_VALUE', 'options.timeout'],
    ['x', [], { win32: {} }, 'ERR_INVALID_ARG_VALUE', 'options.win32'],
  ])('refuses %j %j %j', (command, args, options, code, argument) => {
    const failure = capture(command, args, options === null ? null : { token, ...options })
    expect(failure).toMatchObject({ name: 'InvalidArgumentError', code, argument })
    expect(inspect(failure, { depth: 10 })).not.toContain(password)
  })

  it('refuses a token that is closed', () => {
    token.close()
    expect(capture('x', [], { token })).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE', argument: 'options.token' })
  })

  it('shows no argument and no variable, which may be secrets', () => {
    const failures = [
      capture('x', ['secret\0'], { token }),
      capture('x', [], { token, env: { A: 'secret\0' } }),
      capture('x', [], { token, user: { user: 'alice', password: 'secret' } }),
    ]
    expect(inspect(failures, { depth: 10 })).not.toContain('secret')
  })
})

/** As JavaScript may call it. */
function capture(...given: readonly unknown[]): unknown {
  try {
    return Reflect.apply(parseLaunch, undefined, given)
  } catch (error) {
    return error
  }
}
