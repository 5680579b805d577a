import { accessRight, logonProvider, logonType, Win32Error, type Handle, type Win32 } from '@asuser/native'
import { getSecurity, type SecurableTarget } from '@asuser/security-descriptors/objects'
import type { SimulatedProcess, SimulatedWindows } from '../src/windows-options.ts'
import { createWindows } from '../src/windows.ts'

const files = {
  'C:\\Data': { directory: true, sddl: 'O:BAG:SYD:P(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)' },
  'C:\\Data\\below\\file.txt': {},
  'C:\\Data\\shut': { directory: true, sddl: 'O:BAG:SYD:P(A;;FA;;;SY)' },
  'C:\\Data\\shut\\file.txt': { sddl: 'O:BAG:SYD:(A;;FR;;;BU)' },
}
const registry = {
  'MACHINE\\SOFTWARE\\Example': {},
  'MACHINE\\SOFTWARE\\Example\\Below': {},
}

/** A process on a machine with the files and keys above, and the user alice. */
export interface Server {
  readonly windows: SimulatedWindows
  readonly process: SimulatedProcess
  readonly win32: Win32
}

export function start(account = 'LocalSystem'): Server {
  const windows = createWindows({ users: { alice: { password: 'Secret-1' } }, files, registry })
  const process = windows.startProcess({ account })
  return { windows, process, win32: process.win32 }
}

export function logOn(win32: Win32): Promise<Handle<'token'>> {
  return win32.logonUser({
    user: 'alice',
    domain: '.',
    password: new Uint8Array(Buffer.from('Secret-1', 'utf16le')),
    type: logonType.LOGON32_LOGON_INTERACTIVE,
    provider: logonProvider.LOGON32_PROVIDER_DEFAULT,
  })
}

export const pipeName = '\\\\.\\pipe\\example'

export function createPipe(win32: Win32, security: Uint8Array | null): Handle<'pipe'> {
  return win32.createNamedPipe({
    name: pipeName,
    firstInstance: true,
    rejectRemoteClients: true,
    maxInstances: 1,
    inBufferSize: 4096,
    outBufferSize: 4096,
    security,
  })
}

export async function daclText(target: SecurableTarget, win32: Win32): Promise<string> {
  return (await getSecurity(target, ['dacl'], { win32 })).toSddl()
}

export async function failureOf(promise: Promise<unknown>): Promise<Win32Error> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof Win32Error)) throw new Error(`expected a Win32Error, got ${String(error)}`)
  return error
}

export function hasSecurityPrivilege({ win32 }: Server): boolean {
  using token = win32.openProcessToken(win32.getCurrentProcess(), accessRight.MAXIMUM_ALLOWED)
  const luid = win32.lookupPrivilegeValue('SeSecurityPrivilege')
  const held = win32.getTokenInformation(token, 'TokenPrivileges').find((privilege) => privilege.luid === luid)
  return ((held?.attributes ?? 0) & 2) !== 0
}
