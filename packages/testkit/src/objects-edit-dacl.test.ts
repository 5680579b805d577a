import { accessRight, securityInformation } from '@asuser/native'
import { Acl, allow, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { editDacl, getSecurity, setSecurity } from '@asuser/security-descriptors/objects'
import { setEntries } from '@asuser/security-descriptors/set-entries'
import { describe, expect, it } from 'vitest'
import { createPipe, daclText, failureOf, pipeName, start } from '../test/securable-objects.ts'

const everyone = Sid.wellKnown('World')

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

  it('asks for the bits that keep inheriting as it is', async () => {
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
