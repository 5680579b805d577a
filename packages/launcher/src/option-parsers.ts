import { InvalidArgumentError, type Token, validateCredentials } from '@asuser/tokens'
import { type DesktopName, interactiveDesktop } from './desktop-name.ts'
import { type EnvironmentChoice, type EnvironmentVariables, validateVariables } from './environment.ts'
import type { Identity } from './identity.ts'
import { isFullyQualified } from './image-path.ts'
import type { JobOptions } from './job.ts'
import { parseBoolean, parseInteger, refuseUnknown, requireRecord } from './option-checks.ts'
import type { InteractiveOptions, LaunchOptions } from './options.ts'
import type { StdioTarget, StdioTargets } from './stdio.ts'

// One function for each option that is more than a number or a boolean.

/** Where the process is to be seen, and whether the client is let in there. */
export interface DesktopRequest {
  readonly name: DesktopName
  readonly grant: boolean
}

export function parseIdentity({ token, user, win32 }: LaunchOptions): Identity {
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

export function parseWorkingDirectory(cwd: unknown): string | undefined {
  if (cwd === undefined) return undefined
  if (typeof cwd !== 'string') throw InvalidArgumentError.ofType('options.cwd', 'a string', cwd)
  if (!isFullyQualified(cwd) || cwd.includes('\0')) {
    throw InvalidArgumentError.ofValue('options.cwd', 'an absolute path with a drive or a share', cwd)
  }
  return cwd
}

export function parseEnvironment(env: EnvironmentChoice | undefined): EnvironmentChoice {
  if (env === undefined || env === 'client' || env === 'minimal') return env ?? 'client'
  requireRecord('options.env', env, '"client", "minimal" or a record of variables')
  validateVariables('options.env', env)
  return { ...env }
}

export function parseExtraEnvironment(extra: EnvironmentVariables | undefined): EnvironmentVariables | undefined {
  if (extra === undefined) return undefined
  requireRecord('options.extraEnv', extra, 'a record of variables')
  validateVariables('options.extraEnv', extra)
  return { ...extra }
}

export function parseStdio(stdio: unknown = 'pipe'): StdioTargets {
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

export function parseInteractive(interactive: boolean | InteractiveOptions | undefined): DesktopRequest | undefined {
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

export function parseJob(job: JobOptions = {}): JobOptions {
  requireRecord('options.job', job)
  refuseUnknown('options.job', job, { killOnClose: true, activeProcesses: true, memory: true })
  if (job.killOnClose !== undefined) parseBoolean('options.job.killOnClose', job.killOnClose, true)
  parseInteger('options.job.activeProcesses', job.activeProcesses, 1, 0xffff_ffff)
  parseInteger('options.job.memory', job.memory, 1, Number.MAX_SAFE_INTEGER)
  return { ...job }
}

export function parseSignal(signal: unknown): AbortSignal | undefined {
  if (signal === undefined || signal instanceof AbortSignal) return signal
  throw InvalidArgumentError.ofType('options.signal', 'an AbortSignal', signal)
}
