import { gzipSync } from 'node:zlib'

import { describe, expect, test } from 'vitest'

import { bundle } from './fixtures/bundle.ts'

const kilobyte = 1000

/** The values, their bytes and their text: what most programs take. */
const values = `
export {
  accessRights, Acl, aceFlags, acesEqual, allow, audit, callbackAce, callbackObjectAce, claimFlags, controlFlags,
  decodeClaim, decodeCondition, deny, encodeClaim, encodeCondition, errorNumbers, formatAce, formatCondition, formatMask,
  genericRightsMask, InvalidSecurityDescriptorError, mandatoryLabel, mapGenericMask, objectAce, objectTypes,
  parseCondition, plainAce, resourceAttribute, rightNames, rightsMask, SddlSyntaxError, SecurityDescriptor, Sid,
  unknownAce, withAceChanges
} from '<entry>'`

describe('the main entry', () => {
  test('imports nothing when a bundler takes all of it', async () => {
    const { code, imports } = await bundle("export * from '<entry>'")
    expect(imports).toEqual([])
    // All of it: access check, inheritance, derived SIDs and explanations included.
    expect(gzipSync(code).length).toBeLessThanOrEqual(31 * kilobyte)
  })

  test('has at most 20 kB, compressed, when a bundler takes the values, their bytes and their text', async () => {
    const { code } = await bundle(values)
    expect(gzipSync(code).length).toBeLessThanOrEqual(20 * kilobyte)
  })

  test('has a small part of that when a bundler takes one value', async () => {
    const { code } = await bundle("export { Sid } from '<entry>'")
    expect(gzipSync(code).length).toBeLessThanOrEqual(5 * kilobyte)
  })

  test('has no effect when a bundler takes nothing of it', async () => {
    const { code } = await bundle("import '<entry>'; export const nothing = 0")
    expect(code.length).toBeLessThan(100)
  })
})
