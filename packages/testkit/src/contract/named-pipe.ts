import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import {
  accessRight,
  impersonationLevel,
  securityInformation,
  tokenAccess,
  type Borrowed,
  type CreateNamedPipeOptions,
  type Handle,
  type NamedPipeStream,
  type OpenNamedPipeOptions,
  type PipeStream,
  type StreamHandle,
  type Win32,
} from '@asuser/native'
import { SecurityDescriptor } from '@asuser/security-descriptors'
import { describe, expect, it } from 'vitest'
import { asyncOutcomeOf, outcomeOf, type ContractRun } from './contract-run.ts'

const { GENERIC_READ, GENERIC_WRITE } = accessRight
const { SecurityAnonymous, SecurityIdentification, SecurityImpersonation } = impersonationLevel
const everyone = SecurityDescriptor.fromSddl('D:(A;;FA;;;WD)').toBytes()

export function describeNamedPipes(run: () => ContractRun): void {
  function create(options: Partial<CreateNamedPipeOptions> = {}): { pipe: Handle<'pipe'>; name: string } {
    const name = options.name ?? `\\\\.\\pipe\\asuser-contract-${randomUUID()}`
    const pipe = run().win32.createNamedPipe({
      name,
      firstInstance: true,
      rejectRemoteClients: true,
      maxInstances: 255,
      inBufferSize: 65_536,
      outBufferSize: 65_536,
      security: everyone,
      ...options,
    })
    return { pipe, name }
  }

  function open(name: string, options: Partial<OpenNamedPipeOptions> = {}): Promise<Handle<'pipe'>> {
    return run().win32.openNamedPipe({
      name,
      desiredAccess: GENERIC_READ | GENERIC_WRITE,
      securityQualityOfService: null,
      impersonate: null,
      ...options,
    })
  }

  /** A client who has written something that the server has read; the server keeps a handle besides its stream. */
  async function connect(
    options: Partial<OpenNamedPipeOptions> = {},
    words = 'hello',
  ): Promise<{ pipe: Handle<'pipe'>; server: PipeStream; client: PipeStream }> {
    const { win32 } = run()
    const { pipe, name } = create()
    const end = await open(name, options)
    await win32.connectNamedPipe(pipe, false)
    const server = win32.openPipeStream(win32.duplicateHandle(pipe), 'duplex')
    const client = win32.openPipeStream(end, 'duplex')
    for (const stream of [server, client]) stream.on('error', () => {})
    client.write(words)
    await once(server, 'readable')
    expect(String(server.read())).toBe(words)
    return { pipe, server, client }
  }

  function hangUp(connection: Awaited<ReturnType<typeof connect>>): void {
    connection.pipe.close()
    connection.server.destroy()
    connection.client.destroy()
  }

  /** The client as the server sees it. */
  function clientOf(pipe: Borrowed<'pipe'> | StreamHandle<'pipe'>): { user: string; level: number } {
    return run().win32.impersonateNamedPipeClient(pipe, () => {
      using token = run().win32.openThreadToken({ desiredAccess: tokenAccess.TOKEN_QUERY, openAsSelf: true })
      const level = run().win32.getTokenInformation(token, 'TokenImpersonationLevel')
      return { user: run().userOf(token), level }
    })
  }

  describe('createNamedPipe', () => {
    it('refuses a first instance when there is one, in any letter case', () => {
      const { pipe, name } = create()
      expect(outcomeOf(() => create({ name }).pipe)).toBe('ERROR_ACCESS_DENIED')
      expect(outcomeOf(() => create({ name: name.toUpperCase() }).pipe)).toBe('ERROR_ACCESS_DENIED')
      pipe.close()
      expect(outcomeOf(() => create({ name }).pipe)).toBe('success')
    })

    it('makes no more instances than the first one said', () => {
      const { pipe, name } = create({ maxInstances: 2 })
      using second = create({ name, maxInstances: 2, firstInstance: false }).pipe
      const third = (): Handle<'pipe'> => create({ name, maxInstances: 2, firstInstance: false }).pipe
      expect(outcomeOf(third)).toBe('ERROR_PIPE_BUSY')
      pipe.close()
      expect(outcomeOf(third)).toBe('success')
      expect(second.kind).toBe('pipe')
    })

    it('lets only those add an instance whom the DACL lets', async () => {
      const { alice } = run().backend.accounts
      using token = await run().logOn(alice)
      const sid = (await run().sidOf(alice)).toString()
      const security = SecurityDescriptor.fromSddl(`D:(A;;FA;;;SY)(A;;0x12019b;;;${sid})`).toBytes()
      const { pipe, name } = create({ security })
      const add = (): string => outcomeOf(() => create({ name, firstInstance: false }).pipe)
      expect(add()).toBe('success')
      expect(run().win32.impersonateLoggedOnUser(token, add)).toBe(
        run().expected('the DACL of a named pipe', 'ERROR_ACCESS_DENIED'),
      )
      pipe.close()
    })

    it('keeps the DACL and the owner that it is given', () => {
      const own = run().win32.openProcessToken(run().win32.getCurrentProcess(), tokenAccess.TOKEN_QUERY)
      const user = run().userOf(own)
      own.close()
      const { pipe } = create({ security: SecurityDescriptor.fromSddl(`O:${user}D:P(A;;FA;;;${user})`).toBytes() })
      const { OWNER_SECURITY_INFORMATION, DACL_SECURITY_INFORMATION } = securityInformation
      const parts = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION
      const descriptor = SecurityDescriptor.fromBytes(run().win32.getKernelObjectSecurity(pipe, parts))
      pipe.close()
      expect(descriptor.owner?.toString()).toBe(user)
      expect(descriptor.dacl?.entries.map(({ sid }) => sid?.toString())).toEqual([user])
    })
  })

  describe('connectNamedPipe', () => {
    it('resolves when a client comes', async () => {
      const { pipe, name } = create()
      const connected = run().win32.connectNamedPipe(pipe, false)
      using client = await open(name)
      await connected
      expect(client.kind).toBe('pipe')
      pipe.close()
    })

    it('counts a client who was there before', async () => {
      const { pipe, name } = create()
      using client = await open(name)
      await run().win32.connectNamedPipe(pipe, false)
      expect(client.closed).toBe(false)
      pipe.close()
    })

    it('fails with ERROR_NO_DATA when the client is gone already', async () => {
      const { pipe, name } = create()
      ;(await open(name)).close()
      expect(await asyncOutcomeOf(() => run().win32.connectNamedPipe(pipe, false))).toBe('ERROR_NO_DATA')
      pipe.close()
    })

    it('fails with ERROR_OPERATION_ABORTED when the handle is closed', async () => {
      const { pipe } = create()
      const connected = asyncOutcomeOf(() => run().win32.connectNamedPipe(pipe, false))
      pipe.close()
      expect(await connected).toBe('ERROR_OPERATION_ABORTED')
    })

    it.each(['comes', 'was there before'])('adds another instance when a client %s', async (when) => {
      const { pipe, name } = create()
      const early = when === 'comes' ? undefined : await open(name)
      const connected = run().win32.connectNamedPipe(pipe, true)
      const client = early ?? (await open(name))
      const another = await connected
      expect(another?.kind).toBe('pipe')
      using next = await open(name)
      expect(outcomeOf(() => create({ name, firstInstance: true }).pipe)).toBe('ERROR_ACCESS_DENIED')
      for (const handle of [pipe, client]) handle.close()
      if (another === null) return
      // As good as any: it has clients, adds others, and becomes a stream.
      const third = await run().win32.connectNamedPipe(another, true)
      third?.close()
      const { stream } = run().win32.openNamedPipeStream(another)
      const peer = run().win32.openPipeStream(run().win32.duplicateHandle(next), 'duplex')
      for (const end of [stream, peer]) end.on('error', () => {})
      peer.write('hello')
      await once(stream, 'readable')
      expect(String(stream.read())).toBe('hello')
      for (const end of [stream, peer]) end.destroy()
      await Promise.all([stream, peer].map(closed))
    })

    it('adds none unless it is asked to, nor when nobody came, nor beyond the limit of instances', async () => {
      const { pipe, name } = create({ maxInstances: 1 })
      using client = await open(name)
      expect(await run().win32.connectNamedPipe(pipe, true)).toBeNull()
      pipe.close()
      const before = run().win32.countOpenHandles()
      const unserved = create()
      const connected = asyncOutcomeOf(() => run().win32.connectNamedPipe(unserved.pipe, true))
      unserved.pipe.close()
      expect(await connected).toBe('ERROR_OPERATION_ABORTED')
      const unasked = create()
      using last = await open(unasked.name)
      expect(await run().win32.connectNamedPipe(unasked.pipe, false)).toBeNull()
      unasked.pipe.close()
      expect(run().win32.countOpenHandles()).toBe(before + 1)
      expect([client.closed, last.closed]).toEqual([false, false])
    })

    it('adds none to a duplicate, of which it does not know how it was created', async () => {
      const { pipe, name } = create()
      using duplicate = run().win32.duplicateHandle(pipe)
      using client = await open(name)
      expect(await run().win32.connectNamedPipe(duplicate, true)).toBeNull()
      expect(client.closed).toBe(false)
      pipe.close()
    })

    it('leaves nothing of an instance that was added and is closed', async () => {
      const { pipe, name } = create()
      const connected = run().win32.connectNamedPipe(pipe, true)
      using client = await open(name)
      const another = await connected
      another?.close()
      another?.close()
      pipe.close()
      expect(another?.closed).toBe(true)
      expect(await asyncOutcomeOf(() => open(name))).toBe('ERROR_FILE_NOT_FOUND')
      expect(client.closed).toBe(false)
    })

    it('refuses a second wait, and a stream meanwhile', async () => {
      const { pipe } = create()
      const connected = asyncOutcomeOf(() => run().win32.connectNamedPipe(pipe, false))
      expect(await asyncOutcomeOf(async () => run().win32.connectNamedPipe(pipe, false))).toBe('ERROR_BUSY')
      expect(outcomeOf(() => run().win32.openPipeStream(pipe, 'duplex'))).toBe('ERROR_BUSY')
      pipe.close()
      expect(await connected).toBe('ERROR_OPERATION_ABORTED')
    })
  })

  describe('setConnectNamedPipeRef', () => {
    it('leaves the wait as it is, and does nothing when there is none', async () => {
      const { pipe, name } = create()
      const { win32 } = run()
      expect(outcomeOf(() => win32.setConnectNamedPipeRef(pipe, false))).toBe('success')
      const connected = win32.connectNamedPipe(pipe, false)
      for (const referenced of [false, false, true, false]) win32.setConnectNamedPipeRef(pipe, referenced)
      using client = await open(name)
      await connected
      expect(client.closed).toBe(false)
      pipe.close()
      expect(outcomeOf(() => win32.setConnectNamedPipeRef(pipe, true))).toBe('ERROR_INVALID_HANDLE')
    })
  })

  describe('openNamedPipe', () => {
    it('needs an instance that waits', async () => {
      const { pipe, name } = create()
      expect(await asyncOutcomeOf(() => open(`${name}-not`))).toBe('ERROR_FILE_NOT_FOUND')
      using client = await open(name)
      expect(await asyncOutcomeOf(() => open(name))).toBe('ERROR_PIPE_BUSY')
      expect(client.closed).toBe(false)
      pipe.close()
    })

    it('needs the access from the DACL of the pipe', async () => {
      const { alice, bob } = run().backend.accounts
      using aliceToken = await run().logOn(alice)
      using bobToken = await run().logOn(bob)
      const allowed = `D:P(A;;FA;;;SY)(A;;0x12019b;;;${(await run().sidOf(alice)).toString()})`
      const { pipe, name } = create({ security: SecurityDescriptor.fromSddl(allowed).toBytes() })
      expect(await asyncOutcomeOf(() => open(name, { impersonate: bobToken }))).toBe(
        run().expected('the DACL of a named pipe', 'ERROR_ACCESS_DENIED'),
      )
      using second = create({ name, firstInstance: false }).pipe
      expect(await asyncOutcomeOf(() => open(name, { impersonate: aliceToken }))).toBe('success')
      expect(second.kind).toBe('pipe')
      pipe.close()
    })

    it('opens the security of the pipe alone, which all its instances share', async () => {
      const { win32 } = run()
      const { pipe, name } = create({ security: SecurityDescriptor.fromSddl('O:SYG:SYD:(A;;FA;;;SY)').toBytes() })
      const { DACL_SECURITY_INFORMATION: dacl } = securityInformation
      using client = await open(name, { desiredAccess: accessRight.READ_CONTROL | accessRight.WRITE_DAC })
      const read = (end: Borrowed<'pipe'>): string =>
        SecurityDescriptor.fromBytes(win32.getKernelObjectSecurity(end, dacl)).toSddl()
      expect(read(client)).toBe('D:(A;;FA;;;SY)')
      const changed = SecurityDescriptor.fromSddl('D:(A;;FA;;;SY)(A;;FR;;;AU)').toBytes()
      win32.setKernelObjectSecurity(client, dacl, changed)
      using second = create({ name, firstInstance: false }).pipe
      expect([pipe, second].map(read)).toEqual(['D:(A;;FA;;;SY)(A;;FR;;;AU)', 'D:(A;;FA;;;SY)(A;;FR;;;AU)'])
      pipe.close()
    })

    it('tells the client which process serves it, and the server which process came', async () => {
      const { pipe, name } = create()
      using client = await open(name)
      await run().win32.connectNamedPipe(pipe, false)
      const own = run().win32.getCurrentProcessId()
      expect(run().win32.getNamedPipeServerProcessId(client)).toBe(own)
      expect(run().win32.getNamedPipeClientProcessId(pipe)).toBe(own)
      expect(run().win32.getNamedPipeClientSessionId(pipe)).toBeGreaterThanOrEqual(0)
      expect(outcomeOf(() => run().win32.getNamedPipeClientComputerName(pipe))).toBe('ERROR_PIPE_LOCAL')
      pipe.close()
    })
  })

  describe('waitNamedPipe', () => {
    it('waits for an instance, as long as it is told', async () => {
      const { pipe, name } = create()
      const wait = (timeout: number): Promise<string> =>
        asyncOutcomeOf(() => run().win32.waitNamedPipe({ name, timeout }))
      expect(await wait(1000)).toBe('success')
      using client = await open(name)
      expect(await wait(20)).toBe('ERROR_SEM_TIMEOUT')
      const waited = wait(10_000)
      using second = create({ name, firstInstance: false }).pipe
      expect(await waited).toBe('success')
      expect([client.closed, second.closed]).toEqual([false, false])
      pipe.close()
    })

    it('fails when there is no such pipe', async () => {
      const name = `\\\\.\\pipe\\asuser-contract-${randomUUID()}`
      expect(await asyncOutcomeOf(() => run().win32.waitNamedPipe({ name, timeout: 20 }))).toBe('ERROR_FILE_NOT_FOUND')
    })
  })

  describe('disconnectNamedPipe', () => {
    it('ends the connection, and lets the instance have another client', async () => {
      const { pipe, name } = create()
      const client = run().win32.openPipeStream(await open(name), 'duplex')
      client.on('error', () => {})
      await run().win32.connectNamedPipe(pipe, false)
      run().win32.disconnectNamedPipe(pipe)
      expect(outcomeOf(() => run().win32.disconnectNamedPipe(pipe))).toBe('ERROR_PIPE_NOT_CONNECTED')
      await closed(client)
      const again = run().win32.connectNamedPipe(pipe, false)
      using next = await open(name)
      await again
      expect(next.closed).toBe(false)
      pipe.close()
    })
  })

  describe('a duplex stream', () => {
    it('carries bytes both ways, and ends at the other end', async () => {
      const connection = await connect()
      const { client, pipe, server } = connection
      server.write('how do you do')
      await once(client, 'readable')
      expect(String(client.read())).toBe('how do you do')
      const rest = text(server)
      client.end('bye')
      expect(await rest).toBe('bye')
      pipe.close()
      hangUp(connection)
      await Promise.all([server, client].map(closed))
    })

    it('leaves to the client what it has not read, though the end of the server is closed', async () => {
      const { win32 } = run()
      const { pipe, name } = create()
      const end = await open(name)
      await win32.connectNamedPipe(pipe, false)
      const server = win32.openPipeStream(pipe, 'duplex')
      const answer = 'x'.repeat(40_000)
      await new Promise((resolve) => server.write(answer, resolve))
      server.destroy()
      await once(server, 'close')
      const client = win32.openPipeStream(end, 'duplex')
      expect((await text(client)).length).toBe(answer.length)
      client.destroy()
    })

    it('keeps the process alive while it reads, unless it is told not to', async () => {
      const connection = await connect()
      const { client, server } = connection
      const reasons = (): number => process.getActiveResourcesInfo().length
      const withBoth = reasons()
      for (const end of [client, server]) expect(end.unref()).toBe(end)
      const withNone = reasons()
      expect(withNone).toBeLessThan(withBoth)
      expect(server.ref()).toBe(server)
      expect(reasons()).toBeGreaterThan(withNone)
      server.unref().unref()
      expect(reasons()).toBe(withNone)
      hangUp(connection)
    })

    it('has the other end told when the last handle of its end is closed', async () => {
      const connection = await connect()
      const over = closed(connection.client)
      connection.client.resume()
      connection.pipe.close()
      connection.server.destroy()
      await over
      hangUp(connection)
    })
  })

  describe('openNamedPipeStream', () => {
    /** A client who has written something that was read from the one handle that the server has. */
    async function serve(): Promise<NamedPipeStream & { client: Duplex }> {
      const { win32 } = run()
      const { pipe, name } = create()
      const client = win32.openPipeStream(await open(name), 'duplex')
      await win32.connectNamedPipe(pipe, false)
      const { stream, handle } = win32.openNamedPipeStream(pipe)
      expect(pipe.closed).toBe(true)
      for (const end of [stream, client]) end.on('error', () => {})
      client.write('hello')
      await once(stream, 'readable')
      expect(String(stream.read())).toBe('hello')
      return { stream, handle, client }
    }

    function clientAt(handle: StreamHandle<'pipe'>): string {
      return outcomeOf(() => clientOf(handle))
    }

    /** The types do not let a test pass what is no argument. */
    function callUntyped(name: keyof Win32, ...args: readonly unknown[]): unknown {
      const implementation: unknown = Reflect.get(run().win32, name)
      if (typeof implementation !== 'function') throw new Error(`${name} is no function`)
      return Reflect.apply(implementation, run().win32, args)
    }

    it('gives a handle that knows the client, and that is no more to close', async () => {
      const before = run().win32.countOpenHandles()
      const { stream, handle, client } = await serve()
      expect(run().win32.countOpenHandles()).toBe(before)
      const own = run().win32.openProcessToken(run().win32.getCurrentProcess(), tokenAccess.TOKEN_QUERY)
      expect(clientOf(handle)).toEqual({ user: run().userOf(own), level: SecurityImpersonation })
      own.close()
      expect(run().win32.getNamedPipeClientProcessId(handle)).toBe(run().win32.getCurrentProcessId())
      expect(run().win32.getNamedPipeClientSessionId(handle)).toBeGreaterThanOrEqual(0)
      expect(outcomeOf(() => run().win32.getNamedPipeClientComputerName(handle))).toBe('ERROR_PIPE_LOCAL')
      const second = run().win32.duplicateHandle(handle)
      stream.destroy()
      expect(clientOf(second).level).toBe(SecurityImpersonation)
      second.close()
      client.destroy()
    })

    it('has the handle know nobody when the stream is destroyed or ended, nor ever again', async () => {
      const gone: StreamHandle<'pipe'>[] = []
      // The numbers of what is closed are given out again.
      for (let count = 0; count < 20; count++) {
        const { stream, handle, client } = await serve()
        expect(clientAt(handle)).toBe('success')
        expect(gone.map(clientAt)).toEqual(gone.map(() => 'ERROR_INVALID_HANDLE'))
        if (count % 2 === 0) stream.destroy()
        else await closed(stream.end())
        expect(clientAt(handle)).toBe('ERROR_INVALID_HANDLE')
        expect(outcomeOf(() => run().win32.getNamedPipeClientProcessId(handle))).toBe('ERROR_INVALID_HANDLE')
        expect(outcomeOf(() => run().win32.duplicateHandle(handle))).toBe('ERROR_INVALID_HANDLE')
        gone.push(handle)
        client.destroy()
        await closed(stream)
      }
    })

    it('gives the handle to nothing that outlasts the call', async () => {
      const { stream, handle, client } = await serve()
      const invalid = { code: 'ERR_INVALID_ARG_TYPE' }
      const dacl = securityInformation.DACL_SECURITY_INFORMATION
      expect(() => callUntyped('getKernelObjectSecurity', handle, dacl)).toThrow(expect.objectContaining(invalid))
      expect(() => callUntyped('openPipeStream', handle, 'duplex')).toThrow(expect.objectContaining(invalid))
      await expect((async () => callUntyped('connectNamedPipe', handle))()).rejects.toMatchObject(invalid)
      for (const end of [stream, client]) end.destroy()
    })

    it('refuses an instance that is waited in, and leaves it', async () => {
      const { pipe } = create()
      const connected = asyncOutcomeOf(() => run().win32.connectNamedPipe(pipe, false))
      expect(outcomeOf(() => run().win32.openNamedPipeStream(pipe))).toBe('ERROR_BUSY')
      expect(pipe.closed).toBe(false)
      pipe.close()
      expect(await connected).toBe('ERROR_OPERATION_ABORTED')
    })
  })

  describe('impersonateNamedPipeClient', () => {
    it('is refused before anything was read', async (context) => {
      run().needs('nothing read yet from a named pipe', context)
      const { pipe, name } = create()
      expect(outcomeOf(() => run().win32.impersonateNamedPipeClient(pipe, () => {}))).toBe('ERROR_CANNOT_IMPERSONATE')
      using client = await open(name)
      await run().win32.connectNamedPipe(pipe, false)
      expect(outcomeOf(() => run().win32.impersonateNamedPipeClient(pipe, () => {}))).toBe('ERROR_CANNOT_IMPERSONATE')
      expect(client.closed).toBe(false)
      pipe.close()
    })

    it('acts for the client within the callback and for nobody after it', async () => {
      const connection = await connect()
      const own = run().win32.openProcessToken(run().win32.getCurrentProcess(), tokenAccess.TOKEN_QUERY)
      expect(clientOf(connection.pipe)).toEqual({ user: run().userOf(own), level: SecurityImpersonation })
      own.close()
      const probe = (): unknown =>
        run().win32.openThreadToken({ desiredAccess: tokenAccess.TOKEN_QUERY, openAsSelf: true })
      expect(outcomeOf(probe)).toBe('ERROR_NO_TOKEN')
      const failing = (): never => {
        throw new RangeError('from within')
      }
      expect(() => run().win32.impersonateNamedPipeClient(connection.pipe, failing)).toThrow(RangeError)
      expect(outcomeOf(probe)).toBe('ERROR_NO_TOKEN')
      hangUp(connection)
    })

    it('gives the outer client back after it', async () => {
      const connection = await connect()
      const { alice } = run().backend.accounts
      using token = await run().logOn(alice)
      const sid = (await run().sidOf(alice)).toString()
      const actor = (): string => {
        using current = run().win32.openThreadToken({ desiredAccess: tokenAccess.TOKEN_QUERY, openAsSelf: true })
        return run().userOf(current)
      }
      const seen = run().win32.impersonateLoggedOnUser(token, () => {
        const inner = run().win32.impersonateNamedPipeClient(connection.pipe, actor)
        return [inner, actor()]
      })
      const own = run().win32.openProcessToken(run().win32.getCurrentProcess(), tokenAccess.TOKEN_QUERY)
      expect(seen).toEqual([run().userOf(own), sid])
      own.close()
      hangUp(connection)
    })

    it('is the thread that opened the pipe, not its process, when that impersonated somebody', async (context) => {
      run().needs('the thread of the client of a named pipe', context)
      const { alice } = run().backend.accounts
      using token = await run().logOn(alice)
      const connection = await connect({ impersonate: token, securityQualityOfService: service(SecurityImpersonation) })
      expect(clientOf(connection.pipe)).toEqual({
        user: (await run().sidOf(alice)).toString(),
        level: SecurityImpersonation,
      })
      hangUp(connection)
    })

    it('goes no further than the client allows', async (context) => {
      run().needs('the level that the client of a named pipe allows', context)
      const looking = await connect({ securityQualityOfService: service(SecurityIdentification) })
      expect(clientOf(looking.pipe).level).toBe(SecurityIdentification)
      hangUp(looking)
      const nobody = await connect({ securityQualityOfService: service(SecurityAnonymous) })
      expect(outcomeOf(() => clientOf(nobody.pipe))).toBe('ERROR_CANT_OPEN_ANONYMOUS')
      hangUp(nobody)
    })
  })

  function service(level: typeof SecurityAnonymous | typeof SecurityIdentification | typeof SecurityImpersonation) {
    return { impersonationLevel: level, contextTracking: 'static', effectiveOnly: false } as const
  }
}

function closed(stream: Duplex): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed) resolve()
    else stream.once('close', resolve)
    stream.resume()
  })
}
