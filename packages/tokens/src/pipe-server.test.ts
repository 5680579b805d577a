import { once } from 'node:events'
import type { Win32 } from '@asuser/native'
import { createWindows, type SimulatedWindows } from '@asuser/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describePipeServer } from '../test/pipe-server.suite.ts'
import { connectPipe, type ConnectPipeOptions } from './connect-pipe.ts'
import { ImpersonationLevelError } from './impersonation-level-error.ts'
import type { PipeClient } from './pipe-client.ts'
import { createPipeServer, type PipeServer } from './pipe-server.ts'

describePipeServer('the simulated Windows', async () => createWindows().startProcess({ account: 'LocalSystem' }).win32)

let windows: SimulatedWindows
let server: Win32
let alice: Win32
let bob: Win32

beforeEach(() => {
  windows = createWindows({ users: { alice: {}, bob: { password: 'secret' } }, trackHandles: true })
  server = windows.startProcess({ account: 'LocalSystem' }).win32
  alice = windows.startProcess({ account: 'alice' }).win32
  bob = windows.startProcess({ account: 'bob' }).win32
})

afterEach(async () => {
  // The other end learns of an end at the next turn.
  await new Promise((resolve) => {
    setTimeout(resolve, 5)
  })
  windows.assertNoLeaks()
})

function serve(win32: Win32, ...names: string[]): PipeServer {
  return createPipeServer({ security: { allow: names.map((name) => windows.sid(name)) }, win32 })
}

async function firstClient(pipes: PipeServer): Promise<PipeClient> {
  const [client] = await once(pipes, 'client')
  return client
}

async function speak(options: ConnectPipeOptions): Promise<void> {
  const stream = await connectPipe(options)
  stream.on('error', () => {})
  stream.resume()
  stream.write('hello')
}

describe('PipeServer', () => {
  it('lets in whom the security names, and nobody else', async () => {
    using pipes = serve(server, 'alice')
    const { path } = pipes
    await expect(connectPipe({ path, win32: bob })).rejects.toMatchObject({ code: 'ERROR_ACCESS_DENIED' })
    await speak({ path, win32: alice })
    expect((await firstClient(pipes)).processId).toBe(alice.getCurrentProcessId())
  })

  it('lets no client serve the pipe', () => {
    using pipes = serve(server, 'alice')
    const options = {
      name: pipes.path,
      firstInstance: false,
      rejectRemoteClients: true,
      maxInstances: 255,
      inBufferSize: 0,
      outBufferSize: 0,
      security: null,
    }
    expect(() => alice.createNamedPipe(options)).toThrow(expect.objectContaining({ code: 'ERROR_ACCESS_DENIED' }))
  })

  it('is closed by an error when it cannot wait for clients any more', async () => {
    const pipes = serve(server, 'alice')
    windows.faults.next('createNamedPipe', 'ERROR_NO_SYSTEM_RESOURCES')
    const failed = once(pipes, 'error')
    await speak({ path: pipes.path, win32: alice })
    expect(await failed).toEqual([expect.objectContaining({ code: 'ERROR_NO_SYSTEM_RESOURCES' })])
    expect(pipes).toMatchObject({ closed: true, clientCount: 1 })
    pipes[Symbol.dispose]()
  })

  it('leaves nothing open when it cannot start', () => {
    windows.faults.next('createNamedPipe', 'ERROR_NO_SYSTEM_RESOURCES').afterwards(2)
    expect(() => serve(server)).toThrow(expect.objectContaining({ code: 'ERROR_NO_SYSTEM_RESOURCES' }))
  })

  it('drops a client for whom there is no stream, and serves the next', async () => {
    using pipes = serve(server, 'alice')
    windows.faults.next('openNamedPipeStream', 'ERROR_TOO_MANY_OPEN_FILES')
    await speak({ path: pipes.path, win32: alice })
    await speak({ path: pipes.path, win32: alice })
    await firstClient(pipes)
    expect(pipes.clientCount).toBe(1)
  })
})

describe('PipeClient', () => {
  it('is nobody before something was read, and the error says what to do', async () => {
    using pipes = serve(server, 'alice')
    const stream = await connectPipe({ path: pipes.path, win32: alice })
    const client = await firstClient(pipes)
    for (const use of [() => client.token(), () => client.impersonate(() => {}), () => client.impersonationLevel]) {
      expect(use).toThrow(
        expect.objectContaining({
          code: 'ERROR_CANNOT_IMPERSONATE',
          context: expect.objectContaining({ advice: expect.stringContaining('identified') }),
        }),
      )
    }
    stream.destroy()
  })

  it.each(['impersonation', 'delegation'] as const)('acts for a client at level %s', async (level) => {
    using pipes = serve(server, 'alice')
    await speak({ path: pipes.path, win32: alice, level })
    const client = await firstClient(pipes)
    await client.identified
    expect(client.impersonationLevel).toBe(level)
    expect(client.impersonate(() => 'done')).toBe('done')
    using token = client.token()
    expect(token.user.sid.equals(windows.sid('alice'))).toBe(true)
    token.toPrimary().close()
  })

  it('is looked at and not acted for at level identification', async () => {
    using pipes = serve(server, 'alice')
    await speak({ path: pipes.path, win32: alice })
    const client = await firstClient(pipes)
    await client.identified
    using token = client.token()
    expect(token.user.sid.equals(windows.sid('alice'))).toBe(true)
    expect(client.impersonationLevel).toBe('identification')
    expect(() => client.impersonate(() => 'done')).toThrow(ImpersonationLevelError)
    expect(() => client.impersonate(() => 'done')).toThrow(/identification.*it must connect at level impersonation/u)
    expect(() => token.toPrimary()).toThrow(expect.objectContaining({ code: 'ERROR_BAD_IMPERSONATION_LEVEL' }))
  })

  it('shows nothing at level anonymous', async () => {
    using pipes = serve(server, 'alice')
    await speak({ path: pipes.path, win32: alice, level: 'anonymous' })
    const client = await firstClient(pipes)
    await client.identified
    expect(client.impersonationLevel).toBe('anonymous')
    const refused = expect.objectContaining({ name: 'ImpersonationLevelError', code: 'ERROR_CANT_OPEN_ANONYMOUS' })
    expect(() => client.token()).toThrow(refused)
    expect(() => client.impersonate(() => 'done')).toThrow(refused)
  })

  it('is only looked at by a server that may not impersonate', async () => {
    using pipes = serve(alice, 'bob')
    await speak({ path: pipes.path, win32: bob, level: 'impersonation' })
    const client = await firstClient(pipes)
    await client.identified
    expect(client.impersonationLevel).toBe('identification')
  })

  it.each([
    ['static', 'alice'],
    ['dynamic', 'bob'],
  ] as const)('with %s tracking is %s, who opened or who wrote', async (contextTracking, who) => {
    using pipes = serve(server, 'alice')
    // alice's process connects as itself, and then writes as bob.
    const stream = await connectPipe({ path: pipes.path, win32: alice, level: 'impersonation', contextTracking })
    stream.on('error', () => {})
    using bobToken = await logOnBob()
    alice.impersonateLoggedOnUser(bobToken, () => stream.write('as bob'))
    const client = await firstClient(pipes)
    await client.identified
    using token = client.token()
    expect(token.user.sid.equals(windows.sid(who))).toBe(true)
    stream.destroy()
  })

  it('keeps disabled privileges to itself when only what is effective is shown', async () => {
    using pipes = serve(server, 'alice')
    const held: number[] = []
    for (const effectiveOnly of [false, true]) {
      await speak({ path: pipes.path, win32: alice, level: 'impersonation', effectiveOnly })
      const client = await firstClient(pipes)
      await client.identified
      using token = client.token()
      held.push(token.privileges.length)
    }
    expect(held[0]).toBeGreaterThan(1)
    expect(held[1]).toBe(1)
  })
})

function logOnBob() {
  return alice.logonUser({
    user: 'bob',
    domain: null,
    password: new Uint8Array(Buffer.from('secret', 'utf16le')),
    type: 2,
    provider: 0,
  })
}
