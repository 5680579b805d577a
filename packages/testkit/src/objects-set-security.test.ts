import type { Win32 } from '@asuser/native'
import { Acl, mandatoryLabel, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { getSecurity, setSecurity } from '@asuser/security-descriptors/objects'
import { describe, expect, it } from 'vitest'
import { daclText, failureOf, start } from '../test/securable-objects.ts'

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
