import { describe, expect, test } from 'vitest'

import { callbackAce, plainAce, resourceAttribute, resourceAttributeAce, unknownAce } from '../ace-creation.ts'
import { Acl } from '../acl.ts'
import { InvalidSecurityDescriptorError } from '../errors.ts'
import { thrownBy } from '../fixtures/thrown.ts'
import { SecurityDescriptor } from '../security-descriptor.ts'
import { Sid } from '../sid.ts'

const everyone = Sid.wellKnown('World')
const domain = Sid.parse('S-1-5-21-1-2-3')

describe('SecurityDescriptor.toSddl', () => {
  test('prints accounts as aliases only when the SIDs of their domains are given', () => {
    const descriptor = SecurityDescriptor.from({ owner: domain.child(512), group: domain.child(500) })
    expect(descriptor.toSddl()).toBe('O:S-1-5-21-1-2-3-512G:S-1-5-21-1-2-3-500')
    expect(descriptor.toSddl({ domainSid: domain })).toBe('O:DAG:S-1-5-21-1-2-3-500')
    expect(descriptor.toSddl({ domainSid: domain, machineSid: domain })).toBe('O:DAG:LA')
    expect(descriptor.toSddl({ domainSid: Sid.parse('S-1-5-21-1-2-4') })).toBe(descriptor.toSddl())
  })

  test('does not take an account below a domain for one in it', () => {
    const below = SecurityDescriptor.from({ owner: domain.child(7).child(512) })
    expect(below.toSddl({ domainSid: domain })).toBe('O:S-1-5-21-1-2-3-7-512')
  })

  test.each([
    ['an unknown ACE', unknownAce(0x99, 0, new Uint8Array(0))],
    ['an ACE of a type without a name', callbackAce('systemAlarmCallback', 0, 1, everyone, new Uint8Array(0))],
    [
      'a callback ACE without a condition',
      callbackAce('accessAllowedCallback', 0, 1, everyone, Uint8Array.of(1, 2, 3, 4)),
    ],
    ['an attribute that cannot be read', resourceAttributeAce(0, 0, everyone, Uint8Array.of(1, 2, 3, 4))],
    ['a text with a quote', resourceAttribute({ name: 'n', type: 'string', values: ['say "a"'] })],
  ])('throws ERROR_INVALID_ACL for %s', (_, ace) => {
    const error = thrownBy(() => SecurityDescriptor.from({ dacl: Acl.from([ace]) }).toSddl())
    expect(error).toBeInstanceOf(InvalidSecurityDescriptorError)
    expect(error).toMatchObject({ code: 'ERROR_INVALID_ACL' })
  })

  test('ignores what stands behind the SID of a plain ACE, as Windows does', () => {
    const ace = plainAce('accessAllowed', 0, 1, everyone, Uint8Array.of(1, 2, 3, 4))
    expect(SecurityDescriptor.from({ dacl: Acl.from([ace]) }).toSddl()).toBe('D:(A;;CC;;;WD)')
  })
})
