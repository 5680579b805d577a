import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { getWin32, type Win32 } from './win32.ts'

/** As much of Node's class as is used. */
interface PipeHandle {
  open(descriptor: number): unknown
  close(): void
}

const noDescriptor = -1
/** UV_EBADF. */
const badDescriptor = -4083

afterEach(() => {
  vi.restoreAllMocks()
})

describe('a stream of a pipe', () => {
  it('is a socket of Node whose handle is closed with it, whoever made that', async () => {
    const close = vi.spyOn(await pipePrototype(getWin32()), 'close')
    const [writer, reader] = openPair(getWin32())
    for (const end of [writer, reader]) {
      expect(end).toBeInstanceOf(Socket)
      expect(end.allowHalfOpen).toBe(false)
    }
    expect(await send(writer, reader)).toBe('hello')
    expect(close).toHaveBeenCalledTimes(2)
  })

  it('is left to Node when a handle does not take the descriptor, which is not left open', async () => {
    const prototype = await pipePrototype(getWin32())
    const open = vi.spyOn(prototype, 'open').mockReturnValueOnce(badDescriptor)
    const close = vi.spyOn(prototype, 'close')
    const [writer, reader] = openPair(getWin32())
    expect(open).toHaveBeenCalledTimes(3)
    expect(close).toHaveBeenCalledTimes(1)
    expect(await send(writer, reader)).toBe('hello')
    expect(close).toHaveBeenCalledTimes(3)
  })

  it.each([
    ['does not say whether it took a descriptor', () => undefined],
    ['takes what is no descriptor', () => 0],
    ['throws what it used to return', throwError],
  ])('is left to Node for good when the class of its handles %s', async (_, refuse: () => unknown) => {
    const prototype = await pipePrototype(getWin32())
    const win32 = await anotherCopy()
    const openAsItIs = Reflect.get(prototype, 'open')
    const opened: number[] = []
    vi.spyOn(prototype, 'open').mockImplementation(function (this: PipeHandle, descriptor) {
      opened.push(descriptor)
      return descriptor === noDescriptor ? refuse() : Reflect.apply(openAsItIs, this, [descriptor])
    })
    for (const [writer, reader] of [openPair(win32), openPair(win32)]) {
      expect(await send(writer, reader)).toBe('hello')
    }
    expect(opened.filter((descriptor) => descriptor === noDescriptor)).toHaveLength(1)
    expect(opened).toHaveLength(5)
  })
})

function openPair(win32: Win32): [Duplex, Duplex] {
  const { server, client } = win32.createPipePair('outbound')
  return [win32.openPipeStream(server, 'outbound'), win32.openPipeStream(client, 'inbound')]
}

/** What has come when both ends are closed. */
async function send(writer: Duplex, reader: Duplex): Promise<string> {
  const closed = [writer, reader].map((end) => new Promise((resolve) => end.once('close', resolve)))
  writer.end('hello')
  const received = await text(reader)
  await Promise.all(closed)
  return received
}

/** Of the handles that Node makes, after the class was met. */
async function pipePrototype(win32: Win32): Promise<PipeHandle> {
  const [writer, reader] = openPair(win32)
  const prototype: unknown = Object.getPrototypeOf(Reflect.get(writer, '_handle'))
  await send(writer, reader)
  if (!isPipeHandle(prototype)) throw new Error('A socket of Node has no handle')
  return prototype
}

function isPipeHandle(value: unknown): value is PipeHandle {
  return typeof value === 'object' && value !== null && 'open' in value && 'close' in value
}

/** One that has not met the class. */
async function anotherCopy(): Promise<Win32> {
  vi.resetModules()
  const { loadAddon } = await import('./load.ts')
  return loadAddon()
}

function throwError(): never {
  throw new Error('EBADF')
}
