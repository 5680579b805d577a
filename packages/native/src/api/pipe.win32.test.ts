import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accessRight, securityInformation } from '../constants.ts'
import { getWin32 } from '../win32.ts'

const win32 = getWin32()
let handlesBefore: number
beforeEach(() => {
  handlesBefore = win32.countOpenHandles()
})
afterEach(() => expect(win32.countOpenHandles()).toBe(handlesBefore))

/** A child of Node on two pipes, and what it writes. */
const startChild = async (script: string) => {
  using token = win32.openProcessToken(win32.getCurrentProcess(), accessRight.MAXIMUM_ALLOWED)
  const input = win32.createPipePair('outbound')
  const output = win32.createPipePair('inbound')
  using inputClient = input.client
  using outputClient = output.client
  const stdin = win32.openPipeStream(input.server, 'outbound')
  const stdout = win32.openPipeStream(output.server, 'inbound')
  const created = await win32.createProcessAsUser({
    token,
    impersonate: null,
    applicationName: process.execPath,
    commandLine: `node -e "${script}"`,
    environment: null,
    currentDirectory: null,
    creationFlags: 0x8000000,
    startupInfo: {
      desktop: null,
      title: null,
      showWindow: null,
      standardHandles: { input: inputClient, output: outputClient, error: null },
    },
    handleList: [inputClient, outputClient],
    jobList: [],
  })
  created.thread.close()
  return { stdin, stdout, process: created.process }
}

describe('createPipePair', () => {
  it('carries bytes both ways as Node streams, with an end', async () => {
    const child = await startChild('process.stdin.pipe(process.stdout)')
    using _process = child.process
    const sent = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 31) & 255))
    child.stdin.end(sent)
    const received = await buffer(child.stdout)
    expect(received.equals(sent)).toBe(true)
  })

  it('tells of a child that ended with EPIPE and an end', async () => {
    const child = await startChild('process.exit(0)')
    using _process = child.process
    expect((await buffer(child.stdout)).length).toBe(0)
    const failure = new Promise((resolve) => child.stdin.once('error', resolve))
    child.stdin.end(Buffer.alloc(1000))
    expect(await failure).toMatchObject({ code: expect.stringMatching(/^(EPIPE|EOF)$/) })
  })

  it('gives ends that belong to the user of this process alone', () => {
    using token = win32.openProcessToken(win32.getCurrentProcess(), 8)
    const { sid } = win32.getTokenInformation(token, 'TokenUser')
    const pair = win32.createPipePair('inbound')
    using _client = pair.client
    using server = pair.server
    const descriptor = win32.getKernelObjectSecurity(server, securityInformation.DACL_SECURITY_INFORMATION)
    const view = new DataView(descriptor.buffer, descriptor.byteOffset)
    const dacl = descriptor.subarray(view.getUint32(16, true))
    expect(dacl[4]).toBe(1)
    expect(dacl.subarray(16, 16 + sid.length)).toEqual(sid)
    expect(view.getUint16(2, true) & 0x1000).toBe(0x1000)
  })

  it('refuses a direction that does not exist', () => {
    expect(() => Reflect.apply(win32.createPipePair, win32, ['sideways'])).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' }),
    )
  })
})

describe('openPipeStream', () => {
  it('takes the handle', async () => {
    const pair = win32.createPipePair('inbound')
    const stream = win32.openPipeStream(pair.server, 'inbound')
    expect(pair.server.closed).toBe(true)
    expect(() => win32.openPipeStream(pair.server, 'inbound')).toThrow(
      expect.objectContaining({ code: 'ERROR_INVALID_HANDLE' }),
    )
    stream.resume()
    pair.client.close()
    await once(stream, 'close')
  })

  it('refuses what is no pipe', () => {
    using job = win32.createJobObject({ name: null, security: null })
    expect(() => Reflect.apply(win32.openPipeStream, win32, [job, 'inbound'])).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
    )
    expect(job.closed).toBe(false)
  })
})

describe('duplicateStandardHandle', () => {
  it.each(['input', 'output', 'error'] as const)('gives a handle of its own for %s', (device) => {
    using handle = win32.duplicateStandardHandle(device)
    expect(handle === null || handle.kind === 'file').toBe(true)
  })
})
