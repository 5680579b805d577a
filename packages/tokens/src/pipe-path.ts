import { InvalidArgumentError, requireText } from './invalid-argument.ts'

const localPipe = /^\\\\[.?]\\pipe\\[^\\]/iu
const remotePipe = /^\\\\[^\\]+\\pipe\\[^\\]/iu

/** Unguessable, so that nobody else has the name first. */
export function randomPipePath(): string {
  // The global one, since node:crypto makes the import of everything above take a third longer.
  return `\\\\.\\pipe\\asuser-${crypto.randomUUID()}`
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
