import { describe, expect, it } from 'vitest'
import type { TokenInformation, TokenInformationClass } from './api/token.ts'
import { packedAnswer, packedClassOf, type PackedAnswer } from './packed-token-information.ts'

const everyone = [1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]
const administrators = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0]

/** An answer of the addon: in memory that is longer than it, and that the next answer overwrites. */
function answer(...parts: readonly (readonly number[])[]): PackedAnswer {
  const memory = new Uint8Array(256).fill(0xee)
  memory.set(parts.flat())
  return packedAnswer(memory)
}

function unpack<C extends TokenInformationClass>(name: C, packed: PackedAnswer): TokenInformation[C] {
  const packedClass = packedClassOf(name)
  if (packedClass === undefined) throw new Error(`${name} is not packed`)
  return packedClass.unpack(packed)
}

/** Little-endian, 32 bits each. */
function words(...numbers: readonly number[]): readonly number[] {
  return [...new Uint8Array(new Uint32Array(numbers).buffer)]
}

describe('unpack', () => {
  it('reads groups, as copies', () => {
    const memory = answer(words(1, 0, 24, 0, 7, 0), everyone)
    const [group] = unpack('TokenGroups', memory)
    memory.bytes.fill(0)
    expect(group).toEqual({ sid: new Uint8Array(everyone), attributes: 7 })
    expect(group?.sid.buffer.byteLength).toBe(everyone.length)
  })

  it('reads each group from where it is', () => {
    const memory = answer(words(2, 0, 40, 0, 7, 0, 52, 0, 0xc0000014, 0), everyone, administrators)
    expect(unpack('TokenGroups', memory)).toEqual([
      { sid: new Uint8Array(everyone), attributes: 7 },
      { sid: new Uint8Array(administrators), attributes: 0xc0000014 },
    ])
  })

  it('reads privileges', () => {
    const memory = answer(words(2, 20, 0, 3, 0xffffffff, 0x80000001, 0))
    expect(unpack('TokenPrivileges', memory)).toEqual([
      { luid: 20n, attributes: 3 },
      { luid: 0x80000001ffffffffn, attributes: 0 },
    ])
  })

  it.each(['TokenGroups', 'TokenPrivileges'] as const)('reads an empty list of %s', (informationClass) => {
    expect(unpack(informationClass, answer(words(0, 0)))).toEqual([])
  })

  it('reads statistics, where Windows may say anything of the level of a primary token', () => {
    const memory = answer(words(1, 2, 3, 0, 0xffffffff, 0x7fffffff, 1, 99, 4096, 100, 5, 6, 7, 0))
    expect(unpack('TokenStatistics', memory)).toEqual({
      tokenId: 0x200000001n,
      authenticationId: 3n,
      expirationTime: 0x7fffffffffffffffn,
      tokenType: 1,
      impersonationLevel: 0,
      dynamicCharged: 4096,
      dynamicAvailable: 100,
      groupCount: 5,
      privilegeCount: 6,
      modifiedId: 7n,
    })
  })

  it('reads a user, and a SID, as copies', () => {
    const memory = answer(words(16, 0, 7, 0), everyone)
    const user = unpack('TokenUser', memory)
    const owner = unpack('TokenOwner', memory)
    memory.bytes.fill(0)
    expect(user).toEqual({ sid: new Uint8Array(everyone), attributes: 7 })
    expect(owner).toEqual(new Uint8Array(everyone))
  })

  it.each(['TokenAppContainerSid', 'TokenProcessTrustLevel'] as const)('reads null where %s has no SID', (name) => {
    expect(unpack(name, answer(words(0, 0)))).toBeNull()
    expect(unpack(name, answer(words(8, 0), everyone))).toEqual(new Uint8Array(everyone))
  })

  it('reads groups and privileges of one moment', () => {
    const memory = answer(
      words(2, 28, 56, 0, 1, 16, 88, 0, 1, 12, 104, 0, 0x3e7, 1),
      words(116, 0, 0, 0, 128, 0, 7, 0, 128, 0, 5, 0),
      words(20, 0, 2),
      everyone,
      administrators,
    )
    expect(unpack('TokenGroupsAndPrivileges', memory)).toEqual({
      user: { sid: new Uint8Array(everyone), attributes: 0 },
      groups: [{ sid: new Uint8Array(administrators), attributes: 7 }],
      restrictedSids: [{ sid: new Uint8Array(administrators), attributes: 5 }],
      privileges: [{ luid: 20n, attributes: 2 }],
      authenticationId: 0x1000003e7n,
    })
  })

  it('reads what an access check asks for, with lists that are not there', () => {
    const structure = words(88, 0, 0, 0, 136, 0, 0x3e7, 0, 2, 1, 3, 0x10, 4, 0, 152, 0, 0, 0, 164, 0, 0, 0)
    const lists = [words(2, 0, 104, 0), words(152, 0, 0, 0, 164, 0, 7, 0), words(1, 20, 0, 2)]
    const memory = answer(structure, ...lists, everyone, administrators)
    expect(unpack('TokenAccessInformation', memory)).toEqual({
      user: { sid: new Uint8Array(everyone), attributes: 0 },
      groups: [{ sid: new Uint8Array(administrators), attributes: 7 }],
      restrictedSids: [],
      privileges: [{ luid: 20n, attributes: 2 }],
      authenticationId: 0x3e7n,
      tokenType: 2,
      impersonationLevel: 1,
      mandatoryPolicy: 3,
      flags: 0x10,
      appContainerNumber: 4,
      appContainerSid: new Uint8Array(everyone),
      capabilities: [],
      processTrustLevel: new Uint8Array(administrators),
    })
  })

  it('reads what is to be logged', () => {
    const structure = words(1, 1, 2, 0, 0x3000, 0, 112, 0, 1, 0, 0, 0, 5, 0, 0x3e7, 0, 2, 0, 80, 0)
    const memory = answer(structure, words(112, 0, 7, 0, 124, 0, 15, 0), everyone, administrators)
    expect(unpack('TokenLoggingInformation', memory)).toEqual({
      tokenType: 1,
      isElevated: true,
      elevationType: 2,
      impersonationLevel: 0,
      integrityLevel: 0x3000,
      user: { sid: new Uint8Array(everyone), attributes: 1 },
      processTrustLevel: null,
      sessionId: 5,
      appContainerNumber: 0,
      authenticationId: 0x3e7n,
      groups: [
        { sid: new Uint8Array(everyone), attributes: 7 },
        { sid: new Uint8Array(administrators), attributes: 15 },
      ],
    })
  })

  it.each([
    ['TokenType', 2, 2],
    ['TokenImpersonationLevel', 3, 3],
    ['TokenSessionId', 0xffffffff, 0xffffffff],
    ['TokenElevationType', 3, 3],
    ['TokenElevation', 0, false],
    ['TokenElevation', 1, true],
    ['TokenUIAccess', 0x80000000, true],
  ] as const)('reads %s from %i', (informationClass, number, expected) => {
    expect(unpack(informationClass, answer(words(number)))).toBe(expected)
  })

  it('reads a LUID', () => {
    expect(unpack('TokenOrigin', answer(words(0x3e7, 1)))).toBe(0x1000003e7n)
  })
})

describe('packedClassOf', () => {
  it('has the number that Windows knows the class by', () => {
    expect(packedClassOf('TokenRestrictedDeviceGroups')?.number).toBe(38)
  })

  it.each(['TokenLinkedToken', 'TokenSource', 'toString', '__proto__', 3, undefined])('has none for %s', (name) => {
    expect(Reflect.apply(packedClassOf, undefined, [name])).toBeUndefined()
  })
})
