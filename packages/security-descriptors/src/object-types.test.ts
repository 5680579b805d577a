import { describe, expect, test } from 'vitest'

import { genericRightsMask, mapGenericMask } from './access-mask.ts'
import { thrownBy } from './fixtures/thrown.ts'
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

  test.each(all)('%s has single rights and names of whole masks that GENERIC_ALL contains', (_, objectType) => {
    const { rights, genericMapping } = objectType
    for (const [name, right] of Object.entries(rights)) {
      if (!name.startsWith('WINSTA_')) expect(right & ~genericMapping.all).toBe(0)
    }
    const single = Object.values(rights).filter((right) => (right & (right - 1)) === 0)
    expect(single.length).toBeGreaterThan(4)
  })

  test.each(all.filter(([name]) => !name.endsWith('indowStation')))(
    '%s names what GENERIC_ALL means',
    (_, objectType) => {
      const sum = Object.entries(objectType.rights).find(([name]) => name.endsWith('ALL_ACCESS'))
      expect(sum?.[1]).toBe(objectType.genericMapping.all)
    },
  )

  // winuser.h and the page name no standard rights in it, and one value for all window stations.
  test('WINSTA_ALL_ACCESS is the rights of every window station without the standard ones', () => {
    for (const { rights } of [objectTypes.windowStation, objectTypes.nonInteractiveWindowStation]) {
      expect(rights.WINSTA_ALL_ACCESS).toBe(0x37f)
    }
  })

  // winnt.h and winbase.h
  test('name the whole masks of the headers', () => {
    const { file, directory, pipe, registryKey, token, mutex } = objectTypes
    for (const { rights } of [file, directory, pipe]) {
      expect(rights).toMatchObject({
        FILE_GENERIC_READ: 0x12_0089,
        FILE_GENERIC_WRITE: 0x12_0116,
        FILE_GENERIC_EXECUTE: 0x12_00a0,
        FILE_ALL_ACCESS: 0x1f_01ff,
      })
    }
    const { KEY_READ, KEY_WRITE, KEY_EXECUTE, KEY_ALL_ACCESS } = registryKey.rights
    expect([KEY_READ, KEY_WRITE, KEY_EXECUTE, KEY_ALL_ACCESS]).toEqual([0x2_0019, 0x2_0006, 0x2_0019, 0xf_003f])
    const { TOKEN_READ, TOKEN_WRITE, TOKEN_EXECUTE, TOKEN_ALL_ACCESS_P } = token.rights
    expect([TOKEN_READ, TOKEN_WRITE, TOKEN_EXECUTE, TOKEN_ALL_ACCESS_P]).toEqual([
      0x2_0008, 0x2_00e0, 0x2_0000, 0xf_00ff,
    ])
    expect(mutex.rights.MUTEX_MODIFY_STATE).toBe(1)
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
    expect(rightNames(0x2_0019, objectTypes.registryKey)).toEqual(['KEY_READ'])
    expect(rightNames(0x2_0000, objectTypes.token)).toEqual(['READ_CONTROL'])
    expect(rightNames(0x8100_0000, objectTypes.event)).toEqual(['ACCESS_SYSTEM_SECURITY', 'GENERIC_READ'])
  })

  test('rightsMask maps generic rights', () => {
    expect(rightsMask(['GENERIC_READ', 'DELETE'], objectTypes.registryKey)).toBe(0x3_0019)
    expect(rightsMask(['GENERIC_ALL'], objectTypes.token)).toBe(0xf_01ff)
  })

  test.each([0x600, 0x8000_0600, 0x1f_fe00, 0])('rightsMask takes all that rightNames gives for %i', (mask) => {
    const names = rightNames(mask, objectTypes.file)
    expect(rightsMask(names, objectTypes.file)).toBe(mapGenericMask(mask, objectTypes.file.genericMapping))
  })

  test.each(['FILE_READ_DATA', 'toString', '', '0x', '0x123456789', '600', 'x'.repeat(1_000_000)])(
    'rightsMask throws a RangeError with a code for %.20j, which a token does not have',
    (name) => {
      const error = thrownBy(() => rightsMask([name], objectTypes.token))
      expect(error).toBeInstanceOf(RangeError)
      expect(error).toMatchObject({ code: 'ERROR_INVALID_PARAMETER' })
      expect(String(error).length).toBeLessThan(1000)
    },
  )

  test.each(['DELETE', 5, null, undefined])('rightsMask throws ERR_INVALID_ARG_TYPE when the names are %j', (names) => {
    expect(thrownBy(() => Reflect.apply(rightsMask, undefined, [names, objectTypes.file]))).toMatchObject({
      code: 'ERR_INVALID_ARG_TYPE',
    })
  })

  test('mapGenericMask leaves no generic right and keeps the others', () => {
    expect(mapGenericMask(0xf100_0001, objectTypes.mutex.genericMapping)).toBe(0x011f_0001)
  })
})
