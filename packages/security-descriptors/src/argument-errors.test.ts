import { runInNewContext } from 'node:vm'

import { describe, expect, test } from 'vitest'

import { accessCheck } from './access-check/access-check.ts'
import { Acl } from './acl.ts'
import { decodeClaim } from './claim.ts'
import { decodeCondition } from './condition/decode.ts'
import { encodeCondition } from './condition/encode.ts'
import { parseCondition } from './condition/parse.ts'
import { thrownBy } from './fixtures/thrown.ts'
import { SecurityDescriptor } from './security-descriptor.ts'
import { Sid } from './sid.ts'

function refusal(call: (...values: never[]) => unknown, ...values: readonly unknown[]): unknown {
  return thrownBy(() => Reflect.apply(call, undefined, values))
}

describe('an argument of the wrong type is refused with its name', () => {
  test.each([undefined, null, 5, {}, Sid.parse('BA')])('where a text should be: %o', (value) => {
    for (const call of [SecurityDescriptor.fromSddl, Sid.parse, parseCondition]) {
      const error = refusal(call, value)
      expect(error).toBeInstanceOf(TypeError)
      expect(error).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
      expect(String(error)).toContain('"text"')
    }
  })

  test.each([undefined, null, 'AQAEgA==', [1, 0], new ArrayBuffer(30), new Uint16Array(30)])(
    'where bytes should be: %o',
    (value) => {
      for (const call of [SecurityDescriptor.fromBytes, Acl.fromBytes, Sid.fromBytes, decodeClaim, decodeCondition]) {
        const error = refusal(call, value)
        expect(error).toBeInstanceOf(TypeError)
        expect(error).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
        expect(String(error)).toContain('"bytes"')
      }
    },
  )

  test('and says what came', () => {
    expect(String(refusal(SecurityDescriptor.fromBytes, new ArrayBuffer(30)))).toContain('ArrayBuffer')
    expect(String(refusal(SecurityDescriptor.fromBytes, '01'))).toContain('string')
    expect(String(refusal(SecurityDescriptor.fromBytes, null))).toContain('Null')
  })

  test.each([
    ['owner', 'S-1-1-0'],
    ['group', null],
    ['dacl', []],
    ['sacl', 'S:'],
  ])('where the part %s should be', (part, value) => {
    for (const call of [SecurityDescriptor.from, (parts: never) => SecurityDescriptor.from({}).with(parts)]) {
      const error = refusal(call, { [part]: value })
      expect(error).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
      expect(String(error)).toContain(`"${part}"`)
    }
  })

  test.each([
    ['control', 'DACL_PROTECTED'],
    ['control', 0x1_0000],
    ['control', -1],
    ['resourceManagerControl', 256],
  ])('where the number %s should be, not %j', (part, value) => {
    const error = refusal(SecurityDescriptor.from, { [part]: value })
    expect(error).toMatchObject({ code: 'ERROR_INVALID_SECURITY_DESCR' })
    expect(String(error)).toContain(part)
  })

  test('where an object should be', () => {
    for (const value of [undefined, null, 5]) {
      expect(refusal(SecurityDescriptor.from, value)).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
      expect(refusal(encodeCondition, value)).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
    }
    expect(refusal(Sid.fromParts, 5, 32)).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  })
})

test('accessCheck names the argument that is missing or of another type', () => {
  const good = {
    descriptor: SecurityDescriptor.fromSddl('O:BAG:BAD:'),
    token: { user: { sid: Sid.parse('BA'), attributes: 0 }, groups: [], privileges: [] },
    desiredAccess: 1,
    genericMapping: { read: 1, write: 2, execute: 4, all: 7 },
  }
  expect(accessCheck(good).granted).toBe(false)
  for (const [name, value] of Object.entries({
    descriptor: 'D:',
    token: null,
    desiredAccess: '1',
    genericMapping: 5,
  })) {
    for (const request of [
      { ...good, [name]: value },
      { ...good, [name]: undefined },
    ]) {
      const error = refusal(accessCheck, request)
      expect(error).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
      expect(String(error)).toContain(`"${name}"`)
    }
  }
  expect(refusal(accessCheck, undefined)).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
})

test('bytes of another realm are bytes', () => {
  const bytes: Uint8Array = runInNewContext('Uint8Array.from(numbers)', { numbers: [...Sid.parse('BA').toBytes()] })
  expect(bytes).not.toBeInstanceOf(Uint8Array)
  expect(Sid.fromBytes(bytes).toString()).toBe('S-1-5-32-544')
})
