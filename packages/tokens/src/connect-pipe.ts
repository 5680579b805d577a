import {
  accessRight,
  getWin32,
  type Handle,
  type PipeStream,
  securityInformation,
  type SecurityQualityOfService,
  type Win32,
  Win32Error,
} from '@asuser/native'
import { SecurityDescriptor, type Sid } from '@asuser/security-descriptors'
import {
  InvalidArgumentError,
  requireBoolean,
  requireDuration,
  requireInstance,
  requireKeyOf,
  requireObject,
  requireSid,
} from './invalid-argument.ts'
import { requirePipePath } from './pipe-path.ts'
import { type ImpersonationLevelName, impersonationLevels } from './token-information.ts'

/** Who must be at the other end. Each that is given must hold, and one must be given. */
export interface ExpectedPipeServer {
  /**
   * The owner of the pipe: the user of the process that created it, or a group of that user, mostly Administrators.
   * Nobody can create a pipe that somebody else owns without SeRestorePrivilege; whom its DACL lets add instances to it,
   * can serve it, too.
   */
  readonly owner?: Sid | undefined
  /** The process that created the pipe. The id of one that has ended may be another's: keep it open, or give its owner. */
  readonly processId?: number | undefined
}

export interface ConnectPipeOptions {
  /** `\\.\pipe\name`, or `\\server\pipe\name` on another computer. */
  readonly path: string
  /** What the server may do with this client's identity; `identification`, to know it, if left out. */
  readonly level?: ImpersonationLevelName | undefined
  /** `static`: who this is now. `dynamic`: who this is whenever it writes. `static` if left out. */
  readonly contextTracking?: 'static' | 'dynamic' | undefined
  /** Whether disabled privileges and groups are kept from the server; they are not if left out. */
  readonly effectiveOnly?: boolean | undefined
  readonly verifyServer?: ExpectedPipeServer | undefined
  /** How long to wait while the server is busy with others, in milliseconds; 30,000 if left out. */
  readonly timeout?: number | undefined
  /** Gives up, as long as there is no connection. */
  readonly signal?: AbortSignal | undefined
  readonly win32?: Win32 | undefined
}

/** Somebody else serves the pipe; nothing was written to it. */
export class UnexpectedPipeServerError extends Error {
  readonly code = 'ERR_UNEXPECTED_PIPE_SERVER'
  readonly path: string

  constructor(path: string, expected: string, received: string) {
    super(`The server of ${path} must be ${expected}, and is ${received}`)
    this.path = path
  }

  static {
    Object.defineProperty(this.prototype, 'name', {
      value: 'UnexpectedPipeServerError',
      configurable: true,
      writable: true,
    })
  }
}

/**
 * Connects to a named pipe, and says how far the server may use this client's identity. Node's own `net.connect` says
 * nothing, which lets the server act as the client. A server cannot use the identity before it has read something, so
 * that one that is not who was expected learns nothing.
 *
 * @throws InvalidArgumentError
 * @throws UnexpectedPipeServerError `ERR_UNEXPECTED_PIPE_SERVER`
 * @throws AbortError of Node, `ABORT_ERR`, when `signal` is aborted
 * @throws Win32Error `ERROR_FILE_NOT_FOUND` when there is no such pipe, `ERROR_ACCESS_DENIED`, `ERROR_SEM_TIMEOUT` when
 *   the server stays busy
 * @see https://learn.microsoft.com/windows/win32/secauthn/impersonation-levels
 */
export async function connectPipe(options: ConnectPipeOptions): Promise<PipeStream> {
  requireObject('options', options)
  const path = requirePipePath('options.path', options.path)
  const service = qualityOfServiceOf(options)
  const timeout = requireDuration('options.timeout', options.timeout ?? 30_000)
  if (options.verifyServer !== undefined) validateExpectation(options.verifyServer)
  const { signal } = options
  if (signal !== undefined) requireInstance('options.signal', AbortSignal, signal)
  const win32 = options.win32 ?? getWin32()
  if (signal?.aborted === true) await throwAborted(signal)
  const pipe = await open(win32, path, service, { timeout, signal })
  try {
    if (signal?.aborted === true) await throwAborted(signal)
    if (options.verifyServer !== undefined) verifyServer(win32, pipe, path, options.verifyServer)
    return win32.openPipeStream(pipe, 'duplex')
  } finally {
    pipe.close()
  }
}

function qualityOfServiceOf(options: ConnectPipeOptions): SecurityQualityOfService {
  const { level = 'identification', contextTracking = 'static', effectiveOnly = false } = options
  requireKeyOf('options.level', impersonationLevels, level)
  if (contextTracking !== 'static' && contextTracking !== 'dynamic') {
    throw InvalidArgumentError.ofValue('options.contextTracking', '"static" or "dynamic"', contextTracking)
  }
  requireBoolean('options.effectiveOnly', effectiveOnly)
  return { impersonationLevel: impersonationLevels[level], contextTracking, effectiveOnly }
}

function validateExpectation(expected: ExpectedPipeServer): void {
  const { owner, processId } = requireObject('options.verifyServer', expected)
  if (owner === undefined && processId === undefined) {
    throw InvalidArgumentError.ofType('options.verifyServer', '{ owner } with a Sid, or { processId }', expected)
  }
  if (owner !== undefined) requireSid('options.verifyServer.owner', owner)
  if (processId !== undefined && !Number.isSafeInteger(processId)) {
    throw InvalidArgumentError.ofType('options.verifyServer.processId', 'the id of a process', processId)
  }
}

interface Patience {
  readonly timeout: number
  readonly signal: AbortSignal | undefined
}

/** How long a client waits before it tries again, in milliseconds: twice as long each time, up to the longest. */
const shortestPause = 1
const longestPause = 128

/**
 * Tries until an instance is free. `WaitNamedPipe` would say when, and hold a thread of Node's pool until then: a few
 * clients of one busy server would stop all file work of this process.
 */
async function open(
  win32: Win32,
  path: string,
  securityQualityOfService: SecurityQualityOfService,
  { timeout, signal }: Patience,
): Promise<Handle<'pipe'>> {
  const desiredAccess = accessRight.GENERIC_READ | accessRight.GENERIC_WRITE
  const deadline = performance.now() + timeout
  for (let pause = shortestPause; ; pause = Math.min(2 * pause, longestPause)) {
    try {
      return await win32.openNamedPipe({ name: path, desiredAccess, securityQualityOfService, impersonate: null })
    } catch (error) {
      if (!(error instanceof Win32Error) || error.code !== 'ERROR_PIPE_BUSY') throw error
    }
    const left = deadline - performance.now()
    if (left <= 0) throw Win32Error.of('ERROR_SEM_TIMEOUT', 'CreateFileW', { name: path, timeout })
    await delay(Math.min(pause, left), signal)
  }
}

/** With the error of Node's own functions. */
async function throwAborted(signal: AbortSignal): Promise<void> {
  await delay(0, signal)
}

/** Imports what it needs when it is needed, which most connections do not. */
async function delay(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  const { setTimeout: wait } = await import('node:timers/promises')
  await wait(milliseconds, undefined, { signal })
}

/** @throws UnexpectedPipeServerError */
function verifyServer(win32: Win32, pipe: Handle<'pipe'>, path: string, expected: ExpectedPipeServer): void {
  if (expected.processId !== undefined) {
    const processId = win32.getNamedPipeServerProcessId(pipe)
    if (processId !== expected.processId) {
      throw new UnexpectedPipeServerError(path, `process ${expected.processId}`, `process ${processId}`)
    }
  }
  if (expected.owner !== undefined) {
    const bytes = win32.getKernelObjectSecurity(pipe, securityInformation.OWNER_SECURITY_INFORMATION)
    const { owner } = SecurityDescriptor.fromBytes(bytes)
    if (owner?.equals(expected.owner) !== true) {
      throw new UnexpectedPipeServerError(
        path,
        `of ${expected.owner}`,
        owner === undefined ? 'of nobody' : `of ${owner}`,
      )
    }
  }
}
