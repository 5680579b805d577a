import { describe, expect, test } from 'vitest'

import { allow } from './ace-creation.ts'
import { Acl } from './acl.ts'
import { toHex } from './binary/reader.ts'
import { controlFlags } from './control.ts'
import { InvalidSecurityDescriptorError } from './errors.ts'
import { thrownBy } from './fixtures/thrown.ts'
import { SecurityDescriptor } from './security-descriptor.ts'
import { Sid } from './sid.ts'

const administrators = Sid.wellKnown('BuiltinAdministrators')
const everyone = Sid.wellKnown('World')

function bytesOf(...numbers: readonly number[]): Uint8Array {
  return Uint8Array.from(numbers)
}

const header = [1, 0, 4, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]

describe('absent, NULL and empty', () => {
  test('are three different things in values, bytes and SDDL', () => {
    const absent = SecurityDescriptor.from({ owner: administrators })
    const empty = SecurityDescriptor.from({ owner: administrators, dacl: Acl.from([]) })
    const none = SecurityDescriptor.from({ owner: administrators, dacl: null })
    expect([absent, none, empty].map((descriptor) => descriptor.toSddl())).toEqual([
      'O:BA',
      'O:BAD:NO_ACCESS_CONTROL',
      'O:BAD:',
    ])
    expect([absent, none, empty].map((descriptor) => descriptor.control)).toEqual([0x8000, 0x8004, 0x8004])
    for (const descriptor of [absent, none, empty]) {
      expect(SecurityDescriptor.fromBytes(descriptor.toBytes()).equals(descriptor)).toBe(true)
      expect(SecurityDescriptor.fromSddl(descriptor.toSddl()).equals(descriptor)).toBe(true)
    }
    expect(absent.equals(none)).toBe(false)
    expect(none.equals(empty)).toBe(false)
    expect(absent.equals(empty)).toBe(false)
  })
})

describe('SecurityDescriptor.with', () => {
  const descriptor = SecurityDescriptor.fromSddl('O:BAG:SYD:P(A;;FA;;;BA)S:(AU;FA;FA;;;WD)')

  test('changes what is given and keeps what is not', () => {
    const changed = descriptor.with({ dacl: descriptor.dacl?.with(allow(everyone, 1)) })
    expect(changed.toSddl()).toBe('O:BAG:SYD:P(A;;FA;;;BA)(A;;CC;;;WD)S:(AU;FA;FA;;;WD)')
    expect(descriptor.dacl?.entries).toHaveLength(1)
  })

  test('takes away what is given as undefined', () => {
    expect(descriptor.with({ sacl: undefined, group: undefined }).toSddl()).toBe('O:BAD:P(A;;FA;;;BA)')
    expect(descriptor.with({ dacl: undefined }).control & controlFlags.DACL_PRESENT).toBe(0)
  })
})

describe('SecurityDescriptor.toBytes', () => {
  test('writes header, SACL, DACL, owner, group', () => {
    const descriptor = SecurityDescriptor.fromSddl('O:WDG:SYD:S:')
    expect(toHex(descriptor.toBytes())).toBe(
      '010014802400000030000000140000001c00000002000800000000000200080000000000010100000000000100000000010100000000000512000000',
    )
  })
})

describe('SecurityDescriptor.fromBytes', () => {
  test('reads parts in any order and writes them in that of Windows', () => {
    const descriptor = SecurityDescriptor.fromSddl('O:BAG:SYD:(A;;FA;;;WD)')
    const owner = administrators.toBytes()
    const dacl = descriptor.dacl?.toBytes() ?? new Uint8Array(0)
    const group = Sid.wellKnown('LocalSystem').toBytes()
    const daclAt = 20 + owner.length + 4
    const groupAt = daclAt + dacl.length
    const bytes = bytesOf(
      1,
      0,
      4,
      0x80,
      20,
      0,
      0,
      0,
      groupAt,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      daclAt,
      0,
      0,
      0,
      ...owner,
      9,
      9,
      9,
      9,
      ...dacl,
      ...group,
    )
    expect(SecurityDescriptor.fromBytes(bytes).equals(descriptor)).toBe(true)
    expect(SecurityDescriptor.fromBytes(bytes).toBytes()).toEqual(descriptor.toBytes())
  })

  test('reads owner and group from the same bytes', () => {
    const bytes = bytesOf(1, 0, 0, 0x80, 20, 0, 0, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...everyone.toBytes())
    expect(SecurityDescriptor.fromBytes(bytes).toSddl()).toBe('O:WDG:WD')
  })

  test('does not look at a list that the control says is absent', () => {
    const bytes = bytesOf(1, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff)
    expect(SecurityDescriptor.fromBytes(bytes).dacl).toBeUndefined()
  })

  test('keeps the control bits and the byte of the resource manager', () => {
    const bytes = bytesOf(1, 0x5a, 0x2b, 0xc5, ...Array.from({ length: 16 }, () => 0))
    expect(SecurityDescriptor.fromBytes(bytes)).toMatchObject({ control: 0xc52b & ~0x14, resourceManagerControl: 0x5a })
  })

  test.each([
    ['there are none', [], 'ERROR_INVALID_SECURITY_DESCR'],
    ['there are 19', [...header, 0, 0, 0], 'ERROR_INVALID_SECURITY_DESCR'],
    ['the revision is 2', [2, ...header.slice(1), 0, 0, 0, 0], 'ERROR_UNKNOWN_REVISION'],
    ['the descriptor is absolute', [1, 0, 4, 0, ...header.slice(4), 0, 0, 0, 0], 'ERROR_INVALID_SECURITY_DESCR'],
    ['a part begins in the header', [...header, 8, 0, 0, 0], 'ERROR_INVALID_SECURITY_DESCR'],
    ['a part begins at the end', [...header, 20, 0, 0, 0], 'ERROR_INVALID_SECURITY_DESCR'],
    ['a part begins far beyond the end', [...header, 0xfc, 0xff, 0xff, 0xff], 'ERROR_INVALID_SECURITY_DESCR'],
    ['the DACL is cut off', [...header, 20, 0, 0, 0, 2, 0, 16, 0, 0, 0, 0, 0], 'ERROR_INVALID_ACL'],
    ['the owner is cut off', [1, 0, 0, 0x80, 20, 0, 0, 0, ...header.slice(8), 0, 0, 0, 0, 1, 1], 'ERROR_INVALID_SID'],
    [
      'owner and DACL overlap',
      [
        1,
        0,
        4,
        0x80,
        28,
        0,
        0,
        0,
        ...header.slice(8),
        20,
        0,
        0,
        0,
        2,
        0,
        28,
        0,
        0,
        0,
        0,
        0,
        1,
        1,
        0,
        0,
        0,
        0,
        0,
        1,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
      ],
      'ERROR_INVALID_SECURITY_DESCR',
    ],
  ])('throws a typed error when %s', (_, numbers, code) => {
    const error = thrownBy(() => SecurityDescriptor.fromBytes(Uint8Array.from(numbers)))
    expect(error).toBeInstanceOf(InvalidSecurityDescriptorError)
    expect(error).toMatchObject({ code })
  })

  test('takes time in proportion to size when the count of ACEs is a lie', () => {
    const acl = new Uint8Array(65_532)
    acl.set([2, 0, 0xfc, 0xff, 0xff, 0xff])
    for (let at = 8; at < acl.length; at += 4) acl.set([0x99, 0, 4, 0], at)
    const bytes = bytesOf(...header, 20, 0, 0, 0, ...acl)
    expect(thrownBy(() => SecurityDescriptor.fromBytes(bytes))).toMatchObject({ code: 'ERROR_INVALID_ACL' })
  })
})
