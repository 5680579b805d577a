import { createRequire } from 'node:module'

/**
 * The part of koffi that suites call Windows with where the seam has no function: a foreign function interface, which is
 * on the Windows side of the Wine lane alone. Numbers and bigints stand for handles and addresses, typed arrays for memory.
 */
export interface Koffi {
  load(library: string): { func(prototype: string): (...args: readonly unknown[]) => number }
}

/** `undefined` where it is not installed. */
export function loadKoffi(): Koffi | undefined {
  const require = createRequire(import.meta.url)
  try {
    return require('koffi')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}
