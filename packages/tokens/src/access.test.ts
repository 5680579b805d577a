import { afterEach, describe, expect, it } from 'vitest'
import { accessRight, tokenAccess } from '@asuser/native'
import { objectTypes, SecurityDescriptor } from '@asuser/security-descriptors'
import { formatTrace } from '@asuser/security-descriptors/access-check'
import { createWindows } from '@asuser/testkit'
import { accessCheck, accessCheckByType, currentProcessToken, logonUser, type Token } from './index.ts'

const windows = createWindows({ users: { alice: { password: 'alice-password' } } })
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
