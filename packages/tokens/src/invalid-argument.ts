import { Sid } from '@asuser/security-descriptors'

export type InvalidArgumentCode = 'ERR_INVALID_ARG_TYPE' | 'ERR_INVALID_ARG_VALUE'

export interface InvalidArgumentOptions {
  readonly code: InvalidArgumentCode
  /** The argument as the caller wrote it: `options.timeout`. */
  readonly name: string
  /** What it must be, as a phrase after "must be". */
  readonly expected: string
  /** What came, in words that give no secret away. */
  readonly received: string
}

const invalidArgumentBrand = Symbol.for('@asuser/tokens/InvalidArgumentError')

/** An argument that cannot be right, found before anything was done. */
export class InvalidArgumentError extends TypeError {
  readonly code: InvalidArgumentCode
  readonly argument: string

  constructor({ code, name, expected, received }: InvalidArgumentOptions) {
    super(`The argument "${name}" must be ${expected}, got ${received}`)
    this.code = code
    this.argument = name
  }

  static {
    Object.defineProperty(this.prototype, 'name', { value: 'InvalidArgumentError', configurable: true, writable: true })
    Object.defineProperty(this.prototype, invalidArgumentBrand, { value: true })
  }

  /** Also true for an error of another installed copy of this package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && invalidArgumentBrand in value
  }

  /** The value has the wrong type. Objects are named by their class alone: they may hold a password. */
  static ofType(name: string, expected: string, value: unknown): InvalidArgumentError {
    return new InvalidArgumentError({ code: 'ERR_INVALID_ARG_TYPE', name, expected, received: describeValue(value) })
  }

  /** The value has the right type and cannot be used. */
  static ofValue(name: string, expected: string, value: unknown): InvalidArgumentError {
    return new InvalidArgumentError({ code: 'ERR_INVALID_ARG_VALUE', name, expected, received: describeValue(value) })
  }

  /** The same for a secret, of which nothing is shown. */
  static ofSecret(name: string, expected: string, received: string): InvalidArgumentError {
    return new InvalidArgumentError({ code: 'ERR_INVALID_ARG_VALUE', name, expected, received })
  }
}

const longestShown = 80

function describeValue(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.length > longestShown ? `${value.slice(0, longestShown)}…` : value)
  }
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`
  if (typeof value === 'object' && value !== null) return describeObject(value)
  return String(value)
}

function describeObject(value: object): string {
  const { name } = Object.getPrototypeOf(value)?.constructor ?? {}
  return typeof name === 'string' ? `an instance of ${name}` : 'an object'
}

/** A class whose instances are asked for; that it cannot be constructed does not matter. */
type Class<T> = Function & { readonly prototype: T }

/** The options of a function. */
export function requireObject<T>(name: string, value: T): T {
  if (typeof value !== 'object' || value === null) throw InvalidArgumentError.ofType(name, 'an object', value)
  return value
}

export function requireInstance<T>(name: string, type: Class<T>, value: unknown): T {
  if (!isInstance(type, value)) throw InvalidArgumentError.ofType(name, `an instance of ${type.name}`, value)
  return value
}

function isInstance<T>(type: Class<T>, value: unknown): value is T {
  return value instanceof type
}

export function requireBoolean(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw InvalidArgumentError.ofType(name, 'a boolean', value)
  return value
}

/** One of the words that `table` has a meaning for. */
export function requireKeyOf<Key extends string>(
  name: string,
  table: Readonly<Record<Key, unknown>>,
  value: unknown,
): Key {
  if (isKeyOf(table, value)) return value
  const expected = `one of ${Object.keys(table).join(', ')}`
  throw typeof value === 'string'
    ? InvalidArgumentError.ofValue(name, expected, value)
    : InvalidArgumentError.ofType(name, expected, value)
}

function isKeyOf<Key extends string>(table: Readonly<Record<Key, unknown>>, value: unknown): value is Key {
  return typeof value === 'string' && Object.hasOwn(table, value)
}

export function requireCount(name: string, value: unknown): number {
  if (typeof value !== 'number') throw InvalidArgumentError.ofType(name, 'a number', value)
  if (Number.isSafeInteger(value) && value > 0) return value
  throw InvalidArgumentError.ofValue(name, 'a whole number of at least 1', value)
}

const longestTimer = 2 ** 31 - 1

/** What a timer takes, in milliseconds. */
export function requireDuration(name: string, value: unknown): number {
  if (typeof value !== 'number') throw InvalidArgumentError.ofType(name, 'a number', value)
  const isDuration = value === Infinity || (Number.isSafeInteger(value) && value >= 1 && value <= longestTimer)
  if (isDuration) return value
  throw InvalidArgumentError.ofValue(name, `milliseconds from 1 to ${longestTimer}, or Infinity`, value)
}

const signBit = -(2 ** 31)
const allBits = 2 ** 32 - 1

/** An access mask. The bit operators of JavaScript make masks with the highest bit negative. */
export function requireMask(name: string, value: unknown): number {
  if (typeof value !== 'number') throw InvalidArgumentError.ofType(name, 'an access mask', value)
  if (!Number.isInteger(value) || value < signBit || value > allBits) {
    throw InvalidArgumentError.ofValue(name, 'an access mask of 32 bits', value)
  }
  return value >>> 0
}

export function requireString(name: string, value: unknown): string {
  if (typeof value !== 'string') throw InvalidArgumentError.ofType(name, 'a string', value)
  return value
}

/** A string that can be handed to Windows: not empty, and without NUL, which would cut it short. */
export function requireText(name: string, value: unknown): string {
  const text = requireString(name, value)
  if (text === '') throw InvalidArgumentError.ofValue(name, 'a string that is not empty', text)
  if (text.includes('\0')) throw InvalidArgumentError.ofValue(name, 'a string without NUL', text)
  return text
}

export function requireSid(name: string, value: unknown): Sid {
  if (!(value instanceof Sid)) throw InvalidArgumentError.ofType(name, 'a Sid', value)
  return value
}

/** The SIDs in binary form. */
export function requireSids(name: string, values: unknown): readonly Uint8Array[] {
  if (!Array.isArray(values)) throw InvalidArgumentError.ofType(name, 'an array of Sids', values)
  return values.map((value: unknown, index) => requireSid(`${name}[${index}]`, value).toBytes())
}
