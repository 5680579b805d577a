// Serves a pipe, does what its argument says, and writes 'alive' if something keeps the process alive after that.
import { once } from 'node:events'
import { getWin32, type PipeStream, type Win32 } from '@asuser/native'
import { createWindows } from '@asuser/testkit'
// @boundaries-ignore support of all test suites
import { installedAccounts } from '../../../tools/testing/installed-accounts.ts'
import { connectPipe, createPipeServer, type PipeClient, type PipeServer } from '../src/index.ts'

const scenarios: Readonly<Record<string, (server: PipeServer, win32: Win32) => Promise<unknown> | PipeServer>> = {
  'left alone': (server) => server,
  unref: (server) => server.unref(),
  'unref and ref': (server) => server.unref().unref().ref(),
  'unref and serve': (server, win32) => serveOne(server.unref(), win32),
  'a client': (server, win32) => haveClient(server.unref(), win32, []),
  'a client, unref': (server, win32) => haveClient(server.unref(), win32, ['unref']),
  'a client, unref and ref': (server, win32) => haveClient(server.unref(), win32, ['unref', 'ref']),
}

/** One who says nothing; its own end keeps nothing alive. */
async function haveClient(server: PipeServer, win32: Win32, calls: readonly ('ref' | 'unref')[]): Promise<void> {
  const [stream, client] = await connectOne(server, win32)
  stream.unref()
  for (const call of calls) client.stream[call]()
}

async function serveOne(server: PipeServer, win32: Win32): Promise<void> {
  const [stream, client] = await connectOne(server, win32)
  const closed = once(client.stream.resume(), 'close')
  stream.destroy()
  await whileAlive(closed)
}

function connectOne(server: PipeServer, win32: Win32): Promise<readonly [PipeStream, PipeClient]> {
  const arrival = once(server, 'client')
  return whileAlive(
    connectPipe({ path: server.path, win32 }).then(async (stream) => {
      const [client] = await arrival
      return [stream, client]
    }),
  )
}

/** Nothing else may keep the process alive meanwhile. */
async function whileAlive<T>(work: Promise<T>): Promise<T> {
  const hold = setInterval(() => {}, 60_000)
  try {
    return await work
  } finally {
    clearInterval(hold)
  }
}

async function openWin32(): Promise<Win32> {
  if (process.platform !== 'win32') return createWindows().startProcess({ account: 'LocalSystem' }).win32
  await installedAccounts()
  return getWin32()
}

const win32 = await openWin32()
const scenario = scenarios[String(process.argv[3])]
if (scenario === undefined) throw new Error(`There is no ${String(process.argv[3])}`)
await scenario(createPipeServer({ win32 }), win32)
setTimeout(() => {
  process.stdout.write('alive', () => process.exit())
}, 2_000).unref()
