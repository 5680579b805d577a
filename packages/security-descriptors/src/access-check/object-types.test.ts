import { describe, expect, test } from 'vitest'

import { check, READ, tokenWith } from '../fixtures/access-request.ts'
import { thrownBy } from '../fixtures/thrown.ts'

const root = '12345678-1234-1234-1234-000000000001'
const first = '12345678-1234-1234-1234-000000000002'
const second = '12345678-1234-1234-1234-000000000003'

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
