// Impersonates a client of its own pipe, does what its argument says within the callback, and prints whom the thread
// acted for before, within and after: `throw`, `exit` (process.exit within), `worker` (the same in a worker thread).
import { once } from 'node:events'
import { connect, Socket } from 'node:net'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { randomUUID } from 'node:crypto'
// @boundaries-ignore the addon alone, for a program of its own
import { loadAddon } from '../../native/src/fixtures/load-addon.mjs'
// @boundaries-ignore support of the addon's own tests
import { installLsaShim } from '../../native/src/fixtures/lsa-shim.mjs'

const what = isMainThread ? process.argv[2] : workerData
if (isMainThread && what === 'worker') {
  loadAddon()
  await installLsaShim()
  await once(new Worker(new URL(import.meta.url), { workerData: what }), 'exit')
} else {
  const win32 = loadAddon()
  if (isMainThread) await installLsaShim()
  await impersonate(win32)
}

async function impersonate(win32) {
  const name = `\\\\.\\pipe\\asuser-test-${randomUUID()}`
  const pipe = win32.createNamedPipe({
    name,
    firstInstance: true,
    rejectRemoteClients: true,
    maxInstances: 1,
    inBufferSize: 4096,
    outBufferSize: 4096,
    security: null,
  })
  const connected = win32.connectNamedPipe(pipe, false)
  const client = connect(name)
  client.write('hello')
  await connected
  const fd = win32.openFileDescriptor(win32.duplicateHandle(pipe))
  const server = new Socket({ fd, readable: true, writable: true })
  await once(server, 'readable')

  const seen = { what, before: actor(win32), within: undefined, after: undefined }
  process.on('exit', () => {
    seen.after = actor(win32)
    process.stdout.write(JSON.stringify(seen))
  })
  try {
    win32.impersonateNamedPipeClient(pipe, () => {
      seen.within = actor(win32)
      if (what === 'exit') process.exit()
      throw new RangeError('from within')
    })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  process.exit()
}

function actor(win32) {
  try {
    win32.openThreadToken({ desiredAccess: 8, openAsSelf: true }).close()
    return 'somebody'
  } catch {
    return 'nobody'
  }
}
