import { describe, expect, it } from 'vitest'
import { parseCommandLine } from './command-line.ts'

describe('parseCommandLine', () => {
  // https://learn.microsoft.com/windows/win32/api/shellapi/nf-shellapi-commandlinetoargvw
  it.each([
    ['a.exe b c', ['a.exe', 'b', 'c']],
    ['"C:\\Program Files\\a.exe" b', ['C:\\Program Files\\a.exe', 'b']],
    ['a "two words"', ['a', 'two words']],
    ['a \\"b\\" c', ['a', '"b"', 'c']],
    ['a b\\\\c', ['a', 'b\\\\c']],
    ['a "b\\\\" c', ['a', 'b\\', 'c']],
    ['a "b\\\\\\"c"', ['a', 'b\\"c']],
    ['a "b""c"', ['a', 'b"c']],
    ['a "" c', ['a', '', 'c']],
    ['a  b\t c ', ['a', 'b', 'c']],
    ['a b"c d"e', ['a', 'bc de']],
    ['C:\\dir\\ b', ['C:\\dir\\', 'b']],
    ['a b\\', ['a', 'b\\']],
  ])('reads %s', (commandLine, expected) => {
    expect(parseCommandLine(commandLine)).toEqual(expected)
  })
})
