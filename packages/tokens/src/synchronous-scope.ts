import { isPromise } from 'node:util/types'
import { InvalidArgumentError } from './invalid-argument.ts'

/** What a callback returns whose work is done by then: anything but a promise. */
export type Synchronous<T> = T extends PromiseLike<unknown> ? never : T

/**
 * Runs a callback inside of a scope that ends when the callback returns, and refuses callbacks whose work would go on
 * after it: what they do later would be done under another identity or without the privileges.
 *
 * Functions that are asynchronous or generators by their syntax are refused before the scope is entered. A promise, a
 * generator or anything else with a `then` that a plain function returns is refused after the scope has ended.
 *
 * @throws InvalidArgumentError
 */
export function callSynchronously<T>(callback: () => T, enterScope: (run: () => T) => T): T {
  if (typeof callback !== 'function') throw InvalidArgumentError.ofType('callback', 'a function', callback)
  if (deferringFunctions.has(tagOf(callback))) throw deferredWork('an asynchronous function or a generator function')
  const result = enterScope(callback)
  if (isThenable(result)) {
    ignoreRejection(result)
    throw deferredWork('a promise')
  }
  if (deferredResults.has(tagOf(result))) throw deferredWork('a generator')
  return result
}

const deferringFunctions = new Set(['AsyncFunction', 'GeneratorFunction', 'AsyncGeneratorFunction'])
/** The last are what `map` and the like make of a generator, and what `Iterator.from` makes of anything. */
const deferredResults = new Set(['Generator', 'AsyncGenerator', 'Iterator Helper', 'Iterator'])

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1)
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    value !== null &&
    (typeof value === 'object' || typeof value === 'function') &&
    'then' in value &&
    typeof value.then === 'function'
  )
}

/**
 * The promise is refused; that it may also fail is not another, unhandled, error. What only has a `then`, such as a query
 * that is not sent before it is awaited, is left alone: to call it could begin the work, as somebody else.
 */
function ignoreRejection(thenable: PromiseLike<unknown>): void {
  if (isPromise(thenable)) void Promise.prototype.then.call(thenable, undefined, () => {})
}

function deferredWork(received: string): InvalidArgumentError {
  return new InvalidArgumentError({
    code: 'ERR_INVALID_ARG_TYPE',
    name: 'callback',
    expected: 'a function that has done its work when it returns, for the scope ends there',
    received,
  })
}
