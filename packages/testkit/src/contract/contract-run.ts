import { text } from 'node:stream/consumers'
import {
  creationFlag,
  logonProvider,
  logonType,
  tokenAccess,
  Win32Error,
  type Borrowed,
  type CreatedProcess,
  type CreateProcessAsUserOptions,
  type Handle,
  type LogonType,
  type StartupInfo,
  type Win32,
} from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import type { TestContext } from 'vitest'
import type { ContractAccount, ContractBackend, ContractProgram } from './backend.ts'
import { deviationIn } from './deviations.ts'

const startupInfo: StartupInfo = { desktop: '', title: null, showWindow: null, standardHandles: null }

/** One run of the suite on one backend: the steps that its tests are made of. */
export class ContractRun {
  readonly backend: ContractBackend

  constructor(backend: ContractBackend) {
    this.backend = backend
  }

  get win32(): Win32 {
    return this.backend.win32
  }

  /** What this lane is expected to do where Windows does `usual`. */
  expected(what: string, usual: string | number | boolean): string | number | boolean {
    return deviationIn(this.backend.lane, what)?.expected ?? usual
  }

  /** Leaves a test pending, with the sentence of its row, where this lane cannot do it. */
  needs(what: string, context: TestContext): void {
    const row = deviationIn(this.backend.lane, what)
    if (row !== undefined && row.expected === undefined) context.skip(`${row.what}: ${row.differs} (${row.source})`)
  }

  logOn(account: ContractAccount, type: LogonType = logonType.LOGON32_LOGON_INTERACTIVE): Promise<Handle<'token'>> {
    return this.win32.logonUser({
      user: account.user,
      domain: account.domain,
      password: passwordBytes(account.password),
      type,
      provider: logonProvider.LOGON32_PROVIDER_DEFAULT,
    })
  }

  async sidOf({ user, domain }: ContractAccount): Promise<Sid> {
    const { sid } = await this.win32.lookupAccountName(null, `${domain}\\${user}`)
    return Sid.fromBytes(sid)
  }

  userOf(token: Borrowed<'token'>): string {
    return Sid.fromBytes(this.win32.getTokenInformation(token, 'TokenUser').sid).toString()
  }

  /** The SID that this thread acts for, or `nobody`. */
  actor(): string {
    try {
      using token = this.win32.openThreadToken({ desiredAccess: tokenAccess.TOKEN_QUERY, openAsSelf: true })
      return this.userOf(token)
    } catch (error) {
      if (codeOf(error) === 'ERROR_NO_TOKEN') return 'nobody'
      throw error
    }
  }

  ownToken(desiredAccess: number): Handle<'token'> {
    return this.win32.openProcessToken(this.win32.getCurrentProcess(), desiredAccess)
  }

  /** Starts a program without any handle, on an invisible desktop of its own. */
  start(
    token: Borrowed<'token'>,
    program: ContractProgram,
    options: Partial<Omit<CreateProcessAsUserOptions, 'startupInfo'>> & { startupInfo?: Partial<StartupInfo> } = {},
  ): Promise<CreatedProcess> {
    return this.win32.createProcessAsUser({
      token,
      impersonate: null,
      ...program,
      environment: null,
      currentDirectory: null,
      creationFlags: creationFlag.CREATE_NO_WINDOW,
      handleList: [],
      jobList: [],
      ...options,
      startupInfo: { ...startupInfo, ...options.startupInfo },
    })
  }

  /** Waits for the end of a process and closes its handles. */
  async exitCode({ process, thread }: CreatedProcess): Promise<number> {
    thread.close()
    await this.ended(process)
    const code = this.win32.getExitCodeProcess(process)
    process.close()
    return code
  }

  ended(process: Borrowed<'process'>): Promise<void> {
    return new Promise((resolve) => {
      this.win32.registerWaitForSingleObject(process, resolve)
    })
  }

  /** Runs a program to its end and gives what it wrote. */
  async output(
    token: Borrowed<'token'>,
    program: ContractProgram,
    options: Parameters<ContractRun['start']>[2] = {},
  ): Promise<{ readonly exitCode: number; readonly output: string }> {
    const { server, client } = this.win32.createPipePair('inbound')
    const output = text(this.win32.openPipeStream(server, 'inbound'))
    const created = await this.start(token, program, {
      ...options,
      startupInfo: { standardHandles: { input: null, output: client, error: null }, ...options.startupInfo },
      handleList: [client],
    }).finally(() => client.close())
    return { exitCode: await this.exitCode(created), output: await output }
  }
}

export function passwordBytes(password: string): Uint8Array {
  return new Uint8Array(Buffer.from(password, 'utf16le'))
}

/** `success`, or the code that a call fails with. What it opened is closed. */
export function outcomeOf(call: () => unknown): string {
  try {
    closeResult(call())
    return 'success'
  } catch (error) {
    return codeOf(error)
  }
}

export async function asyncOutcomeOf(call: () => Promise<unknown>): Promise<string> {
  try {
    closeResult(await call())
    return 'success'
  } catch (error) {
    return codeOf(error)
  }
}

/** A handle of a token with less access than the given one. */
export function narrowed(win32: Win32, token: Borrowed<'token'>, desiredAccess: number): Handle<'token'> {
  const type = win32.getTokenInformation(token, 'TokenType')
  return win32.duplicateTokenEx(token, { desiredAccess, type, impersonationLevel: 2 })
}

export function codeOf(error: unknown): string {
  if (error instanceof Win32Error) return error.code
  throw error
}

function closeResult(result: unknown): void {
  if (typeof result === 'object' && result !== null && Symbol.dispose in result) {
    const dispose = result[Symbol.dispose]
    if (typeof dispose === 'function') dispose.call(result)
  }
}
