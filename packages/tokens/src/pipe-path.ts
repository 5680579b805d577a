import { randomBytes } from 'node:crypto'
import { InvalidArgumentError, requireText } from './invalid-argument.ts'

const localPipe = /^\\\\[.?]\\pipe\\[^\\]/iu
const remotePipe = /^\\\\[^\\]+\\pipe\\[^\\]/iu

/** Unguessable, so that nobody else has the name first. */
export function randomPipePath(): string {
  return `\\\\.\\pipe\\asuser-${randomBytes(16).toString('hex')}`
}

/** @throws InvalidArgumentError */
export function requireLocalPipePath(name: string, value: unknown): string {
  const path = requireText(name, value)
  if (!localPipe.test(path)) throw InvalidArgumentError.ofValue(name, String.raw`a path like \\.\pipe\name`, path)
  return path
}

/** @throws InvalidArgumentError */
export function requirePipePath(name: string, value: unknown): string {
  const path = requireText(name, value)
  if (!remotePipe.test(path)) throw InvalidArgumentError.ofValue(name, String.raw`a path like \\.\pipe\name`, path)
  return path
}
