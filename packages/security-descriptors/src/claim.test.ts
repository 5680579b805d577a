import { describe, expect, test } from 'vitest'

import { resourceAttribute } from './ace-creation.ts'
import { toHex } from './binary/reader.ts'
import { type Claim, decodeClaim, encodeClaim } from './claim.ts'
import { InvalidSecurityDescriptorError } from './errors.ts'
import { thrownBy } from './fixtures/thrown.ts'
import { formatAce } from './sddl/format.ts'
import { SecurityDescriptor } from './security-descriptor.ts'
import { Sid } from './sid.ts'

describe('encodeClaim', () => {
  test('packs name and values behind the offsets and pads the whole to four bytes', () => {
    expect(toHex(encodeClaim({ name: 'n', type: 'boolean', flags: 3, values: [true, false] }))).toBe(
      '180000000600000003000000020000001c000000240000006e00000001000000000000000000000000000000',
    )
    expect(toHex(encodeClaim({ name: 'o', type: 'octets', values: [Uint8Array.of(0xab)] }))).toBe(
      '14000000100000000000000001000000180000006f00000001000000ab000000',
    )
  })

  test.each<[string, Claim]>([
    ['a number where text should be', { name: 'n', type: 'string', values: [1n] }],
    ['text where a number should be', { name: 'n', type: 'int64', values: ['1'] }],
    ['a number above 63 bits', { name: 'n', type: 'int64', values: [2n ** 63n] }],
    ['a negative number', { name: 'n', type: 'uint64', values: [-1n] }],
    ['bytes where a SID should be', { name: 'n', type: 'sid', values: [new Uint8Array(0)] }],
    ['a SID where bytes should be', { name: 'n', type: 'octets', values: [Sid.parse('BA')] }],
    ['a number where a boolean should be', { name: 'n', type: 'boolean', values: [1n] }],
    ['text with a NUL', { name: 'n', type: 'string', values: ['a\0b'] }],
  ])('throws ERROR_INVALID_ACL for %s, and names the claim', (_, claim) => {
    const error = thrownBy(() => encodeClaim(claim))
    expect(error).toBeInstanceOf(InvalidSecurityDescriptorError)
    expect(error).toMatchObject({ code: 'ERROR_INVALID_ACL' })
    expect(String(error)).toContain('"n"')
  })
})

describe('encodeClaim and resourceAttribute', () => {
  test.each<[string, Partial<Record<keyof Claim, unknown>>]>([
    ['an empty name', { name: '' }],
    ['a name with a NUL', { name: 'a\0b' }],
    ['negative flags', { flags: -1 }],
    ['flags above 32 bits', { flags: 2 ** 32 }],
    ['a name that is no text', { name: 5 }],
    ['a type that is none', { type: 'zz', values: [] }],
    ['the flags NaN', { flags: Number.NaN }],
    ['a number that is no bigint', { values: [1] }],
  ])('throw ERROR_INVALID_ACL for %s', (_, wrong) => {
    const claim = { name: 'n', type: 'int64', values: [1n], ...wrong }
    for (const make of [encodeClaim, resourceAttribute]) {
      expect(thrownBy(() => Reflect.apply(make, undefined, [claim]))).toMatchObject({ code: 'ERROR_INVALID_ACL' })
    }
  })

  test('leave a claim without values to bytes, because SDDL cannot say it', () => {
    const ace = resourceAttribute({ name: 'a', type: 'int64', flags: 0, values: [] })
    expect(decodeClaim(ace.bytes)).toEqual({ name: 'a', type: 'int64', flags: 0, values: [] })
    expect(thrownBy(() => formatAce(ace))).toMatchObject({ code: 'ERROR_INVALID_ACL' })
  })

  test('write empty octets so that they are read again', () => {
    const ace = resourceAttribute({ name: 'a', type: 'octets', values: [new Uint8Array(0), Uint8Array.of(1)] })
    expect(formatAce(ace)).toBe('(RA;;;;;WD;("a",TX,0x0,#,01))')
    expect(SecurityDescriptor.fromSddl(`S:${formatAce(ace)}`).sacl?.entries).toEqual([ace])
  })
})

describe('decodeClaim', () => {
  const valid = encodeClaim({ name: 'name', type: 'string', flags: 2, values: ['value'] })

  function damaged(offset: number, ...values: readonly number[]): Uint8Array {
    const bytes = Uint8Array.from(valid)
    bytes.set(values, offset)
    return bytes
  }

  test.each([
    ['is cut off in the header', valid.slice(0, 15)],
    ['has a type that is none', damaged(4, 7)],
    ['counts more values than fit', damaged(12, 0xff, 0xff, 0xff, 0xff)],
    ['has its name beyond the end', damaged(0, 0xff, 0xff, 0, 0)],
    ['has a value beyond the end', damaged(16, 0xfe, 0xff, 0xff, 0xff)],
    ['has text without an end', valid.slice(0, 40)],
    ['has a number beyond the end', Uint8Array.from(damaged(4, 1).slice(0, 36))],
    ['has octets beyond the end', damaged(4, 0x10)],
  ])('throws ERROR_INVALID_ACL when the claim %s', (_, bytes) => {
    expect(thrownBy(() => decodeClaim(bytes))).toMatchObject({ code: 'ERROR_INVALID_ACL' })
  })

  test('throws ERROR_INVALID_ACL when thousands of offsets point at the same long text', () => {
    const count = 8000
    const bytes = new Uint8Array(65_000)
    const view = new DataView(bytes.buffer)
    view.setUint32(0, 16 + 4 * count, true)
    view.setUint16(4, 3, true)
    view.setUint32(12, count, true)
    for (let index = 0; index < count; index++) view.setUint32(16 + 4 * index, 16 + 4 * count, true)
    bytes.fill(0x41, 16 + 4 * count, 64_998)
    expect(thrownBy(() => decodeClaim(bytes))).toMatchObject({ code: 'ERROR_INVALID_ACL' })
  })
})
