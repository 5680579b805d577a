import { describe, expect, test } from 'vitest'

import { type Ace, acesEqual, hasObjectTypes, isConditional } from './ace.ts'
import { allow, callbackAce, callbackObjectAce, deny, objectAce, plainAce, unknownAce } from './ace-creation.ts'
import { parseCondition } from './condition/parse.ts'
import { Sid } from './sid.ts'

const everyone = Sid.wellKnown('World')
const condition = parseCondition('(a)')
const objectType = 'bf967aba-0de6-11d0-a285-00aa003049e2'

const all: readonly Ace[] = [
  allow(everyone, 1),
  allow(everyone, 2),
  allow(everyone, 1, 2),
  allow(Sid.wellKnown('BuiltinUsers'), 1),
  deny(everyone, 1),
  plainAce('accessAllowed', 0, 1, everyone, new Uint8Array(4)),
  objectAce('accessAllowedObject', 0, 1, everyone),
  objectAce('accessAllowedObject', 0, 1, everyone, { objectType }),
  objectAce('accessAllowedObject', 0, 1, everyone, { inheritedObjectType: objectType }),
  callbackAce('accessAllowedCallback', 0, 1, everyone, condition),
  callbackObjectAce('accessAllowedCallbackObject', 0, 1, everyone, condition),
  unknownAce(0x98, 0, new Uint8Array(4)),
  unknownAce(0x99, 0, new Uint8Array(4)),
  unknownAce(0x99, 0, Uint8Array.of(1, 0, 0, 0)),
]

describe('acesEqual', () => {
  test('is true of an ACE and another that was made of the same', () => {
    for (const ace of all) expect(acesEqual(ace, { ...ace })).toBe(true)
  })

  test('is false when a single part differs', () => {
    for (const [index, left] of all.entries()) {
      expect(all.findIndex((right) => acesEqual(left, right))).toBe(index)
      expect(all.findLastIndex((right) => acesEqual(left, right))).toBe(index)
    }
  })
})

test('hasObjectTypes tells the layout, whether or not a type is given', () => {
  expect(all.filter(hasObjectTypes).map((ace) => ace.type)).toEqual([
    'accessAllowedObject',
    'accessAllowedObject',
    'accessAllowedObject',
    'accessAllowedCallbackObject',
  ])
})

test('isConditional tells the types whose effect depends on a condition', () => {
  expect(all.filter(isConditional).map((ace) => ace.type)).toEqual([
    'accessAllowedCallback',
    'accessAllowedCallbackObject',
  ])
})
