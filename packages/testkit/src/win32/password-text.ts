import { Failure } from '../kernel/failure.ts'

/** @throws Failure `ERROR_INVALID_PARAMETER` for half a character */
export function passwordText(utf16: Uint8Array): string {
  if (utf16.length % 2 !== 0) throw new Failure('ERROR_INVALID_PARAMETER')
  return Buffer.from(utf16.buffer, utf16.byteOffset, utf16.byteLength).toString('utf16le')
}
