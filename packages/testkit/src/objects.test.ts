import {
  accessRight,
  logonProvider,
  logonType,
  securityInformation,
  Win32Error,
  type Handle,
  type OpenNamedPipeOptions,
  type Win32,
} from '@asuser/native'
import { Acl, allow, mandatoryLabel, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { setEntries } from '@asuser/security-descriptors/set-entries'
import { editDacl, getSecurity, type SecurableTarget, setSecurity } from '@asuser/security-descriptors/objects'
import { describe, expect, it } from 'vitest'
import { Server as TestServer } from '../test/server.ts'
import type { KernelObjectSpec, SimulatedProcess, SimulatedWindows } from './windows-options.ts'
import { createWindows } from './windows.ts'

const everyone = Sid.wellKnown('World')
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

interface Server {
  readonly windows: SimulatedWindows
  readonly process: SimulatedProcess
  readonly win32: Win32
}

function start(account = 'LocalSystem'): Server {
  const windows = createWindows({ users: { alice: { password: 'Secret-1' } }, files, registry })
  const process = windows.startProcess({ account })
  return { windows, process, win32: process.win32 }
}

function logOn(win32: Win32): Promise<Handle<'token'>> {
  return win32.logonUser({
    user: 'alice',
    domain: '.',
    password: new Uint8Array(Buffer.from('Secret-1', 'utf16le')),
    type: logonType.LOGON32_LOGON_INTERACTIVE,
    provider: logonProvider.LOGON32_PROVIDER_DEFAULT,
  })
}

const pipeName = '\\\\.\\pipe\\example'

function createPipe(win32: Win32, security: Uint8Array | null): Handle<'pipe'> {
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

async function daclText(target: SecurableTarget, win32: Win32): Promise<string> {
  return (await getSecurity(target, ['dacl'], { win32 })).toSddl()
}

async function failureOf(promise: Promise<unknown>): Promise<Win32Error> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof Win32Error)) throw new Error(`expected a Win32Error, got ${String(error)}`)
  return error
}

function hasSecurityPrivilege({ win32 }: Server): boolean {
  using token = win32.openProcessToken(win32.getCurrentProcess(), accessRight.MAXIMUM_ALLOWED)
  const luid = win32.lookupPrivilegeValue('SeSecurityPrivilege')
  const held = win32.getTokenInformation(token, 'TokenPrivileges').find((privilege) => privilege.luid === luid)
  return ((held?.attributes ?? 0) & 2) !== 0
}

describe('getSecurity', () => {
  const targets: readonly (readonly [string, SecurableTarget, string])[] = [
    ['a file', { file: 'C:\\Data\\below\\file.txt' }, 'O:BAG:SYD:'],
    ['a directory', { file: 'C:\\Data' }, 'O:BAG:SYD:P'],
    ['a registry key', { registryKey: 'HKLM\\SOFTWARE\\Example' }, 'O:BAG:SYD:AI'],
    ['a registry key by its long name', { registryKey: 'HKEY_LOCAL_MACHINE\\software\\example' }, 'O:BAG:SYD:AI'],
    ['the key of the classes', { registryKey: 'HKCR' }, 'O:BAG:SYD:AI'],
    ['the hives of all users', { registryKey: 'HKU' }, 'O:BAG:SYD:PAI'],
    ['the hive of the user', { registryKey: 'HKCU' }, 'O:BAG:SYD:AI'],
    ['a service', { service: 'schedule' }, 'O:SYG:SYD:'],
    ['a desktop', { desktop: 'Service-0x0-3e7$\\Default' }, 'O:'],
    ['a window station', { windowStation: 'Service-0x0-3e7$' }, 'O:'],
  ]
  it.each(targets)('reads %s by its name', async (_what, target, beginning) => {
    const { win32, windows } = start()
    const descriptor = await getSecurity(target, ['owner', 'group', 'dacl'], { win32 })
    expect(descriptor.toSddl().startsWith(beginning)).toBe(true)
    expect(descriptor.dacl?.entries.length).toBeGreaterThan(0)
    windows.assertNoLeaks()
  })

  it('reads a process and its token by id, a mutex by name and anything by handle', async () => {
    const { win32, windows, process } = start()
    using mutex = win32.createMutex({ name: 'Global\\example', security: null })
    const ofProcess = await getSecurity({ process: process.processId }, ['owner'], { win32 })
    const ofToken = await getSecurity({ tokenOfProcess: process.processId }, ['owner'], { win32 })
    expect(ofProcess.owner?.equals(process.userSid)).toBe(false)
    expect(ofToken.owner?.toString()).toBe('S-1-5-32-544')
    const byName = await getSecurity({ mutex: 'Global\\example' }, ['owner', 'dacl'], { win32 })
    const byHandle = await getSecurity(mutex, ['owner', 'dacl'], { win32 })
    const byHolder = await getSecurity({ handle: mutex }, ['owner', 'dacl'], { win32 })
    expect(byHandle.equals(byName)).toBe(true)
    expect(byHolder.equals(byName)).toBe(true)
    mutex.close()
    windows.assertNoLeaks()
  })

  it('reads a job and a named pipe by name', async () => {
    const { win32, windows } = start()
    const security = SecurityDescriptor.fromSddl('O:BAG:SYD:(A;;FA;;;SY)').toBytes()
    using job = win32.createJobObject({ name: 'Global\\example', security })
    using server = createPipe(win32, security)
    for (const [byName, handle] of [
      [{ job: 'Global\\example' }, job],
      [{ pipe: pipeName }, server],
    ] as const) {
      const descriptor = await getSecurity(byName, ['owner', 'dacl'], { win32 })
      expect(descriptor.toSddl()).toBe((await getSecurity(handle, ['owner', 'dacl'], { win32 })).toSddl())
      expect(descriptor.owner?.toString()).toBe('S-1-5-32-544')
    }
    job.close()
    server.close()
    windows.assertNoLeaks()
  })

  it('takes an instance of a pipe, gives it back, and shows the server nobody', async () => {
    const { win32, windows } = start()
    using server = createPipe(win32, null)
    const opened: OpenNamedPipeOptions[] = []
    const watched: Win32 = {
      ...win32,
      openNamedPipe(options) {
        opened.push(options)
        return win32.openNamedPipe(options)
      },
    }
    await getSecurity({ pipe: pipeName }, ['dacl'], { win32: watched })
    expect(opened).toMatchObject([
      { desiredAccess: accessRight.READ_CONTROL, securityQualityOfService: { impersonationLevel: 0 } },
    ])
    expect((await failureOf(getSecurity({ pipe: pipeName }, ['dacl'], { win32 }))).code).toBe('ERROR_PIPE_BUSY')
    const gone = await failureOf(win32.connectNamedPipe(server, false))
    expect(gone.code).toBe('ERROR_NO_DATA')
    win32.disconnectNamedPipe(server)
    const next = win32.connectNamedPipe(server, false)
    await getSecurity({ pipe: pipeName }, ['dacl'], { win32 })
    await next
    server.close()
    expect((await failureOf(getSecurity({ pipe: pipeName }, ['dacl'], { win32 }))).code).toBe('ERROR_FILE_NOT_FOUND')
    windows.assertNoLeaks()
  })

  it('reads a SACL with SeSecurityPrivilege, which it enables for as long as it reads', async () => {
    const server = start('LocalService')
    const missing = await failureOf(getSecurity({ service: 'Schedule' }, ['sacl'], server))
    expect(missing.code).toBe('ERROR_PRIVILEGE_NOT_HELD')
    expect(missing.context).toMatchObject({ privilege: 'SeSecurityPrivilege' })
    server.windows.assertNoLeaks()

    const system = start()
    expect(hasSecurityPrivilege(system)).toBe(false)
    const descriptor = await getSecurity({ service: 'Schedule' }, ['sacl'], system)
    expect(descriptor.toSddl()).toBe('S:(AU;FA;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;WD)')
    expect(hasSecurityPrivilege(system)).toBe(false)
    system.windows.assertNoLeaks()
  })

  it('keeps the privilege enabled until the last of several reads has ended', async () => {
    const system = start()
    const reads = ['Schedule', 'Spooler', 'EventLog'].map((service) => getSecurity({ service }, ['sacl'], system))
    expect(hasSecurityPrivilege(system)).toBe(true)
    expect(await Promise.all(reads)).toHaveLength(3)
    expect(hasSecurityPrivilege(system)).toBe(false)
  })

  it('puts the privilege back when the read fails', async () => {
    const system = start()
    const error = await failureOf(getSecurity({ service: 'missing' }, ['sacl'], system))
    expect(error.code).toBe('ERROR_SERVICE_DOES_NOT_EXIST')
    expect(hasSecurityPrivilege(system)).toBe(false)
    system.windows.assertNoLeaks()
  })

  it('says which right a handle lacks for the SACL', async () => {
    const { win32 } = start()
    using token = win32.openProcessToken(win32.getCurrentProcess(), accessRight.READ_CONTROL)
    const error = await failureOf(getSecurity(token, ['sacl'], { win32 }))
    expect(error.code).toBe('ERROR_ACCESS_DENIED')
    expect(error.context).toMatchObject({ access: 'ACCESS_SYSTEM_SECURITY' })
  })

  it('opens a name as the client of impersonate', async () => {
    const { win32, windows } = start()
    using alice = await logOn(win32)
    const asAlice = { win32, impersonate: alice }
    const denied = await failureOf(getSecurity({ file: 'C:\\Data' }, ['dacl'], asAlice))
    expect(denied.code).toBe('ERROR_ACCESS_DENIED')
    const station = await failureOf(getSecurity({ windowStation: 'Service-0x0-3e7$' }, ['dacl'], asAlice))
    expect(station.code).toBe('ERROR_ACCESS_DENIED')
    const closed = SecurityDescriptor.fromSddl('O:SYG:SYD:(A;;FA;;;SY)').toBytes()
    using job = win32.createJobObject({ name: 'Global\\closed', security: closed })
    using pipe = createPipe(win32, closed)
    for (const target of [{ job: 'Global\\closed' }, { pipe: pipeName }]) {
      expect((await failureOf(getSecurity(target, ['dacl'], asAlice))).code).toBe('ERROR_ACCESS_DENIED')
    }
    job.close()
    pipe.close()
    const sacl = await failureOf(getSecurity({ registryKey: 'HKLM\\SOFTWARE' }, ['sacl'], asAlice))
    expect([sacl.code, sacl.context['privilege']]).toEqual(['ERROR_PRIVILEGE_NOT_HELD', 'SeSecurityPrivilege'])
    expect(await daclText({ registryKey: 'HKLM\\SOFTWARE' }, win32)).toContain('BU')
    alice.close()
    windows.assertNoLeaks()
  })

  const wrong: readonly (readonly [string, () => Promise<unknown>, string])[] = [
    ['no target', () => Reflect.apply(getSecurity, undefined, [null, ['dacl']]), 'ERR_INVALID_ARG_TYPE'],
    [
      'an unknown target',
      () => Reflect.apply(getSecurity, undefined, [{ folder: 'C:\\' }, ['dacl']]),
      'ERR_INVALID_ARG_TYPE',
    ],
    [
      'parts that are no list',
      () => Reflect.apply(getSecurity, undefined, [{ file: 'C:\\' }, 'dacl']),
      'ERR_INVALID_ARG_TYPE',
    ],
    [
      'an unknown part',
      () => Reflect.apply(getSecurity, undefined, [{ file: 'C:\\' }, ['all']]),
      'ERR_INVALID_ARG_VALUE',
    ],
    ['no part', () => getSecurity({ file: 'C:\\' }, []), 'ERR_INVALID_ARG_VALUE'],
    ['a job without a name', () => getSecurity({ job: '' }, ['dacl']), 'ERR_INVALID_ARG_VALUE'],
    ['a pipe without a name', () => getSecurity({ pipe: '' }, ['dacl']), 'ERR_INVALID_ARG_VALUE'],
    ['an empty name', () => getSecurity({ file: '' }, ['dacl']), 'ERR_INVALID_ARG_VALUE'],
    ['a hive of another name', () => getSecurity({ registryKey: 'SOFTWARE\\x' }, ['dacl']), 'ERR_INVALID_ARG_VALUE'],
    ['a desktop without its station', () => getSecurity({ desktop: 'Default' }, ['dacl']), 'ERR_INVALID_ARG_VALUE'],
    ['an event without a name', () => getSecurity({ event: '' }, ['dacl']), 'ERR_INVALID_ARG_VALUE'],
    [
      'a path that is no text',
      () => Reflect.apply(getSecurity, undefined, [{ directoryObject: 1 }, ['dacl']]),
      'ERR_INVALID_ARG_TYPE',
    ],
    ['a thread id that is none', () => getSecurity({ thread: 1.5 }, ['dacl']), 'ERR_INVALID_ARG_VALUE'],
    ['a process id that is none', () => getSecurity({ process: 0 }, ['dacl']), 'ERR_INVALID_ARG_VALUE'],
  ]
  it.each(wrong)('refuses %s', async (_what, call, code) => {
    const { win32 } = start()
    using _current = (await import('@asuser/native')).setWin32(win32)
    await expect(call()).rejects.toMatchObject({ code })
  })
})

describe('setSecurity', () => {
  it('replaces the named parts alone', async () => {
    const { win32 } = start()
    const target = { service: 'Spooler' }
    const before = await getSecurity(target, ['owner', 'group', 'dacl', 'sacl'], { win32 })
    const given = SecurityDescriptor.fromSddl('O:BAG:BUD:(A;;CC;;;WD)S:(AU;SA;CC;;;WD)')
    await setSecurity(target, given, ['owner', 'dacl'], { win32 })
    const after = await getSecurity(target, ['owner', 'group', 'dacl', 'sacl'], { win32 })
    expect(after.toSddl()).toBe(before.with({ owner: given.owner, dacl: given.dacl }).toSddl())
  })

  it('hands over the named parts and no others', async () => {
    const { win32 } = start()
    const written: SecurityDescriptor[] = []
    const watched: Win32 = {
      ...win32,
      setNamedSecurityInfo(options) {
        written.push(SecurityDescriptor.fromBytes(options.descriptor))
        return win32.setNamedSecurityInfo(options)
      },
    }
    const given = SecurityDescriptor.fromSddl('O:BAG:BUD:(A;;CC;;;WD)S:(AU;SA;CC;;;WD)')
    await setSecurity({ service: 'Spooler' }, given, ['owner', 'sacl'], { win32: watched })
    await setSecurity({ service: 'Spooler' }, given, ['dacl'], { win32: watched })
    expect(written.map((descriptor) => descriptor.toSddl())).toEqual(['O:BAS:(AU;SA;CC;;;WD)', 'D:(A;;CC;;;WD)'])
  })

  it('stops inheriting with a protected DACL and takes it up again with another', async () => {
    const { win32 } = start()
    const target = { file: 'C:\\Data\\below\\file.txt' }
    await setSecurity(target, SecurityDescriptor.fromSddl('D:P(A;;FR;;;WD)'), ['dacl'], { win32 })
    expect(await daclText(target, win32)).toBe('D:PAI(A;;FR;;;WD)')
    await setSecurity(target, SecurityDescriptor.fromSddl('D:(A;;FR;;;WD)'), ['dacl'], { win32 })
    expect(await daclText(target, win32)).toBe('D:AI(A;;FR;;;WD)(A;ID;FA;;;BA)(A;ID;FA;;;SY)')
  })

  it('passes inheritable entries on, but not into what may not be changed', async () => {
    const { win32 } = start()
    const given = SecurityDescriptor.fromSddl('D:P(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)(A;OICIIO;GR;;;BU)')
    await setSecurity({ file: 'C:\\Data' }, given, ['dacl'], { win32 })
    expect(await daclText({ file: 'C:\\Data\\below\\file.txt' }, win32)).toBe(
      'D:AI(A;ID;FA;;;BA)(A;ID;FA;;;SY)(A;ID;FR;;;BU)',
    )
    expect(await daclText({ file: 'C:\\Data\\shut' }, win32)).toBe('D:PAI(A;;FA;;;SY)')
    const key = { registryKey: 'HKLM\\SOFTWARE\\Example' }
    await setSecurity(key, SecurityDescriptor.fromSddl('D:P(A;CI;GA;;;SY)(A;CI;KR;;;WD)'), ['dacl'], { win32 })
    expect(await daclText({ registryKey: 'HKLM\\SOFTWARE\\Example\\Below' }, win32)).toContain('(A;CIID;KR;;;WD)')
  })

  it('leaves a NULL DACL that it writes, and passes entries on to what has one below', async () => {
    const { win32 } = start()
    const file = { file: 'C:\\Data\\below\\file.txt' }
    await setSecurity(file, SecurityDescriptor.from({ dacl: null }), ['dacl'], { win32 })
    expect((await getSecurity(file, ['dacl'], { win32 })).dacl).toBeNull()
    await setSecurity({ file: 'C:\\Data' }, SecurityDescriptor.fromSddl('D:P(A;OICI;FA;;;BA)'), ['dacl'], { win32 })
    expect(await daclText(file, win32)).toBe('D:AI(A;ID;FA;;;BA)')
  })

  it('makes generic rights specific where it writes them, and leaves those below as they are', async () => {
    const { win32 } = start()
    const above = { registryKey: 'HKLM\\SOFTWARE\\Example' }
    const below = { registryKey: 'HKLM\\SOFTWARE\\Example\\Below' }
    await setSecurity(below, SecurityDescriptor.fromSddl('D:P(A;;GA;;;SY)(A;CI;GR;;;CO)'), ['dacl'], { win32 })
    const text = await daclText(below, win32)
    expect(text).toBe('D:PAI(A;;KA;;;SY)(A;;KR;;;BA)(A;CIIO;GR;;;CO)')
    await setSecurity(above, SecurityDescriptor.fromSddl('D:P(A;CI;GA;;;SY)'), ['dacl'], { win32 })
    expect(await daclText(below, win32)).toBe(text)
  })

  it('writes a label and takes it away, without the SACL', async () => {
    const { win32 } = start()
    const target = { service: 'Spooler' }
    const low = SecurityDescriptor.from({ sacl: Acl.from([mandatoryLabel(Sid.parse('S-1-16-4096'), 1)]) })
    await setSecurity(target, low, ['label'], { win32 })
    expect((await getSecurity(target, ['label'], { win32 })).toSddl()).toBe('S:(ML;;NW;;;LW)')
    expect((await getSecurity(target, ['sacl'], { win32 })).sacl?.entries).toHaveLength(1)
    await setSecurity(target, SecurityDescriptor.from({ sacl: null }), ['label'], { win32 })
    expect((await getSecurity(target, ['label'], { win32 })).sacl).toBeUndefined()
  })

  it('refuses a descriptor without the part, before anything is written', async () => {
    const { win32, windows } = start()
    for (const part of ['owner', 'group', 'dacl', 'sacl', 'label'] as const) {
      await expect(
        setSecurity({ file: 'C:\\Data' }, SecurityDescriptor.from({}), [part], { win32 }),
      ).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
    }
    expect(windows.calls.map((call) => call.function)).not.toContain('setNamedSecurityInfo')
  })

  it('leaves the SACL alone of which a descriptor says nothing, and writes back that there is none', async () => {
    const { win32 } = start()
    const target = { file: 'C:\\Data' }
    const audited = SecurityDescriptor.fromSddl('S:AI(AU;SAFA;FR;;;WD)')
    const before = await getSecurity(target, ['dacl', 'sacl'], { win32 })
    expect(before.sacl).toBeNull()
    await setSecurity(target, audited, ['sacl'], { win32 })
    const dacl = await getSecurity(target, ['dacl'], { win32 })
    await expect(setSecurity(target, dacl, ['dacl', 'sacl'], { win32 })).rejects.toThrow('SACL')
    expect((await getSecurity(target, ['sacl'], { win32 })).toSddl()).toBe(audited.toSddl())
    await setSecurity(target, before, ['dacl', 'sacl'], { win32 })
    expect((await getSecurity(target, ['sacl'], { win32 })).sacl?.entries ?? []).toEqual([])
  })

  it('refuses a target that names two objects', async () => {
    const { win32 } = start()
    const both = { file: 'C:\\Data', service: 'Spooler' }
    await expect(getSecurity(both, ['dacl'], { win32 })).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  })

  it('writes a NULL DACL when it is asked to', async () => {
    const { win32 } = start()
    await setSecurity({ service: 'Spooler' }, SecurityDescriptor.from({ dacl: null }), ['dacl'], { win32 })
    expect((await getSecurity({ service: 'Spooler' }, ['dacl'], { win32 })).dacl).toBeNull()
  })

  it('names what is missing for the SACL of a service', async () => {
    const { win32 } = start('NetworkService')
    const given = SecurityDescriptor.fromSddl('S:(AU;SA;CC;;;WD)')
    const error = await failureOf(setSecurity({ service: 'Spooler' }, given, ['sacl'], { win32 }))
    expect([error.code, error.context['privilege']]).toEqual(['ERROR_PRIVILEGE_NOT_HELD', 'SeSecurityPrivilege'])
  })
})

describe('editDacl', () => {
  const read = allow(everyone, 0x2_0000)

  it('keeps a protected DACL protected and inherited entries inherited', async () => {
    const { win32 } = start()
    const add = (dacl: Acl | null): Acl | null => dacl?.with(allow(everyone, 0x12_0089)) ?? null
    expect(await editDacl({ file: 'C:\\Data' }, add, { win32 })).toBe(true)
    expect(await daclText({ file: 'C:\\Data' }, win32)).toBe('D:PAI(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)(A;;FR;;;WD)')
    expect(await editDacl({ file: 'C:\\Data\\below\\file.txt' }, add, { win32 })).toBe(true)
    expect(await daclText({ file: 'C:\\Data\\below\\file.txt' }, win32)).toBe(
      'D:AI(A;;FR;;;WD)(A;ID;FA;;;BA)(A;ID;FA;;;SY)',
    )
  })

  it('keeps the control bits of an object that is given as a handle', async () => {
    const { win32 } = start()
    const security = SecurityDescriptor.fromSddl('O:BAG:SYD:PAI(A;;GA;;;SY)(A;ID;GA;;;BA)').toBytes()
    using mutex = win32.createMutex({ name: 'Local\\kept', security })
    const { control } = await getSecurity(mutex, ['dacl'], { win32 })
    await editDacl(mutex, (dacl) => dacl?.with(read) ?? null, { win32 })
    const after = await getSecurity(mutex, ['dacl'], { win32 })
    expect(after.control).toBe(control)
    expect(after.dacl?.entries.map((ace) => ace.flags)).toEqual([0, 0x10, 0])
  })

  it('edits a job and a named pipe by name', async () => {
    const { win32, windows } = start()
    const security = SecurityDescriptor.fromSddl('O:SYG:SYD:(A;;FA;;;SY)').toBytes()
    using job = win32.createJobObject({ name: 'Local\\edited', security })
    using pipe = createPipe(win32, security)
    for (const [target, handle] of [
      [{ job: 'Local\\edited' }, job],
      [{ pipe: pipeName }, pipe],
    ] as const) {
      expect(await editDacl(target, (dacl) => dacl?.with(read) ?? null, { win32 })).toBe(true)
      expect(await daclText(handle, win32)).toBe('D:(A;;FA;;;SY)(A;;RC;;;WD)')
    }
    job.close()
    pipe.close()
    windows.assertNoLeaks()
  })

  it('restores the very bytes when an entry is added and taken out again', async () => {
    const { win32 } = start()
    for (const target of [{ windowStation: 'Service-0x0-3e7$' }, { service: 'Spooler' }, { registryKey: 'HKU' }]) {
      const before = await getSecurity(target, ['dacl'], { win32 })
      await editDacl(target, (dacl) => dacl?.with(read) ?? null, { win32 })
      expect((await getSecurity(target, ['dacl'], { win32 })).equals(before)).toBe(false)
      await editDacl(target, (dacl) => dacl?.without(read) ?? null, { win32 })
      expect((await getSecurity(target, ['dacl'], { win32 })).toBytes()).toEqual(before.toBytes())
    }
  })

  it('writes nothing when the list comes back as it is', async () => {
    const { win32, windows } = start()
    expect(await editDacl({ service: 'Spooler' }, (dacl) => dacl, { win32 })).toBe(false)
    expect(windows.calls.map((call) => call.function)).not.toContain('setNamedSecurityInfo')
  })

  it('writes nothing after a read that failed', async () => {
    const { win32, windows } = start()
    windows.faults.next('getNamedSecurityInfo', 'ERROR_ACCESS_DENIED')
    windows.faults.next('getUserObjectSecurity', 'ERROR_ACCESS_DENIED')
    let edits = 0
    const edit = (dacl: Acl | null): Acl => {
      edits += 1
      return dacl ?? Acl.from([])
    }
    for (const target of [{ file: 'C:\\Data' }, { windowStation: 'Service-0x0-3e7$' }]) {
      expect((await failureOf(editDacl(target, edit, { win32 }))).code).toBe('ERROR_ACCESS_DENIED')
    }
    expect(edits).toBe(0)
    const called = windows.calls.map((call) => call.function)
    expect(called).not.toContain('setNamedSecurityInfo')
    expect(called).not.toContain('setUserObjectSecurity')
    windows.assertNoLeaks()
  })

  it('writes nothing when the edit throws or gives back something else', async () => {
    const { win32, windows } = start()
    const failure = new Error('no')
    const throwing = editDacl(
      { service: 'Spooler' },
      () => {
        throw failure
      },
      { win32 },
    )
    await expect(throwing).rejects.toBe(failure)
    const wrong: Promise<unknown> = Reflect.apply(editDacl, undefined, [
      { service: 'Spooler' },
      async () => null,
      { win32 },
    ])
    await expect(wrong).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
    expect(windows.calls.map((call) => call.function)).not.toContain('setNamedSecurityInfo')
  })

  it('loses no edit when several are made at the same time', async () => {
    const { win32 } = start()
    using token = win32.openProcessToken(win32.getCurrentProcess(), accessRight.READ_CONTROL | accessRight.WRITE_DAC)
    for (const target of [{ service: 'Spooler' }, token, { tokenOfProcess: win32.getCurrentProcessId() }]) {
      const before = (await getSecurity(target, ['dacl'], { win32 })).dacl?.entries.length ?? 0
      const masks = [1, 2, 4, 8, 0x10, 0x20]
      const failing = editDacl(
        target,
        () => {
          throw new Error('no')
        },
        { win32 },
      )
      const edits = masks.map((mask) =>
        editDacl(target, (dacl) => dacl?.with(allow(everyone, mask)) ?? null, { win32 }),
      )
      await expect(failing).rejects.toThrow('no')
      await Promise.all(edits)
      const { dacl } = await getSecurity(target, ['dacl'], { win32 })
      expect(dacl?.entries.slice(before).map((ace) => ace.mask)).toEqual(masks)
    }
  })

  it('writes nothing when there is nothing to set, or to revoke from a NULL DACL', async () => {
    const { win32 } = start()
    const target = { service: 'Spooler' }
    await setSecurity(target, SecurityDescriptor.from({ dacl: null }), ['dacl'], { win32 })
    expect(await editDacl(target, (dacl) => setEntries(dacl, []), { win32 })).toBe(false)
    const revoke = { mode: 'revoke', sid: everyone, mask: 0 } as const
    expect(await editDacl(target, (dacl) => setEntries(dacl, [revoke]), { win32 })).toBe(false)
    expect((await getSecurity(target, ['dacl'], { win32 })).dacl).toBeNull()
  })

  it('gets null for a NULL DACL and may put one in its place', async () => {
    const { win32 } = start()
    await setSecurity({ service: 'Spooler' }, SecurityDescriptor.from({ dacl: null }), ['dacl'], { win32 })
    await editDacl({ service: 'Spooler' }, (dacl) => (dacl === null ? Acl.from([read]) : null), { win32 })
    expect(await daclText({ service: 'Spooler' }, win32)).toBe('D:(A;;RC;;;WD)')
  })

  it('needs WRITE_DAC', async () => {
    const { win32, windows } = start('LocalService')
    const error = await failureOf(editDacl({ service: 'Spooler' }, () => Acl.from([]), { win32 }))
    expect(error.code).toBe('ERROR_ACCESS_DENIED')
    expect(error.context).toMatchObject({ name: 'Spooler' })
    windows.assertNoLeaks()
  })
})

describe('kernel objects by name', () => {
  const path = '\\BaseNamedObjects\\example'
  const shut = 'O:SYG:SYD:(A;;GA;;;SY)'
  const cases: readonly (readonly [SecurableTarget, SecurableTarget, KernelObjectSpec])[] = [
    [{ event: 'Global\\example' }, { event: 'Global\\missing' }, { type: 'event', sddl: shut }],
    [{ semaphore: 'Global\\example' }, { semaphore: 'Global\\missing' }, { type: 'semaphore', sddl: shut }],
    [{ waitableTimer: 'Global\\example' }, { waitableTimer: 'missing' }, { type: 'waitableTimer', sddl: shut }],
    [{ section: 'Global\\example' }, { section: 'missing' }, { type: 'section', sddl: shut }],
    [{ symbolicLink: path }, { symbolicLink: '\\missing' }, { type: 'symbolicLink', target: '\\gone', sddl: shut }],
    [{ directoryObject: path }, { directoryObject: '\\missing' }, { type: 'directoryObject', sddl: shut }],
  ]

  function startWith(spec: KernelObjectSpec, account = 'LocalSystem'): Server {
    const windows = createWindows({ users: { alice: { password: 'Secret-1' } }, kernelObjects: { [path]: spec } })
    const process = windows.startProcess({ account })
    return { windows, process, win32: process.win32 }
  }

  it.each(cases)('%o are read, edited and written', async (target, _missing, spec) => {
    const { win32, windows } = startWith(spec)
    const before = await getSecurity(target, ['owner', 'group', 'dacl'], { win32 })
    expect(before.owner?.toString()).toBe('S-1-5-18')
    const read = allow(everyone, 0x2_0000)
    expect(await editDacl(target, (dacl) => dacl?.with(read) ?? null, { win32 })).toBe(true)
    expect(await daclText(target, win32)).toMatch(/^D:\(A;;[^;]+;;;SY\)\(A;;RC;;;WD\)$/u)
    await setSecurity(target, before, ['dacl'], { win32 })
    expect(await daclText(target, win32)).toBe(SecurityDescriptor.from({ dacl: before.dacl }).toSddl())
    windows.assertNoLeaks()
  })

  it.each(cases)('%o have a SACL for who has SeSecurityPrivilege', async (target, _missing, spec) => {
    const system = startWith(spec)
    const audited = SecurityDescriptor.fromSddl('S:(AU;FA;0x2;;;WD)')
    await setSecurity(target, audited, ['sacl'], system)
    expect((await getSecurity(target, ['sacl'], system)).toSddl()).toBe('S:(AU;FA;DC;;;WD)')
    expect(hasSecurityPrivilege(system)).toBe(false)
    using alice = await logOn(system.win32)
    const error = await failureOf(getSecurity(target, ['sacl'], { ...system, impersonate: alice }))
    expect([error.code, error.context['privilege']]).toEqual(['ERROR_PRIVILEGE_NOT_HELD', 'SeSecurityPrivilege'])
    alice.close()
    system.windows.assertNoLeaks()
    const service = startWith(spec, 'LocalService')
    expect((await failureOf(getSecurity(target, ['sacl'], service))).code).toBe('ERROR_PRIVILEGE_NOT_HELD')
  })

  it.each(cases)('%o are opened as the client of impersonate', async (target, _missing, spec) => {
    const { win32, windows } = startWith(spec)
    using alice = await logOn(win32)
    const asAlice = { win32, impersonate: alice }
    expect((await failureOf(getSecurity(target, ['dacl'], asAlice))).code).toBe('ERROR_ACCESS_DENIED')
    let edits = 0
    const edit = (dacl: Acl | null): Acl | null => {
      edits += 1
      return dacl?.with(allow(everyone, 1)) ?? null
    }
    expect((await failureOf(editDacl(target, edit, asAlice))).code).toBe('ERROR_ACCESS_DENIED')
    expect(edits).toBe(0)
    await editDacl(target, (dacl) => dacl?.with(allow(everyone, 0x2_0000)) ?? null, { win32 })
    expect((await getSecurity(target, ['dacl'], asAlice)).dacl?.entries).toHaveLength(2)
    expect((await failureOf(editDacl(target, edit, asAlice))).code).toBe('ERROR_ACCESS_DENIED')
    alice.close()
    windows.assertNoLeaks()
  })

  it.each(cases)('%o are not those of another name or type', async (target, missing, spec) => {
    const { win32, windows } = startWith(spec)
    expect((await failureOf(getSecurity(missing, ['dacl'], { win32 }))).code).toBe('ERROR_FILE_NOT_FOUND')
    const others = cases.filter(([, , other]) => other.type !== spec.type).map(([other]) => other)
    for (const other of [...others, { mutex: 'Global\\example' }, { job: 'Global\\example' }]) {
      // A link is followed for anything but itself, here to what is not there.
      const expected = spec.type === 'symbolicLink' ? 'ERROR_FILE_NOT_FOUND' : 'ERROR_INVALID_HANDLE'
      const { code } = await failureOf(getSecurity(other, ['dacl'], { win32 }))
      expect([other, code]).toEqual([other, expected])
    }
    expect(target).not.toEqual(missing)
    windows.assertNoLeaks()
  })

  it('are mutexes, too', async () => {
    const { win32, windows } = start()
    const target = { mutex: 'Local\\example' }
    using mutex = win32.createMutex({ name: target.mutex, security: SecurityDescriptor.fromSddl(shut).toBytes() })
    expect(await editDacl(target, (dacl) => dacl?.with(allow(everyone, 1)) ?? null, { win32 })).toBe(true)
    expect(await daclText(mutex, win32)).toBe('D:(A;;0x1f0001;;;SY)(A;;CC;;;WD)')
    mutex.close()
    expect((await failureOf(getSecurity(target, ['dacl'], { win32 }))).code).toBe('ERROR_FILE_NOT_FOUND')
    windows.assertNoLeaks()
  })

  it('are threads by their ids', async () => {
    const hang = 'C:\\Tools\\hang.exe'
    const server = new TestServer({ programs: { [hang]: () => new Promise(() => {}) } })
    const { win32 } = server
    using alice = await server.logOn('alice')
    using bob = await server.logOn('bob')
    const created = await server.start(alice, hang)
    const target = { thread: created.threadId }
    expect((await getSecurity(target, ['owner', 'dacl'], { win32, impersonate: alice })).owner).toBeDefined()
    expect((await failureOf(getSecurity(target, ['dacl'], { win32, impersonate: bob }))).code).toBe(
      'ERROR_ACCESS_DENIED',
    )
    expect(await editDacl(target, (dacl) => dacl?.with(allow(everyone, 0x2_0000)) ?? null, { win32 })).toBe(true)
    expect(await daclText(created.thread, win32)).toContain('(A;;RC;;;WD)')
    expect((await getSecurity(target, ['dacl'], { win32, impersonate: bob })).dacl).toBeDefined()
    win32.terminateProcess(created.process, 0)
    await server.exitCode(created)
    expect((await failureOf(getSecurity(target, ['dacl'], { win32 }))).code).toBe('ERROR_INVALID_PARAMETER')
    bob.close()
    alice.close()
    server.windows.assertNoLeaks()
  })
})

describe('the information that is asked for', () => {
  it('has the bits that keep inheriting as it is', async () => {
    const { win32, windows } = start()
    const add = (dacl: Acl | null): Acl | null => dacl?.with(allow(everyone, 1)) ?? null
    await editDacl({ file: 'C:\\Data' }, add, { win32 })
    await editDacl({ file: 'C:\\Data\\below' }, add, { win32 })
    const informations = windows.calls
      .filter((call) => call.function === 'setNamedSecurityInfo')
      .map((call) => Number(/information: (-?\d+)/u.exec(call.arguments)?.[1]) >>> 0)
    const { DACL_SECURITY_INFORMATION: dacl } = securityInformation
    expect(informations).toEqual([
      (dacl | securityInformation.PROTECTED_DACL_SECURITY_INFORMATION) >>> 0,
      dacl | securityInformation.UNPROTECTED_DACL_SECURITY_INFORMATION,
    ])
  })
})
