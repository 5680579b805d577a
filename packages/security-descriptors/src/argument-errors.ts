import { type ErrorCode, InvalidSecurityDescriptorError } from './errors.ts'

/** Node's error for an argument of the wrong type. */
export function invalidType(name: string, expected: string, value: unknown): TypeError {
  const received = typeof value === 'object' ? tagOf(value) : typeof value
  return withCode(new TypeError(`"${name}" must be ${expected}. Received ${received}`), 'ERR_INVALID_ARG_TYPE')
}

/** Node's error for an argument of the right type and a wrong value. */
export function invalidValue(name: string, expected: string): TypeError {
  return withCode(new TypeError(`"${name}" must ${expected}`), 'ERR_INVALID_ARG_VALUE')
}

/** @throws TypeError `ERR_INVALID_ARG_TYPE` unless the value fits */
export function requireType(fits: boolean, name: string, expected: string, value: unknown): void {
  if (!fits) throw invalidType(name, expected, value)
}

/** @throws TypeError `ERR_INVALID_ARG_TYPE` */
export function requireText(value: unknown, name = 'text'): void {
  requireType(typeof value === 'string', name, 'a string', value)
}

/**
 * Takes the `Uint8Array` of another realm as well, such as that of a test runner.
 *
 * @throws TypeError `ERR_INVALID_ARG_TYPE`
 */
export function requireBytes(value: unknown): void {
  requireType(value instanceof Uint8Array || tagOf(value) === '[object Uint8Array]', 'bytes', 'a Uint8Array', value)
}

/** @throws TypeError `ERR_INVALID_ARG_TYPE` */
export function requireObject(name: string, expected: string, value: unknown): void {
  requireType(typeof value === 'object' && value !== null, name, expected, value)
}

/** @throws {InvalidSecurityDescriptorError} with the code, unless the value is a whole number in the range */
export function wholeNumber(
  name: string,
  value: number,
  maximum: number,
  minimum = 0,
  code: ErrorCode = 'ERROR_INVALID_ACL',
): number {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return value
  throw new InvalidSecurityDescriptorError(
    `${name} must be a whole number from ${minimum} to ${maximum}, got ${quoted(value)}`,
    code,
  )
}

/** A value as it stands in a message: no more of it than a person needs to recognise it. */
export function quoted(value: unknown): string {
  const text = String(value)
  const start = text.length > 40 ? `${text.slice(0, 40)}…` : text
  return typeof value === 'string' ? JSON.stringify(start) : start
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value)
}

function withCode(error: TypeError, code: string): TypeError {
  return Object.assign(error, { code })
}
