import { describe, expect, it } from 'vitest'
import { childPath, fromNativePath, parentPath, toNativePath } from './client-path.ts'

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

describe('childPath and parentPath', () => {
  it.each([
    ['\\\\?\\C:\\', 'dir', '\\\\?\\C:\\dir'],
    ['\\\\?\\C:\\dir', 'file', '\\\\?\\C:\\dir\\file'],
    ['\\\\?\\UNC\\server\\share\\dir', 'file', '\\\\?\\UNC\\server\\share\\dir\\file'],
  ])('go down from %s and up again', (parent, name, child) => {
    expect(childPath(parent, name)).toBe(child)
    expect(parentPath(child)).toBe(parent)
  })

  it('end at a drive', () => {
    expect(parentPath('\\\\?\\C:\\')).toBeUndefined()
  })
})
