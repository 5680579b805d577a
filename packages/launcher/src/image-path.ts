import { win32 as path } from 'node:path'

/** `C:\x` and `\\server\share\x`, also as `\\?\C:\x`; not `\x` or `C:x`, which depend on where the server stands. */
export function isFullyQualified(file: string): boolean {
  return /^[a-z]:[\\/]/i.test(file) || /^[\\/]{2}[^\\/]/.test(file)
}

/** Whether a command names a place, not just a program to be searched for. */
export function hasDirectory(command: string): boolean {
  return /[\\/:]/.test(command)
}

/** With backslashes only; nothing else changes in a path that is one already. */
export function normalizePath(file: string): string {
  return path.normalize(file)
}

/**
 * Whether Windows would hand the file to `cmd.exe`. It ignores dots and spaces at the end of a name, so that
 * `run.bat. .` is a batch file as well.
 *
 * @see https://nodejs.org/en/blog/vulnerability/april-2024-security-releases-2 CVE-2024-27980
 */
export function isBatchFile(file: string): boolean {
  return /\.(?:bat|cmd)[. ]*$/i.test(file)
}

/** A `:` beyond the drive opens another stream of the file, by which its extension can be hidden. */
export function hasStreamName(file: string): boolean {
  return file.replace(/^[\\/]{2}\?[\\/]/, '').includes(':', 2)
}

export function extensionOf(file: string): string {
  return path.extname(file).toUpperCase()
}
