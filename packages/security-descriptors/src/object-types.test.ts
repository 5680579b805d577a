import { describe, expect, test } from 'vitest'

import { genericRightsMask, mapGenericMask } from './access-mask.ts'
import { type ObjectType, objectTypes, rightNames, rightsMask } from './object-types.ts'

const all: readonly (readonly [string, ObjectType])[] = Object.entries(objectTypes)

describe('objectTypes', () => {
  test.each(all)('%s maps generic rights to rights that GENERIC_ALL contains', (_, { genericMapping: mapping }) => {
    for (const mask of [mapping.read, mapping.write, mapping.execute]) {
      expect(mask & ~mapping.all).toBe(0)
      expect(mask & genericRightsMask).toBe(0)
      expect(mask).toBeGreaterThan(0)
    }
  })

  test.each(all)('%s has single rights that GENERIC_ALL contains, and their sum', (_, { rights, genericMapping }) => {
    const sum = Object.entries(rights).find(([name]) => name.endsWith('ALL_ACCESS'))
    expect(sum?.[1]).toBe(genericMapping.all)
    for (const [name, right] of Object.entries(rights)) {
      if (!name.endsWith('ALL_ACCESS') && !name.startsWith('WINSTA_')) expect(right & ~genericMapping.all).toBe(0)
    }
  })

  test.each(all)('%s gives back every right by its name', (_, objectType) => {
    for (const [name, right] of Object.entries(objectType.rights)) {
      expect(rightsMask([name], objectType)).toBe(right)
      expect(rightsMask(rightNames(right, objectType), objectType)).toBe(right)
    }
  })

  test('of the window station and the desktop are those of the interactive logon sample', () => {
    expect(objectTypes.windowStation.genericMapping.all).toBe(0xf037f)
    expect(objectTypes.nonInteractiveWindowStation.genericMapping.all).toBe(0xf016f)
    expect(objectTypes.desktop.genericMapping.all).toBe(0xf01ff)
  })
})

describe('rights by name', () => {
  test('rightNames shows bits without a name in hex', () => {
    expect(rightNames(0x0000_8001, objectTypes.event)).toEqual(['EVENT_QUERY_STATE', '0x00008000'])
    expect(rightNames(0, objectTypes.event)).toEqual([])
    expect(rightNames(0x8100_0000, objectTypes.event)).toEqual(['ACCESS_SYSTEM_SECURITY', 'GENERIC_READ'])
  })

  test('rightsMask maps generic rights', () => {
    expect(rightsMask(['GENERIC_READ', 'DELETE'], objectTypes.registryKey)).toBe(0x3_0019)
    expect(rightsMask(['GENERIC_ALL'], objectTypes.token)).toBe(0xf_01ff)
  })

  test.each(['FILE_READ_DATA', 'toString', ''])(
    'rightsMask throws a RangeError for %j, which a token does not have',
    (name) => {
      expect(() => rightsMask([name], objectTypes.token)).toThrow(RangeError)
    },
  )

  test('mapGenericMask leaves no generic right and keeps the others', () => {
    expect(mapGenericMask(0xf100_0001, objectTypes.mutex.genericMapping)).toBe(0x011f_0001)
  })
})
