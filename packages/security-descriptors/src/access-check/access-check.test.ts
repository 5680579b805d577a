import { describe, expect, test } from 'vitest'

import { InvalidAccessCheckError } from '../errors.ts'
import {
  check,
  enabled,
  EXECUTE,
  first,
  genericMapping,
  group,
  MAXIMUM,
  maximum,
  READ,
  root,
  second,
  SYSTEM_SECURITY,
  tokenWith,
  user,
  WRITE,
  WRITE_OWNER,
} from '../fixtures/access-request.ts'
import { thrownBy } from '../fixtures/thrown.ts'
import { SecurityDescriptor } from '../security-descriptor.ts'
import { Sid } from '../sid.ts'
import { accessCheck, type AccessCheckResult } from './access-check.ts'

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
  test('SeSecurityPrivilege grants ACCESS_SYSTEM_SECURITY, and is reported', () => {
    expect(check('D:', SYSTEM_SECURITY, tokenWith(enabled('SeSecurityPrivilege')))).toMatchObject({
      granted: true,
      grantedAccess: SYSTEM_SECURITY,
      privilegesUsed: ['SeSecurityPrivilege'],
    })
  })

  test('SeTakeOwnershipPrivilege grants WRITE_OWNER only when it is enabled and asked for', () => {
    expect(check('D:', WRITE_OWNER, tokenWith(enabled('SeTakeOwnershipPrivilege')))).toMatchObject({
      granted: true,
      privilegesUsed: ['SeTakeOwnershipPrivilege'],
    })
    const disabled = tokenWith({ privileges: [{ name: 'SeTakeOwnershipPrivilege', attributes: 1 }] })
    expect(check('D:', WRITE_OWNER, disabled).granted).toBe(false)
    expect(check('D:(A;;0x1;;;WD)', MAXIMUM, tokenWith(enabled('SeTakeOwnershipPrivilege')))).toMatchObject({
      grantedAccess: 1,
      privilegesUsed: [],
    })
  })

  test('SeRelabelPrivilege grants WRITE_OWNER, which the label and the DACL withhold', () => {
    const low = { integrityLevel: Sid.parse('LW') }
    const sddl = 'D:S:(ML;;NW;;;ME)'
    expect(check('D:(A;;FA;;;WD)S:(ML;;NW;;;ME)', WRITE_OWNER, tokenWith(low)).granted).toBe(false)
    const relabels = tokenWith({ ...enabled('SeRelabelPrivilege'), ...low })
    expect(check(sddl, WRITE_OWNER, relabels)).toMatchObject({ granted: true, privilegesUsed: ['SeRelabelPrivilege'] })
    const owns = tokenWith({ ...enabled('SeRelabelPrivilege', 'SeTakeOwnershipPrivilege'), ...low })
    expect(check(sddl, WRITE_OWNER, owns)).toMatchObject({
      granted: true,
      privilegesUsed: ['SeTakeOwnershipPrivilege'],
    })
  })

  test('SeRelabelPrivilege grants nothing of a maximum, but the label leaves WRITE_OWNER in it', () => {
    const relabels = tokenWith({ ...enabled('SeRelabelPrivilege'), integrityLevel: Sid.parse('LW') })
    const result = check('D:(A;;0x80001;;;WD)S:(ML;;NW;;;ME)', MAXIMUM, relabels)
    expect(result).toMatchObject({ grantedAccess: 0x8_0001, privilegesUsed: [] })
    expect(maximum('D:(A;;0x1;;;WD)S:(ML;;NW;;;ME)', relabels)).toBe(1)
  })

  test.each([
    ['SeTakeOwnershipPrivilege', WRITE_OWNER],
    ['SeSecurityPrivilege', SYSTEM_SECURITY],
  ])('%s does not lift the mandatory label', (privilege, desired) => {
    const low = tokenWith({ ...enabled(privilege), integrityLevel: Sid.parse('LW') })
    expect(check('D:(A;;FA;;;WD)S:(ML;;NW;;;ME)', desired, low)).toMatchObject({
      granted: false,
      error: 'ERROR_ACCESS_DENIED',
      privilegesUsed: [],
    })
    expect(check('D:(A;;FA;;;WD)', desired, low).granted).toBe(false)
    expect(check('D:S:(ML;;NR;;;ME)', desired, low).granted).toBe(true)
  })

  test.each(['(TL;;0x1;;;S-1-19-512-8192)', '(FL;;0x1;;;WD;(Exists @User.a))'])(
    'lift no right but ACCESS_SYSTEM_SECURITY over %s',
    (ace) => {
      const token = tokenWith(enabled('SeTakeOwnershipPrivilege', 'SeSecurityPrivilege'))
      expect(check(`D:(A;;FA;;;WD)S:${ace}`, WRITE_OWNER, token)).toMatchObject({ granted: false, privilegesUsed: [] })
      expect(check(`D:(A;;FA;;;WD)S:${ace}`, SYSTEM_SECURITY, token).granted).toBe(true)
    },
  )

  test('are missed only when nothing forbids the access anyway', () => {
    const low = tokenWith({ integrityLevel: Sid.parse('LW') })
    expect(check('D:', SYSTEM_SECURITY, low).error).toBe('ERROR_ACCESS_DENIED')
    expect(check('D:', SYSTEM_SECURITY).error).toBe('ERROR_PRIVILEGE_NOT_HELD')
  })

  test('count for a restricted token as for any other', () => {
    const restricted = tokenWith({
      ...enabled('SeTakeOwnershipPrivilege', 'SeSecurityPrivilege'),
      restrictedSids: [group('RC', 0)],
    })
    expect(check('D:', WRITE_OWNER | SYSTEM_SECURITY, restricted).granted).toBe(true)
  })

  test('do not take the place of what an app container is granted', () => {
    const contained = tokenWith({
      ...enabled('SeTakeOwnershipPrivilege', 'SeSecurityPrivilege'),
      appContainerSid: Sid.parse('S-1-15-2-9'),
    })
    expect(check('D:(A;;FA;;;WD)', WRITE_OWNER, contained)).toMatchObject({ granted: false, privilegesUsed: [] })
    expect(check('D:NO_ACCESS_CONTROL', WRITE_OWNER, contained).granted).toBe(false)
    expect(check('D:(A;;WO;;;AC)', WRITE_OWNER, contained)).toMatchObject({
      granted: true,
      privilegesUsed: ['SeTakeOwnershipPrivilege'],
    })
    // No ACE of a DACL has a say on the SACL.
    expect(check('D:(A;;0x10f01ff;;;AC)', SYSTEM_SECURITY, contained)).toMatchObject({
      granted: false,
      error: 'ERROR_ACCESS_DENIED',
    })
  })

  test('give no right of the DACL that an unknown central policy withholds', () => {
    const sddl = 'D:(A;;FA;;;WD)S:(SP;;;;;S-1-17-1)'
    const owns = tokenWith(enabled('SeTakeOwnershipPrivilege', 'SeSecurityPrivilege'))
    expect(check(sddl, WRITE_OWNER, owns).granted).toBe(false)
    expect(check(sddl, SYSTEM_SECURITY, owns).granted).toBe(true)
  })

  test('are reported when they granted a part of the object', () => {
    const list = [
      { level: 0, guid: root },
      { level: 1, guid: first },
      { level: 1, guid: second },
    ]
    const request = { objectTypes: list }
    const owns = tokenWith(enabled('SeTakeOwnershipPrivilege'))
    const partly = check(`D:(OA;;0x1;${first};;WD)`, WRITE_OWNER | READ, owns, request)
    expect(partly.nodes?.map(({ granted }) => granted)).toEqual([false, true, false])
    expect(partly.privilegesUsed).toEqual(['SeTakeOwnershipPrivilege'])
    expect(check('D:', WRITE_OWNER | READ, owns, request).privilegesUsed).toEqual([])
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

  test.each([
    ['ALL APPLICATION PACKAGES', 'AC', 0],
    ['ALL RESTRICTED APPLICATION PACKAGES', 'S-1-15-2-2', 3],
    ['its package', packageSid, 3],
    ['a capability', capability, 3],
  ])('takes %s into account for one of less privilege as Windows does', (_, sid, granted) => {
    const less = { ...contained, isLessPrivilegedAppContainer: true }
    expect(maximum(`D:(A;;0x7;;;WD)(A;;0x3;;;${sid})`, less)).toBe(granted)
    expect(maximum(`D:(A;;0x7;;;WD)(A;;0x3;;;${sid})`, { ...less, isLessPrivilegedAppContainer: false })).toBe(3)
  })

  test('grants nothing for a disabled capability, without a DACL, or for being the owner', () => {
    expect(
      maximum(`D:(A;;0x7;;;WD)(A;;0x3;;;${capability})`, { ...contained, capabilities: [group(capability, 0)] }),
    ).toBe(0)
    expect(maximum('D:NO_ACCESS_CONTROL', contained)).toBe(0)
    const descriptor = SecurityDescriptor.fromSddl(`O:${user}G:SYD:`)
    expect(accessCheck({ descriptor, token: contained, desiredAccess: 0x2_0000, genericMapping }).granted).toBe(false)
  })

  test('is not limited by a label up to medium, though its level is low, but by those above', () => {
    const low = { ...contained, integrityLevel: Sid.parse('LW') }
    const sddl = 'D:(A;;FA;;;WD)(A;;FA;;;AC)'
    expect(maximum(sddl, low)).toBe(genericMapping.all)
    expect(maximum(`${sddl}S:(ML;;NW;;;ME)`, low)).toBe(genericMapping.all)
    expect(maximum(`${sddl}S:(ML;;NW;;;HI)`, low)).toBe(genericMapping.read | genericMapping.execute)
    expect(maximum(sddl, { ...low, appContainerSid: undefined })).toBe(genericMapping.read | genericMapping.execute)
  })

  test('is denied by ACEs for the package', () => {
    expect(maximum(`D:(D;;0x1;;;${packageSid})(A;;0x7;;;WD)(A;;0x7;;;AC)`, contained)).toBe(6)
  })
})
