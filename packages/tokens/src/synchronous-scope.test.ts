import { describe, expect, it, vi } from 'vitest'
import { InvalidArgumentError } from './invalid-argument.ts'
import { callSynchronously } from './synchronous-scope.ts'

describe('callSynchronously', () => {
  it('passes the result and the scope on', () => {
    const order: string[] = []
    const result = callSynchronously(
      () => {
        order.push('work')
        return 42
      },
      (run) => {
        order.push('enter')
        const value = run()
        order.push('leave')
        return value
      },
    )
    expect(result).toBe(42)
    expect(order).toEqual(['enter', 'work', 'leave'])
  })

  it.each([
    ['an async function', async () => 1],
    [
      'a generator function',
      function* () {
        yield 1
      },
    ],
    [
      'an async generator function',
      async function* () {
        yield 1
      },
    ],
  ])('never enters the scope when given %s', (_, callback) => {
    const enterScope = vi.fn()
    expect(() => callSynchronously(callback, enterScope)).toThrow(InvalidArgumentError)
    expect(enterScope).not.toHaveBeenCalled()
  })

  it.each([
    ['a promise', () => Promise.resolve(1)],
    ['a promise that fails', () => Promise.reject(new Error('later'))],
    ['a thenable', () => ({ then: () => {} })],
    [
      'a generator',
      () =>
        (function* () {
          yield 1
        })(),
    ],
  ])('refuses %s after the scope has ended', (_, callback) => {
    let ended = false
    const call = (): unknown =>
      callSynchronously<unknown>(callback, (run) => {
        try {
          return run()
        } finally {
          ended = true
        }
      })
    expect(call).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE', argument: 'callback' }))
    expect(ended).toBe(true)
  })

  it('never calls the then of what is no promise, which may begin its work there', () => {
    const then = vi.fn()
    expect(() =>
      callSynchronously<unknown>(
        () => ({ then }),
        (run) => run(),
      ),
    ).toThrow(InvalidArgumentError)
    expect(then).not.toHaveBeenCalled()
  })

  it('refuses what has a then that throws', () => {
    const failing = {
      then: () => {
        throw new RangeError('from then')
      },
    }
    expect(() =>
      callSynchronously<unknown>(
        () => failing,
        (run) => run(),
      ),
    ).toThrow(InvalidArgumentError)
  })

  it('refuses a generator that is mapped lazily', ({ skip }) => {
    skip(!('Iterator' in globalThis), 'Node has such methods from version 22 on')
    let steps = 0
    const generate = function* (): Generator<number> {
      yield (steps += 1)
    }
    const lazy = (): unknown => {
      const generator = generate()
      return Reflect.apply(Reflect.get(generator, 'map'), generator, [String])
    }
    expect(() => callSynchronously(lazy, (run) => run())).toThrow(InvalidArgumentError)
    expect(steps).toBe(0)
  })

  it('lets what the callback throws through', () => {
    const failure = new Error('mine')
    const call = (): unknown =>
      callSynchronously(
        () => {
          throw failure
        },
        (run) => run(),
      )
    expect(call).toThrow(failure)
  })

  it('refuses what is no function', () => {
    const notAFunction: unknown = 'text'
    // @ts-expect-error: what JavaScript may pass
    expect(() => callSynchronously(notAFunction, (run) => run())).toThrow(InvalidArgumentError)
  })
})
