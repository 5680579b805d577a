import { describe, expect, it } from 'vitest'
import { normalizePath } from './path.ts'

describe('normalizePath', () => {
  it.each([
    ['c:\\a\\b', 'C:\\a\\b'],
    ['C:/a//b/', 'C:\\a\\b'],
    ['C:\\a\\.\\b\\..\\c', 'C:\\a\\c'],
    ['C:\\..\\a', 'C:\\a'],
    ['C:\\a. \\b..', 'C:\\a\\b'],
    ['sub\\file', 'C:\\Here\\sub\\file'],
    ['\\rooted', 'C:\\rooted'],
    ['C:\\', 'C:\\'],
  ])('makes one of %s', (path, expected) => {
    expect(normalizePath(path, 'C:\\Here')).toBe(expected)
  })

  it.each([
    ['', 'ERROR_PATH_NOT_FOUND'],
    ['C:\\a?', 'ERROR_INVALID_NAME'],
    ['C:\\a\\b:stream', 'ERROR_INVALID_NAME'],
    ['\\\\server\\share', 'ERROR_BAD_NETPATH'],
  ])('refuses %j', (path, code) => {
    expect(() => normalizePath(path, 'C:\\')).toThrow(expect.objectContaining({ code }))
  })
})
