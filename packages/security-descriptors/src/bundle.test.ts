import { gzipSync } from 'node:zlib'

import { describe, expect, test } from 'vitest'

import { bundle } from './fixtures/bundle.ts'

const kilobyte = 1000

describe('the main entry', () => {
  test('imports nothing and has at most 20 kB, compressed, when a bundler takes all of it', async () => {
    const { code, imports } = await bundle("export * from '<entry>'")
    expect(imports).toEqual([])
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
