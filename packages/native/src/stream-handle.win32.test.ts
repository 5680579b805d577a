import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import type { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import type { StreamHandle } from './api/handle.ts'
import type { NamedPipeStream } from './api/pipe.ts'
import { accessRight } from './constants.ts'
import { Win32Error } from './errors.ts'
import { getWin32 } from './win32.ts'

const win32 = getWin32()
const readWrite = accessRight.GENERIC_READ | accessRight.GENERIC_WRITE

const streams: Duplex[] = []
afterEach(async () => {
  await Promise.all(streams.splice(0).map(async (stream) => stream.closed || once(stream.destroy(), 'close')))
})

describe('the handle of a stream', () => {
  it("is nobody else's when a file gets its numbers", async () => {
    const before = win32.countOpenHandles()
    for (let count = 0; count < 20; count++) {
      const { stream, handle } = await serve()
      expect(outcomesAt(handle)).toEqual(['success', 'success', 'success'])
      stream.destroy()
      const file = openSync(fileURLToPath(import.meta.url), 'r')
      expect(outcomesAt(handle)).toEqual(Array.from({ length: 3 }, () => 'ERROR_INVALID_HANDLE'))
      closeSync(file)
    }
    expect(win32.countOpenHandles()).toBe(before)
  })

  it("is nobody else's when the end of a client gets its numbers", async () => {
    for (let count = 0; count < 20; count++) {
      const { stream, handle } = await serve()
      const [other, path] = createPipe()
      stream.destroy()
      const file = openSync(path, 'r+')
      expect(outcomesAt(handle)).toEqual(Array.from({ length: 3 }, () => 'ERROR_INVALID_HANDLE'))
      closeSync(file)
      other.close()
    }
  })

  it('is good until a flush has ended, and not after it', async () => {
    const { stream, handle, client } = await serve()
    const ended = once(client, 'end')
    client.pause()
    stream.write(Buffer.alloc(200_000))
    const closed = once(stream.resume(), 'close')
    stream.end()
    expect(outcomesAt(handle)).toEqual(['success', 'success', 'success'])
    client.resume()
    await Promise.all([ended, closed])
    expect(outcomesAt(handle)).toEqual(Array.from({ length: 3 }, () => 'ERROR_INVALID_HANDLE'))
  })

  it('still knows a client that has vanished', async () => {
    const { stream, handle, client } = await serve()
    const ended = once(stream.resume(), 'end')
    stream.once('end', () => expect(outcomesAt(handle)).toEqual(['success', 'success', 'success']))
    client.destroy()
    await ended
  })
})

function createPipe() {
  const name = `\\\\.\\pipe\\asuser-stream-handle-${randomUUID()}`
  const pipe = win32.createNamedPipe({
    name,
    firstInstance: true,
    rejectRemoteClients: true,
    maxInstances: 1,
    inBufferSize: 4096,
    outBufferSize: 4096,
    security: null,
  })
  return [pipe, name] as const
}

/** A client of whom something was read. */
async function serve(): Promise<NamedPipeStream & { client: Duplex }> {
  const [pipe, name] = createPipe()
  const end = await win32.openNamedPipe({
    name,
    desiredAccess: readWrite,
    securityQualityOfService: null,
    impersonate: null,
  })
  const client = win32.openPipeStream(end, 'duplex')
  await win32.connectNamedPipe(pipe, false)
  const { stream, handle } = win32.openNamedPipeStream(pipe)
  for (const one of [stream, client]) one.on('error', () => {})
  streams.push(stream, client)
  client.write('hello')
  await once(stream, 'readable')
  stream.read()
  return { stream, handle, client }
}

/** Of becoming the client, of asking for its process, and of a duplicate. */
function outcomesAt(handle: StreamHandle<'pipe'>): string[] {
  return [
    () => win32.impersonateNamedPipeClient(handle, () => {}),
    () => win32.getNamedPipeClientProcessId(handle),
    () => win32.duplicateHandle(handle).close(),
  ].map((use) => {
    try {
      use()
      return 'success'
    } catch (error) {
      if (error instanceof Win32Error) return error.code
      throw error
    }
  })
}
