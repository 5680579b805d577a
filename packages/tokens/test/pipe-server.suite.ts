import { execFile } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { type Duplex, PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Win32 } from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  connectPipe,
  type ConnectPipeOptions,
  createPipeServer,
  currentProcessToken,
  currentThreadToken,
  ImpersonationLevelError,
  type PipeClient,
  type PipeServer,
  type PipeServerOptions,
  UnexpectedPipeServerError,
} from '../src/index.ts'
import { kernelHandles } from './kernel-handles.ts'

/**
 * What a server does, whatever the Windows. Its clients are in its own process.
 *
 * @param withoutLevels why the levels that clients allow cannot be seen there
 */
export function describePipeServer(name: string, openWin32: () => Promise<Win32>, withoutLevels?: string): void {
  describe(`PipeServer on ${name}`, () => {
    it('has a name of its own, and tells who has come', async () => {
      const { serve, connect, done } = await setUp()
      using server = serve()
      expect(server.path).toMatch(/^\\\\\.\\pipe\\asuser-[0-9a-f-]{36}$/u)
      const stream = await connect({ path: server.path })
      stream.write('hello')
      const client = await nextClient(server)
      await client.identified
      expect(String(client.stream.read())).toBe('hello')
      expect(client).toMatchObject({
        processId: done.win32.getCurrentProcessId(),
        computerName: undefined,
        closed: false,
      })
      expect(client.sessionId).toBeGreaterThanOrEqual(0)
      const token = client.token()
      expect(token.user.sid.toString()).toBe(ownUser(done.win32))
      token.close()
      client.stream.end('bye')
      expect(await text(stream)).toBe('bye')
      await done(server)
    })

    it('finishes a stream whose client has closed its end', async () => {
      const { serve, connect, done } = await setUp()
      using server = serve()
      const stream = await connect({ path: server.path })
      stream.write('hello')
      const client = await nextClient(server)
      const echoed = pipeline(client.stream, new PassThrough(), client.stream)
      const [data] = await once(stream, 'data')
      expect(String(data)).toBe('hello')
      stream.destroy()
      await echoed
      expect(client.stream.writableFinished).toBe(true)
      await done(server)
    })

    it('keeps clients until somebody listens, and ends an iteration when it is closed', async () => {
      const { serve, connect, done } = await setUp()
      using server = serve()
      const streams = [await connect({ path: server.path }), await connect({ path: server.path })]
      await until(() => server.clientCount === 2)
      let seen = 0
      for await (const client of server) {
        seen += 1
        client.close()
        if (seen === 2) server.close()
      }
      expect(seen).toBe(2)
      await Promise.all(streams.map(closed))
      await done(server)
    })

    it('is the only server of its name', async () => {
      const { serve, done } = await setUp()
      using server = serve()
      expect(() => serve({ path: server.path })).toThrow(expect.objectContaining({ code: 'ERROR_ACCESS_DENIED' }))
      await done(server)
      using again = serve({ path: server.path })
      await done(again)
    })

    it('has no more clients than it may, and takes the next when one leaves', async () => {
      const { serve, connect, done } = await setUp()
      using server = serve({ maxClients: 1 })
      const first = await connect({ path: server.path })
      const client = await nextClient(server)
      await expect(connect({ path: server.path, timeout: 30 })).rejects.toMatchObject({ code: 'ERROR_SEM_TIMEOUT' })
      const waiting = connect({ path: server.path, timeout: 10_000 })
      client.close()
      const second = await waiting
      await nextClient(server)
      expect(server.clientCount).toBe(1)
      server[Symbol.dispose]()
      await Promise.all([first, second].map(closed))
      await done(server)
    })

    it('counts the instances that are to take the places of others as clients who may come', async () => {
      const { serve, connect, done } = await setUp()
      using server = serve({ maxClients: 10 })
      server.on('client', () => {})
      const streams: Duplex[] = []
      for (let count = 1; count <= 10; count++) {
        streams.push(await connect({ path: server.path, timeout: 10_000 }))
        await until(() => server.clientCount === count)
      }
      await expect(connect({ path: server.path, timeout: 30 })).rejects.toMatchObject({ code: 'ERROR_SEM_TIMEOUT' })
      for (const stream of streams.splice(0, 5)) stream.destroy()
      await until(() => server.clientCount === 5)
      for (let count = 6; count <= 10; count++) streams.push(await connect({ path: server.path, timeout: 10_000 }))
      await until(() => server.clientCount === 10)
      server[Symbol.dispose]()
      await Promise.all(streams.map(closed))
      await done(server)
    })

    it('gives up a client that says nothing for too long', async () => {
      const { serve, connect, done } = await setUp()
      using server = serve({ firstByteTimeout: 30 })
      const stream = await connect({ path: server.path })
      const client = await nextClient(server)
      await expect(client.identified).rejects.toMatchObject({ code: 'ERROR_SEM_TIMEOUT' })
      await closed(stream)
      await closed(client.stream)
      expect(server.clientCount).toBe(0)
      await done(server)
    })

    it('leaves a client that has spoken all its time', async () => {
      const { serve, connect, done } = await setUp()
      // Time enough for its first byte on a busy machine.
      using server = serve({ firstByteTimeout: 1_500 })
      const stream = await connect({ path: server.path })
      stream.write('x')
      const client = await nextClient(server)
      await client.identified
      await new Promise((resolve) => {
        setTimeout(resolve, 2_000)
      })
      expect(client.closed).toBe(false)
      stream.destroy()
      await closed(client.stream)
      await done(server)
    })

    it('closes a client that does not read what is written to it', async () => {
      const { serve, connect, done } = await setUp()
      using server = serve()
      const stream = await connect({ path: server.path })
      stream.pause()
      const client = await nextClient(server)
      for (let count = 0; count < 40; count++) client.stream.write(new Uint8Array(65_536))
      await nextTurn()
      expect(client.stream.writableLength).toBeGreaterThan(0)
      client.close()
      await Promise.all([client.stream, stream].map(closed))
      await done(server)
    })

    it('survives 1,000 clients that vanish, and 1,000,000 bytes of nonsense', { timeout: 60_000 }, async () => {
      const { serve, connect, done } = await setUp()
      using server = serve()
      let received = 0
      server.on('client', (client) => {
        client.stream.on('data', (chunk: Uint8Array) => (received += chunk.length))
      })
      const vanish = async (clients: number): Promise<void> => {
        for (let count = 0; count < clients; count++) {
          const stream = await connect({ path: server.path })
          if (count % 3 === 0) stream.write('half a mess')
          if (count % 3 === 1) stream.end()
          else stream.destroy()
        }
        await until(() => server.clientCount === 0)
      }
      // What is kept for the next clients is there after these.
      await vanish(100)
      const handlesBefore = kernelHandles(done.win32)
      expect(handlesBefore).toBeGreaterThan(0)
      await vanish(1000)
      await until(() => kernelHandles(done.win32) <= handlesBefore + 10)
      const stream = await connect({ path: server.path })
      const before = received
      stream.end(randomBytes(1_000_000))
      await until(() => received >= before + 1_000_000)
      await until(() => server.clientCount === 0)
      await done(server)
    })

    it('keeps its process alive as a server of Node does', { timeout: 60_000 }, async () => {
      const scenarios = ['left alone', 'unref', 'unref and ref', 'unref and serve']
      expect(await Promise.all(scenarios.map(runReferencedServer))).toEqual(['alive', '', 'alive', ''])
    })

    it('leaves it to the stream of a client whether that keeps the process alive', { timeout: 60_000 }, async () => {
      const scenarios = ['a client', 'a client, unref', 'a client, unref and ref']
      expect(await Promise.all(scenarios.map(runReferencedServer))).toEqual(['alive', '', 'alive'])
    })

    it('refuses what cannot be right', async () => {
      const { serve, connect } = await setUp()
      const invalid = expect.objectContaining({ name: 'InvalidArgumentError' })
      expect(() => serve({ path: 'jobs' })).toThrow(invalid)
      expect(() => serve({ path: '\\\\server\\pipe\\jobs' })).toThrow(invalid)
      expect(() => serve({ maxClients: 0 })).toThrow(invalid)
      expect(() => serve({ firstByteTimeout: -1 })).toThrow(invalid)
      expect(() => serve({ security: 'O:SY' })).toThrow(invalid)
      expect(() => serve({ security: 'D:NO_ACCESS_CONTROL' })).toThrow(invalid)
      await expect(connect({ path: 'jobs' })).rejects.toThrow(invalid)
      const elsewhere = [
        '\\\\.\\pipe\\..\\C:\\file',
        '\\\\.\\pipe\\a/../../C:/file',
        '\\\\.\\pipe\\.',
        '\\\\.\\pipe\\.. ',
        '\\\\./C:\\pipe\\file',
        '\\\\server/share\\pipe\\file',
      ]
      for (const path of elsewhere) {
        await expect(connect({ path })).rejects.toThrow(invalid)
        expect(() => serve({ path })).toThrow(invalid)
      }
      await expect(connect({ path: '\\\\.\\pipe\\x', verifyServer: {} })).rejects.toThrow(invalid)
    })
  })

  describe(`PipeClient.impersonate on ${name}`, () => {
    it('leaves no identity behind, whatever the callback does', async () => {
      const { serve, connect, done } = await setUp()
      using server = serve()
      const stream = await connect({ path: server.path, level: 'impersonation' })
      stream.write('hello')
      const client = await nextClient(server)
      await client.identified
      const actor = (): string | undefined => {
        using token = currentThreadToken({ win32: done.win32 })
        return token?.user.sid.toString()
      }
      const own = ownUser(done.win32)

      expect(client.impersonate(actor)).toBe(own)
      expect(actor()).toBeUndefined()
      expect(() =>
        client.impersonate(() => {
          throw new RangeError('from within')
        }),
      ).toThrow(RangeError)
      expect(actor()).toBeUndefined()
      // @ts-expect-error: what JavaScript may pass
      expect(() => client.impersonate(() => Promise.resolve())).toThrow(TypeError)
      // @ts-expect-error: what JavaScript may pass
      expect(() => client.impersonate(async () => {})).toThrow(TypeError)
      expect(actor()).toBeUndefined()
      const seen = client.impersonate(() => [client.impersonate(() => client.impersonate(actor)), actor()])
      expect(seen).toEqual([own, own])
      expect(actor()).toBeUndefined()
      // What is scheduled within runs without.
      const later = client.impersonate(() => {
        const seenLater: Promise<unknown>[] = []
        seenLater.push(new Promise((resolve) => process.nextTick(() => resolve(actor()))))
        seenLater.push(new Promise((resolve) => setImmediate(() => resolve(actor()))))
        queueMicrotask(() => seenLater.push(Promise.resolve(actor())))
        return seenLater
      })
      expect(await Promise.all(later)).toEqual([undefined, undefined])
      expect(await later[2]).toBeUndefined()

      stream.destroy()
      await closed(client.stream)
      expect(() => client.token()).toThrow(expect.objectContaining({ code: 'ERROR_PIPE_NOT_CONNECTED' }))
      await done(server)
    })
  })

  describe(`PipeClient at a low level on ${name}`, () => {
    beforeEach(({ skip }) => skip(withoutLevels !== undefined, withoutLevels))

    it.each([
      ['identification', 'ERROR_BAD_IMPERSONATION_LEVEL', /it must connect at level impersonation/u],
      ['anonymous', 'ERROR_CANT_OPEN_ANONYMOUS', /keeps even its identity from the server/u],
    ] as const)('cannot be acted for at %s, and the error says why', async (level, code, reason) => {
      const { serve, connect, done } = await setUp()
      using server = serve()
      const stream = await connect({ path: server.path, level })
      stream.write('hello')
      const client = await nextClient(server)
      await client.identified
      expect(client.impersonationLevel).toBe(level)
      let hasRun = false
      const act = (): void => client.impersonate(() => void (hasRun = true))
      expect(act).toThrow(ImpersonationLevelError)
      expect(act).toThrow(expect.objectContaining({ code, level, message: expect.stringMatching(reason) }))
      expect(hasRun).toBe(false)
      stream.destroy()
      await closed(client.stream)
      await done(server)
    })
  })

  describe(`connectPipe on ${name}`, () => {
    it('accepts the server that is expected, by owner and by process', async () => {
      const { serve, connect, done } = await setUp()
      using server = serve()
      const verifyServer = { owner: Sid.parse(ownUser(done.win32)), processId: done.win32.getCurrentProcessId() }
      const stream = await connect({ path: server.path, verifyServer })
      stream.destroy()
      await closed((await nextClient(server)).stream)
      await done(server)
    })

    it('leaves another server without a byte', async () => {
      const { serve, connect, done } = await setUp()
      using server = serve()
      for (const verifyServer of [{ owner: Sid.parse('S-1-5-21-1-2-3-500') }, { processId: 1 }]) {
        await expect(connect({ path: server.path, verifyServer })).rejects.toThrow(UnexpectedPipeServerError)
        const client = await nextClient(server)
        await expect(client.identified).rejects.toMatchObject({ code: 'ERROR_BROKEN_PIPE' })
      }
      await done(server)
    })

    it('waits for a busy server without holding up what else the process does', async () => {
      const { serve, connect, done } = await setUp()
      using server = serve({ maxClients: 1 })
      const first = await connect({ path: server.path })
      const given = new AbortController()
      const waiting = Array.from({ length: 8 }, () => connect({ path: server.path, signal: given.signal }))
      const settled = Promise.allSettled(waiting)
      await new Promise((resolve) => {
        setTimeout(resolve, 50)
      })
      const began = performance.now()
      await readFile(fileURLToPath(import.meta.url))
      expect(performance.now() - began).toBeLessThan(900)
      given.abort('enough')
      for (const { status, ...outcome } of await settled) {
        expect({ status, ...outcome }).toMatchObject({
          status: 'rejected',
          reason: { name: 'AbortError', code: 'ABORT_ERR', cause: 'enough' },
        })
      }
      first.destroy()
      await closed((await nextClient(server)).stream)
      await done(server)
    })

    it('is not even begun when it is given up before', async () => {
      const { serve, connect, done } = await setUp()
      using server = serve()
      const refused = connect({ path: server.path, signal: AbortSignal.abort('too late') })
      await expect(refused).rejects.toMatchObject({ name: 'AbortError', cause: 'too late' })
      expect(server.clientCount).toBe(0)
      await done(server)
    })

    it('gets the place that becomes free', async () => {
      const { serve, connect, done } = await setUp()
      using server = serve({ maxClients: 1 })
      const first = await connect({ path: server.path })
      const client = await nextClient(server)
      const waiting = connect({ path: server.path })
      client.close()
      const second = await waiting
      second.destroy()
      await Promise.all([closed(first), closed((await nextClient(server)).stream)])
      await done(server)
    })

    it('fails when there is no server', async () => {
      const { connect } = await setUp()
      const path = `\\\\.\\pipe\\asuser-nobody-${randomUUID()}`
      await expect(connect({ path })).rejects.toMatchObject({ code: 'ERROR_FILE_NOT_FOUND' })
    })
  })

  async function setUp() {
    const win32 = await openWin32()
    const handlesBefore = win32.countOpenHandles()
    return {
      serve: (options: PipeServerOptions = {}): PipeServer => createPipeServer({ ...options, win32 }),
      connect: async (options: ConnectPipeOptions): Promise<Duplex> => {
        const stream = await connectPipe({ ...options, win32 })
        stream.on('error', () => {})
        return stream
      },
      /** Closes the server, waits for its last client to leave, and looks for what is left. */
      done: Object.assign(
        async (server: PipeServer) => {
          const over = server.closed && server.clientCount === 0 ? undefined : once(server, 'close')
          server.close()
          await over
          await until(() => win32.countOpenHandles() === handlesBefore)
        },
        { win32 },
      ),
    }
  }
}

/** What `referenced-server.ts` writes in a process of its own: whether something keeps it alive. */
export async function runReferencedServer(scenario: string): Promise<string> {
  const runner = fileURLToPath(new URL('../../../tools/testing/run-source.mjs', import.meta.url))
  const program = fileURLToPath(new URL('referenced-server.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [runner, program, scenario])
  return stdout.trim()
}

function ownUser(win32: Win32): string {
  using token = currentProcessToken({ win32 })
  return token.user.sid.toString()
}

async function nextClient(server: PipeServer): Promise<PipeClient> {
  for await (const client of server) return client
  throw new Error('The server is closed')
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`It never came true that ${condition}`)
    await nextTurn()
  }
}

function closed(stream: Duplex): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed) resolve()
    else stream.once('close', resolve)
    stream.resume()
  })
}
