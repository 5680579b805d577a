import { text } from 'node:stream/consumers'
import {
  creationFlag,
  logonProvider,
  logonType,
  type Borrowed,
  type CreatedProcess,
  type CreateProcessAsUserOptions,
  type Handle,
  type LogonType,
  type Win32,
} from '@asuser/native'
import { createWindows } from '../src/windows.ts'
import type { SimulatedProcess, SimulatedWindows, StartProcessOptions, WindowsOptions } from '../src/windows-options.ts'

export const password = 'Secret-1'

/** A machine with a process on it that plays the server, and the steps of a launch. */
export class Server {
  readonly windows: SimulatedWindows
  readonly process: SimulatedProcess

  constructor(options: WindowsOptions = {}, start: StartProcessOptions = { account: 'LocalSystem' }) {
    this.windows = createWindows({ users: { alice: { password }, bob: { password } }, ...options })
    this.process = this.windows.startProcess(start)
  }

  get win32(): Win32 {
    return this.process.win32
  }

  logOn(user: string, type: LogonType = logonType.LOGON32_LOGON_INTERACTIVE): Promise<Handle<'token'>> {
    return this.win32.logonUser({
      user,
      domain: null,
      password: new Uint8Array(Buffer.from(password, 'utf16le')),
      type,
      provider: logonProvider.LOGON32_PROVIDER_DEFAULT,
    })
  }

  /** The path of the image and, after a space, its arguments; on an invisible desktop unless told. */
  start(
    token: Borrowed<'token'>,
    commandLine: string,
    { desktop = '', ...options }: Partial<Omit<CreateProcessAsUserOptions, 'startupInfo'>> & LaunchOptions = {},
  ): Promise<CreatedProcess> {
    return this.win32.createProcessAsUser({
      token,
      impersonate: null,
      applicationName: commandLine.split(' ', 1)[0] ?? '',
      commandLine,
      environment: null,
      currentDirectory: null,
      creationFlags: creationFlag.CREATE_NO_WINDOW,
      startupInfo: { desktop, title: null, showWindow: null, standardHandles: options.standardHandles ?? null },
      handleList: [],
      jobList: [],
      ...options,
    })
  }

  async exitCode({ process, thread }: CreatedProcess): Promise<number> {
    thread.close()
    await new Promise<void>((resolve) => {
      this.win32.registerWaitForSingleObject(process, resolve)
    })
    const code = this.win32.getExitCodeProcess(process)
    process.close()
    return code
  }

  async run(...args: Parameters<Server['start']>): Promise<number> {
    return this.exitCode(await this.start(...args))
  }

  /** What a program writes on stdout or stderr, with its exit code. */
  async output(
    token: Borrowed<'token'>,
    commandLine: string,
    device: 'output' | 'error' = 'output',
  ): Promise<{ readonly exitCode: number; readonly written: string }> {
    const { server, client } = this.win32.createPipePair('inbound')
    const written = text(this.win32.openPipeStream(server, 'inbound'))
    const created = await this.start(token, commandLine, {
      standardHandles: { input: null, output: null, error: null, [device]: client },
      handleList: [client],
    })
    client.close()
    return { exitCode: await this.exitCode(created), written: await written }
  }
}

interface LaunchOptions {
  readonly desktop?: string | null
  readonly standardHandles?: CreateProcessAsUserOptions['startupInfo']['standardHandles']
}
