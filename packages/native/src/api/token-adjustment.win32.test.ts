import { afterAll, describe, expect, it } from 'vitest'
import { accessRight, tokenType } from '../constants.ts'
import { getWin32 } from '../win32.ts'

const win32 = getWin32()
const own = win32.openProcessToken(win32.getCurrentProcess(), accessRight.MAXIMUM_ALLOWED)
const token = win32.duplicateTokenEx(own, {
  desiredAccess: accessRight.MAXIMUM_ALLOWED,
  type: tokenType.TokenPrimary,
  impersonationLevel: 2,
})
afterAll(() => {
  token.close()
  own.close()
})

const everyone = Uint8Array.of(1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0)
const cutOff = everyone.subarray(0, 11)

/** What an argument of the wrong type is refused with, before Windows is asked. */
function refusalOf(call: (...args: readonly never[]) => unknown, ...args: readonly unknown[]): string {
  try {
    Reflect.apply(call, win32, args)
    return 'none'
  } catch (error) {
    return error instanceof Error && 'code' in error ? `${String(error.code)} ${error.message.split(' ')[0]}` : 'other'
  }
}

describe('setTokenInformation', () => {
  it('takes a DACL and gives it back', () => {
    const dacl = Uint8Array.of(2, 0, 28, 0, 1, 0, 0, 0, 0, 0, 20, 0, 0, 0, 0, 0x10, ...everyone)
    win32.setTokenInformation(token, 'TokenDefaultDacl', dacl)
    expect(win32.getTokenInformation(token, 'TokenDefaultDacl')).toEqual(dacl)
  })

  it.each([
    ['nothing', Uint8Array.of()],
    ['an ACL that is cut off', Uint8Array.of(2, 0, 28, 0, 1, 0, 0, 0)],
    ['an ACL with more behind it', Uint8Array.of(2, 0, 8, 0, 0, 0, 0, 0, 0)],
    ['an entry that is larger than the ACL', Uint8Array.of(2, 0, 12, 0, 1, 0, 0, 0, 0, 0, 0xff, 0)],
    ['another revision', Uint8Array.of(9, 0, 8, 0, 0, 0, 0, 0)],
  ])('fails with ERROR_INVALID_ACL for %s', (_name, dacl) => {
    expect(() => win32.setTokenInformation(token, 'TokenDefaultDacl', dacl)).toThrow(
      expect.objectContaining({ code: 'ERROR_INVALID_ACL', syscall: 'SetTokenInformation' }),
    )
  })

  it('fails with ERROR_INVALID_SID for a SID that is cut off', () => {
    const invalid = expect.objectContaining({ code: 'ERROR_INVALID_SID', syscall: 'SetTokenInformation' })
    expect(() => win32.setTokenInformation(token, 'TokenOwner', cutOff)).toThrow(invalid)
    expect(() => win32.setTokenInformation(token, 'TokenPrimaryGroup', cutOff)).toThrow(invalid)
    expect(() => win32.setTokenInformation(token, 'TokenIntegrityLevel', { sid: cutOff, attributes: 0 })).toThrow(
      invalid,
    )
  })

  it('refuses a class that cannot be set, and values of the wrong type', () => {
    const { setTokenInformation: set } = win32
    expect(refusalOf(set, token, 'TokenUser', everyone)).toBe('ERR_INVALID_ARG_VALUE "informationClass"')
    expect(refusalOf(set, token, 'TokenOwner', 'S-1-1-0')).toBe('ERR_INVALID_ARG_TYPE "information"')
    expect(refusalOf(set, token, 'TokenOwner', null)).toBe('ERR_INVALID_ARG_TYPE "information"')
    expect(refusalOf(set, token, 'TokenSessionId', 2 ** 32)).toBe('ERR_OUT_OF_RANGE "information"')
    expect(refusalOf(set, token, 'TokenOrigin', 5)).toBe('ERR_INVALID_ARG_TYPE "information"')
    expect(refusalOf(set, token, 'TokenUIAccess', 1)).toBe('ERR_INVALID_ARG_TYPE "information"')
    expect(refusalOf(set, token, 'TokenIntegrityLevel', { sid: everyone })).toBe(
      'ERR_INVALID_ARG_TYPE "information.attributes"',
    )
    expect(refusalOf(set, null, 'TokenOwner', everyone)).toBe('ERR_INVALID_ARG_TYPE "token"')
  })
})

describe('adjustTokenGroups', () => {
  it('refuses what are no groups', () => {
    const { adjustTokenGroups: adjust } = win32
    expect(refusalOf(adjust, token, undefined)).toBe('ERR_INVALID_ARG_TYPE "groups"')
    expect(refusalOf(adjust, token, [everyone])).toBe('ERR_INVALID_ARG_TYPE "groups[0].sid"')
    expect(() => win32.adjustTokenGroups(token, [{ sid: cutOff, attributes: 0 }])).toThrow(
      expect.objectContaining({ code: 'ERROR_INVALID_SID', syscall: 'AdjustTokenGroups' }),
    )
  })
})

describe('createRestrictedToken', () => {
  const nothing = { flags: 0, sidsToDisable: [], privilegesToDelete: [], sidsToRestrict: [] }

  it('takes many SIDs and privileges, and lists that are empty', () => {
    using same = win32.createRestrictedToken(token, nothing)
    expect(win32.getTokenInformation(same, 'TokenGroups')).toEqual(win32.getTokenInformation(token, 'TokenGroups'))
    using bare = win32.createRestrictedToken(token, {
      ...nothing,
      sidsToDisable: win32.getTokenInformation(token, 'TokenGroups').map(({ sid }) => sid),
      privilegesToDelete: win32.getTokenInformation(token, 'TokenPrivileges').map(({ luid }) => luid),
      sidsToRestrict: [everyone, everyone],
    })
    const denyOnly = win32.getTokenInformation(bare, 'TokenGroups').map(({ attributes }) => attributes & 0x14)
    expect(denyOnly.every((attributes) => attributes === 0x10 || attributes === 0)).toBe(true)
    expect(denyOnly).toContain(0x10)
    expect(win32.getTokenInformation(bare, 'TokenPrivileges')).toEqual([])
  })

  it('refuses options that are none', () => {
    const { createRestrictedToken: create } = win32
    expect(refusalOf(create, token, { ...nothing, flags: '1' })).toBe('ERR_INVALID_ARG_TYPE "options.flags"')
    expect(refusalOf(create, token, { ...nothing, sidsToDisable: ['S-1-1-0'] })).toBe(
      'ERR_INVALID_ARG_TYPE "options.sidsToDisable[0]"',
    )
    expect(refusalOf(create, token, { ...nothing, privilegesToDelete: [7] })).toBe(
      'ERR_INVALID_ARG_TYPE "options.privilegesToDelete[0]"',
    )
    expect(refusalOf(create, token, { flags: 0 })).toBe('ERR_INVALID_ARG_TYPE "options.sidsToDisable"')
  })
})
