import type { Win32 } from '@asuser/native'
import type { Credentials, Token } from '@asuser/tokens'
import type { DesktopName } from './desktop-name.ts'
import type { EnvironmentChoice, EnvironmentVariables } from './environment.ts'
import type { JobOptions } from './job.ts'
import type { StdioTarget } from './stdio.ts'

/** A desktop of this session where a person is to see the process. */
export interface InteractiveOptions extends DesktopName {
  /** Whether to let the client in where it is shut out. True if left out; false leaves that to somebody else. */
  readonly grant?: boolean | undefined
}

export type StdioOption = StdioTarget | readonly [input: StdioTarget, output: StdioTarget, error: StdioTarget]

export interface LaunchOptions {
  /** Who the process runs as. Borrowed: it may be closed as soon as the call returns. An impersonation token will do. */
  readonly token?: Token | undefined
  /** Who the process runs as, to be logged on for this launch. Either this or `token`. */
  readonly user?: Credentials | undefined
  /** Absolute. If left out, the client's own folder, or `System32` where the client cannot reach that. */
  readonly cwd?: string | undefined
  /** `client` if left out. */
  readonly env?: EnvironmentChoice | undefined
  /** Put over `env`; undefined takes a variable away. Names are the same in any case. */
  readonly extraEnv?: EnvironmentVariables | undefined
  /** `pipe` if left out. */
  readonly stdio?: StdioOption | undefined
  /** On a desktop: `true` for `winsta0\default`. If left out, on an invisible station of the client's own. */
  readonly interactive?: boolean | InteractiveOptions | undefined
  readonly job?: JobOptions | undefined
  /** Whether the process is to outlive the server: its job does not end with it, Ctrl+C does not reach it. */
  readonly detached?: boolean | undefined
  /** Whether a console program gets no window. True if left out; otherwise it gets a console of its own. */
  readonly windowsHide?: boolean | undefined
  /** Joins the arguments as they are instead of quoting them. */
  readonly windowsVerbatimArguments?: boolean | undefined
  /** Ends the process, and all that it started, when aborted. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds from the call after which the process, and all that it started, is ended. */
  readonly timeout?: number | undefined
  readonly win32?: Win32 | undefined
}
