import { describe, expect, test } from 'vitest'

import { InvalidAccessCheckError } from '../errors.ts'
import {
  check,
  EXECUTE,
  genericMapping,
  group,
  MAXIMUM,
  maximum,
  READ,
  tokenWith,
  user,
  WRITE,
} from '../fixtures/access-request.ts'
import { thrownBy } from '../fixtures/thrown.ts'
import { SecurityDescriptor } from '../security-descriptor.ts'
import { Sid } from '../sid.ts'
import { accessCheck, type AccessCheckResult } from './access-check.ts'
import { type AccessToken, privilegeAttributes } from './token.ts'

describe('accessCheck as a call', () => {
  test('throws ERROR_GENERIC_NOT_MAPPED when generic rights are asked for, before anything else', () => {
    const error = thrownBy(() => check('D:', 0x8000_0000, tokenWith(), { objectTypes: [] }))
    expect(error).toBeInstanceOf(InvalidAccessCheckError)
    expect(error).toMatchObject({ code: 'ERROR_GENERIC_NOT_MAPPED', errno: 1360 })
  })

  test.each(['O:SY', 'G:SY', ''])('throws ERROR_INVALID_SECURITY_DESCR when the descriptor is %j', (sddl) => {
    const request = { token: tokenWith(), desiredAccess: READ, genericMapping }
    const descriptor = SecurityDescriptor.fromSddl(sddl)
    expect(thrownBy(() => accessCheck({ ...request, descriptor }))).toMatchObject({
      code: 'ERROR_INVALID_SECURITY_DESCR',
    })
  })
})

describe('accessCheck for the owner', () => {
  const owned = (dacl: string): AccessCheckResult =>
    accessCheck({
      descriptor: SecurityDescriptor.fromSddl(`O:${user}G:SY${dacl}`),
      token: tokenWith(),
      desiredAccess: MAXIMUM,
      genericMapping,
    })

  test('grants READ_CONTROL and WRITE_DAC even where the DACL denies them', () => {
    expect(owned('D:(D;;FA;;;WD)').grantedAccess).toBe(0x6_0000)
  })

  test('grants what OWNER RIGHTS says instead, when the DACL speaks of it', () => {
    expect(owned('D:(A;;0x1;;;OW)').grantedAccess).toBe(1)
    expect(owned('D:(D;;0x1;;;OW)(A;;0x3;;;WD)').grantedAccess).toBe(2)
    expect(owned('D:(A;IO;0x1;;;OW)').grantedAccess).toBe(0x6_0000)
    expect(check('D:(A;;0x1;;;OW)', READ).granted).toBe(false)
  })
})

describe('accessCheck with privileges', () => {
  const enabled = (...names: readonly string[]): AccessToken =>
    tokenWith({ privileges: names.map((name) => ({ name, attributes: privilegeAttributes.ENABLED })) })

  test('SeSecurityPrivilege grants ACCESS_SYSTEM_SECURITY, and is reported', () => {
    expect(check('D:', 0x0100_0000, enabled('SeSecurityPrivilege'))).toMatchObject({
      granted: true,
      grantedAccess: 0x0100_0000,
      privilegesUsed: ['SeSecurityPrivilege'],
    })
  })

  test('SeTakeOwnershipPrivilege grants WRITE_OWNER only when it is enabled and asked for', () => {
    expect(check('D:', 0x8_0000, enabled('SeTakeOwnershipPrivilege'))).toMatchObject({
      granted: true,
      privilegesUsed: ['SeTakeOwnershipPrivilege'],
    })
    const disabled = tokenWith({ privileges: [{ name: 'SeTakeOwnershipPrivilege', attributes: 1 }] })
    expect(check('D:', 0x8_0000, disabled).granted).toBe(false)
    expect(check('D:(A;;0x1;;;WD)', MAXIMUM, enabled('SeTakeOwnershipPrivilege'))).toMatchObject({
      grantedAccess: 1,
      privilegesUsed: [],
    })
  })

  test('SeRelabelPrivilege gives WRITE_OWNER back that the label takes', () => {
    const low = { integrityLevel: Sid.parse('LW') }
    const sddl = 'D:(A;;FA;;;WD)S:(ML;;NW;;;ME)'
    expect(check(sddl, 0x8_0000, tokenWith(low)).granted).toBe(false)
    expect(check(sddl, 0x8_0000, { ...enabled('SeRelabelPrivilege'), ...low })).toMatchObject({
      granted: true,
      privilegesUsed: ['SeRelabelPrivilege'],
    })
  })
})

describe('accessCheck for restricted tokens', () => {
  const restricted = tokenWith({ restrictedSids: [group('RC', 0)] })

  test('grants what both the token and the restricting SIDs are granted', () => {
    expect(maximum(`D:(A;;0x7;;;${user})(A;;0x3;;;RC)`, restricted)).toBe(3)
    expect(maximum(`D:(A;;0x7;;;${user})`, restricted)).toBe(0)
    expect(maximum('D:(A;;0x7;;;RC)', restricted)).toBe(0)
  })

  test('restricts only what is neither reading nor executing when the token is write-restricted', () => {
    const writeRestricted = { ...restricted, writeRestricted: true }
    expect(check(`D:(A;;FA;;;${user})`, READ | EXECUTE | 0x2_0000, writeRestricted).granted).toBe(true)
    expect(check(`D:(A;;FA;;;${user})`, WRITE, writeRestricted).granted).toBe(false)
    expect(check(`D:(A;;FA;;;${user})`, 0x1_0000, writeRestricted).granted).toBe(false)
    expect(check(`D:(A;;FA;;;${user})(A;;0x2;;;RC)`, WRITE, writeRestricted).granted).toBe(true)
  })

  test('gives the owner nothing for free unless the owner is a restricting SID', () => {
    const descriptor = SecurityDescriptor.fromSddl(`O:${user}G:SYD:`)
    const request = { descriptor, desiredAccess: 0x2_0000, genericMapping }
    expect(accessCheck({ ...request, token: restricted }).granted).toBe(false)
    expect(accessCheck({ ...request, token: tokenWith({ restrictedSids: [group(user, 0)] }) }).granted).toBe(true)
  })

  test('restricts nothing when the list is empty', () => {
    expect(check('D:(A;;0x1;;;WD)', READ, tokenWith({ restrictedSids: [] })).granted).toBe(true)
  })
})

describe('accessCheck for app containers', () => {
  const packageSid = 'S-1-15-2-1-2-3-4-5-6-7'
  const capability = 'S-1-15-3-1'
  const contained = tokenWith({ appContainerSid: Sid.parse(packageSid), capabilities: [group(capability)] })

  test.each([
    ['the package', packageSid],
    ['a capability', capability],
    ['all packages', 'AC'],
  ])('grants what the user and %s are granted', (_, sid) => {
    expect(maximum(`D:(A;;0x7;;;WD)(A;;0x3;;;${sid})`, contained)).toBe(3)
    expect(maximum(`D:(A;;0x3;;;${sid})`, contained)).toBe(0)
    expect(maximum('D:(A;;0x7;;;WD)', contained)).toBe(0)
  })

  test('grants nothing for a disabled capability, without a DACL, or for being the owner', () => {
    expect(
      maximum(`D:(A;;0x7;;;WD)(A;;0x3;;;${capability})`, { ...contained, capabilities: [group(capability, 0)] }),
    ).toBe(0)
    expect(maximum('D:NO_ACCESS_CONTROL', contained)).toBe(0)
    const descriptor = SecurityDescriptor.fromSddl(`O:${user}G:SYD:`)
    expect(accessCheck({ descriptor, token: contained, desiredAccess: 0x2_0000, genericMapping }).granted).toBe(false)
  })

  test('is denied by ACEs for the package', () => {
    expect(maximum(`D:(D;;0x1;;;${packageSid})(A;;0x7;;;WD)(A;;0x7;;;AC)`, contained)).toBe(6)
  })
})
