import { Buffer } from 'node:buffer'

import { describe, expect, test } from 'vitest'

import { acesEqual } from './ace.ts'
import {
  allow,
  audit,
  callbackAce,
  callbackObjectAce,
  deny,
  mandatoryLabel,
  objectAce,
  plainAce,
  resourceAttribute,
  unknownAce,
  withAceChanges,
} from './ace-creation.ts'
import { Acl } from './acl.ts'
import { toHex } from './binary/reader.ts'
import { encodeClaim } from './claim.ts'
import { encodeCondition } from './condition/encode.ts'
import { parseCondition } from './condition/parse.ts'
import { InvalidSecurityDescriptorError } from './errors.ts'
import { thrownBy } from './fixtures/thrown.ts'
import { formatAce } from './sddl/format.ts'
import { SecurityDescriptor } from './security-descriptor.ts'
import { Sid } from './sid.ts'

const everyone = Sid.wellKnown('World')
const condition = parseCondition('(a)')

/** Every function that takes flags, a mask and a SID. */
const makers: Readonly<Record<string, (flags: number, mask: number, sid: Sid) => unknown>> = {
  allow: (flags, mask, sid) => allow(sid, mask, flags),
  deny: (flags, mask, sid) => deny(sid, mask, flags),
  audit: (flags, mask, sid) => audit(sid, mask, flags),
  mandatoryLabel: (flags, mask, sid) => mandatoryLabel(sid, mask, flags),
  plainAce: (flags, mask, sid) => plainAce('accessAllowed', flags, mask, sid),
  objectAce: (flags, mask, sid) => objectAce('accessAllowedObject', flags, mask, sid),
  callbackAce: (flags, mask, sid) => callbackAce('accessAllowedCallback', flags, mask, sid, condition),
  callbackObjectAce: (flags, mask, sid) =>
    callbackObjectAce('accessAllowedCallbackObject', flags, mask, sid, condition),
  withAceChanges: (flags, mask, sid) => withAceChanges(allow(everyone, 1), { flags, mask, sid }),
}

describe.each(Object.entries(makers))('%s', (_, make) => {
  test.each([-1, -0x8000_0000, 0x200 | 0x8000_0000])('takes the signed mask %i for the unsigned one', (mask) => {
    expect(make(0, mask, everyone)).toMatchObject({ mask: mask >>> 0 })
  })

  test.each([Number.NaN, 1.5, 2 ** 32, -(2 ** 31) - 1, '1', 1n, null])('refuses the mask %s', (mask) => {
    const error = thrownBy(() => Reflect.apply(make, undefined, [0, mask, everyone]))
    expect(error).toBeInstanceOf(InvalidSecurityDescriptorError)
    expect(error).toMatchObject({ code: 'ERROR_INVALID_ACL' })
    expect(String(error)).toContain('mask')
  })

  test.each([0x110, -1, 1.5, '1', null])('refuses the flags %s', (flags) => {
    const error = thrownBy(() => Reflect.apply(make, undefined, [flags, 1, everyone]))
    expect(error).toBeInstanceOf(InvalidSecurityDescriptorError)
    expect(error).toMatchObject({ code: 'ERROR_INVALID_ACL' })
    expect(String(error)).toContain('flags')
  })

  test.each(['S-1-1-0', null, { authority: 1, subAuthorities: [0] }])('refuses %j as its SID', (sid) => {
    const error = thrownBy(() => Reflect.apply(make, undefined, [0, 1, sid]))
    expect(error).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
    expect(String(error)).toContain('"sid"')
  })
})

describe('an ACE', () => {
  test('has the same text whether its mask was signed or not, and leaves the texts of others alone', () => {
    const signed = withAceChanges(allow(Sid.wellKnown('BuiltinAdministrators'), 0x200), { mask: 0x200 | 0x8000_0000 })
    expect(formatAce(signed)).toBe('(A;;0x80000200;;;BA)')
    expect(SecurityDescriptor.fromSddl('D:(A;;0x80000200;;;BU)').toSddl()).toBe('D:(A;;0x80000200;;;BU)')
    expect(acesEqual(signed, Acl.fromBytes(Acl.from([signed]).toBytes()).entries[0] ?? allow(everyone, 1))).toBe(true)
  })

  test('keeps what withAceChanges does not change', () => {
    const ace = objectAce('accessDeniedObject', 2, 4, everyone, { objectType: 'bf967aba-0de6-11d0-a285-00aa003049e2' })
    expect(withAceChanges(ace, {})).toEqual(ace)
    expect(withAceChanges(ace, { mask: 8 })).toEqual({ ...ace, mask: 8 })
  })

  test.each([256, 300, -1, 1.5])('is refused with the type code %d', (typeCode) => {
    expect(thrownBy(() => unknownAce(typeCode, 0, new Uint8Array(4)))).toMatchObject({ code: 'ERROR_INVALID_ACL' })
  })

  // [MS-DTYP] 2.4.4.1: the size of an ACE is a multiple of 4.
  test('is refused with bytes that are no whole words, and read as bytes that are not understood', () => {
    const bytes = new Uint8Array(3)
    for (const make of [
      () => unknownAce(0x99, 0, bytes),
      () => plainAce('accessAllowed', 0, 1, everyone, bytes),
      () => objectAce('accessAllowedObject', 0, 1, everyone, {}, bytes),
      () => callbackAce('accessAllowedCallback', 0, 1, everyone, bytes),
      () => callbackObjectAce('accessAllowedCallbackObject', 0, 1, everyone, bytes),
    ]) {
      expect(thrownBy(make)).toMatchObject({ code: 'ERROR_INVALID_ACL' })
    }
    const stored = Acl.from([plainAce('accessAllowed', 0, 1, everyone, new Uint8Array(4))])
      .toBytes()
      .slice(0, -1)
    stored[2] = stored.length
    stored[10] = stored.length - 8
    const read = Acl.fromBytes(stored)
    expect(read.entries).toMatchObject([{ type: 'unknown', typeCode: 0 }])
    expect(toHex(read.toBytes())).toBe(toHex(stored))
  })

  test.each(['accessAllowed', 'S-1-1-0', 4, null, new ArrayBuffer(4)])('refuses %o as its bytes', (bytes) => {
    expect(thrownBy(() => Reflect.apply(unknownAce, undefined, [0x99, 0, bytes]))).toMatchObject({
      code: 'ERR_INVALID_ARG_TYPE',
    })
  })
})

describe('values do not change', () => {
  test('when the bytes change that they were made of', () => {
    const bytes = encodeCondition(condition)
    const octets = Uint8Array.of(1, 2)
    const conditional = callbackAce('accessAllowedCallback', 0, 1, everyone, bytes)
    const plain = plainAce('accessAllowed', 0, 1, everyone, bytes)
    const unknown = unknownAce(0x99, 0, bytes)
    const attribute = resourceAttribute({ name: 'a', type: 'octets', values: [octets] })
    const acl = Acl.from([conditional, plain, unknown, attribute], { unusedBytes: bytes })
    const before = toHex(acl.toBytes())
    bytes.fill(0x41)
    octets.fill(0x41)
    expect(toHex(acl.toBytes())).toBe(before)
    expect(formatAce(attribute)).toBe('(RA;;;;;WD;("a",TX,0x0,0102))')
  })

  test('when the Buffer changes that they were read from', () => {
    const sddl =
      'O:S-1-5-21-1-2-3-4D:(XA;;FX;;;WD;(a == #0102))S:(RA;;;;;WD;("k",TX,0x0,aabb))(RA;;;;;WD;("s",TS,0x0,"text"))'
    const dacl = Acl.from([unknownAce(0x99, 0, Uint8Array.of(1, 2, 3, 4))], { unusedBytes: Uint8Array.of(5) })
    for (const descriptor of [SecurityDescriptor.fromSddl(sddl), SecurityDescriptor.from({ dacl })]) {
      const buffer = Buffer.from(descriptor.toBytes())
      const read = SecurityDescriptor.fromBytes(buffer)
      buffer.fill(0x41)
      expect(read.equals(descriptor)).toBe(true)
      expect(read.dacl?.entries[0]?.bytes.constructor).toBe(Uint8Array)
    }
    const claim = encodeClaim({ name: 'a', type: 'int64', values: [1n] })
    expect(resourceAttribute({ name: 'a', type: 'int64', values: [1n] }).bytes).toEqual(claim)
  })
})
