import type { Readable, Writable } from 'node:stream'
import type {
  Borrowed,
  Handle,
  PipeDirection,
  StandardDevice,
  StandardHandle,
  StandardHandles,
  Win32,
} from '@asuser/native'

/**
 * Where a standard stream of the process leads: to a stream here, nowhere, or where the same stream of the server
 * leads. A server without one, a service for instance, passes nothing on: then `inherit` is `ignore`.
 */
export type StdioTarget = 'pipe' | 'ignore' | 'inherit'

export type StdioTargets = readonly [input: StdioTarget, output: StdioTarget, error: StdioTarget]

/** The standard streams of one process: this end as Node streams, the other end as handles that it inherits. */
export class ChildStdio {
  readonly stdin: Writable | null
  readonly stdout: Readable | null
  readonly stderr: Readable | null
  readonly standardHandles: StandardHandles
  readonly #ends: ChildEnds

  private constructor(ends: ChildEnds, [input, output, error]: StdioTargets) {
    this.#ends = ends
    const stdin = ends.open(input, 'input')
    const stdout = ends.open(output, 'output')
    const stderr = ends.open(error, 'error')
    this.stdin = stdin.stream
    this.stdout = stdout.stream
    this.stderr = stderr.stream
    this.standardHandles = { input: stdin.handle, output: stdout.handle, error: stderr.handle }
  }

  /** @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_PIPE_BUSY`; then nothing stays open */
  static open(win32: Win32, targets: StdioTargets): ChildStdio {
    const ends = new ChildEnds(win32)
    try {
      return new ChildStdio(ends, targets)
    } catch (error) {
      ends.destroy()
      throw error
    }
  }

  get streams(): readonly (Writable | Readable)[] {
    return [this.stdin, this.stdout, this.stderr].filter((stream) => stream !== null)
  }

  /** Each handle once, as a handle list wants it. */
  get handleList(): readonly Borrowed<'pipe' | 'file'>[] {
    return this.#ends.handles
  }

  /** The process has them now: a stream ends only when nobody else holds its other end. */
  closeChildEnds(): void {
    this.#ends.close()
  }

  /** For a launch that failed. */
  destroy(): void {
    this.#ends.destroy()
  }
}

interface OpenedDevice {
  readonly stream: (Writable & Readable) | null
  readonly handle: StandardHandle
}

/** The ends that the child inherits, and the streams at the other ends. */
class ChildEnds {
  readonly handles: Handle<'pipe' | 'file'>[] = []
  readonly #streams: Writable[] = []
  readonly #win32: Win32

  constructor(win32: Win32) {
    this.#win32 = win32
  }

  open(target: StdioTarget, device: StandardDevice): OpenedDevice {
    if (target === 'pipe') return this.#openPipe(device === 'input' ? 'outbound' : 'inbound')
    return { stream: null, handle: target === 'inherit' ? this.#openInherited(device) : 'null-device' }
  }

  close(): void {
    for (const handle of this.handles) handle.close()
  }

  destroy(): void {
    this.close()
    for (const stream of this.#streams) stream.destroy()
  }

  #openPipe(direction: PipeDirection): OpenedDevice {
    const { server, client } = this.#win32.createPipePair(direction)
    this.handles.push(client)
    try {
      const stream = this.#win32.openPipeStream(server, direction)
      this.#streams.push(stream)
      return { stream, handle: client }
    } catch (error) {
      server.close()
      throw error
    }
  }

  #openInherited(device: StandardDevice): StandardHandle {
    const handle = this.#win32.duplicateStandardHandle(device)
    if (handle === null) return 'null-device'
    this.handles.push(handle)
    return handle
  }
}
