import { setTimeout as delay } from 'node:timers/promises'
import type { Win32 } from '@asuser/native'
import {
  createWindows,
  type Program,
  type ProgramMain,
  type SimulatedWindows,
  type WindowsOptions,
} from '@asuser/testkit'
import { logonUser, type Token } from '@asuser/tokens'

export const password = 'correct horse'

/** A machine with two clients, some programs and a server as a service. */
export interface SimulatedServer {
  readonly windows: SimulatedWindows
  readonly win32: Win32
  logOn(user: string): Promise<Token>
}

/** Programs in `C:\Tools`, each with one purpose. */
export const programs: Readonly<Record<string, ProgramMain>> = {
  'C:\\Tools\\report.exe': report,
  'C:\\Tools\\copy.exe': copy,
  'C:\\Tools\\forever.exe': waitForever,
  'C:\\Tools\\leave.exe': leaveBehind,
  'C:\\Tools\\exit.exe': ({ argv }) => Number(argv[1] ?? 0),
}

export function startServer(options: WindowsOptions & { readonly account?: string } = {}): SimulatedServer {
  const windows = createWindows({
    computerName: 'TEST',
    users: { alice: { password }, bob: { password } },
    ...options,
    programs: { ...programs, ...options.programs },
  })
  const { win32 } = windows.startProcess({ account: options.account ?? 'LocalSystem' })
  return { windows, win32, logOn: (user) => logonUser({ user: `TEST\\${user}`, password, win32 }) }
}

/** Says who and where it is. */
function report({ argv, cwd, desktop, env, win32, stdout }: Program): number {
  const token = win32.openProcessToken(win32.getCurrentProcess(), 8)
  const sid = Buffer.from(win32.getTokenInformation(token, 'TokenUser').sid).toString('hex')
  token.close()
  stdout.write(JSON.stringify({ argv, cwd, desktop, env, sid }))
  return 0
}

/** Copies stdin to stdout, and ends with the number that is its argument. */
async function copy({ argv, stdin, stdout }: Program): Promise<number> {
  for await (const chunk of stdin) {
    if (!stdout.write(chunk)) await new Promise((resolve) => stdout.once('drain', resolve))
  }
  return Number(argv[1] ?? 0)
}

async function waitForever({ signal }: Program): Promise<number> {
  await delay(1_000_000, undefined, { signal }).catch(() => {})
  return 0
}

/** Starts a program that outlives it; `argv[1]` is its image, and it holds stdout open when `argv[2]` says so. */
async function leaveBehind({ argv, win32, env, cwd }: Program): Promise<number> {
  const token = win32.openProcessToken(win32.getCurrentProcess(), 0xb)
  const stdout = argv[2] === 'stdout' ? win32.duplicateStandardHandle('output') : null
  const created = await win32.createProcessAsUser({
    token,
    impersonate: null,
    applicationName: argv[1] ?? '',
    commandLine: `"${argv[1]}"`,
    environment: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    currentDirectory: cwd,
    creationFlags: 0,
    startupInfo: {
      desktop: null,
      title: null,
      showWindow: null,
      standardHandles: stdout && { input: null, output: stdout, error: null },
    },
    handleList: stdout === null ? [] : [stdout],
    jobList: [],
  })
  for (const handle of [created.process, created.thread, token, stdout]) handle?.close()
  return 0
}
