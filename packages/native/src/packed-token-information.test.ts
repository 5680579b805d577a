import { describe, expect, it } from 'vitest'
import { isPacked, readPackedTokenInformation } from './packed-token-information.ts'

const everyone = [1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]
const administrators = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0]

/** An answer of the addon: in memory that is longer than it, and that the next answer overwrites. */
function answer(...parts: readonly (readonly number[])[]): Uint8Array {
  const memory = new Uint8Array(256).fill(0xee)
  memory.set(parts.flat())
  return memory
}

/** Little-endian, 32 bits each. */
function words(...numbers: readonly number[]): readonly number[] {
  return [...new Uint8Array(new Uint32Array(numbers).buffer)]
}

describe('readPackedTokenInformation', () => {
  it('reads groups, as copies', () => {
    const memory = answer(words(1, 0, 24, 0, 7, 0), everyone)
    const [group] = readPackedTokenInformation('TokenGroups', () => memory)
    memory.fill(0)
    expect(group).toEqual({ sid: new Uint8Array(everyone), attributes: 7 })
    expect(group?.sid.buffer.byteLength).toBe(everyone.length)
  })

  it('reads each group from where it is', () => {
    const memory = answer(words(2, 0, 40, 0, 7, 0, 52, 0, 0xc0000014, 0), everyone, administrators)
    expect(readPackedTokenInformation('TokenGroups', () => memory)).toEqual([
      { sid: new Uint8Array(everyone), attributes: 7 },
      { sid: new Uint8Array(administrators), attributes: 0xc0000014 },
    ])
  })

  it('reads privileges', () => {
    const memory = answer(words(2, 20, 0, 3, 0xffffffff, 0x80000001, 0))
    expect(readPackedTokenInformation('TokenPrivileges', () => memory)).toEqual([
      { luid: 20n, attributes: 3 },
      { luid: 0x80000001ffffffffn, attributes: 0 },
    ])
  })

  it.each(['TokenGroups', 'TokenPrivileges'] as const)('reads an empty list of %s', (informationClass) => {
    expect(readPackedTokenInformation(informationClass, () => answer(words(0, 0)))).toEqual([])
  })

  it('reads statistics, where Windows may say anything of the level of a primary token', () => {
    const memory = answer(words(1, 2, 3, 0, 0xffffffff, 0x7fffffff, 1, 99, 4096, 100, 5, 6, 7, 0))
    expect(readPackedTokenInformation('TokenStatistics', () => memory)).toEqual({
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

  it('asks by the number of the class', () => {
    let asked = 0
    readPackedTokenInformation('TokenRestrictedDeviceGroups', (number) => {
      asked = number
      return answer(words(0))
    })
    expect(asked).toBe(38)
  })
})

describe('isPacked', () => {
  it.each(['TokenType', 'TokenUser', 'toString', '__proto__', 3, undefined])('is false for %s', (informationClass) => {
    expect(isPacked(informationClass)).toBe(false)
  })
})
