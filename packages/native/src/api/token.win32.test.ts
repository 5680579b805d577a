import { execFileSync } from 'node:child_process'
import { afterAll, describe, expect, it } from 'vitest'
import {
  accessRight,
  impersonationLevel,
  privilegeAttribute,
  sidNameUse,
  tokenAccess,
  tokenType,
} from '../constants.ts'
import { getWin32 } from '../win32.ts'

const win32 = getWin32()
const own = win32.openProcessToken(win32.getCurrentProcess(), accessRight.MAXIMUM_ALLOWED)
afterAll(() => own.close())

/** Another's word for who we are. */
const whoami = (option: string): string =>
  execFileSync('whoami', [option], {
    encoding: 'utf8',
    env: { ...process.env, NoDefaultCurrentDirectoryInExePath: '1' },
  })

const textOf = (sid: Uint8Array): string => {
  const view = new DataView(sid.buffer, sid.byteOffset, sid.byteLength)
  const authority = view.getUint16(2) * 2 ** 32 + view.getUint32(4)
  const rids = Array.from({ length: view.getUint8(1) }, (_, index) => view.getUint32(8 + index * 4, true))
  return ['S', view.getUint8(0), authority, ...rids].join('-')
}

const local = (rid: number): Uint8Array => Uint8Array.of(1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, rid & 255, rid >> 8, 0, 0)
const administrators = local(544)

describe('getTokenInformation', () => {
  it('names the user as whoami does', () => {
    expect(whoami('/user')).toContain(textOf(win32.getTokenInformation(own, 'TokenUser').sid))
  })

  const logonGroups = win32.getTokenInformation(own, 'TokenGroups').filter((group) => group.attributes >= 0xc0000000)
  it('names the logon SID as whoami does', ({ skip }) => {
    skip(logonGroups.length === 0, 'LocalSystem has no logon SID')
    expect(win32.getTokenInformation(own, 'TokenLogonSid')).toEqual(logonGroups)
    expect(logonGroups.map((group) => textOf(group.sid))).toEqual([whoami('/logonid').trim()])
  })

  const listedByWhoami = whoami('/groups').match(/S-1-[\d-]+/g) ?? []
  it('lists every group that whoami does', ({ skip }) => {
    skip(listedByWhoami.length === 0, 'Wine’s whoami lists no groups')
    const groups = win32.getTokenInformation(own, 'TokenGroups').map((group) => textOf(group.sid))
    expect(groups).toEqual(expect.arrayContaining(listedByWhoami))
  })

  it('lists Everyone among the groups', () => {
    const groups = win32.getTokenInformation(own, 'TokenGroups')
    expect(groups.map((group) => textOf(group.sid))).toContain('S-1-1-0')
  })

  it('agrees with itself on counts, type and owner', () => {
    const statistics = win32.getTokenInformation(own, 'TokenStatistics')
    expect(statistics.groupCount).toBe(win32.getTokenInformation(own, 'TokenGroups').length)
    expect(statistics.privilegeCount).toBe(win32.getTokenInformation(own, 'TokenPrivileges').length)
    expect(statistics.tokenType).toBe(tokenType.TokenPrimary)
    expect(win32.getTokenInformation(own, 'TokenType')).toBe(tokenType.TokenPrimary)
    expect(textOf(win32.getTokenInformation(own, 'TokenOwner'))).toMatch(/^S-1-5-/)
    expect(textOf(win32.getTokenInformation(own, 'TokenPrimaryGroup'))).toMatch(/^S-1-5-/)
    expect(textOf(win32.getTokenInformation(own, 'TokenIntegrityLevel').sid)).toMatch(/^S-1-16-\d+$/)
  })

  it('gives the default DACL as it is in memory', () => {
    const dacl = win32.getTokenInformation(own, 'TokenDefaultDacl')
    expect(dacl?.[0]).toBe(2)
    expect(new DataView(dacl?.buffer ?? new ArrayBuffer(4)).getUint16(2, true)).toBe(dacl?.length)
  })

  it('answers yes and no where Windows answers with numbers', () => {
    expect(win32.getTokenInformation(own, 'TokenElevation')).toBeTypeOf('boolean')
    expect(win32.getTokenInformation(own, 'TokenUIAccess')).toBeTypeOf('boolean')
    expect(win32.getTokenInformation(own, 'TokenIsAppContainer')).toBe(false)
    expect(win32.getTokenInformation(own, 'TokenAppContainerSid')).toBeNull()
    expect(win32.getTokenInformation(own, 'TokenSessionId')).toBeTypeOf('number')
    expect(win32.getTokenInformation(own, 'TokenElevationType')).toBeTypeOf('number')
  })

  it('tells the level of an impersonation token, and fails with ERROR_INVALID_PARAMETER on a primary one', () => {
    using token = win32.duplicateTokenEx(own, {
      desiredAccess: 0,
      type: tokenType.TokenImpersonation,
      impersonationLevel: impersonationLevel.SecurityIdentification,
    })
    expect(win32.getTokenInformation(token, 'TokenImpersonationLevel')).toBe(impersonationLevel.SecurityIdentification)
    expect(() => win32.getTokenInformation(own, 'TokenImpersonationLevel')).toThrow(
      expect.objectContaining({ code: 'ERROR_INVALID_PARAMETER', syscall: 'GetTokenInformation' }),
    )
  })

  it('fails with ERROR_ACCESS_DENIED without TOKEN_QUERY', () => {
    using token = win32.openProcessToken(win32.getCurrentProcess(), tokenAccess.TOKEN_DUPLICATE)
    expect(() => win32.getTokenInformation(token, 'TokenUser')).toThrow(
      expect.objectContaining({ code: 'ERROR_ACCESS_DENIED' }),
    )
  })

  it('refuses a class that it does not know', () => {
    expect(() => Reflect.apply(win32.getTokenInformation, win32, [own, 'TokenNonsense'])).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' }),
    )
  })
})

describe('duplicateTokenEx', () => {
  it('refuses to raise the level', () => {
    const options = { desiredAccess: 0, type: tokenType.TokenImpersonation }
    using low = win32.duplicateTokenEx(own, {
      ...options,
      impersonationLevel: impersonationLevel.SecurityIdentification,
    })
    expect(() =>
      win32.duplicateTokenEx(low, { ...options, impersonationLevel: impersonationLevel.SecurityImpersonation }),
    ).toThrow(expect.objectContaining({ code: 'ERROR_BAD_IMPERSONATION_LEVEL', syscall: 'DuplicateTokenEx' }))
  })

  it('takes a mask that JavaScript made negative', () => {
    const options = { type: tokenType.TokenPrimary, impersonationLevel: impersonationLevel.SecurityImpersonation }
    using token = win32.duplicateTokenEx(own, { ...options, desiredAccess: accessRight.GENERIC_READ | 0 })
    expect(token.kind).toBe('token')
  })

  it.each([-(2 ** 31) - 1, 2 ** 32, 1.5, Number.NaN])('refuses %d as a mask', (desiredAccess) => {
    expect(() => win32.duplicateTokenEx(own, { desiredAccess, type: 1, impersonationLevel: 2 })).toThrow(
      expect.objectContaining({ name: 'RangeError', code: 'ERR_OUT_OF_RANGE' }),
    )
  })
})

describe('adjustTokenPrivileges', () => {
  const changeNotify = win32.lookupPrivilegeValue('SeChangeNotifyPrivilege')
  const attributesOf = (luid: bigint): number | undefined =>
    win32.getTokenInformation(own, 'TokenPrivileges').find((privilege) => privilege.luid === luid)?.attributes

  it('changes, tells what was before, and changes back', () => {
    const before = attributesOf(changeNotify)
    const { previous, allAssigned } = win32.adjustTokenPrivileges(own, [{ luid: changeNotify, attributes: 0 }])
    expect(allAssigned).toBe(true)
    expect(previous).toEqual([{ luid: changeNotify, attributes: before }])
    expect((attributesOf(changeNotify) ?? 0) & privilegeAttribute.SE_PRIVILEGE_ENABLED).toBe(0)
    win32.adjustTokenPrivileges(own, previous)
    expect(attributesOf(changeNotify)).toBe(before)
  })

  it('says that not all were assigned when the token lacks one', () => {
    const missing = { luid: 0x7fff_ffff_ffff_fff0n, attributes: privilegeAttribute.SE_PRIVILEGE_ENABLED }
    expect(win32.adjustTokenPrivileges(own, [missing])).toEqual({ previous: [], allAssigned: false })
    expect(win32.adjustTokenPrivileges(own, [])).toEqual({ previous: [], allAssigned: true })
  })

  it('refuses a luid that is no unsigned 64-bit number', () => {
    for (const luid of [-1n, 2n ** 64n]) {
      expect(() => win32.adjustTokenPrivileges(own, [{ luid, attributes: 0 }])).toThrow(
        expect.objectContaining({ code: 'ERR_OUT_OF_RANGE', message: expect.stringContaining('privileges[0].luid') }),
      )
    }
  })
})

describe('lookupPrivilegeValue', () => {
  it('gives the number of Windows, and lookupPrivilegeName the way back', () => {
    expect(win32.lookupPrivilegeValue('SeTcbPrivilege')).toBe(7n)
    expect(win32.lookupPrivilegeValue('SeDebugPrivilege')).toBe(20n)
    expect(win32.lookupPrivilegeName(20n)).toBe('SeDebugPrivilege')
  })

  it('fails with ERROR_NO_SUCH_PRIVILEGE and the name', () => {
    expect(() => win32.lookupPrivilegeValue('SeNonsensePrivilege')).toThrow(
      expect.objectContaining({ code: 'ERROR_NO_SUCH_PRIVILEGE', context: { privilege: 'SeNonsensePrivilege' } }),
    )
    expect(() => win32.lookupPrivilegeName(2n ** 64n - 1n)).toThrow(
      expect.objectContaining({ code: 'ERROR_NO_SUCH_PRIVILEGE', syscall: 'LookupPrivilegeNameW' }),
    )
  })
})

describe('lookupAccountSid', () => {
  it('names an account, which lookupAccountName finds again', async () => {
    const account = await win32.lookupAccountSid(null, administrators)
    expect(account).toMatchObject({ domain: 'BUILTIN', use: sidNameUse.SidTypeAlias })
    const found = await win32.lookupAccountName(null, `${account.domain}\\${account.name}`)
    expect(found).toEqual({ sid: administrators, domain: 'BUILTIN', use: sidNameUse.SidTypeAlias })
  })

  it('fails with ERROR_NONE_MAPPED and the SID in words', async () => {
    await expect(win32.lookupAccountSid(null, local(9999))).rejects.toMatchObject({
      code: 'ERROR_NONE_MAPPED',
      syscall: 'LookupAccountSidW',
      context: { sid: 'S-1-5-32-9999' },
    })
    await expect(win32.lookupAccountName(null, 'BUILTIN\\nobody at all')).rejects.toMatchObject({
      code: 'ERROR_NONE_MAPPED',
      context: { account: 'BUILTIN\\nobody at all' },
    })
  })

  it.each([
    ['nothing', Uint8Array.of()],
    ['a SID that is cut off', administrators.subarray(0, 15)],
    ['a SID with more behind it', Uint8Array.of(...administrators, 0)],
    ['another revision', Uint8Array.of(2, ...administrators.subarray(1))],
    ['too many parts', Uint8Array.of(1, 255, ...administrators.subarray(2))],
  ])('fails with ERROR_INVALID_SID for %s', async (_name, sid) => {
    await expect(win32.lookupAccountSid(null, sid)).rejects.toMatchObject({
      code: 'ERROR_INVALID_SID',
      syscall: 'LookupAccountSidW',
    })
  })
})
