import { describe, expect, it } from 'vitest'
import { InvalidArgumentError } from './invalid-argument.ts'

describe('InvalidArgumentError', () => {
  it('names the argument, what was expected and what came', () => {
    const error = InvalidArgumentError.ofType('options.timeout', 'a number', 'soon')
    expect(error).toBeInstanceOf(TypeError)
    expect(error).toMatchObject({
      name: 'InvalidArgumentError',
      code: 'ERR_INVALID_ARG_TYPE',
      argument: 'options.timeout',
    })
    expect(error.message).toBe('The argument "options.timeout" must be a number, got "soon"')
  })

  it.each([
    [null, 'null'],
    [undefined, 'undefined'],
    [5, '5'],
    [5n, '5'],
    [{ password: 'secret' }, 'an instance of Object'],
    [Object.create(null), 'an object'],
    [new Map([['password', 'secret']]), 'an instance of Map'],
    [function named() {}, 'the function named'],
    ['x'.repeat(1000), `"${'x'.repeat(80)}…"`],
  ])('describes %s as %s', (value, words) => {
    expect(InvalidArgumentError.ofValue('a', 'b', value).message).toBe(`The argument "a" must be b, got ${words}`)
  })
})
