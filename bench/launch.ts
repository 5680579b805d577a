// Launching as a client against child_process.spawn, in one run and at equal flags: latency, time of the JavaScript thread, throughput.
// For the Windows node.exe: under Wine `tools/wine/run --as-system -- node bench/dist/launch.js`.
import { spawn as spawnAsServer } from 'node:child_process'
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { launch } from '@asuser/launcher'
import { currentProcessToken, type Token } from '@asuser/tokens'
import { fixed, interleave, median, printTable } from './measure.ts'

const rounds = 41
const throughputRounds = 5
const megabytes = 200
const command = `${process.env['SystemRoot']}\\System32\\cmd.exe`
const args = ['/d', '/c', 'exit 0']
/** Else one starts where the server stands, and the other looks for the folder of the client. */
const cwd = `${process.env['SystemRoot']}\\System32`
const echo = fileURLToPath(new URL('echo.js', import.meta.url))

interface Launch {
  /** From the call to the exit, in milliseconds. */
  readonly latency: number
  /** Of that, how long the JavaScript thread was busy, in milliseconds. */
  readonly busy: number
  /** How long the call itself kept the JavaScript thread, in milliseconds. */
  readonly call: number
}

async function measureLaunch(start: () => Promise<void>): Promise<Launch> {
  const loop = performance.eventLoopUtilization()
  const began = performance.now()
  const ended = start()
  const call = performance.now() - began
  await ended
  return { latency: performance.now() - began, busy: performance.eventLoopUtilization(loop).active, call }
}

async function launchAsClient(token: Token): Promise<void> {
  const child = await launch(command, args, { token, stdio: 'ignore', cwd, env: { ...process.env } })
  await child.exited
}

async function launchAsServer(): Promise<void> {
  await once(spawnAsServer(command, args, { stdio: 'ignore', cwd, windowsHide: true }), 'exit')
}

async function measureThroughput(stdin: Writable, stdout: Readable): Promise<number> {
  const block = Buffer.alloc(1 << 20, 'x')
  const began = performance.now()
  const written = (async () => {
    for (let count = 0; count < megabytes; count++) if (!stdin.write(block)) await once(stdin, 'drain')
    stdin.end()
  })()
  let received = 0
  for await (const chunk of stdout) received += chunk.length
  await written
  if (received !== megabytes << 20) throw new Error(`${received} bytes came back of ${megabytes << 20}`)
  return megabytes / ((performance.now() - began) / 1000)
}

async function throughputAsClient(token: Token): Promise<number> {
  const child = await launch(process.execPath, [echo], { token, env: { ...process.env } })
  if (child.stdin === null || child.stdout === null) throw new Error('The child has no pipes')
  const rate = await measureThroughput(child.stdin, child.stdout)
  await child.exited
  return rate
}

async function throughputAsServer(): Promise<number> {
  const child = spawnAsServer(process.execPath, [echo], { windowsHide: true })
  const exited = once(child, 'exit')
  const rate = await measureThroughput(child.stdin, child.stdout)
  await exited
  return rate
}

const own = currentProcessToken()
const token = own.toPrimary()
try {
  const [asClient = [], asServer = []] = await interleave(rounds, [
    () => measureLaunch(() => launchAsClient(token)),
    () => measureLaunch(launchAsServer),
  ])
  const rows = (['latency', 'busy', 'call'] as const).map((figure) => {
    const ours = median(asClient.map((run) => run[figure]))
    const theirs = median(asServer.map((run) => run[figure]))
    return [figure, fixed(ours, 2), fixed(theirs, 2), fixed(ours / theirs, 3)]
  })
  printTable(`launch and exit, median of ${rounds}, ms`, ['figure', 'asuser', 'child_process', 'ratio'], rows)

  const [client = [], server = []] = await interleave(throughputRounds, [
    () => throughputAsClient(token),
    throughputAsServer,
  ])
  const ours = median(client)
  const theirs = median(server)
  printTable(
    `${megabytes} MB through stdin and stdout, median of ${throughputRounds}, MB/s`,
    ['figure', 'asuser', 'child_process', 'ratio'],
    [['throughput', fixed(ours), fixed(theirs), fixed(ours / theirs, 2)]],
  )
} finally {
  token.close()
  own.close()
}
