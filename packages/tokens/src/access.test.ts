import { afterEach, describe, expect, it } from 'vitest'
import {
  accessRight,
  type AuthzContextInformationClass,
  type Borrowed,
  type ClaimAttribute,
  tokenAccess,
  type Win32,
} from '@asuser/native'
import { objectTypes, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { formatTrace } from '@asuser/security-descriptors/access-check'
import { createWindows } from '@asuser/testkit'
import {
  accessCheck,
  accessCheckByType,
  currentProcessToken,
  effectiveAccess,
  logonUser,
  privilegeCheck,
  type Token,
} from './index.ts'

const windows = createWindows({
  computerName: 'TEST',
  users: { alice: { password: 'alice-password' }, bob: { groups: ['Writers'] } },
  groups: { Writers: { members: [] } },
})
const { win32 } = windows.startProcess({ account: 'LocalSystem' })
const { file } = objectTypes
const { read, write } = file.genericMapping

afterEach(() => windows.assertNoLeaks())

function logOn(): Promise<Token> {
  return logonUser({ user: 'alice', password: 'alice-password', win32 })
}

function descriptorOf(dacl: string): SecurityDescriptor {
  return SecurityDescriptor.fromSddl(`O:SYG:SYD:${dacl}`)
}

describe('accessCheck', () => {
  it('grants what the DACL gives the client, with generic rights mapped', async () => {
    using alice = await logOn()
    const descriptor = descriptorOf(`(A;;GR;;;${windows.sid('alice').toString()})`)
    expect(await accessCheck(alice, descriptor, accessRight.GENERIC_READ, file)).toEqual({
      granted: true,
      grantedAccess: read,
      error: undefined,
      privilegesUsed: [],
      trace: undefined,
    })
  })

  it('denies with a trace that names the ACE', async () => {
    using alice = await logOn()
    const denied = await accessCheck(alice, descriptorOf('(D;;FW;;;BU)(A;;FA;;;WD)'), write, file)
    expect(denied).toMatchObject({ granted: false, grantedAccess: 0, error: 'ERROR_ACCESS_DENIED' })
    expect(denied.trace && formatTrace(denied.trace, { objectType: file })).toContain('=> ACE 0 (D;;FW;;;BU) denies')
  })

  it('takes an impersonation token of any level that can be asked', async () => {
    using alice = await logOn()
    using shown = alice.duplicate({ type: 'impersonation', level: 'identification' })
    using anonymous = alice.duplicate({ type: 'impersonation', level: 'anonymous' })
    const descriptor = descriptorOf('(A;;FR;;;WD)')
    expect((await accessCheck(shown, descriptor, read, file)).granted).toBe(true)
    const refused = accessCheck(anonymous, descriptor, read, file)
    await expect(refused).rejects.toMatchObject({ code: 'ERROR_BAD_IMPERSONATION_LEVEL' })
  })

  it('asks nothing of an impersonation token but to be read', async () => {
    using alice = await logOn()
    using shown = alice.duplicate({ type: 'impersonation', level: 'identification', access: tokenAccess.TOKEN_QUERY })
    expect((await accessCheck(shown, descriptorOf('(A;;FR;;;WD)'), read, file)).granted).toBe(true)
    expect(shown.closed).toBe(false)
  })

  it('names the privileges that granted something', async () => {
    using own = currentProcessToken({ win32 })
    const { ACCESS_SYSTEM_SECURITY } = accessRight
    const descriptor = descriptorOf('(A;;FR;;;WD)')
    expect(await accessCheck(own, descriptor, ACCESS_SYSTEM_SECURITY, file)).toMatchObject({
      granted: false,
      error: 'ERROR_PRIVILEGE_NOT_HELD',
      trace: { decisive: { kind: 'privilege', effect: 'isMissing' } },
    })
    using _enabled = own.enablePrivileges(['SeSecurityPrivilege'])
    expect(await accessCheck(own, descriptor, ACCESS_SYSTEM_SECURITY, file)).toMatchObject({
      granted: true,
      privilegesUsed: ['SeSecurityPrivilege'],
    })
  })

  it('fails for a descriptor without an owner', async () => {
    using alice = await logOn()
    const refused = accessCheck(alice, SecurityDescriptor.fromSddl('D:(A;;FR;;;WD)'), read, file)
    await expect(refused).rejects.toMatchObject({ code: 'ERROR_INVALID_SECURITY_DESCR' })
  })
})

describe('accessCheckByType', () => {
  const phone = '28630ebe-41d5-11d1-a9c1-0000f80367c1'
  const mail = 'bf967961-0de6-11d0-a285-00aa003049e2'
  const nodes = [
    { level: 0, guid: 'bf967aba-0de6-11d0-a285-00aa003049e2' },
    { level: 1, guid: phone },
    { level: 1, guid: mail },
  ]

  it('answers for each part', async () => {
    using alice = await logOn()
    const descriptor = descriptorOf(`(OA;;RP;${phone};;WD)`)
    const result = await accessCheckByType(alice, descriptor, 0x10, { objectType: file, objectTypes: nodes })
    expect(result.nodes).toMatchObject([
      { granted: false, grantedAccess: 0, error: 'ERROR_ACCESS_DENIED' },
      { granted: true, grantedAccess: 0x10, error: undefined, trace: undefined },
      { granted: false, grantedAccess: 0, error: 'ERROR_ACCESS_DENIED' },
    ])
  })

  it('says of each part that is denied why, also when the token has been closed', async () => {
    const alice = await logOn()
    const descriptor = descriptorOf(`(OD;;WP;${mail};;WD)(OD;;RP;${mail};;WD)(OA;;RP;${phone};;WD)`)
    const result = await accessCheckByType(alice, descriptor, 0x30, { objectType: file, objectTypes: nodes })
    alice.close()
    const traces = result.nodes.map(({ trace }) => trace)
    expect(traces.map((trace) => trace?.decisive)).toMatchObject([
      { kind: 'ace', index: 0 },
      { kind: 'notGranted', mask: 0x20 },
      { kind: 'ace', index: 0 },
    ])
    expect(result.nodes[1]?.trace).toBe(traces[1])
  })

  it('answers for the whole as well, with a trace of a denial', async () => {
    using alice = await logOn()
    const options = { objectType: file, objectTypes: nodes }
    const granted = await accessCheckByType(alice, descriptorOf('(A;;RP;;;WD)'), 0x10, options)
    expect(granted).toMatchObject({ granted: true, grantedAccess: 0x10, error: undefined, trace: undefined })
    const denied = await accessCheckByType(alice, descriptorOf(`(OD;;RP;${phone};;WD)(A;;RP;;;WD)`), 0x10, options)
    expect(denied).toMatchObject({ granted: false, grantedAccess: 0, error: 'ERROR_ACCESS_DENIED' })
    expect(denied.trace && formatTrace(denied.trace, { objectType: file })).toContain(
      `=> ACE 0 (OD;;RP;${phone};;WD) denies`,
    )
  })

  it('takes PRINCIPAL SELF for whom it is told', async () => {
    using alice = await logOn()
    const options = { objectType: file, objectTypes: nodes, principalSelf: windows.sid('alice') }
    const result = await accessCheckByType(alice, descriptorOf('(A;;RP;;;PS)'), 0x10, options)
    expect(result.nodes.map(({ granted }) => granted)).toEqual([true, true, true])
  })
})

describe('effectiveAccess', () => {
  it('knows the groups of a user who is not logged on', async () => {
    const sid = windows.sid('bob')
    const descriptor = descriptorOf(`(A;;GR;;;BU)(A;;FW;;;${windows.sid('Writers').toString()})`)
    expect(await effectiveAccess({ sid, descriptor, objectType: file, win32 })).toEqual({
      granted: true,
      grantedAccess: read | write,
      error: undefined,
      trace: undefined,
    })
    const alice = { sid: windows.sid('alice'), descriptor, objectType: file, win32 }
    expect((await effectiveAccess(alice)).grantedAccess).toBe(read)
    expect(await effectiveAccess({ ...alice, desiredAccess: accessRight.GENERIC_WRITE })).toMatchObject({
      granted: false,
      error: 'ERROR_ACCESS_DENIED',
    })
  })

  it.each(['O:SYG:SYD:NO_ACCESS_CONTROL', 'O:SYG:SY'])('is all there is where there is no DACL: %s', async (sddl) => {
    const question = { sid: windows.sid('bob'), descriptor: SecurityDescriptor.fromSddl(sddl), objectType: file, win32 }
    const { all } = file.genericMapping
    expect(await effectiveAccess(question)).toEqual({ granted: true, grantedAccess: all, error: undefined })
    expect(await effectiveAccess({ ...question, desiredAccess: write })).toMatchObject({ grantedAccess: write })
    const desiredAccess = accessRight.ACCESS_SYSTEM_SECURITY
    expect(await effectiveAccess({ ...question, desiredAccess })).toMatchObject({ granted: false })
  })

  it('denies with a trace that names the ACE of a group, and the right that nothing grants', async () => {
    const sid = windows.sid('bob')
    const writers = windows.sid('Writers').toString()
    const question = { sid, objectType: file, win32, desiredAccess: accessRight.GENERIC_WRITE }
    const denied = await effectiveAccess({ ...question, descriptor: descriptorOf(`(D;;GW;;;${writers})(A;;GA;;;WD)`) })
    expect(denied).toMatchObject({ granted: false, error: 'ERROR_ACCESS_DENIED' })
    expect(denied.trace && formatTrace(denied.trace, { objectType: file })).toContain(
      `=> ACE 0 (D;;GW;;;${writers}) denies`,
    )
    const missing = await effectiveAccess({ ...question, descriptor: descriptorOf('(A;;FR;;;WD)') })
    expect(missing.trace?.decisive).toMatchObject({ kind: 'notGranted' })
  })

  it('denies an object with parts with a trace of the whole', async () => {
    const phone = '28630ebe-41d5-11d1-a9c1-0000f80367c1'
    const parts = [
      { level: 0, guid: 'bf967aba-0de6-11d0-a285-00aa003049e2' },
      { level: 1, guid: phone },
    ]
    const denied = await effectiveAccess({
      sid: windows.sid('bob'),
      descriptor: descriptorOf(`(OD;;RP;${phone};;PS)(A;;RP;;;WD)`),
      objectType: file,
      desiredAccess: 0x10,
      objectTypes: parts,
      principalSelf: windows.sid('bob'),
      win32,
    })
    expect(denied.trace?.decisive).toMatchObject({ kind: 'ace', index: 0, effect: 'denies' })
  })

  it('asks who AuthZ takes the user for only when access is denied', async () => {
    const question = { sid: windows.sid('bob'), objectType: file, win32, desiredAccess: read }
    const questions = (): number =>
      windows.calls.filter((call) => call.function === 'authzGetInformationFromContext').length
    const before = questions()
    await effectiveAccess({ ...question, descriptor: descriptorOf('(A;;FR;;;WD)') })
    expect(questions()).toBe(before)
    await effectiveAccess({ ...question, descriptor: descriptorOf('') })
    expect(questions()).toBeGreaterThan(before)
  })

  it('has no trace of a denial that nothing here explains', async () => {
    const policy: Win32 = Object.assign(Object.create(win32), {
      authzAccessCheck: () => [{ grantedAccess: 0, errno: 5 }],
    })
    const question = { sid: windows.sid('bob'), objectType: file, win32: policy, desiredAccess: read }
    const denied = await effectiveAccess({ ...question, descriptor: descriptorOf('(A;;FR;;;WD)') })
    expect(denied).toEqual({ granted: false, grantedAccess: 0, error: 'ERROR_ACCESS_DENIED', trace: undefined })
  })

  it('counts the claims of the user in a trace', async () => {
    const user: ClaimAttribute = { name: 'Title', valueType: 3, flags: 0, values: ['PM'] }
    const domain: Win32 = Object.assign(Object.create(win32), {
      authzAccessCheck: () => [{ grantedAccess: 0, errno: 5 }],
      authzGetInformationFromContext: (context: Borrowed<'authz-context'>, name: AuthzContextInformationClass) =>
        name === 'AuthzContextInfoUserClaims' ? [user] : win32.authzGetInformationFromContext(context, name),
    })
    const descriptor = descriptorOf('(XD;;FR;;;WD;(@User.Title == "PM"))(A;;FR;;;WD)')
    const question = { sid: windows.sid('bob'), objectType: file, descriptor, win32: domain, desiredAccess: read }
    expect((await effectiveAccess(question)).trace?.decisive).toMatchObject({ kind: 'ace', index: 0 })
  })

  it('fails for a SID that nobody has', async () => {
    const unknown = { sid: Sid.parse('S-1-5-21-1-2-3-4'), descriptor: descriptorOf(''), objectType: file, win32 }
    await expect(effectiveAccess(unknown)).rejects.toMatchObject({ code: 'ERROR_NONE_MAPPED' })
  })
})

describe('privilegeCheck', () => {
  it('says which privileges are not enabled', async () => {
    using alice = await logOn()
    expect(privilegeCheck(alice, ['SeChangeNotifyPrivilege'])).toEqual({ granted: true, missing: [] })
    expect(privilegeCheck(alice, ['SeChangeNotifyPrivilege', 'SeTcbPrivilege'])).toEqual({
      granted: false,
      missing: ['SeTcbPrivilege'],
    })
    expect(privilegeCheck(alice, [])).toEqual({ granted: true, missing: [] })
  })

  it('refuses a name that is no privilege', async () => {
    using alice = await logOn()
    expect(() => privilegeCheck(alice, ['SeNothing'])).toThrow(
      expect.objectContaining({ code: 'ERROR_NO_SUCH_PRIVILEGE', context: { privilege: 'SeNothing' } }),
    )
  })
})
