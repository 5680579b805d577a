import { describe, expect, it } from 'vitest'
import { ntStatusName } from './nt-status.ts'

describe('ntStatusName', () => {
  it('names the status of an unsigned and of a signed exit code', () => {
    expect(ntStatusName(0xc0000142)).toBe('STATUS_DLL_INIT_FAILED')
    expect(ntStatusName(-1073741502)).toBe('STATUS_DLL_INIT_FAILED')
  })

  it('leaves codes of programs alone', () => {
    expect(ntStatusName(0)).toBeUndefined()
    expect(ntStatusName(3)).toBeUndefined()
  })
})
