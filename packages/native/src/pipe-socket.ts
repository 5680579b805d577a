import { closeSync } from 'node:fs'
import { Socket } from 'node:net'
import type { PipeStreamDirection } from './api/pipe.ts'

/** The socket owns the descriptor, unless it cannot be made. */
export function socketOfPipe(descriptor: number, direction: PipeStreamDirection): Socket {
  const sides = { readable: direction !== 'outbound', writable: direction !== 'inbound' }
  try {
    const handle = openHandle(descriptor)
    // Node's servers make the sockets of their clients with `handle`; its types do not name it.
    const options = handle === undefined ? { fd: descriptor, ...sides } : { handle, ...sides }
    const socket = new Socket(options)
    learnHandleClass(socket)
    return socket
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

/** What is inside of a socket. */
interface PipeHandle {
  /** Zero, or libuv's number of an error. */
  open(descriptor: number): number
}

type PipeHandleClass = new (type: number) => PipeHandle

/** Node's class, which has no public name: taken from the first socket. */
let handleClass: PipeHandleClass | undefined

/** A pipe of its own, neither a server nor a channel between processes. */
const socketType = 0

/**
 * The handle that Node would make, without its question for what kind of file the descriptor is. Undefined leaves it,
 * and any error, to Node.
 */
function openHandle(descriptor: number): PipeHandle | undefined {
  if (handleClass === undefined) return undefined
  const handle = new handleClass(socketType)
  return handle.open(descriptor) === 0 ? handle : undefined
}

function learnHandleClass(socket: Socket): void {
  if (handleClass !== undefined) return
  const handle: unknown = Reflect.get(socket, '_handle')
  const candidate: unknown = typeof handle === 'object' && handle !== null ? handle.constructor : undefined
  if (isPipeHandleClass(candidate)) handleClass = candidate
}

function isPipeHandleClass(candidate: unknown): candidate is PipeHandleClass {
  return typeof candidate === 'function' && candidate.name === 'Pipe' && typeof candidate.prototype?.open === 'function'
}
