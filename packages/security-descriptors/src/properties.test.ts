import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { accessCheck } from './access-check/access-check.ts'
import { acesEqual } from './ace.ts'
import { deny } from './ace-creation.ts'
import { Acl } from './acl.ts'
import { decodeClaim, encodeClaim } from './claim.ts'
import { decodeCondition } from './condition/decode.ts'
import { encodeCondition } from './condition/encode.ts'
import { formatCondition } from './condition/format.ts'
import { parseCondition } from './condition/parse.ts'
import {
  anyClaim,
  anyCondition,
  anyDaclAce,
  anyDescriptor,
  anySddlDescriptor,
  anySid,
  anyToken,
} from './fixtures/arbitraries.ts'
import { objectTypes } from './object-types.ts'
import { SecurityDescriptor } from './security-descriptor.ts'
import { Sid } from './sid.ts'

const mapping = objectTypes.file.genericMapping

describe('properties', () => {
  test('Sid.parse gives back every SID that toString writes', () => {
    fc.assert(fc.property(anySid, (sid) => Sid.parse(sid.toString()).equals(sid)))
  })

  test('Sid.fromBytes gives back every SID that toBytes writes', () => {
    fc.assert(fc.property(anySid, (sid) => Sid.fromBytes(sid.toBytes()).equals(sid)))
  })

  test('SecurityDescriptor.fromBytes gives back every descriptor that toBytes writes', () => {
    fc.assert(
      fc.property(anyDescriptor, (descriptor) => {
        const bytes = descriptor.toBytes()
        const read = SecurityDescriptor.fromBytes(bytes)
        expect(read.equals(descriptor)).toBe(true)
        expect(read.toBytes()).toEqual(bytes)
      }),
    )
  })

  test('SecurityDescriptor.fromSddl gives back every descriptor that toSddl can say in full', () => {
    fc.assert(
      fc.property(anySddlDescriptor, (descriptor) => {
        const text = descriptor.toSddl()
        const parsed = SecurityDescriptor.fromSddl(text)
        expect(parsed.with({ resourceManagerControl: descriptor.resourceManagerControl }).equals(descriptor)).toBe(true)
        expect(parsed.toSddl()).toBe(text)
      }),
    )
  })

  test('parseCondition gives back every condition that formatCondition writes', () => {
    fc.assert(
      fc.property(anyCondition, (condition) => {
        expect(parseCondition(formatCondition(condition))).toEqual(condition)
      }),
    )
  })

  test('decodeCondition gives back every condition that encodeCondition writes', () => {
    fc.assert(
      fc.property(anyCondition, (condition) => {
        expect(decodeCondition(encodeCondition(condition))).toEqual(condition)
      }),
    )
  })

  test('decodeClaim gives back every claim that encodeClaim writes', () => {
    fc.assert(
      fc.property(anyClaim, (claim) => {
        expect(decodeClaim(encodeClaim(claim))).toEqual(claim)
      }),
    )
  })

  test('Acl.toCanonical is canonical, idempotent and loses nothing', () => {
    fc.assert(
      fc.property(fc.array(anyDaclAce, { maxLength: 8 }), (entries) => {
        const canonical = Acl.from(entries).toCanonical()
        expect(canonical.isCanonical).toBe(true)
        expect(canonical.toCanonical()).toBe(canonical)
        expect(canonical.entries).toHaveLength(entries.length)
        expect(entries.every((ace) => canonical.entries.some((kept) => acesEqual(kept, ace)))).toBe(true)
      }),
    )
  })

  test('Acl.without takes back what Acl.with added, to the last byte', () => {
    fc.assert(
      fc.property(fc.array(anyDaclAce, { maxLength: 6 }), anySid, fc.nat(0xffff_ffff), (entries, sid, mask) => {
        const acl = Acl.from(entries)
        const ace = deny(sid, mask)
        expect(acl.with(ace).without(ace).toBytes()).toEqual(acl.toBytes())
      }),
    )
  })

  test('accessCheck grants no more when an ACE that denies goes first', () => {
    fc.assert(
      fc.property(
        fc.array(anyDaclAce, { maxLength: 6 }),
        anyToken,
        anySid,
        fc.nat(0x1f_ffff),
        (entries, token, sid, mask) => {
          const before = maximum(Acl.from(entries), token)
          const after = maximum(Acl.from([deny(sid, mask), ...entries]), token)
          expect(after & ~before).toBe(0)
        },
      ),
    )
  })

  test('accessCheck grants every right of the maximum, and no other, when it is asked for alone', () => {
    fc.assert(
      fc.property(fc.array(anyDaclAce, { maxLength: 6 }), anyToken, fc.nat(20), (entries, token, bit) => {
        const dacl = Acl.from(entries)
        const desiredAccess = 1 << bit
        const { granted } = accessCheck({ descriptor: owned(dacl), token, desiredAccess, genericMapping: mapping })
        expect(granted).toBe((maximum(dacl, token) & desiredAccess) !== 0)
      }),
    )
  })
})

function owned(dacl: Acl): SecurityDescriptor {
  return SecurityDescriptor.from({ owner: Sid.parse('BA'), group: Sid.parse('SY'), dacl })
}

function maximum(dacl: Acl, token: Parameters<typeof accessCheck>[0]['token']): number {
  return accessCheck({ descriptor: owned(dacl), token, desiredAccess: 0x0200_0000, genericMapping: mapping })
    .grantedAccess
}
