import { describe, expect, it } from 'vitest'
import { hasDirectory, hasStreamName, isBatchFile, isFullyQualified, normalizePath } from './image-path.ts'

describe('isFullyQualified', () => {
  it.each(['C:\\x', 'c:/x', '\\\\server\\share\\x', '\\\\?\\C:\\x', '//server/share'])('is true for %s', (file) => {
    expect(isFullyQualified(file)).toBe(true)
  })

  it.each(['x.exe', 'C:x.exe', '\\x.exe', '/x.exe', '.\\x', '..\\x', ''])('is false for %s', (file) => {
    expect(isFullyQualified(file)).toBe(false)
  })
})

describe('isBatchFile', () => {
  it.each(['run.bat', 'RUN.CMD', 'C:\\x\\run.cmd', 'run.bat.', 'run.cmd . .', 'run.bat '])('is true for %j', (file) => {
    expect(isBatchFile(file)).toBe(true)
  })

  it.each(['run.exe', 'bat', 'run.batch', 'cmd.exe', 'a.cmd\\x.exe'])('is false for %j', (file) => {
    expect(isBatchFile(file)).toBe(false)
  })
})

describe('hasStreamName', () => {
  it('finds a colon beyond the drive', () => {
    expect(hasStreamName('C:\\x.bat::$DATA')).toBe(true)
    expect(hasStreamName('C:\\x.exe')).toBe(false)
    expect(hasStreamName('\\\\?\\C:\\x.exe')).toBe(false)
    expect(hasStreamName('\\\\?\\C:\\x.exe:y')).toBe(true)
    expect(hasStreamName('\\\\.\\C:\\x.exe')).toBe(true)
  })
})

describe('hasDirectory', () => {
  it('tells a place from a name', () => {
    expect(hasDirectory('node')).toBe(false)
    for (const command of ['.\\node', 'bin/node', 'C:node']) expect(hasDirectory(command)).toBe(true)
  })
})

describe('normalizePath', () => {
  it('turns slashes and dots into a plain path', () => {
    expect(normalizePath('C:/a/../b\\.\\x.exe')).toBe('C:\\b\\x.exe')
  })
})
