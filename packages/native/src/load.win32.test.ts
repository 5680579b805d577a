import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { tokenAccess } from './constants.ts'
import { Win32Error } from './errors.ts'
import { loadAddon } from './load.ts'
import { getWin32, setWin32 } from './win32.ts'

const { TOKEN_QUERY } = tokenAccess
const folder = mkdtempSync(join(tmpdir(), 'asuser-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('the addon', () => {
  it('is loaded once, and setWin32 stands in for it until it is disposed', () => {
    const win32 = getWin32()
    expect(getWin32()).toBe(win32)
    {
      using _standIn = setWin32({ ...win32 })
      expect(getWin32()).not.toBe(win32)
    }
    expect(getWin32()).toBe(win32)
  })

  it('throws the Win32Error of this package', () => {
    const win32 = getWin32()
    expect(() => win32.openProcess(0xfffffffc, 1)).toThrow(Win32Error)
  })

  it('has one kind of handle for all copies of the package', async () => {
    vi.resetModules()
    const { loadAddon: loadInAnotherCopy } = await import('./load.ts')
    const other = loadInAnotherCopy()
    try {
      expect(loadInAnotherCopy).not.toBe(loadAddon)
      const win32 = getWin32()
      using ours = win32.openProcessToken(win32.getCurrentProcess(), TOKEN_QUERY)
      using theirs = other.openProcessToken(other.getCurrentProcess(), TOKEN_QUERY)
      expect(other.getTokenInformation(ours, 'TokenType')).toBe(win32.getTokenInformation(theirs, 'TokenType'))
    } finally {
      // The addon throws the errors of the copy that came last.
      loadAddon()
    }
  })

  it('loads in a node.exe of another name', () => {
    const renamed = join(folder, 'some-host.exe')
    copyFileSync(process.execPath, renamed)
    const fixture = fileURLToPath(new URL('./fixtures/say-process-id.mjs', import.meta.url))
    expect(Number(execFileSync(renamed, [fixture], { encoding: 'utf8' }))).toBeGreaterThan(0)
  })
})
