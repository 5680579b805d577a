import { getWin32, type Win32 } from '@asuser/native'
import { type Credentials, InvalidArgumentError, type Token, validateCredentials } from '@asuser/tokens'
import { type DesktopName, interactiveDesktop } from './desktop-name.ts'
import { type EnvironmentChoice, type EnvironmentVariables, validateVariables } from './environment.ts'
import { BatchFileError } from './errors.ts'
import type { Identity } from './identity.ts'
import { isBatchFile, isFullyQualified } from './image-path.ts'
import type { JobOptions } from './job.ts'
import type { StdioTarget, StdioTargets } from './stdio.ts'

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

/** Options that have been checked and completed. */
export interface LaunchRequest {
  readonly win32: Win32
  readonly command: string
  readonly args: readonly string[]
  readonly identity: Identity
  readonly cwd: string | undefined
  readonly env: EnvironmentChoice
  readonly extraEnv: EnvironmentVariables | undefined
  readonly stdio: StdioTargets
  readonly desktop: { readonly name: DesktopName; readonly grant: boolean } | undefined
  readonly job: JobOptions
  readonly detached: boolean
  readonly windowsHide: boolean
  readonly windowsVerbatimArguments: boolean
  readonly signal: AbortSignal | undefined
  readonly timeout: number | undefined
}

/**
 * @throws InvalidArgumentError
 * @throws BatchFileError
 */
export function parseLaunch(command: string, args: readonly string[], options: LaunchOptions): LaunchRequest {
  requireCommand(command)
  requireArguments(args)
  requireRecord('options', options)
  refuseUnknown('options', options, launchOptionNames)
  const identity = parseIdentity(options)
  return {
    command,
    args: [...args],
    identity,
    win32: options.win32 ?? (identity.kind === 'token' ? identity.token.win32 : getWin32()),
    cwd: parseWorkingDirectory(options.cwd),
    env: parseEnvironment(options.env),
    extraEnv: parseExtraEnvironment(options.extraEnv),
    stdio: parseStdio(options.stdio),
    desktop: parseInteractive(options.interactive),
    job: parseJob(options.job),
    detached: parseBoolean('options.detached', options.detached, false),
    windowsHide: parseBoolean('options.windowsHide', options.windowsHide, true),
    windowsVerbatimArguments: parseBoolean('options.windowsVerbatimArguments', options.windowsVerbatimArguments, false),
    signal: parseSignal(options.signal),
    timeout: parseInteger('options.timeout', options.timeout, 1, longestTimeout),
  }
}

const launchOptionNames: Readonly<Record<keyof LaunchOptions, true>> = {
  token: true,
  user: true,
  cwd: true,
  env: true,
  extraEnv: true,
  stdio: true,
  interactive: true,
  job: true,
  detached: true,
  windowsHide: true,
  windowsVerbatimArguments: true,
  signal: true,
  timeout: true,
  win32: true,
}

/** What Node's timers can count. */
const longestTimeout = 2 ** 31 - 1

function requireCommand(command: unknown): void {
  if (typeof command !== 'string') throw InvalidArgumentError.ofType('command', 'a string', command)
  if (command === '' || /["\0]/.test(command)) {
    throw InvalidArgumentError.ofValue('command', 'the name or path of a program', command)
  }
  if (isBatchFile(command)) throw new BatchFileError(command)
}

function requireArguments(args: unknown): void {
  if (!Array.isArray(args)) throw InvalidArgumentError.ofType('args', 'an array of strings', args)
  for (const [index, argument] of args.entries()) {
    if (typeof argument !== 'string') throw InvalidArgumentError.ofType(`args[${index}]`, 'a string', argument)
    // An argument may hold a secret: what it is stays unsaid.
    if (argument.includes('\0'))
      throw InvalidArgumentError.ofSecret(`args[${index}]`, 'a string without NUL', 'one with NUL')
  }
}

function parseIdentity({ token, user, win32 }: LaunchOptions): Identity {
  if ((token === undefined) === (user === undefined)) {
    const received = token === undefined ? 'neither' : 'both'
    throw InvalidArgumentError.ofSecret('options', 'given either a token or a user', received)
  }
  if (user !== undefined) {
    validateCredentials('options.user', user)
    return { kind: 'credentials', credentials: user }
  }
  if (!isToken(token)) throw InvalidArgumentError.ofType('options.token', 'a Token', token)
  if (token.closed) throw InvalidArgumentError.ofSecret('options.token', 'an open Token', 'one that is closed')
  if (win32 !== undefined && win32 !== token.win32) {
    throw InvalidArgumentError.ofSecret('options.win32', 'the one that the token came from', 'another')
  }
  return { kind: 'token', token }
}

function isToken(value: unknown): value is Token {
  return typeof value === 'object' && value !== null && 'toPrimary' in value && 'win32' in value
}

function parseWorkingDirectory(cwd: unknown): string | undefined {
  if (cwd === undefined) return undefined
  if (typeof cwd !== 'string') throw InvalidArgumentError.ofType('options.cwd', 'a string', cwd)
  if (!isFullyQualified(cwd) || cwd.includes('\0')) {
    throw InvalidArgumentError.ofValue('options.cwd', 'an absolute path with a drive or a share', cwd)
  }
  return cwd
}

function parseEnvironment(env: EnvironmentChoice | undefined): EnvironmentChoice {
  if (env === undefined || env === 'client' || env === 'minimal') return env ?? 'client'
  requireRecord('options.env', env, '"client", "minimal" or a record of variables')
  validateVariables('options.env', env)
  return { ...env }
}

function parseExtraEnvironment(extra: EnvironmentVariables | undefined): EnvironmentVariables | undefined {
  if (extra === undefined) return undefined
  requireRecord('options.extraEnv', extra, 'a record of variables')
  validateVariables('options.extraEnv', extra)
  return { ...extra }
}

function parseStdio(stdio: unknown = 'pipe'): StdioTargets {
  if (isStdioTarget(stdio)) return [stdio, stdio, stdio]
  if (!Array.isArray(stdio) || stdio.length !== 3) {
    throw InvalidArgumentError.ofType(
      'options.stdio',
      '"pipe", "ignore", "inherit" or an array of three of them',
      stdio,
    )
  }
  const [input, output, error] = stdio.map((target: unknown, index) => requireStdioTarget(index, target))
  return [input ?? 'pipe', output ?? 'pipe', error ?? 'pipe']
}

function requireStdioTarget(index: number, target: unknown): StdioTarget {
  if (isStdioTarget(target)) return target
  throw InvalidArgumentError.ofValue(`options.stdio[${index}]`, '"pipe", "ignore" or "inherit"', target)
}

function isStdioTarget(value: unknown): value is StdioTarget {
  return value === 'pipe' || value === 'ignore' || value === 'inherit'
}

function parseInteractive(interactive: boolean | InteractiveOptions | undefined): LaunchRequest['desktop'] {
  if (interactive === undefined || interactive === false) return undefined
  if (interactive === true) return { name: interactiveDesktop, grant: true }
  requireRecord('options.interactive', interactive, 'a boolean or an object with windowStation and desktop')
  refuseUnknown('options.interactive', interactive, { windowStation: true, desktop: true, grant: true })
  const { windowStation, desktop } = interactive
  requireObjectName('options.interactive.windowStation', windowStation)
  requireObjectName('options.interactive.desktop', desktop)
  const grant = parseBoolean('options.interactive.grant', interactive.grant, true)
  return { name: { windowStation, desktop }, grant }
}

function requireObjectName(name: string, value: unknown): void {
  if (typeof value !== 'string') throw InvalidArgumentError.ofType(name, 'a string', value)
  if (value === '' || /[\\\0]/.test(value)) throw InvalidArgumentError.ofValue(name, 'a name without backslash', value)
}

function parseJob(job: JobOptions = {}): JobOptions {
  requireRecord('options.job', job)
  refuseUnknown('options.job', job, { killOnClose: true, activeProcesses: true, memory: true })
  if (job.killOnClose !== undefined) parseBoolean('options.job.killOnClose', job.killOnClose, true)
  parseInteger('options.job.activeProcesses', job.activeProcesses, 1, 0xffff_ffff)
  parseInteger('options.job.memory', job.memory, 1, Number.MAX_SAFE_INTEGER)
  return { ...job }
}

function parseSignal(signal: unknown): AbortSignal | undefined {
  if (signal === undefined || signal instanceof AbortSignal) return signal
  throw InvalidArgumentError.ofType('options.signal', 'an AbortSignal', signal)
}

export function parseBoolean(name: string, value: unknown, preset: boolean): boolean {
  if (value === undefined) return preset
  if (typeof value !== 'boolean') throw InvalidArgumentError.ofType(name, 'a boolean', value)
  return value
}

export function parseInteger(name: string, value: unknown, least: number, most: number): number | undefined {
  if (value === undefined) return undefined
  const expected = `a whole number from ${least} to ${most}`
  if (typeof value !== 'number') throw InvalidArgumentError.ofType(name, expected, value)
  if (!Number.isInteger(value) || value < least || value > most) {
    throw InvalidArgumentError.ofValue(name, expected, value)
  }
  return value
}

/** A code that a process can be ended with. */
export function requireExitCode(exitCode: unknown): number {
  return parseInteger('exitCode', exitCode, 0, 0xffff_ffff) ?? 0
}

function requireRecord(name: string, value: unknown, expected = 'an object'): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw InvalidArgumentError.ofType(name, expected, value)
  }
}

/** An option that means nothing here would be taken for granted by whoever gave it. */
export function refuseUnknown(name: string, value: object, known: Readonly<Record<string, true>>): void {
  for (const key of Object.keys(value)) {
    if (Object.hasOwn(known, key)) continue
    const expected = `an object with no options but ${Object.keys(known).join(', ')}`
    throw InvalidArgumentError.ofValue(name, expected, key)
  }
}
