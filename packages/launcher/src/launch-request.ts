import { getWin32, type Win32 } from '@asuser/native'
import { InvalidArgumentError } from '@asuser/tokens'
import type { EnvironmentChoice, EnvironmentVariables } from './environment.ts'
import { BatchFileError } from './errors.ts'
import type { Identity } from './identity.ts'
import { isBatchFile } from './image-path.ts'
import type { JobOptions } from './job.ts'
import { parseBoolean, parseInteger, refuseUnknown, requireRecord } from './option-checks.ts'
import {
  type DesktopRequest,
  parseEnvironment,
  parseExtraEnvironment,
  parseIdentity,
  parseInteractive,
  parseJob,
  parseSignal,
  parseStdio,
  parseWorkingDirectory,
} from './option-parsers.ts'
import type { LaunchOptions } from './options.ts'
import type { StdioTargets } from './stdio.ts'

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
  readonly desktop: DesktopRequest | undefined
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
