import { expect, test } from 'vitest'

test('a workspace package is one module when it is imported by name and by path', async () => {
  // No literal: only in the view of a run does the root find its own packages by name.
  const name = ['@asuser', 'native'].join('/')
  const byName: unknown = await import(name)
  const byPath: unknown = await import('../../packages/native/src/index.ts')
  expect(byName).toBe(byPath)
})
