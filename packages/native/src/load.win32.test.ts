import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { Win32Error } from './errors.ts'
import { getWin32, setWin32 } from './win32.ts'

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

  it('loads in a node.exe of another name', () => {
    const renamed = join(folder, 'some-host.exe')
    copyFileSync(process.execPath, renamed)
    const fixture = fileURLToPath(new URL('./fixtures/say-process-id.mjs', import.meta.url))
    expect(Number(execFileSync(renamed, [fixture], { encoding: 'utf8' }))).toBeGreaterThan(0)
  })
})
