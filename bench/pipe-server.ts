// The pipe server against Node's own server on a pipe: clients served for each second, and bytes.
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createPipeServer } from '@asuser/tokens'
import { fixed, interleave, median, medianRatio, printTable } from './measure.ts'

// Short turns, since the load of a shared machine changes within a second.
const rounds = 41
const clientsPerRound = 80
const clientsAtOnce = 8
const bytesPerRound = 16 * 1024 * 1024
const chunk = new Uint8Array(64 * 1024)

/** A server that answers each chunk of a client with the same, as one of the contenders makes it. */
interface EchoServer {
  readonly path: string
  close(): Promise<void>
}

function echo(stream: Duplex): void {
  stream.pipe(stream)
}

async function openNodeServer(): Promise<EchoServer> {
  const path = `\\\\.\\pipe\\asuser-bench-${process.pid}-${performance.now()}`
  const server = createServer(echo)
  server.listen(path)
  await once(server, 'listening')
  return {
    path,
    async close() {
      server.close()
      await once(server, 'close')
    },
  }
}

async function openPipeServer(): Promise<EchoServer> {
  const server = createPipeServer()
  server.on('client', (client) => echo(client.stream))
  return {
    path: server.path,
    async close() {
      server.close()
      await once(server, 'close')
    },
  }
}

type OpenServer = () => Promise<EchoServer>

/** Connections for each second: connect, one byte there and back, hang up. */
async function measureConnections(open: OpenServer): Promise<number> {
  const server = await open()
  const start = performance.now()
  let left = clientsPerRound
  await Promise.all(
    Array.from({ length: clientsAtOnce }, async () => {
      while (left-- > 0) await visit(server.path)
    }),
  )
  const seconds = (performance.now() - start) / 1000
  await server.close()
  return clientsPerRound / seconds
}

async function visit(path: string): Promise<void> {
  const socket = connect(path)
  socket.write('x')
  await once(socket, 'data')
  await hangUp(socket)
}

/** MB/s through one connection, there and back. */
async function measureThroughput(open: OpenServer): Promise<number> {
  const server = await open()
  const socket = connect(server.path)
  await once(socket, 'connect')
  const start = performance.now()
  const received = receive(socket)
  for (let sent = 0; sent < bytesPerRound; sent += chunk.length) {
    if (!socket.write(chunk)) await once(socket, 'drain')
  }
  await received
  const seconds = (performance.now() - start) / 1000
  await hangUp(socket)
  await server.close()
  return bytesPerRound / 1e6 / seconds
}

function receive(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    let received = 0
    socket.on('data', (data: Uint8Array) => {
      received += data.length
      if (received >= bytesPerRound) resolve()
    })
  })
}

async function hangUp(socket: Socket): Promise<void> {
  socket.destroy()
  await once(socket, 'close')
}

// Wine takes valid security descriptors for invalid ones; the shim of its lane puts that right.
if (process.env['ASUSER_LANE'] === 'wine') {
  const { installLsaShim } = await import(new URL('../../tools/wine/lsa-shim/index.mjs', import.meta.url).href)
  installLsaShim()
}

const results = [
  ['connections/s', measureConnections, 0],
  ['echo, MB/s', measureThroughput, 1],
] as const

const rows: string[][] = []
for (const [what, measure, digits] of results) {
  const [ours = [], theirs = []] = await interleave(rounds, [
    () => measure(openPipeServer),
    () => measure(openNodeServer),
  ])
  rows.push([what, fixed(median(ours), digits), fixed(median(theirs), digits), fixed(medianRatio(ours, theirs), 2)])
}
printTable(`pipe server, median of ${rounds}`, ['', 'createPipeServer', 'net.createServer', 'ratio'], rows)
