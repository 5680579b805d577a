import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { connect, Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { getWin32 } from '@asuser/native'
import { describe, expect, it } from 'vitest'
// @boundaries-ignore support of all test suites
import { installedAccounts } from '../../../tools/testing/installed-accounts.ts'
import { describePipeServer } from '../test/pipe-server.suite.ts'
import { createPipeServer } from './pipe-server.ts'

// Under Wine this installs the shim.
await installedAccounts()

describePipeServer('the addon', async () => getWin32())

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
