import { describe, expect, it } from 'vitest'
import { composeEnvironment, validateVariables } from './environment.ts'

const client = [
  '=C:=C:\\work',
  'API_TOKEN=hush',
  'Path=C:\\Windows\\System32;C:\\Users\\alice\\bin',
  'SystemRoot=C:\\Windows',
  'USERPROFILE=C:\\Users\\alice',
]

describe('composeEnvironment', () => {
  it('is the block of the client as it is when nothing is added', () => {
    expect(composeEnvironment(client, 'client', undefined)).toBe(client)
  })

  it('merges additions in any case under the spelling that is there', () => {
    const block = composeEnvironment(client, 'client', { PATH: 'C:\\Tools', New: '1', api_token: undefined })
    expect(block).toEqual([
      '=C:=C:\\work',
      'New=1',
      'Path=C:\\Tools',
      'SystemRoot=C:\\Windows',
      'USERPROFILE=C:\\Users\\alice',
    ])
  })

  it('sorts by the upper-cased names, unit by unit', () => {
    const names = ['_b', 'A_', 'a', 'aB', 'Z', 'straße', 'é', 'a-b']
    const block = composeEnvironment([], Object.fromEntries(names.map((name) => [name, ''])), undefined)
    // "_" (0x5F) comes after the capital letters and "-" (0x2D) before them; ß has no capital of one unit.
    expect(block).toEqual(['a=', 'a-b=', 'aB=', 'A_=', 'straße=', 'Z=', '_b=', 'é='])
  })

  it('has what finds Windows and the client, and no secret of the client, when minimal', () => {
    const block = composeEnvironment(client, 'minimal', undefined)
    expect(block).toEqual([
      'Path=C:\\Windows\\System32;C:\\Windows',
      'SystemRoot=C:\\Windows',
      'USERPROFILE=C:\\Users\\alice',
    ])
  })

  it('is exactly the record when one is given, without what is undefined', () => {
    expect(composeEnvironment(client, { B: '2', a: '1', gone: undefined }, { b: '3' })).toEqual(['a=1', 'B=3'])
  })
})

describe('validateVariables', () => {
  it('takes names with a leading equals sign, and values with any', () => {
    expect(() => validateVariables('options.env', { '=C:': 'C:\\', A: 'x=y', B: undefined })).not.toThrow()
  })

  it.each([
    [{ '': 'x' }, 'ERR_INVALID_ARG_VALUE', 'options.env'],
    [{ 'A=B': 'x' }, 'ERR_INVALID_ARG_VALUE', 'options.env'],
    [{ 'A\0B': 'x' }, 'ERR_INVALID_ARG_VALUE', 'options.env'],
    [{ A: 'x\0y' }, 'ERR_INVALID_ARG_VALUE', 'options.env.A'],
    [{ A: 5 }, 'ERR_INVALID_ARG_TYPE', 'options.env.A'],
    [{ Path: '1', PATH: '2' }, 'ERR_INVALID_ARG_VALUE', 'options.env'],
  ])('refuses %j', (variables, code, argument) => {
    // @ts-expect-error: what JavaScript may pass
    expect(() => validateVariables('options.env', variables)).toThrow(expect.objectContaining({ code, argument }))
  })
})
