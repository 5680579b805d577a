import { describe, expect, it } from 'vitest'
import { findVariable } from './environment-block.ts'

const client = [
  '=C:=C:\\work',
  'API_TOKEN=hush',
  'Path=C:\\Windows\\System32;C:\\Users\\alice\\bin',
  'SystemRoot=C:\\Windows',
  'USERPROFILE=C:\\Users\\alice',
]

describe('findVariable', () => {
  it('finds a name in any case, and values with equals signs', () => {
    expect(findVariable(client, 'PATH')).toBe('C:\\Windows\\System32;C:\\Users\\alice\\bin')
    expect(findVariable(client, 'systemroot')).toBe('C:\\Windows')
    expect(findVariable(['A=b=c'], 'a')).toBe('b=c')
    expect(findVariable(client, '=C:')).toBe('C:\\work')
  })

  it('is undefined when there is none, not even by a prefix', () => {
    expect(findVariable(client, 'SYSTEM')).toBeUndefined()
    expect(findVariable([], 'PATH')).toBeUndefined()
  })
})
