import { describe, expect, it } from 'vitest'
import { ResourceStack } from './resource-stack.ts'

describe('ResourceStack', () => {
  it('gives back in reverse order, once', async () => {
    const order: string[] = []
    const stack = new ResourceStack()
    const first = stack.use({ [Symbol.dispose]: () => void order.push('first') })
    expect(first).toBeDefined()
    stack.defer(async () => void order.push('second'))
    await stack.release()
    await stack.release()
    expect(order).toEqual(['second', 'first'])
  })

  it('gives the rest back when one fails, and throws its failure', async () => {
    const order: string[] = []
    const failure = new Error('stuck')
    const stack = new ResourceStack()
    stack.defer(() => void order.push('first'))
    stack.defer(() => Promise.reject(failure))
    stack.defer(() => void order.push('third'))
    await expect(stack.release()).rejects.toBe(failure)
    expect(order).toEqual(['third', 'first'])
  })

  it('throws all of them when several fail', async () => {
    const stack = new ResourceStack()
    const failures = [new Error('one'), new Error('two')]
    for (const failure of failures) {
      stack.defer(() => {
        throw failure
      })
    }
    await expect(stack.release()).rejects.toMatchObject({ errors: failures.toReversed() })
  })
})
