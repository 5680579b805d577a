import { describe, expect, it } from 'vitest'
import { exitStatusOf } from './exit-status.ts'

describe('exitStatusOf', () => {
  it.each([
    [0, 0, undefined],
    [3, 3, undefined],
    [0xc0000142, 0xc0000142, 'STATUS_DLL_INIT_FAILED'],
    [-1_073_741_502, 0xc0000142, 'STATUS_DLL_INIT_FAILED'],
    [0xc0000005, 0xc0000005, 'STATUS_ACCESS_VIOLATION'],
    [0xffffffff, 0xffffffff, undefined],
    // The number of STATUS_PENDING, which no process that has ended can mean.
    [259, 259, undefined],
  ])('reads %i as %i, %s', (code, exitCode, exitStatus) => {
    expect(exitStatusOf(code)).toEqual({ exitCode, exitStatus })
  })
})
