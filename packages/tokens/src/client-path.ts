import { win32 as windowsPath } from 'node:path'
import { InvalidArgumentError, requireText } from './invalid-argument.ts'

const drive = /^(?:\\\\\?\\)?[a-z]:[\\/]/iu
const share = /^(?:[\\/]{2}[^\\/?.]|\\\\\?\\UNC\\)[^\\/]*[\\/]+[^\\/]/iu

/** Names that no share can have: what is below them are pipes, which keep who opens one waiting, and mailslots. */
const device = /^\\\\\?\\UNC\\[^\\]+\\(?:pipe|mailslot|ipc\$)(?:\\|$)/iu

/**
 * The path as it goes to Windows: in the form `\\?\`, which has no limit of 260 characters.
 *
 * It must be absolute, with its drive or share: the current directory and the current drive are the server's, not the
 * client's. Devices (`\\.\`, `\\server\pipe\`) are no files.
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
  const nativePath = windowsPath.toNamespacedPath(text)
  if (device.test(nativePath)) throw InvalidArgumentError.ofValue(name, 'the path of a file, not of a pipe', text)
  return nativePath
}

/** The path as people write it, without the prefix of {@link toNativePath}. */
export function fromNativePath(path: string): string {
  if (path.startsWith('\\\\?\\UNC\\')) return `\\\\${path.slice(8)}`
  return path.startsWith('\\\\?\\') ? path.slice(4) : path
}

/** The directory above; undefined for a drive or a share. */
export function parentPath(path: string): string | undefined {
  const parent = windowsPath.dirname(path)
  return parent === path ? undefined : parent
}
