import { type Acl, allow, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { editDacl, getSecurity, type SecurableTarget, setSecurity } from '@asuser/security-descriptors/objects'
import { describe, expect, it } from 'vitest'
import { daclText, failureOf, hasSecurityPrivilege, logOn, type Server, start } from '../test/securable-objects.ts'
import { Server as TestServer } from '../test/server.ts'
import type { KernelObjectSpec } from './windows-options.ts'
import { createWindows } from './windows.ts'

const everyone = Sid.wellKnown('World')

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
