import { once } from 'node:events'
import { getActiveResourcesInfo } from 'node:process'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { Server } from '../../test/server.ts'

describe('a pipe', () => {
  it('releases the writer of a chunk that is larger than the pipe when it is read', async () => {
    const server = new Server({
      programs: {
        'C:\\Tools\\count.exe': async ({ stdin, stdout }) => {
          let length = 0
          for await (const chunk of stdin) length += Buffer.from(chunk).length
          stdout.write(String(length))
        },
      },
    })
    using token = await server.logOn('alice')
    const input = server.win32.createPipePair('outbound')
    const output = server.win32.createPipePair('inbound')
    const stdin = server.win32.openPipeStream(input.server, 'outbound')
    const stdout = server.win32.openPipeStream(output.server, 'inbound')
    const created = await server.start(token, 'C:\\Tools\\count.exe', {
      standardHandles: { input: input.client, output: output.client, error: null },
      handleList: [input.client, output.client],
    })
    input.client.close()
    output.client.close()
    stdin.write(new Uint8Array(300_000))
    stdin.end(new Uint8Array(1))
    const [written] = await once(stdout, 'data')
    expect(String(written)).toBe('300001')
    expect(await server.exitCode(created)).toBe(0)
  })

  it('keeps what was written before its writer was ended', async () => {
    let onWritten: (() => void) | undefined
    const spoken = new Promise<void>((resolve) => {
      onWritten = resolve
    })
    const server = new Server({
      programs: {
        'C:\\Tools\\hang.exe': ({ stdout }) => {
          stdout.write('last words', () => onWritten?.())
          return new Promise(() => {})
        },
      },
    })
    using token = await server.logOn('alice')
    const { server: end, client } = server.win32.createPipePair('inbound')
    const written = text(server.win32.openPipeStream(end, 'inbound'))
    const created = await server.start(token, 'C:\\Tools\\hang.exe', {
      standardHandles: { input: null, output: client, error: null },
      handleList: [client],
    })
    client.close()
    await spoken
    server.win32.terminateProcess(created.process, 1)
    expect(await written).toBe('last words')
    await server.exitCode(created)
    token.close()
    server.windows.assertNoLeaks()
  })

  it('keeps the process alive while a stream of it reads or writes, and not when that rests', async () => {
    const server = new Server({})
    const reasons = (): number => getActiveResourcesInfo().length
    const { server: end, client } = server.win32.createPipePair('outbound')
    const before = reasons()
    const writer = server.win32.openPipeStream(end, 'outbound')
    expect(reasons()).toBe(before)
    const written = new Promise((resolve) => {
      writer.write(new Uint8Array(70_000), resolve)
    })
    expect(reasons()).toBe(before + 1)
    const reader = server.win32.openPipeStream(client, 'inbound')
    await written
    // What it has read fills it, so that it reads no more.
    expect(reasons()).toBe(before)
    reader.resume()
    await new Promise(setImmediate)
    expect(reasons()).toBe(before + 1)
    reader.destroy()
    writer.destroy()
    expect(reasons()).toBe(before)
  })
})
