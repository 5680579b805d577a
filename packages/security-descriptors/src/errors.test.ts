import { describe, expect, test } from 'vitest'

import { InvalidAccessCheckError, InvalidSecurityDescriptorError, SddlSyntaxError } from './errors.ts'

describe('errors', () => {
  const syntax = new SddlSyntaxError({
    input: 'D:(X',
    offset: 3,
    piece: 'X',
    expected: 'an ACE',
    code: 'ERROR_INVALID_ACL',
  })

  test('SddlSyntaxError is a SyntaxError that says where, what and what instead', () => {
    expect(Object.getPrototypeOf(SddlSyntaxError)).toBe(SyntaxError)
    expect(syntax).toMatchObject({
      name: 'SddlSyntaxError',
      code: 'ERROR_INVALID_ACL',
      errno: 1336,
      offset: 3,
      piece: 'X',
    })
    expect(syntax.message).toContain('"X"')
    expect(syntax.message).toContain('offset 3')
    expect(syntax.message).toContain('an ACE')
  })

  test('the other two are RangeErrors with the code and number of Windows', () => {
    expect(new InvalidSecurityDescriptorError('bad', 'ERROR_INVALID_SID', 7)).toMatchObject({ errno: 1337, offset: 7 })
    expect(new InvalidAccessCheckError('bad', 'ERROR_GENERIC_NOT_MAPPED')).toMatchObject({ errno: 1360 })
  })

  test('instanceof knows an error of another copy of the package, and nothing else', () => {
    const foreign = new SyntaxError('from another copy')
    Object.defineProperty(foreign, Symbol.for('@asuser/security-descriptors.SddlSyntaxError'), { value: true })
    expect(foreign instanceof SddlSyntaxError).toBe(true)
    expect(new SyntaxError('plain') instanceof SddlSyntaxError).toBe(false)
    expect(syntax instanceof InvalidSecurityDescriptorError).toBe(false)
    expect((null as unknown) instanceof InvalidAccessCheckError).toBe(false)
  })
})
