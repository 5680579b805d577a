import { closeSync } from 'node:fs'
import { Socket } from 'node:net'
import type { PipeStreamDirection } from './api/pipe.ts'

/** The socket owns the descriptor, unless it cannot be made. */
export function socketOfPipe(descriptor: number, direction: PipeStreamDirection): Socket {
  const sides = { readable: direction !== 'outbound', writable: direction !== 'inbound' }
  const handle = openHandle(descriptor)
  try {
    // Node's servers make the sockets of their clients with `handle`; its types do not name it.
    const options = handle === undefined ? { fd: descriptor, ...sides } : { handle, ...sides }
    const socket = new Socket(options)
    if (handleClass === undefined) handleClass = handleClassOf(socket) ?? null
    return socket
  } catch (error) {
    if (handle === undefined) closeSync(descriptor)
    else handle.close()
    throw error
  }
}

/** What is inside of a socket. */
interface PipeHandle {
  /** Zero, and the descriptor is its own; or libuv's number of an error, which is below. */
  open(descriptor: number): number
  close(): void
}

type PipeHandleClass = new (type: number) => PipeHandle

/** Node's class, which has no public name: taken from the first socket. Null when it is not what is known here. */
let handleClass: PipeHandleClass | null | undefined

/** A pipe of its own, neither a server nor a channel between processes. */
const socketType = 0

/**
 * The handle that Node would make, without its question for what kind of file the descriptor is. Undefined leaves it,
 * and any error, to Node.
 */
function openHandle(descriptor: number): PipeHandle | undefined {
  if (handleClass === undefined || handleClass === null) return undefined
  const handle = new handleClass(socketType)
  if (handle.open(descriptor) === 0) return handle
  // For as long as it is not closed, nobody frees it.
  handle.close()
  return undefined
}

function handleClassOf(socket: Socket): PipeHandleClass | undefined {
  const handle: unknown = Reflect.get(socket, '_handle')
  const candidate: unknown = typeof handle === 'object' && handle !== null ? handle.constructor : undefined
  return isPipeHandleClass(candidate) && keepsToContract(candidate) ? candidate : undefined
}

function isPipeHandleClass(candidate: unknown): candidate is PipeHandleClass {
  return typeof candidate === 'function' && candidate.name === 'Pipe'
}

/** Tried with what is no descriptor: of one that counts, nobody would know afterwards whose it is. */
function keepsToContract(candidate: PipeHandleClass): boolean {
  try {
    const handle = new candidate(socketType)
    const code: unknown = handle.open(-1)
    handle.close()
    return typeof code === 'number' && code < 0
  } catch {
    return false
  }
}
