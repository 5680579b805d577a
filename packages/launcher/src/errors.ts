import { Win32Error } from '@asuser/native'
import type { RunResult } from './result.ts'

/** What a launch that failed was about. */
export interface LaunchErrorDetails {
  readonly cause: Error
  readonly command: string
  /** The absolute path of the image; undefined while it was not yet found. */
  readonly image: string | undefined
  readonly workingDirectory: string | undefined
  /** The account name or SID of the client. */
  readonly identity: string
}

/**
 * The process could not be started, and nothing is left of the attempt. `code`, `errno` and `syscall` are those of the
 * call that failed, which is the `cause`.
 */
export class LaunchError extends Error {
  /** `ERROR_FILE_NOT_FOUND`; `ETIMEDOUT` when the time ran out before the process was up. */
  readonly code: string
  readonly errno: number | undefined
  readonly syscall: string | undefined
  readonly command: string
  readonly image: string | undefined
  readonly workingDirectory: string | undefined
  readonly identity: string

  constructor({ cause, command, image, workingDirectory, identity }: LaunchErrorDetails) {
    const place = workingDirectory === undefined ? '' : ` in ${workingDirectory}`
    super(`Cannot start ${image ?? command} as ${identity}${place}: ${cause.message}`, { cause })
    this.code = codeOf(cause)
    this.errno = cause instanceof Win32Error ? cause.errno : undefined
    this.syscall = cause instanceof Win32Error ? cause.syscall : undefined
    this.command = command
    this.image = image
    this.workingDirectory = workingDirectory
    this.identity = identity
  }

  static {
    Object.defineProperty(this.prototype, 'name', { value: 'LaunchError', configurable: true, writable: true })
  }
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : 'ERR_LAUNCH_FAILED'
}

/** A batch file is not an image: Windows would pass its arguments through `cmd.exe`, which reads them as commands. */
export class BatchFileError extends TypeError {
  readonly code = 'ERR_BATCH_FILE'
  readonly command: string

  constructor(command: string) {
    super(
      `${command} is a batch file: cmd.exe would read its arguments as commands (CVE-2024-27980). ` +
        'Start the program that it calls',
    )
    this.command = command
  }

  static {
    Object.defineProperty(this.prototype, 'name', { value: 'BatchFileError', configurable: true, writable: true })
  }
}

/** The signal was aborted, or the child was killed before it was up. As in `node:child_process`. */
export class AbortError extends Error {
  readonly code = 'ABORT_ERR'

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
  }

  static {
    Object.defineProperty(this.prototype, 'name', { value: 'AbortError', configurable: true, writable: true })
  }
}

/** The time ran out before the process was up. */
export class TimeoutError extends Error {
  readonly code = 'ETIMEDOUT'

  static {
    Object.defineProperty(this.prototype, 'name', { value: 'TimeoutError', configurable: true, writable: true })
  }
}

export type RunErrorCode = 'ETIMEDOUT' | 'ABORT_ERR' | 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER'

/** A run that was cut short, with what the process had written until then. */
export class RunError<Output extends string | Uint8Array> extends Error implements RunResult<Output> {
  readonly code: RunErrorCode
  readonly stdout: Output
  readonly stderr: Output
  readonly exitCode: number
  readonly exitStatus: string | undefined
  readonly durationMs: number

  constructor(code: RunErrorCode, command: string, result: RunResult<Output>, cause?: unknown) {
    super(`${reasons[code]}: ${command} was ended`, cause === undefined ? undefined : { cause })
    this.code = code
    this.stdout = result.stdout
    this.stderr = result.stderr
    this.exitCode = result.exitCode
    this.exitStatus = result.exitStatus
    this.durationMs = result.durationMs
  }

  static {
    Object.defineProperty(this.prototype, 'name', { value: 'RunError', configurable: true, writable: true })
  }
}

const reasons: Readonly<Record<RunErrorCode, string>> = {
  ETIMEDOUT: 'The time ran out',
  ABORT_ERR: 'The signal was aborted',
  ERR_CHILD_PROCESS_STDIO_MAXBUFFER: 'The output is longer than "options.maxBuffer"',
}
