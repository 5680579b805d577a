import process from 'node:process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { objectAce } from '../ace-creation.ts'
import { Acl } from '../acl.ts'
import { check, first, READ, root, second, tokenWith } from '../fixtures/access-request.ts'
import { thrownBy } from '../fixtures/thrown.ts'
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

describe('accessCheck with object types', () => {
  const list = [
    { level: 0, guid: root },
    { level: 1, guid: first },
    { level: 1, guid: second },
  ]
  const nodesOf = (sddl: string, desired: number): readonly number[] =>
    check(sddl, desired, tokenWith(), { objectTypes: list }).nodes?.map(({ grantedAccess }) => grantedAccess) ?? []

  test('grants a node and all below it', () => {
    expect(nodesOf(`D:(OA;;0x1;${root};;WD)`, READ)).toEqual([1, 1, 1])
    expect(nodesOf(`D:(OA;;0x1;${first};;WD)`, READ)).toEqual([0, 1, 0])
    expect(nodesOf('D:(A;;0x1;;;WD)', READ)).toEqual([1, 1, 1])
  })

  test('grants a node when all below it are granted', () => {
    expect(nodesOf(`D:(OA;;0x1;${first};;WD)(OA;;0x1;${second};;WD)`, READ)).toEqual([1, 1, 1])
  })

  test('denies a node, all below it and all above it', () => {
    expect(nodesOf(`D:(OD;;0x1;${first};;WD)(A;;0x1;;;WD)`, READ)).toEqual([0, 0, 1])
    expect(nodesOf(`D:(OD;;0x1;${root};;WD)(A;;0x1;;;WD)`, READ)).toEqual([0, 0, 0])
    expect(nodesOf(`D:(A;;0x1;;;WD)(OD;;0x1;${first};;WD)`, READ)).toEqual([1, 1, 1])
  })

  test('decides the whole by the root, and tells what each node got', () => {
    const result = check(`D:(OA;;0x1;${first.toUpperCase()};;WD)`, READ, tokenWith(), { objectTypes: list })
    expect(result).toMatchObject({ granted: false, grantedAccess: 0, error: 'ERROR_ACCESS_DENIED' })
    expect(result.nodes).toEqual([
      { granted: false, grantedAccess: 0, error: 'ERROR_ACCESS_DENIED' },
      { granted: true, grantedAccess: 1 },
      { granted: false, grantedAccess: 0, error: 'ERROR_ACCESS_DENIED' },
    ])
  })

  test('ignores ACEs for types that the list does not name', () => {
    expect(nodesOf('D:(OA;;0x1;12345678-1234-1234-1234-00000000000f;;WD)', READ)).toEqual([0, 0, 0])
  })

  test('without a list lets an ACE for a part deny, but not allow', () => {
    expect(check(`D:(OA;;0x1;${first};;WD)`, READ).granted).toBe(false)
    expect(check(`D:(OD;;0x1;${first};;WD)(A;;0x1;;;WD)`, READ).granted).toBe(false)
    expect(check(`D:(OA;;0x1;;${first};WD)`, READ).granted).toBe(true)
  })

  test('reports a refusal by privilege for every node', () => {
    const result = check('D:', 0x0100_0000, tokenWith(), { objectTypes: list })
    expect(result.nodes?.map(({ error }) => error)).toEqual(Array.from({ length: 3 }, () => 'ERROR_PRIVILEGE_NOT_HELD'))
  })

  test.each([
    ['empty', []],
    ['without a root', [{ level: 1, guid: root }]],
    [
      'with two roots',
      [
        { level: 0, guid: root },
        { level: 0, guid: first },
      ],
    ],
    [
      'with a level left out',
      [
        { level: 0, guid: root },
        { level: 2, guid: first },
      ],
    ],
    [
      'with a level of 5',
      [
        { level: 0, guid: root },
        { level: 5, guid: first },
      ],
    ],
    [
      'with half a level',
      [
        { level: 0, guid: root },
        { level: 0.5, guid: first },
      ],
    ],
    ['with something else than a GUID', [{ level: 0, guid: 'x' }]],
  ])('throws ERROR_INVALID_PARAMETER when the object type list is %s', (_, types) => {
    expect(thrownBy(() => check('D:', READ, tokenWith(), { objectTypes: types }))).toMatchObject({
      code: 'ERROR_INVALID_PARAMETER',
    })
  })
})

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
    const before = process.cpuUsage()
    accessCheck(request)
    // The product of the two took more than 2000.
    // Of this process alone: the machine may be busy with others.
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000)
  })
})
