import type { ExitStatus } from './exit-status.ts'

/** What a process wrote, and how it ended. */
export interface RunResult<Output extends string | Uint8Array> extends ExitStatus {
  readonly stdout: Output
  readonly stderr: Output
  /** From the call to the end of the process, in milliseconds. */
  readonly durationMs: number
}
