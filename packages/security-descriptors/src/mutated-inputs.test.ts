import process from 'node:process'

import { expect, test } from 'vitest'

import { readMutations } from './fixtures/mutation.ts'

/** The nightly script sets it to a million, and the seed to the day. */
const count = Number(process.env['ASUSER_MUTATIONS'] ?? 20_000)
const seed = Number(process.env['ASUSER_MUTATION_SEED'] ?? 1)

test(`descriptors are refused with typed errors, or read whole, when ${count} of them are damaged (seed ${seed})`, () => {
  const report = readMutations(count, seed)
  expect(report.accepted).toBeGreaterThan(0)
  expect(report.accepted).toBeLessThan(count)
  // One takes microseconds; a second would mean that time is not linear in size.
  expect(report.slowest).toBeLessThan(1000)
}, 1_800_000)
