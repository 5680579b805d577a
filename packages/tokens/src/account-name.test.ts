import { describe, expect, it } from 'vitest'
import { parseAccountName } from './account-name.ts'

describe('parseAccountName', () => {
  it.each([
    [{ user: 'alice' }, { user: 'alice', domain: null }],
    [
      { user: 'alice', domain: '.' },
      { user: 'alice', domain: '.' },
    ],
    [{ user: 'TEST\\alice' }, { user: 'alice', domain: 'TEST' }],
    [{ user: '.\\alice' }, { user: 'alice', domain: '.' }],
    [{ user: 'alice@example.com' }, { user: 'alice@example.com', domain: null }],
    [{ user: 'NT AUTHORITY\\LocalService' }, { user: 'LocalService', domain: 'NT AUTHORITY' }],
  ])('reads %j', (options, name) => {
    expect(parseAccountName('options', options)).toEqual(name)
  })

  it.each([
    [{ user: 5 }, 'ERR_INVALID_ARG_TYPE', 'options.user'],
    [{ user: undefined }, 'ERR_INVALID_ARG_TYPE', 'options.user'],
    [{ user: '' }, 'ERR_INVALID_ARG_VALUE', 'options.user'],
    [{ user: 'a\0b' }, 'ERR_INVALID_ARG_VALUE', 'options.user'],
    [{ user: '\\alice' }, 'ERR_INVALID_ARG_VALUE', 'options.user'],
    [{ user: 'TEST\\' }, 'ERR_INVALID_ARG_VALUE', 'options.user'],
    [{ user: 'A\\B\\c' }, 'ERR_INVALID_ARG_VALUE', 'options.user'],
    [{ user: 'alice', domain: 7 }, 'ERR_INVALID_ARG_TYPE', 'options.domain'],
    [{ user: 'alice', domain: '' }, 'ERR_INVALID_ARG_VALUE', 'options.domain'],
    [{ user: 'TEST\\alice', domain: 'TEST' }, 'ERR_INVALID_ARG_VALUE', 'options.domain'],
    [{ user: 'alice@example.com', domain: 'TEST' }, 'ERR_INVALID_ARG_VALUE', 'options.domain'],
  ])('refuses %j', (options, code, argument) => {
    expect(() => parseAccountName('options', options)).toThrow(expect.objectContaining({ code, argument }))
  })
})
