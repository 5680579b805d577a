import { text } from 'node:stream/consumers'
import {
  accessRight,
  creationFlag,
  logonProvider,
  logonType,
  securityInformation,
  type CreatedProcess,
  type CreateProcessAsUserOptions,
  type Handle,
  type Win32,
} from '@asuser/native'
import { allow, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { describe, expect, it } from 'vitest'
import { LeakError } from './leaks.ts'
import { createWindows } from './windows.ts'

const password = new Uint8Array(Buffer.from('Secret-1', 'utf16le'))
const users = { alice: { password: 'Secret-1' } }
const { DACL_SECURITY_INFORMATION } = securityInformation

function logOnAlice(win32: Win32): Promise<Handle<'token'>> {
  return win32.logonUser({
    user: 'alice',
    domain: '.',
    password,
    type: logonType.LOGON32_LOGON_INTERACTIVE,
    provider: logonProvider.LOGON32_PROVIDER_DEFAULT,
  })
}

function launchOptions(token: Handle<'token'>, commandLine: string): CreateProcessAsUserOptions {
  return {
    token,
    impersonate: token,
    applicationName: `C:\\Windows\\System32\\${commandLine.split(' ', 1)[0]}.exe`,
    commandLine,
    environment: null,
    currentDirectory: null,
    creationFlags: creationFlag.CREATE_NO_WINDOW,
    startupInfo: { desktop: 'winsta0\\default', title: null, showWindow: null, standardHandles: null },
    handleList: [],
    jobList: [],
  }
}

function exitCodeOf(win32: Win32, { process, thread }: CreatedProcess): Promise<number> {
  thread.close()
  return new Promise((resolve) => {
    win32.registerWaitForSingleObject(process, () => {
      resolve(win32.getExitCodeProcess(process))
      process.close()
    })
  })
}

function logonSidOf(win32: Win32, token: Handle<'token'>): Sid {
  const [logonSid] = win32.getTokenInformation(token, 'TokenLogonSid')
  if (logonSid === undefined) throw new Error('the token has no logon SID')
  return Sid.fromBytes(logonSid.sid)
}

function openStationAndDesktop(win32: Win32): readonly [Handle<'window-station'>, Handle<'desktop'>] {
  const desiredAccess = accessRight.READ_CONTROL | accessRight.WRITE_DAC
  const windowStation = win32.openWindowStation('winsta0', desiredAccess)
  return [windowStation, win32.openDesktop({ windowStation, name: 'default', desiredAccess })]
}

function grant(win32: Win32, object: Handle<'window-station' | 'desktop'>, sid: Sid, mask: number): void {
  const descriptor = SecurityDescriptor.fromBytes(win32.getUserObjectSecurity(object, DACL_SECURITY_INFORMATION))
  const changed = descriptor.with({ dacl: descriptor.dacl?.with(allow(sid, mask)) })
  win32.setUserObjectSecurity(object, DACL_SECURITY_INFORMATION, changed.toBytes())
}

describe('createWindows', () => {
  it('lets a service log a client on, grant, launch, read, learn the exit code and take the grant back', async () => {
    const windows = createWindows({ users })
    const { win32 } = windows.startProcess({ account: 'LocalSystem' })
    using token = await logOnAlice(win32)
    const objects = openStationAndDesktop(win32)
    const before = objects.map((object) => win32.getUserObjectSecurity(object, DACL_SECURITY_INFORMATION))

    expect(await exitCodeOf(win32, await win32.createProcessAsUser(launchOptions(token, 'whoami')))).toBe(0xc000_0142)

    grant(win32, objects[0], logonSidOf(win32, token), 0xf_037f)
    grant(win32, objects[1], logonSidOf(win32, token), 0xf_01ff)
    const { server, client } = win32.createPipePair('inbound')
    const output = text(win32.openPipeStream(server, 'inbound'))
    const options = launchOptions(token, 'whoami /user')
    const created = await win32.createProcessAsUser({
      ...options,
      startupInfo: { ...options.startupInfo, standardHandles: { input: null, output: client, error: null } },
      handleList: [client],
    })
    client.close()
    expect(await exitCodeOf(win32, created)).toBe(0)
    expect(await output).toBe(`SIMULATED\\alice ${windows.sid('alice').toString()}\r\n`)

    expect(() => windows.assertNoLeaks()).toThrow(LeakError)
    for (const [index, object] of objects.entries()) {
      win32.setUserObjectSecurity(object, DACL_SECURITY_INFORMATION, before[index] ?? new Uint8Array())
      object.close()
    }
    token.close()
    windows.assertNoLeaks()
  })

  it('ends the program with the last handle of its job', async () => {
    const windows = createWindows({ users })
    const { win32 } = windows.startProcess({ account: 'LocalSystem' })
    using token = await logOnAlice(win32)
    const job = win32.createJobObject({ name: null, security: null })
    win32.setInformationJobObject(job, 'JobObjectExtendedLimitInformation', {
      limitFlags: 0x2000,
      activeProcessLimit: 0,
      priorityClass: 0,
      processMemoryLimit: 0n,
      jobMemoryLimit: 0n,
    })
    const options = launchOptions(token, 'timeout /t 60')
    const created = await win32.createProcessAsUser({
      ...options,
      startupInfo: { ...options.startupInfo, desktop: '' },
      jobList: [job],
    })
    expect(win32.isProcessInJob(created.process, job)).toBe(true)
    const exitCode = exitCodeOf(win32, created)
    job.close()
    expect(await exitCode).toBe(0)
  })
})
