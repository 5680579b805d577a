import { describe, expect, it } from 'vitest'
import { fromNativePath, parentPath, toNativePath } from './client-path.ts'

describe('toNativePath', () => {
  it.each([
    ['C:\\dir\\file.txt', '\\\\?\\C:\\dir\\file.txt'],
    ['c:/dir/../file.txt', '\\\\?\\c:\\file.txt'],
    ['C:\\', '\\\\?\\C:\\'],
    [`C:\\${'x'.repeat(300)}`, `\\\\?\\C:\\${'x'.repeat(300)}`],
    ['\\\\server\\share\\file', '\\\\?\\UNC\\server\\share\\file'],
    ['//server/share/file', '\\\\?\\UNC\\server\\share\\file'],
    ['\\\\?\\C:\\dir\\file', '\\\\?\\C:\\dir\\file'],
    ['\\\\?\\UNC\\server\\share\\file', '\\\\?\\UNC\\server\\share\\file'],
    ['\\\\server\\pipes\\file', '\\\\?\\UNC\\server\\pipes\\file'],
    ['\\\\pipe\\share\\pipe', '\\\\?\\UNC\\pipe\\share\\pipe'],
  ])('takes %s', (path, native) => {
    expect(toNativePath('path', path)).toBe(native)
  })

  it.each([
    ['a relative path', 'file.txt'],
    ['a path of the current drive', '\\dir\\file.txt'],
    ['a path of the current directory of a drive', 'C:file.txt'],
    ['a device', '\\\\.\\PhysicalDrive0'],
    ['a pipe', '\\\\.\\pipe\\name'],
    ['a device by another name', '\\\\?\\GLOBALROOT\\Device\\Null'],
    ['a pipe by another name', '\\\\?\\pipe\\name'],
    ['a volume', '\\\\?\\Volume{01234567}\\file'],
    ['a pipe as if on a share', '\\\\localhost\\pipe\\name'],
    ['a pipe as if on a share, in other letters', '//server/PIPE/dir/../name'],
    ['a pipe as if on a share, in the long form', '\\\\?\\UNC\\localhost\\pipe\\name'],
    ['a pipe through the share of pipes', '\\\\server\\IPC$\\name'],
    ['a mailslot', '\\\\server\\mailslot\\name'],
    ['a NUL', 'C:\\dir\0\\file'],
    ['an empty path', ''],
  ])('refuses %s', (_, path) => {
    expect(() => toNativePath('path', path)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE', argument: 'path' }),
    )
  })

  it('refuses what is no text', () => {
    expect(() => toNativePath('path', new URL('file:///C:/dir'))).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE', argument: 'path' }),
    )
  })
})

describe('fromNativePath', () => {
  it.each(['C:\\dir\\file', '\\\\server\\share\\file'])('gives %s back', (path) => {
    expect(fromNativePath(toNativePath('path', path))).toBe(path)
  })
})

describe('parentPath', () => {
  it.each([
    ['\\\\?\\C:\\dir', '\\\\?\\C:\\'],
    ['\\\\?\\C:\\dir\\file', '\\\\?\\C:\\dir'],
    ['\\\\?\\UNC\\server\\share\\dir\\file', '\\\\?\\UNC\\server\\share\\dir'],
  ])('goes up from %s', (child, parent) => {
    expect(parentPath(child)).toBe(parent)
  })

  it('ends at a drive', () => {
    expect(parentPath('\\\\?\\C:\\')).toBeUndefined()
  })
})
