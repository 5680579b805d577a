import { accessRight, type OpenNamedPipeOptions, type Win32 } from '@asuser/native'
import { SecurityDescriptor } from '@asuser/security-descriptors'
import { getSecurity, type SecurableTarget } from '@asuser/security-descriptors/objects'
import { describe, expect, it } from 'vitest'
import {
  createPipe,
  daclText,
  failureOf,
  hasSecurityPrivilege,
  logOn,
  pipeName,
  start,
} from '../test/securable-objects.ts'

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
