import { afterEach, describe, expect, it } from 'vitest'
import {
  accessRight,
  type AuthzContextInformationClass,
  type Borrowed,
  type ClaimAttribute,
  type Win32,
} from '@asuser/native'
import { objectTypes, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { formatTrace } from '@asuser/security-descriptors/access-check'
import { createWindows } from '@asuser/testkit'
import { effectiveAccess } from './index.ts'

const windows = createWindows({
  computerName: 'TEST',
  users: { alice: {}, bob: { groups: ['Writers'] } },
  groups: { Writers: { members: [] } },
})
const { win32 } = windows.startProcess({ account: 'LocalSystem' })
const { file } = objectTypes
const { read, write } = file.genericMapping

afterEach(() => windows.assertNoLeaks())

function descriptorOf(dacl: string): SecurityDescriptor {
  return SecurityDescriptor.fromSddl(`O:SYG:SYD:${dacl}`)
}

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
