import type { Readable, Writable } from 'node:stream'
import type { Win32 } from '@asuser/native'

/** What a program sees of the world: its process, and nothing of who started it. */
export interface Program {
  readonly processId: number
  /** The command line, taken apart by the rules of the C runtime; the first is the program itself. */
  readonly argv: readonly string[]
  readonly commandLine: string
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** `WinSta0\Default` */
  readonly desktop: string
  /** Empty if the process was given none. */
  readonly stdin: Readable
  /** Swallows what is written if the process was given none. */
  readonly stdout: Writable
  readonly stderr: Writable
  /** The Win32 functions as this process: under its own token, with its own handles. */
  readonly win32: Win32
  /** Aborted when somebody ends the process. */
  readonly signal: AbortSignal
}

/**
 * The code of a program. It returns the exit code of the process, or nothing for 0. A thrown error is printed on
 * stderr and ends the process with 1.
 */
export type ProgramMain = (program: Program) => number | void | Promise<number | void>
