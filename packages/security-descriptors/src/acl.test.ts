import { describe, expect, test } from 'vitest'

import { allow, audit, callbackAce, deny, objectAce, plainAce, unknownAce } from './ace-creation.ts'
import { aceFlags, aceFormats, aceTypeCode } from './ace-types.ts'
import { Acl } from './acl.ts'
import { toHex } from './binary/reader.ts'
import { InvalidSecurityDescriptorError } from './errors.ts'
import { thrownBy } from './fixtures/thrown.ts'
import { Sid } from './sid.ts'

const everyone = Sid.wellKnown('World')
const users = Sid.wellKnown('BuiltinUsers')
const guid = 'bf967aba-0de6-11d0-a285-00aa003049e2'

describe('Acl bytes', () => {
  test('are a header of eight bytes when there is no ACE', () => {
    expect(toHex(Acl.from([]).toBytes())).toBe('0200080000000000')
  })

  test('are what AddAccessAllowedAce writes when there is one ACE', () => {
    expect(toHex(Acl.from([allow(everyone, 0x1f01ff)]).toBytes())).toBe(
      '02001c000100000000001400ff011f00010100000000000100000000',
    )
  })

  test('have revision 4 and the GUIDs in mixed-endian when there is an object ACE', () => {
    const ace = objectAce('accessAllowedObject', 0, 0x10, everyone, { inheritedObjectType: guid.toUpperCase() })
    const bytes = Acl.from([ace]).toBytes()
    expect(toHex(bytes)).toBe(
      '0400300001000000050028001000000002000000ba7a96bfe60dd011a28500aa003049e2010100000000000100000000',
    )
    expect(Acl.fromBytes(bytes).entries[0]).toMatchObject({ objectType: undefined, inheritedObjectType: guid })
  })

  test('keep the meaningless header bytes and what lies behind the last ACE', () => {
    const bytes = Acl.from([allow(everyone, 1)], {
      revision: 3,
      sbz1: 7,
      sbz2: 0x1234,
      unusedBytes: Uint8Array.of(9, 8, 7, 6),
    })
    expect(Acl.fromBytes(bytes.toBytes()).toBytes()).toEqual(bytes.toBytes())
    expect(Acl.fromBytes(bytes.toBytes())).toMatchObject({ revision: 3, sbz1: 7, sbz2: 0x1234 })
  })

  test('keep an ACE of an unknown type as it is', () => {
    const ace = unknownAce(0x99, 0x03, Uint8Array.of(1, 2, 3, 4))
    const read = Acl.fromBytes(Acl.from([ace]).toBytes())
    expect(read.entries).toEqual([ace])
  })

  test.each([
    ['whose SID reaches beyond the ACE', '00001400ff011f00010500000000000100000000'],
    ['that is too short for a SID', '00000c00ff011f0001010000'],
    ['whose object flags have no meaning', '05001800ff011f0004000000010100000000000100000000'],
    ['whose GUID is cut off', '05001800ff011f0001000000010100000000000100000000'],
  ])('keep an ACE of a known type %s as bytes', (_, hex) => {
    const body = hex.match(/../g)?.map((byte) => Number.parseInt(byte, 16)) ?? []
    const size = 8 + body.length
    const bytes = Uint8Array.of(4, 0, size & 0xff, size >>> 8, 1, 0, 0, 0, ...body)
    const acl = Acl.fromBytes(bytes)
    expect(acl.entries[0]?.type).toBe('unknown')
    expect(acl.toBytes()).toEqual(bytes)
  })

  test.each([
    ['are too few', [2, 0, 8, 0, 0, 0, 0]],
    ['are fewer than the ACL says', [2, 0, 12, 0, 0, 0, 0, 0]],
    ['say a size below the header', [2, 0, 7, 0, 0, 0, 0, 0]],
    ['have revision 1', [1, 0, 8, 0, 0, 0, 0, 0]],
    ['have revision 5', [5, 0, 8, 0, 0, 0, 0, 0]],
    ['count more ACEs than fit', [2, 0, 8, 0, 0xff, 0xff, 0, 0]],
    ['hold an ACE of size 0', [2, 0, 12, 0, 1, 0, 0, 0, 0, 0, 0, 0]],
    ['hold an ACE beyond the end', [2, 0, 12, 0, 1, 0, 0, 0, 0, 0, 8, 0]],
  ])('are refused with ERROR_INVALID_ACL when they %s', (_, bytes) => {
    const error = thrownBy(() => Acl.fromBytes(Uint8Array.from(bytes)))
    expect(error).toBeInstanceOf(InvalidSecurityDescriptorError)
    expect(error).toMatchObject({ code: 'ERROR_INVALID_ACL' })
  })

  test('are refused with ERROR_INVALID_ACL when they would be more than 65535', () => {
    const many = Array.from({ length: 4000 }, (_, index) => allow(everyone, index))
    expect(thrownBy(() => Acl.from(many))).toMatchObject({ code: 'ERROR_INVALID_ACL' })
  })
})

describe('Acl.without', () => {
  test('takes one ACE, the last equal one, when there are several', () => {
    const acl = Acl.from([allow(everyone, 1), deny(users, 2), allow(everyone, 1), allow(everyone, 2)])
    const shorter = acl.without(allow(everyone, 1))
    expect(shorter.entries).toEqual([allow(everyone, 1), deny(users, 2), allow(everyone, 2)])
  })

  test('gives the same ACL when no ACE is equal in every byte', () => {
    const acl = Acl.from([allow(everyone, 1)])
    expect(acl.without(allow(everyone, 1, aceFlags.INHERITED))).toBe(acl)
    expect(acl.without(allow(everyone, 3))).toBe(acl)
    expect(acl.without(deny(everyone, 1))).toBe(acl)
    expect(acl.without(allow(users, 1))).toBe(acl)
    expect(acl.without(plainAce('accessAllowed', 0, 1, everyone, Uint8Array.of(0, 0, 0, 0)))).toBe(acl)
  })

  test('takes back the revision that an object ACE needed', () => {
    const ace = objectAce('accessAllowedObject', 0, 1, users, { objectType: guid })
    for (const acl of [Acl.from([allow(users, 1)]), Acl.from([], { revision: 4 }), Acl.from([ace]), Acl.from([])]) {
      expect(toHex(acl.with(ace).without(ace).toBytes())).toBe(toHex(acl.toBytes()))
    }
    expect(Acl.from([ace]).without(ace).revision).toBe(2)
    expect(Acl.fromBytes(Acl.from([ace]).toBytes()).without(ace).revision).toBe(4)
  })

  test('takes an unknown ACE only when its type and bytes are the same', () => {
    const acl = Acl.from([unknownAce(0x99, 0, Uint8Array.of(1, 0, 0, 0))])
    expect(acl.without(unknownAce(0x98, 0, Uint8Array.of(1, 0, 0, 0)))).toBe(acl)
    expect(acl.without(unknownAce(0x99, 0, Uint8Array.of(2, 0, 0, 0)))).toBe(acl)
    expect(acl.without(unknownAce(0x99, 0, Uint8Array.of(1, 0, 0, 0))).entries).toHaveLength(0)
  })
})

describe('canonical order', () => {
  const inherited = allow(everyone, 1, aceFlags.INHERITED)
  const inheritedDeny = deny(everyone, 1, aceFlags.INHERITED)

  test.each([
    ['nothing', [], true],
    ['deny before allow', [deny(users, 1), allow(users, 1)], true],
    ['allow before deny', [allow(users, 1), deny(users, 1)], false],
    ['explicit after inherited', [inherited, allow(users, 1)], false],
    ['inherited in the order of the ancestors', [allow(users, 1), inherited, inheritedDeny], true],
    [
      'a callback that denies last',
      [allow(users, 1), callbackAce('accessDeniedCallback', 0, 1, users, new Uint8Array(0))],
      false,
    ],
    ['audit entries', [audit(users, 1, aceFlags.FAILED_ACCESS)], true],
  ])('isCanonical with %s', (_, entries, expected) => {
    expect(Acl.from(entries).isCanonical).toBe(expected)
  })

  test('toCanonical keeps the order of ACEs of one rank', () => {
    const acl = Acl.from([inherited, allow(users, 1), deny(users, 2), allow(users, 3), deny(everyone, 4)])
    expect(acl.toCanonical().entries).toEqual([
      deny(users, 2),
      deny(everyone, 4),
      allow(users, 1),
      allow(users, 3),
      inherited,
    ])
  })
})

describe('tables of ACE types', () => {
  test('have the codes of winnt.h', () => {
    expect(aceTypeCode('accessAllowed')).toBe(0x00)
    expect(aceTypeCode('accessAllowedObject')).toBe(0x05)
    expect(aceTypeCode('accessAllowedCallback')).toBe(0x09)
    expect(aceTypeCode('systemMandatoryLabel')).toBe(0x11)
    expect(aceTypeCode('systemAccessFilter')).toBe(0x15)
    expect(aceFormats.flatMap((format) => format ?? [])).toHaveLength(21)
  })

  test('say of every type by its name whether it has object types and a condition', () => {
    for (const format of aceFormats) {
      if (format === undefined) continue
      const { type, shape } = format
      expect(shape === 'object' || shape === 'callbackObject').toBe(type.endsWith('Object'))
      const isConditionalType = type.includes('Callback') || type === 'systemAccessFilter'
      expect(shape === 'callback' || shape === 'callbackObject').toBe(isConditionalType)
    }
  })

  test('have no code for a type that there is not, so that nothing is written in its place', () => {
    const ace = Object.assign(allow(users, 1), { type: 'accessAlowed' })
    const error = thrownBy(() => Acl.from([ace]).toBytes())
    expect(error).toMatchObject({ code: 'ERROR_INVALID_ACL' })
    expect(String(error)).toContain('accessAlowed')
  })
})

describe('objectAce', () => {
  test('throws RPC_S_INVALID_STRING_UUID when a type is no GUID, and names the argument', () => {
    const error = thrownBy(() => objectAce('accessAllowedObject', 0, 1, everyone, { objectType: `{${guid}}` }))
    expect(error).toMatchObject({ code: 'RPC_S_INVALID_STRING_UUID', errno: 1705 })
    expect(String(error)).toContain('objectType')
  })
})

describe('Acl.from', () => {
  test.each([
    { revision: 1 },
    { revision: 5 },
    { revision: 99 },
    { revision: 2.5 },
    { sbz1: 256 },
    { sbz1: -1 },
    { sbz2: 65_536 },
  ])('throws ERROR_INVALID_ACL for %j', (details) => {
    expect(thrownBy(() => Acl.from([], details))).toMatchObject({ code: 'ERROR_INVALID_ACL' })
  })

  test.each([undefined, 5, [undefined], ['A']])('throws ERR_INVALID_ARG_TYPE for the entries %j', (entries) => {
    expect(thrownBy(() => Reflect.apply(Acl.from, undefined, [entries]))).toMatchObject({
      code: 'ERR_INVALID_ARG_TYPE',
    })
  })

  test('throws ERR_INVALID_ARG_TYPE for unused bytes that are none', () => {
    expect(thrownBy(() => Reflect.apply(Acl.from, undefined, [[], { unusedBytes: [1] }]))).toMatchObject({
      code: 'ERR_INVALID_ARG_TYPE',
    })
  })
})
