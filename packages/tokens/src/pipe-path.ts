import { InvalidArgumentError, requireText } from './invalid-argument.ts'

const localPipe = /^\\\\[.?]\\pipe\\[^\\/]/iu
/** To Windows a slash parts names, too: `\\./C:\pipe\file` is a file. */
const remotePipe = /^\\\\[^\\/]+\\pipe\\[^\\/]/iu
/** What Windows takes out of a path before it looks: to it `\\.\pipe\..\C:\file` is a file. */
const removedPart = /^\.[. ]*$/u

/** Unguessable, so that nobody else has the name first. */
export function randomPipePath(): string {
  // The global one, since node:crypto makes the import of everything above take a third longer.
  return `\\\\.\\pipe\\asuser-${crypto.randomUUID()}`
}

/** @throws InvalidArgumentError */
export function requireLocalPipePath(name: string, value: unknown): string {
  return requirePath(name, value, localPipe)
}

/** @throws InvalidArgumentError */
export function requirePipePath(name: string, value: unknown): string {
  return requirePath(name, value, remotePipe)
}

function requirePath(name: string, value: unknown, form: RegExp): string {
  const path = requireText(name, value)
  if (!form.test(path)) throw InvalidArgumentError.ofValue(name, String.raw`a path like \\.\pipe\name`, path)
  const [, , , , ...parts] = path.split(/[\\/]/u)
  if (parts.some((part) => removedPart.test(part))) {
    throw InvalidArgumentError.ofValue(name, 'a path without the parts "." and ".."', path)
  }
  return path
}
