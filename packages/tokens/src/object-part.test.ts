import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { objectTypes, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { accessCheck, type AccessToken, type ObjectTypeNode } from '@asuser/security-descriptors/access-check'
import { partOf } from './object-part.ts'

function typeOf(index: number): string {
  return `11111111-0000-0000-0000-${index.toString(16).padStart(12, '0')}`
}

/** A tree of any form, in which types come more than once. */
const anyList: fc.Arbitrary<readonly ObjectTypeNode[]> = fc
  .array(fc.record({ step: fc.nat(3), type: fc.nat(7) }), { maxLength: 12 })
  .map((below) => {
    let level = 0
    const nodes = below.map(({ step, type }) => {
      level = Math.min(1 + step, level + 1)
      return { level, guid: typeOf(type) }
    })
    return [{ level: 0, guid: typeOf(0) }, ...nodes]
  })

/** For everybody: of one type, or of the whole. */
const anyAce = fc
  .record({
    effect: fc.constantFrom('A', 'D'),
    type: fc.option(fc.nat(7)),
    rights: fc.constantFrom('RP', 'WP', 'RPWP'),
  })
  .map(({ effect, type, rights }) =>
    type === null ? `(${effect};;${rights};;;WD)` : `(O${effect};;${rights};${typeOf(type)};;WD)`,
  )

const token: AccessToken = { user: { sid: Sid.wellKnown('World'), attributes: 0 }, groups: [], privileges: [] }
const { genericMapping } = objectTypes.file

describe('partOf', () => {
  it('is what is above a part and what is below it', () => {
    const list = [0, 1, 2, 1, 2, 3, 2, 1].map((level, index) => ({ level, guid: typeOf(index) }))
    const placesOf = (index: number): readonly number[] => partOf(list, index).map((node) => list.indexOf(node))
    expect(placesOf(0)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(placesOf(3)).toEqual([0, 3, 4, 5, 6])
    expect(placesOf(5)).toEqual([0, 3, 4, 5])
    expect(placesOf(7)).toEqual([0, 7])
  })

  it('as a whole gets what the part gets', () => {
    const anyRights = fc.constantFrom(0x10, 0x20, 0x30)
    fc.assert(
      fc.property(anyList, fc.array(anyAce, { maxLength: 8 }), anyRights, (list, aces, desiredAccess) => {
        const descriptor = SecurityDescriptor.fromSddl(`O:SYG:SYD:${aces.join('')}`)
        const check = (parts: readonly ObjectTypeNode[]): ReturnType<typeof accessCheck> =>
          accessCheck({ descriptor, token, desiredAccess, genericMapping, objectTypes: parts })
        const { nodes = [] } = check(list)
        expect(list.map((_node, index) => check(partOf(list, index)).granted)).toEqual(
          nodes.map(({ granted }) => granted),
        )
      }),
    )
  })
})
