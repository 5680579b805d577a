import { describe, expect, it, vi } from 'vitest'
import { Win32Error } from '@asuser/native'
import { logonUser } from '@asuser/tokens'
import { password, type SimulatedServer, startServer } from '../test/simulated-server.ts'
import { type ClientProcess, LaunchError, spawn } from './index.ts'

type Win32Function = Parameters<SimulatedServer['windows']['faults']['next']>[0]

interface Outcome {
  readonly child: ClientProcess | undefined
  /** What was thrown or rejected on the way. */
  readonly failures: readonly unknown[]
}

/** What a server may do with a client, each to its end, whatever the end is. */
const scenarios: Readonly<Record<string, (server: SimulatedServer) => Promise<Outcome>>> = {
  'the main job': (server) =>
    follow(() => {
      const user = { user: 'alice', password }
      const options = { user, interactive: true, win32: server.win32, extraEnv: { PATHEXT: '.EXE' } }
      const child = spawn('C:\\Tools\\copy', [], options)
      child.stdin?.on('error', () => {}).end('text')
      return child
    }),

  'a launch with a token that is killed': async ({ win32 }) => {
    const token = await logonUser({ user: 'alice', password, type: 'network', win32 }).catch(() => undefined)
    if (token === undefined)
      return { child: undefined, failures: [Win32Error.of('ERROR_NOT_ENOUGH_MEMORY', 'LogonUserW')] }
    const outcome = await follow(
      () => spawn('C:\\Tools\\forever.exe', [], { token, interactive: true }),
      (child) => child.kill(0),
    )
    token.close()
    return outcome
  },

  'a launch whose descendants are killed': ({ win32 }) =>
    follow(
      () => spawn('C:\\Tools\\forever.exe', [], { user: { user: 'alice', password }, stdio: 'inherit', win32 }),
      (child) => child.killTree(0),
    ),
}

async function follow(begin: () => ClientProcess, whenUp: (child: ClientProcess) => void = () => {}): Promise<Outcome> {
  const failures: unknown[] = []
  let child: ClientProcess
  try {
    child = begin()
  } catch (failure) {
    return { child: undefined, failures: [failure] }
  }
  child.on('error', () => {})
  child.once('spawn', () => {
    try {
      whenUp(child)
    } catch (failure) {
      failures.push(failure)
      child[Symbol.dispose]()
    }
  })
  child.stdout?.resume()
  child.stderr?.resume()
  await child.exited.catch((failure: unknown) => failures.push(failure))
  await child.released.catch(() => {})
  return { child, failures }
}

/** Every call that the server makes, in its order, with how many calls of the function came before. */
async function callsOf(
  scenario: (server: SimulatedServer) => Promise<Outcome>,
): Promise<(readonly [Win32Function, number])[]> {
  vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const server = startServer()
  await scenario(server)
  const counts = new Map<Win32Function, number>()
  return server.windows.calls.map((call) => {
    const before = counts.get(call.function) ?? 0
    counts.set(call.function, before + 1)
    return [call.function, before] as const
  })
}

/** Where a launch goes on all the same: it is tried again, or there is another way. */
const overcome = new Set<Win32Function>([
  // The folder of the client is only the first choice of two.
  'getFileAttributes',
  // What an error is described with.
  'getTokenInformation',
  // A grant is taken back in several attempts.
  'createMutex',
  'tryAcquireMutex',
  'releaseMutex',
  'openWindowStation',
  'openDesktop',
  'getUserObjectSecurity',
  'setUserObjectSecurity',
])

describe.each(Object.entries(scenarios))('%s, with one Win32 call that fails', async (_, scenario) => {
  const calls = await callsOf(scenario)

  it('makes the calls that it is about', () => {
    expect(new Set(calls.map(([name]) => name)).size).toBeGreaterThan(10)
  })

  it.each(calls)('leaves nothing behind when %s fails after %i calls', async (name, before) => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const server = startServer({ trackHandles: true })
    const fault = server.windows.faults.next(name, 'ERROR_NOT_ENOUGH_MEMORY').afterwards(before)
    const { child, failures } = await scenario(server)
    expect(fault.used).toBe(true)
    server.windows.assertNoLeaks()

    for (const failure of failures) {
      expect(failure).toSatisfy((error) => error instanceof LaunchError || error instanceof Win32Error)
      expect(failure).toMatchObject({ code: 'ERROR_NOT_ENOUGH_MEMORY', syscall: expect.any(String) })
    }
    if (failures.length > 0) return
    // The process ran to its end: what failed was overcome, or is told of in a warning.
    expect(child?.exitCode).toBe(0)
    expect(overcome.has(name) || warned.mock.calls.length > 0).toBe(true)
  })
})
