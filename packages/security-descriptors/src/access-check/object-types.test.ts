import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { objectAce } from '../ace.ts'
import { Acl } from '../acl.ts'
import { objectTypes } from '../object-types.ts'
import { SecurityDescriptor } from '../security-descriptor.ts'
import { Sid } from '../sid.ts'
import { accessCheck } from './access-check.ts'
import { denyToNode, grantToNode, type NodeAccess, nodeTree, type ObjectTypeNode } from './object-types.ts'

function guidOf(index: number): string {
  return `00000000-0000-0000-0000-${index.toString(16).padStart(12, '0')}`
}

/** A tree of any form: each level is at most one more than the one before it. */
const anyList: fc.Arbitrary<readonly ObjectTypeNode[]> = fc.array(fc.nat(3), { maxLength: 12 }).map((steps) => {
  let level = 0
  const below = steps.map((step) => (level = Math.min(1 + step, level + 1)))
  return [0, ...below].map((nodeLevel, index) => ({ level: nodeLevel, guid: guidOf(index) }))
})

interface Decision {
  readonly effect: 'grants' | 'denies'
  readonly at: number
  readonly mask: number
}

const anyDecisions: fc.Arbitrary<readonly Decision[]> = fc.array(
  fc.record({ effect: fc.constantFrom('grants', 'denies'), at: fc.nat(12), mask: fc.nat(7) }),
  { maxLength: 12 },
)

interface Known {
  granted: number
  denied: number
}

/** The rules as they are said, with a look at every node for every decision. */
function decidedByTheBook(list: readonly ObjectTypeNode[], decisions: readonly Decision[]): readonly Known[] {
  const known = list.map(() => ({ granted: 0, denied: 0 }))
  const parents = list.map(({ level }, index) => list.findLastIndex((node, at) => at < index && node.level < level))
  const isWithin = (node: number, top: number): boolean =>
    node === top || (node > 0 && isWithin(parents[node] ?? 0, top))
  const at = (index: number): Known => known[index] ?? { granted: 0, denied: 0 }
  for (const { effect, at: target, mask } of decisions) {
    if (target >= list.length) continue
    const above = list.map((_, index) => index).filter((index) => index !== target && isWithin(target, index))
    for (const node of list.keys()) {
      if (!isWithin(node, target)) continue
      if (effect === 'grants') at(node).granted |= mask & ~at(node).denied
      else at(node).denied |= mask & ~at(node).granted
    }
    for (const node of above.toReversed()) {
      const children = list.map((_, index) => index).filter((index) => index > 0 && parents[index] === node)
      const shared = children.reduce((common, child) => common & at(child).granted, mask)
      if (effect === 'grants') at(node).granted |= shared & ~at(node).denied
      else at(node).denied |= mask & ~at(node).granted
    }
  }
  return known
}

describe('nodeTree', () => {
  test('decides every node as a look at all nodes for every ACE would', () => {
    fc.assert(
      fc.property(anyList, anyDecisions, (list, decisions) => {
        const { nodes, byGuid } = nodeTree(list)
        for (const { effect, at, mask } of decisions) {
          const node: NodeAccess | undefined = byGuid.get(guidOf(at))
          if (node === undefined) continue
          if (effect === 'grants') grantToNode(node, mask)
          else denyToNode(node, mask)
        }
        expect(nodes.map(({ granted, denied }) => ({ granted, denied }))).toEqual(decidedByTheBook(list, decisions))
      }),
      { numRuns: 2000 },
    )
  })

  test('finds the first of several nodes of one GUID, in any case', () => {
    const { nodes, byGuid } = nodeTree([
      { level: 0, guid: guidOf(10) },
      { level: 1, guid: guidOf(11).toUpperCase() },
      { level: 1, guid: guidOf(11) },
    ])
    expect(byGuid.get(guidOf(11))).toBe(nodes[1])
  })
})

describe('accessCheck with many nodes and many object ACEs', () => {
  const everyone = Sid.wellKnown('World')
  const token = { user: { sid: everyone, attributes: 0 }, groups: [], privileges: [] }

  test.each<[string, (index: number) => number]>([
    ['the last node', () => 19_999],
    ['one node after the other', (index) => 19_999 - index],
  ])('takes time in proportion to their sum, when the ACEs name %s', (_, typeOf) => {
    const entries = Array.from({ length: 1000 }, (__, index) =>
      objectAce('accessAllowedObject', 0, 1 << (index % 8), everyone, { objectType: guidOf(typeOf(index)) }),
    )
    const request = {
      descriptor: SecurityDescriptor.from({ owner: Sid.parse('SY'), group: Sid.parse('SY'), dacl: Acl.from(entries) }),
      token,
      desiredAccess: 0x0200_0000,
      genericMapping: objectTypes.activeDirectoryObject.genericMapping,
      objectTypes: Array.from({ length: 20_000 }, (__, index) => ({
        level: index === 0 ? 0 : 1,
        guid: guidOf(index),
      })),
    }
    const started = performance.now()
    accessCheck(request)
    // The product of the two took more than 2000.
    expect(performance.now() - started).toBeLessThan(1000)
  })
})
