import { beforeEach, afterEach, describe, expect, it } from 'vitest'
import { privilegeAttribute, type Win32 } from '@asuser/native'
import { objectTypes, SecurityDescriptor } from '@asuser/security-descriptors'
import { formatTrace } from '@asuser/security-descriptors/access-check'
import { createWindows, type SimulatedWindows } from '@asuser/testkit'
import { audit, currentProcessToken, ImpersonationLevelError, logonUser } from './index.ts'

const descriptor = SecurityDescriptor.fromSddl('O:SYG:SYD:(A;;FR;;;WD)S:(AU;SAFA;FA;;;WD)')
const object = { subsystem: 'Store', handleId: 7n, type: 'Document', name: 'notes', descriptor }
const { read, write } = objectTypes.file.genericMapping
const { file } = objectTypes

let windows: SimulatedWindows
let win32: Win32

beforeEach(() => {
  windows = createWindows({ computerName: 'TEST', users: { alice: { password: 'alice-password' } } })
  // The privilege is held there, and disabled.
  win32 = windows.startProcess({ account: 'NetworkService' }).win32
})
afterEach(() => {
  using own = currentProcessToken({ win32 })
  const privilege = own.privileges.find(({ name }) => name === 'SeAuditPrivilege')
  expect((privilege?.attributes ?? 0) & privilegeAttribute.SE_PRIVILEGE_ENABLED).toBe(0)
  own.close()
  windows.assertNoLeaks()
})

const logOn = (): ReturnType<typeof logonUser> => logonUser({ user: 'alice', password: 'alice-password', win32 })

describe('audit.objectOpen', () => {
  it('logs opening, deleting and closing, about the client', async () => {
    using token = await logOn()
    {
      using opened = audit.objectOpen({ ...object, token, desiredAccess: read, grantedAccess: read })
      expect(opened.isAudited).toBe(true)
      opened.delete()
    }
    expect(windows.securityLog.map(({ id, isSuccess }) => [id, isSuccess])).toEqual([
      [4656, true],
      [4660, true],
      [4658, true],
    ])
    expect(windows.securityLog[0]).toMatchObject({ source: 'Store', target: 'notes', handleId: 7n, access: read })
    expect(windows.securityLog[0]?.user.equals(windows.sid('alice'))).toBe(true)
  })

  it('logs by which privileges it was opened', async () => {
    using token = await logOn()
    const privileges = ['SeBackupPrivilege']
    const opened = { ...object, token, desiredAccess: read, grantedAccess: read }
    audit.objectOpen({ ...opened, privileges }).close()
    audit.objectOpen(opened).close()
    const entries = windows.securityLog.filter(({ id }) => id === 4656)
    expect(entries.map((entry) => entry.privileges)).toEqual([privileges, []])
    const refusal = expect.objectContaining({ code: 'ERROR_NO_SUCH_PRIVILEGE' })
    expect(() => audit.objectOpen({ ...opened, privileges: ['SeNothing'] })).toThrow(refusal)
  })

  it('can be closed again when the log could not be told', async () => {
    using token = await logOn()
    const opened = audit.objectOpen({ ...object, token, desiredAccess: read, grantedAccess: read })
    windows.faults.next('objectCloseAuditAlarm', 'ERROR_NOT_ENOUGH_MEMORY')
    expect(() => opened.close()).toThrow(expect.objectContaining({ code: 'ERROR_NOT_ENOUGH_MEMORY' }))
    opened.close()
    opened.close()
    expect(windows.securityLog.map(({ id }) => id)).toEqual([4656, 4658])
  })

  it('logs a refusal, after which there is nothing to close', async () => {
    using token = await logOn()
    const refused = audit.objectOpen({ ...object, token, desiredAccess: write })
    refused.close()
    expect(windows.securityLog).toMatchObject([{ id: 4656, isSuccess: false, access: write }])
  })

  it('logs nothing that the SACL does not ask for', async () => {
    using token = await logOn()
    const quiet = SecurityDescriptor.fromSddl('O:SYG:SYD:(A;;FR;;;WD)S:(AU;FA;FA;;;WD)(AU;SA;FA;;;AN)')
    const opened = audit.objectOpen({ ...object, descriptor: quiet, token, desiredAccess: read, grantedAccess: read })
    opened.close()
    opened.close()
    expect(opened.isAudited).toBe(false)
    expect(windows.securityLog).toEqual([])
  })
})

describe('audit.privilegedService', () => {
  it('logs who used what', async () => {
    using token = await logOn()
    const privileges = ['SeShutdownPrivilege']
    audit.privilegedService({ subsystem: 'Store', service: 'restart', token, privileges, granted: false })
    expect(windows.securityLog).toMatchObject([{ id: 4673, isSuccess: false, target: 'restart', privileges }])
  })
})

describe('audit.objectPrivilege', () => {
  const used = { subsystem: 'Store', handleId: 7n, desiredAccess: 0x8_0000, privileges: ['SeTakeOwnershipPrivilege'] }

  it('logs who used what on which object, and who was refused', async () => {
    using token = await logOn()
    audit.objectPrivilege({ ...used, token, granted: true })
    audit.objectPrivilege({ ...used, token, granted: false })
    const entry = { id: 4674, source: 'Store', handleId: 7n, access: 0x8_0000, privileges: used.privileges }
    expect(windows.securityLog).toMatchObject([
      { ...entry, isSuccess: true },
      { ...entry, isSuccess: false },
    ])
    expect(windows.securityLog[0]?.user.equals(windows.sid('alice'))).toBe(true)
  })

  it('fails for a privilege that there is not, and logs nothing', async () => {
    using token = await logOn()
    const privileges = ['SeNothingPrivilege']
    expect(() => audit.objectPrivilege({ ...used, token, privileges, granted: true })).toThrow(
      expect.objectContaining({ code: 'ERROR_NO_SUCH_PRIVILEGE' }),
    )
    expect(windows.securityLog).toEqual([])
  })
})

describe('audit.accessCheck', () => {
  it('decides for the client and logs the decision', async () => {
    using token = await logOn()
    const granted = audit.accessCheck({ ...object, token, desiredAccess: read, objectType: file })
    expect(granted).toMatchObject({ granted: true, grantedAccess: read, error: undefined, trace: undefined })
    granted.object?.close()
    const denied = audit.accessCheck({ ...object, token, desiredAccess: write, objectType: file })
    expect(denied).toMatchObject({ granted: false, error: 'ERROR_ACCESS_DENIED', object: undefined })
    expect(denied.trace && formatTrace(denied.trace, { objectType: file })).toContain('(A;;FR;;;WD)')
    expect(windows.securityLog.map(({ id, isSuccess }) => [id, isSuccess])).toEqual([
      [4656, true],
      [4658, true],
      [4656, false],
    ])
  })

  it('needs no more of a client than to be asked', async () => {
    using token = await logOn()
    const check = { ...object, desiredAccess: read, objectType: file }
    using shown = token.duplicate({ type: 'impersonation', level: 'identification' })
    expect(audit.accessCheck({ ...check, token: shown })).toMatchObject({ granted: true, grantedAccess: read })
    expect(windows.securityLog[0]?.user.equals(windows.sid('alice'))).toBe(true)
    using anonymous = token.duplicate({ type: 'impersonation', level: 'anonymous' })
    expect(() => audit.accessCheck({ ...check, token: anonymous })).toThrow(ImpersonationLevelError)
  })

  it('names the privilege that the process lacks', async () => {
    using own = currentProcessToken({ win32 })
    const other = windows.startProcess({ account: 'alice' }).win32
    using token = await logonUser({ user: 'alice', password: 'alice-password', win32: other })
    expect(() => audit.accessCheck({ ...object, token, desiredAccess: read, objectType: file })).toThrow(
      expect.objectContaining({ code: 'ERROR_NOT_ALL_ASSIGNED', privileges: ['SeAuditPrivilege'] }),
    )
    expect(own.closed).toBe(false)
  })
})

describe('audit.EventSource', () => {
  it('writes successes and failures under an installed name', async () => {
    await audit.installEventSource({ name: 'Store', messageFile: String.raw`C:\Store\events.dll`, win32 })
    {
      using source = await audit.EventSource.open('Store', { win32 })
      const user = windows.sid('alice')
      await Promise.all([
        source.report({ id: 1, success: true, user, parameters: ['notes', 7, user] }),
        source.report({ id: 2, success: false }),
      ])
      await expect(audit.EventSource.open('store', { win32 })).rejects.toMatchObject({
        code: 'ERROR_OBJECT_ALREADY_EXISTS',
      })
    }
    await audit.uninstallEventSource('Store', { win32 })
    expect(windows.securityLog).toMatchObject([
      { id: 1, isSuccess: true, source: 'Store', parameters: [{ value: 'notes' }, { value: 7 }, { type: 'sid' }] },
      { id: 2, isSuccess: false, parameters: [] },
    ])
  })

  it('fails for a name that is not installed, and once it is closed', async () => {
    await expect(audit.EventSource.open('Store', { win32 })).rejects.toMatchObject({ code: 'ERROR_FILE_NOT_FOUND' })
    await audit.installEventSource({ name: 'Store', messageFile: 'events.dll', shared: true, win32 })
    const source = await audit.EventSource.open('Store', { win32 })
    using second = await audit.EventSource.open('Store', { win32 })
    source.close()
    await expect(source.report({ id: 1, success: true })).rejects.toMatchObject({ code: 'ERROR_INVALID_HANDLE' })
    await second.report({ id: 1, success: true })
  })

  it('is installed by administrators alone', async () => {
    const other = windows.startProcess({ account: 'alice' }).win32
    const install = audit.installEventSource({ name: 'Store', messageFile: 'events.dll', win32: other })
    await expect(install).rejects.toMatchObject({ code: 'ERROR_ACCESS_DENIED' })
  })
})

describe('audit, while the thread acts for the client', () => {
  it('is done by the server', async () => {
    using token = await logOn()
    token.impersonate(() => {
      using opened = audit.objectOpen({ ...object, token, desiredAccess: read, grantedAccess: read })
      expect(opened.isAudited).toBe(true)
    })
    expect(windows.securityLog.map(({ id }) => id)).toEqual([4656, 4658])
  })
})
