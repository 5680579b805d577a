import { win32 as windowsPath } from 'node:path'
import { InvalidArgumentError, requireText } from './invalid-argument.ts'

const drive = /^(?:\\\\\?\\)?[a-z]:[\\/]/iu
const share = /^(?:[\\/]{2}[^\\/?.]|\\\\\?\\UNC\\)[^\\/]*[\\/]+[^\\/]/iu

/**
 * The path as it goes to Windows: in the form `\\?\`, which has no limit of 260 characters.
 *
 * It must be absolute, with its drive or share: the current directory and the current drive are the server's, not the
 * client's. Devices (`\\.\`) are no files.
 *
 * @throws InvalidArgumentError
 */
export function toNativePath(name: string, path: unknown): string {
  const text = requireText(name, path)
  if (!drive.test(text) && !share.test(text)) {
    throw InvalidArgumentError.ofValue(
      name,
      'an absolute path such as "C:\\dir\\file" or "\\\\server\\share\\file"',
      text,
    )
  }
  return windowsPath.toNamespacedPath(text)
}

/** The path as people write it, without the prefix of {@link toNativePath}. */
export function fromNativePath(path: string): string {
  if (path.startsWith('\\\\?\\UNC\\')) return `\\\\${path.slice(8)}`
  return path.startsWith('\\\\?\\') ? path.slice(4) : path
}

/** What is in a directory. */
export function childPath(directory: string, name: string): string {
  return directory.endsWith('\\') ? `${directory}${name}` : `${directory}\\${name}`
}

/** The directory above; undefined for a drive or a share. */
export function parentPath(path: string): string | undefined {
  const parent = windowsPath.dirname(path)
  return parent === path ? undefined : parent
}
