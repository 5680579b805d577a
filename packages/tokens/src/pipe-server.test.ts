import { once } from 'node:events'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { accessRight, type Handle, type Win32 } from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import { createWindows, type SimulatedWindows } from '@asuser/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describePipeServer } from '../test/pipe-server.suite.ts'
import { currentThreadToken } from './open-token.ts'
import { connectPipe, type ConnectPipeOptions } from './connect-pipe.ts'
import { ImpersonationLevelError } from './impersonation-level-error.ts'
import { logonUser } from './logon.ts'
import type { PipeClient } from './pipe-client.ts'
import { createPipeServer, type PipeServer } from './pipe-server.ts'

describePipeServer('the simulated Windows', async () => createWindows().startProcess({ account: 'LocalSystem' }).win32)

let windows: SimulatedWindows
let server: Win32
let alice: Win32
let bob: Win32

beforeEach(() => {
  windows = createWindows({ users: { alice: { password: 'open' }, bob: { password: 'secret' } }, trackHandles: true })
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

/** The server's Windows, but for what becomes of the instance that takes the place of one that has a client. */
function adding(change: (another: Handle<'pipe'> | null) => Promise<Handle<'pipe'> | null>): Win32 {
  const connectNamedPipe = async (pipe: Handle<'pipe'>, addAnother: boolean): Promise<Handle<'pipe'> | null> => {
    const another = await server.connectNamedPipe(pipe, addAnother)
    const changed = await change(another)
    if (changed !== another) another?.close()
    return changed
  }
  return Object.create(server, { connectNamedPipe: { value: connectNamedPipe } })
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

  /** As many clients as there are instances that wait, none of which is replaced. */
  async function exhaust({ path }: PipeServer): Promise<void> {
    for (let count = 0; count < 8; count++) {
      windows.faults.next('createNamedPipe', 'ERROR_NO_SYSTEM_RESOURCES')
      await speak({ path, win32: alice })
      await nextTurn()
    }
  }

  it('is closed by an error when it cannot wait for clients any more', async () => {
    const pipes = serve(
      adding(async () => null),
      'alice',
    )
    const failed = once(pipes, 'error')
    const seen: string[] = []
    pipes.on('error', () => seen.push('error')).on('close', () => seen.push('close'))
    await exhaust(pipes)
    expect(await failed).toEqual([expect.objectContaining({ code: 'ERROR_NO_SYSTEM_RESOURCES' })])
    expect(pipes).toMatchObject({ closed: true, clientCount: 8 })
    const over = once(pipes, 'close')
    pipes[Symbol.dispose]()
    await over
    expect(seen).toEqual(['error', 'close'])
  })

  it('goes on when it cannot have as many instances wait as it would', async () => {
    using pipes = serve(
      adding(async () => null),
      'alice',
    )
    windows.faults.next('createNamedPipe', 'ERROR_NO_SYSTEM_RESOURCES')
    for (let count = 0; count < 20; count++) await speak({ path: pipes.path, win32: alice })
    await expect.poll(() => pipes.clientCount).toBe(20)
    expect(pipes.closed).toBe(false)
  })

  it('has what a listener throws end nothing but what it says', async () => {
    const uncaught: unknown[] = []
    const listeners = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException').on('uncaughtException', (error) => uncaught.push(error))
    try {
      const pipes = serve(server, 'alice')
      const failure = new RangeError('from the listener')
      pipes.on('client', () => {
        throw failure
      })
      await speak({ path: pipes.path, win32: alice })
      await speak({ path: pipes.path, win32: alice })
      await expect.poll(() => uncaught).toEqual([failure, failure])
      const over = once(pipes, 'close')
      pipes[Symbol.dispose]()
      await over
    } finally {
      process.removeAllListeners('uncaughtException')
      for (const listener of listeners) process.on('uncaughtException', listener)
    }
  })

  it('tells a loop of its failure that is busy with a client', async () => {
    const pipes = serve(
      adding(async () => null),
      'alice',
    )
    const loop = async (): Promise<number> => {
      let seen = 0
      for await (const client of pipes) {
        seen += 1
        if (seen === 1) await exhaust(pipes)
        client.close()
      }
      return seen
    }
    const ended = loop()
    await speak({ path: pipes.path, win32: alice })
    await expect(ended).rejects.toMatchObject({ code: 'ERROR_NO_SYSTEM_RESOURCES' })
    expect(pipes.closed).toBe(true)
    pipes[Symbol.dispose]()
  })

  it('leaves nothing open when it cannot start', () => {
    windows.faults.next('createNamedPipe', 'ERROR_NO_SYSTEM_RESOURCES').afterwards(2)
    expect(() => serve(server)).toThrow(expect.objectContaining({ code: 'ERROR_NO_SYSTEM_RESOURCES' }))
  })

  it('creates instances itself where none takes the place of one that has a client', async () => {
    using pipes = serve(
      adding(async () => null),
      'alice',
    )
    for (let count = 1; count <= 20; count++) {
      await speak({ path: pipes.path, win32: alice })
      await firstClient(pipes)
      expect(pipes.clientCount).toBe(count)
    }
  })

  it('leaves no instance that took the place of one when the server was being closed', async () => {
    const pipes = serve(
      adding(async (another) => {
        pipes.close()
        return another
      }),
      'alice',
    )
    const closed = once(pipes, 'close')
    await speak({ path: pipes.path, win32: alice })
    await closed
    expect(pipes.clientCount).toBe(0)
    createPipeServer({ path: pipes.path, win32: server }).close()
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

describe('PipeServer and the network', () => {
  /** The way to a pipe of this computer that goes over the network. */
  function remotePath({ path }: PipeServer): string {
    return path.replace('\\\\.\\', `\\\\${windows.computerName}\\`)
  }

  it('lets in no client of the network', async () => {
    using pipes = serve(server, 'bob')
    const path = remotePath(pipes)
    await expect(connectPipe({ path, win32: bob })).rejects.toMatchObject({ code: 'ERROR_ACCESS_DENIED' })
    expect(pipes.clientCount).toBe(0)
    await speak({ path: pipes.path, win32: bob })
    expect((await firstClient(pipes)).computerName).toBeUndefined()
  })

  it('lets one in when it is asked to, and tells its computer and its network logon', async () => {
    using pipes = createPipeServer({
      security: { allow: [windows.sid('bob')] },
      allowRemoteClients: true,
      win32: server,
    })
    // Over the network the server may act as the client, whatever that allows.
    await speak({ path: remotePath(pipes), win32: bob, level: 'identification' })
    const client = await firstClient(pipes)
    await client.identified
    expect(client.computerName).toBe(windows.computerName)
    expect(client.impersonationLevel).toBe('impersonation')
    using token = client.token()
    expect(token.user.sid.equals(windows.sid('bob'))).toBe(true)
    const groups = token.groups.map(({ sid }) => sid.toString())
    expect(groups).toContain(Sid.wellKnown('Network').toString())
    expect(groups).not.toContain(Sid.wellKnown('Interactive').toString())
  })

  it('asks the security of the pipe about a client of the network as about any other', async () => {
    const [bobSid, aliceSid] = [windows.sid('bob'), windows.sid('alice')]
    const security = `D:P(A;;FA;;;SY)(D;;FA;;;NU)(A;;0x12019b;;;${bobSid.toString()})(A;;0x12019b;;;${aliceSid.toString()})`
    using pipes = createPipeServer({ security, allowRemoteClients: true, win32: server })
    const refused = connectPipe({ path: remotePath(pipes), win32: bob })
    await expect(refused).rejects.toMatchObject({ code: 'ERROR_ACCESS_DENIED' })
    await speak({ path: pipes.path, win32: bob })
    await firstClient(pipes)
  })

  it('is reached over the network as whom the credentials for it are of', async () => {
    using pipes = createPipeServer({
      security: { allow: [windows.sid('bob')] },
      allowRemoteClients: true,
      win32: server,
    })
    using asBob = await logonUser({ user: 'bob', password: 'secret', type: 'newCredentials', win32: alice })
    const opened = alice.openNamedPipe({
      name: remotePath(pipes),
      desiredAccess: accessRight.GENERIC_READ | accessRight.GENERIC_WRITE,
      securityQualityOfService: null,
      impersonate: asBob.handle,
    })
    const stream = alice.openPipeStream(await opened, 'duplex')
    stream.on('error', () => {})
    stream.resume()
    stream.write('hello')
    const client = await firstClient(pipes)
    await client.identified
    using token = client.token()
    expect(token.user.sid.equals(windows.sid('bob'))).toBe(true)
    await expect(connectPipe({ path: remotePath(pipes), win32: alice })).rejects.toMatchObject({
      code: 'ERROR_ACCESS_DENIED',
    })
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

  it.each([
    ['is being destroyed', async ({ stream }: PipeClient) => stream.destroy()],
    ['has been ended', ({ stream }: PipeClient) => once(stream.end(), 'finish')],
  ])('asks Windows nothing when its stream %s, for another may have the handle', async (_, end) => {
    const asked: unknown[] = []
    const win32 = new Proxy(server, {
      get(target, name): unknown {
        const implementation: unknown = Reflect.get(target, name)
        if (typeof implementation !== 'function') return implementation
        return (...args: unknown[]): unknown => {
          asked.push(name)
          return Reflect.apply(implementation, target, args)
        }
      },
    })
    using pipes = serve(win32, 'alice')
    await speak({ path: pipes.path, win32: alice })
    const client = await firstClient(pipes)
    await client.identified
    client.token().close()
    await end(client)
    asked.length = 0
    for (const use of [
      () => client.token(),
      () => client.impersonate(() => {}),
      () => client.impersonationLevel,
      () => client.processId,
      () => client.sessionId,
      () => client.computerName,
    ]) {
      expect(use).toThrow(expect.objectContaining({ code: 'ERROR_PIPE_NOT_CONNECTED' }))
    }
    expect(asked).toEqual([])
    client.close()
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
    const ask = (): Sid | undefined => {
      using own = currentThreadToken({ win32: server })
      return own?.user.sid
    }
    expect(client.impersonate(ask, { minimumLevel: 'identification' })?.equals(windows.sid('alice'))).toBe(true)
    // @ts-expect-error: what JavaScript may pass
    expect(() => client.impersonate(ask, { minimumLevel: 'some' })).toThrow(/minimumLevel/u)
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
