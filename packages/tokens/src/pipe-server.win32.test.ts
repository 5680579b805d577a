import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { connect, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { getWin32 } from '@asuser/native'
import { deviations } from '@asuser/testkit/contract'
import { describe, expect, it } from 'vitest'
// @boundaries-ignore support of all test suites
import { installedAccounts } from '../../../tools/testing/installed-accounts.ts'
import { describePipeServer } from '../test/pipe-server.suite.ts'
import { connectPipe } from './connect-pipe.ts'
import { createPipeServer } from './pipe-server.ts'

// Under Wine this installs the shim.
await installedAccounts()

const lane = process.env['ASUSER_LANE'] ?? 'windows'
const major = Number.parseInt(process.versions.node, 10)
const missing = deviations.find(
  (row) => row.what === 'the level that the client of a named pipe allows' && row.lane === lane,
)

describePipeServer('the addon', async () => getWin32(), missing && `${missing.differs} (${missing.source})`)

describe('PipeServer', () => {
  it('serves clients of Node itself with sockets', async () => {
    using server = createPipeServer()
    const socket = connect(server.path)
    socket.end('hello')
    const [client] = await once(server, 'client')
    expect(client.stream).toBeInstanceOf(Socket)
    await client.identified
    expect(String(client.stream.read())).toBe('hello')
    client.close()
    await once(socket.resume(), 'close')
  })

  it('answers others while many clients read nothing of what they were sent', { timeout: 60_000 }, async ({ skip }) => {
    skip(lane === 'wine' && major < 22, 'wineserver crashes when Node 20 has closed many pipes that are being flushed')
    // More than the client's own stream reads ahead, so that some of it stays in the pipe.
    const answer = new Uint8Array(100_000)
    using server = createPipeServer()
    server.on('client', (client) => {
      void client.identified.then(() => client.stream.end(answer)).catch(() => {})
    })
    const ask = async (): Promise<Duplex> => {
      const stream = await connectPipe({ path: server.path })
      stream.on('error', () => {})
      stream.pause()
      stream.write('x')
      return stream
    }
    const hostile: Duplex[] = []
    while (hostile.length < 40) hostile.push(await ask())
    // Each that is waited for has a thread; the others are closed.
    await expect.poll(() => server.clientCount, { timeout: 10_000 }).toBeLessThanOrEqual(16)
    const good = await ask()
    expect((await buffer(good)).length).toBe(answer.length)
    // Whoever reads late loses nothing, closed or not.
    const late = await Promise.all(hostile.map((stream) => buffer(stream)))
    expect(late.map(({ length }) => length)).toEqual(hostile.map(() => answer.length))
    await expect.poll(() => server.clientCount).toBe(0)
  })

  it.each([
    ['throw', 'nobody'],
    ['worker', 'nobody'],
    // The listeners of 'exit' run within the callback, and nothing after them.
    ['exit', 'somebody'],
  ])('leaves no identity behind in a process of its own: %s', async (what, after) => {
    const file = fileURLToPath(new URL('../test/impersonating-server.mjs', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, [file, what])
    expect(JSON.parse(stdout)).toEqual({ what, before: 'nobody', within: 'somebody', after })
  })
})
