import { accessRight, tokenAccess, Win32Error, type Win32 } from '@asuser/native'
import { createWindows, type Leak, LeakError, type SimulatedProcess, type SimulatedWindows } from '@asuser/testkit'
import { currentProcessToken, logonUser, type Token } from '../src/index.ts'

/** Of everybody. */
export const password = 'Secret-1'
export const folder = 'C:\\Work'
export const key = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Example'
export const remote = '\\\\FILES\\public'

/** Where an operation is tried, anew for each failure. */
export interface FaultMachine {
  readonly windows: SimulatedWindows
  /** What the operation calls. */
  readonly server: SimulatedProcess
  readonly win32: Win32
  /** Somebody else's process, whose calls do not fail. */
  readonly other: Win32
  /** alice, logged on before. */
  readonly alice: Token
}

/** Nothing is enabled in the server but what everybody has, so that it can be seen whether all is put back. */
export async function startFaultMachine(): Promise<FaultMachine> {
  const windows = createWindows({
    computerName: 'TEST',
    users: { alice: { password }, bob: { password }, adam: { password, groups: ['Administrators'] } },
    domain: { name: 'CORP', dnsName: 'corp.example.com', users: { carol: { password } } },
    sessions: [
      { id: 1, user: 'bob' },
      { id: 2, user: 'bob' },
    ],
    servers: { FILES: { users: { alice: password, bob: password }, shares: { public: {} } } },
    files: {
      [folder]: { directory: true, sddl: 'O:SYG:SYD:(A;OICI;FA;;;WD)' },
      [`${folder}\\note.txt`]: { contents: 'note' },
      [`${folder}\\tree\\branch\\leaf.txt`]: { contents: 'leaf' },
      [`${folder}\\empty`]: { directory: true },
    },
    registry: { [key]: { sddl: 'O:SYG:SYD:(A;OICI;KA;;;WD)', values: { Text: 'text' } }, [`${key}\\Old`]: {} },
  })
  const server = windows.startProcess({ account: 'LocalSystem' })
  const other = windows.startProcess({ account: 'alice', sessionId: 2 }).win32
  const { win32 } = server
  disablePrivileges(win32)
  const alice = await logonUser({ user: 'alice', password, win32 })
  return { windows, server, win32, other, alice }
}

const usual = new Set(['SeChangeNotifyPrivilege', 'SeImpersonatePrivilege', 'SeCreateGlobalPrivilege'])

function disablePrivileges(win32: Win32): void {
  using own = currentProcessToken({ access: tokenAccess.TOKEN_QUERY | tokenAccess.TOKEN_ADJUST_PRIVILEGES, win32 })
  const disabled = own.privileges.filter(({ name }) => !usual.has(name))
  win32.adjustTokenPrivileges(
    own.handle,
    disabled.map(({ name }) => ({ luid: win32.lookupPrivilegeValue(name), attributes: 0 })),
  )
}

export interface Held {
  /** Handles, streams, connections, grants and mutexes, with who opened them. */
  readonly leaks: readonly string[]
  /** The code with which there is none. */
  readonly threadToken: string
  readonly privilegesAndGroups?: readonly (readonly string[])[]
}

/** What is only borrowed, and given back whatever happens. */
export function borrowedOf(machine: FaultMachine): Held {
  const { win32, alice } = machine
  return {
    ...heldOf(machine),
    privilegesAndGroups: [stateOf(win32, win32.getCurrentProcessToken()), stateOf(win32, alice.handle)],
  }
}

/** The part of it that no call that fails can keep from being given back. */
export function heldOf({ windows, win32 }: FaultMachine): Held {
  return { leaks: leaksOf(windows), threadToken: threadTokenOf(win32) }
}

function leaksOf(windows: SimulatedWindows): readonly string[] {
  try {
    windows.assertNoLeaks()
    return []
  } catch (error) {
    if (!(error instanceof LeakError)) throw error
    return error.leaks.map((leak: Leak) => `${leak.what} ${leak.detail}`).toSorted()
  }
}

function threadTokenOf(win32: Win32): string {
  try {
    win32.openThreadToken({ desiredAccess: accessRight.MAXIMUM_ALLOWED, openAsSelf: true }).close()
    return 'a client'
  } catch (error) {
    return error instanceof Win32Error ? error.code : String(error)
  }
}

function stateOf(win32: Win32, token: Token['handle']): readonly string[] {
  const privileges = win32.getTokenInformation(token, 'TokenPrivileges')
  const groups = win32.getTokenInformation(token, 'TokenGroups')
  return [
    ...privileges.map(({ luid, attributes }) => `${luid} ${attributes}`),
    ...groups.map(({ sid, attributes }) => `${sid.join('.')} ${attributes}`),
  ]
}

/** What an operation is for: it changes when that succeeds. */
export async function dataOf({ windows, win32 }: FaultMachine): Promise<object> {
  return {
    files: await filesIn(win32, folder),
    keys: await keysIn(win32, 'SOFTWARE\\Example'),
    rights: await win32.lsaEnumerateAccountRights(windows.sid('alice').toBytes()).catch(codeOf),
    events: windows.securityLog.length,
    source: await codeOfInstalling(win32),
  }
}

async function filesIn(win32: Win32, path: string): Promise<readonly string[]> {
  const found = await win32.findFiles({ path, impersonate: null })
  const lists = found.map(async ({ name, attributes }) => {
    const child = `${path}\\${name}`
    if ((attributes & 0x10) !== 0) return [child, ...(await filesIn(win32, child))]
    return [`${child} ${Buffer.from(await win32.readFile({ path: child, impersonate: null })).toString()}`]
  })
  return (await Promise.all(lists)).flat().toSorted()
}

async function keysIn(win32: Win32, path: string): Promise<readonly string[]> {
  const place = { root: 'HKEY_LOCAL_MACHINE', path, impersonate: null } as const
  const values = await win32.regEnumValue(place)
  const keys = await win32.regEnumKey(place)
  const below = await Promise.all(keys.map((name) => keysIn(win32, `${path}\\${name}`)))
  return [path, ...values.map(({ name, data }) => `${path} ${name} ${data.join('.')}`), ...below.flat()]
}

/** Whether the source of events is installed: it can be only once. */
async function codeOfInstalling(win32: Win32): Promise<unknown> {
  const registration = { name: 'Store', eventMessageFile: 'events.dll', allowMultipleInstances: false }
  const outcome = await win32.authzInstallSecurityEventSource(registration).catch(codeOf)
  if (outcome === undefined) await win32.authzUninstallSecurityEventSource('Store')
  return outcome
}

function codeOf(error: unknown): unknown {
  return error instanceof Win32Error ? error.code : error
}
