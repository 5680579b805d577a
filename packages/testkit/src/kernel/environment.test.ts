import { describe, expect, it } from 'vitest'
import { environmentStrings, variablesOf } from './environment.ts'

describe('environmentStrings', () => {
  it('lets later variables replace earlier ones, whatever the letter case, and sorts', () => {
    expect(environmentStrings({ Path: 'a', TEMP: 't' }, { PATH: 'b', alpha: '1' })).toEqual([
      'alpha=1',
      'PATH=b',
      'TEMP=t',
    ])
  })
})

describe('variablesOf', () => {
  it('reads values with = in them and the hidden variables of drives', () => {
    expect(variablesOf(['=C:=C:\\work', 'A=1=2', 'EMPTY='])).toEqual({ '=C:': 'C:\\work', A: '1=2', EMPTY: '' })
  })
})
