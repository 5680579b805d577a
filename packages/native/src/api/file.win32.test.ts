import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fileAttribute } from '../constants.ts'
import { installLsaShim, type InstalledShim } from '../fixtures/lsa-shim.mjs'
import { getWin32 } from '../win32.ts'

const win32 = getWin32()
const underWine = process.env['ASUSER_LANE'] === 'wine'
// Only Wine has the shim, which stands in for a Windows or a file system that lacks a function.
const shim: InstalledShim | undefined = underWine ? await installLsaShim() : undefined
const needsShim = 'only the shim of the Wine lane fails when it is told to'
const readOnly = 0o444

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'asuser-file-'))
  path = join(folder, 'file')
  writeFileSync(path, 'contents')
  chmodSync(path, readOnly)
})

afterEach(() => {
  shim?.clear()
  rmSync(folder, { recursive: true, force: true })
})

const attributes = (): Promise<number> => win32.getFileAttributes({ path, impersonate: null })
const remove = (): Promise<void> => win32.deleteFile({ path, impersonate: null, ignoreReadOnly: true })

describe('deleteFile with ignoreReadOnly', () => {
  it('removes what Node has made read-only', async () => {
    await remove()
    expect(existsSync(path)).toBe(false)
  })

  it('removes a link, and leaves alone what it leads to', async ({ skip }) => {
    skip(underWine, 'Node cannot make a link in Wine')
    const link = join(folder, 'link')
    symlinkSync(path, link, 'file')
    await win32.deleteFile({ path: link, impersonate: null, ignoreReadOnly: true })
    expect([existsSync(link), existsSync(path)]).toEqual([false, true])
  })

  describe.each([
    ['ERROR_INVALID_PARAMETER', 87],
    ['ERROR_INVALID_FUNCTION', 1],
    ['ERROR_NOT_SUPPORTED', 50],
  ])('where the file system answers with %s', (_code, unknown) => {
    beforeEach(({ skip }) => {
      skip(shim === undefined, needsShim)
      shim?.failNext('SetFileInformationByHandle', unknown)
    })

    it('makes it writable and removes it', async () => {
      await remove()
      expect(existsSync(path)).toBe(false)
    })

    it('leaves it as it was when that fails', async () => {
      const before = await attributes()
      expect(before & fileAttribute.FILE_ATTRIBUTE_READONLY).not.toBe(0)
      for (const error of [0, 5]) shim?.failNext('SetFileInformationByHandle', error)
      await expect(remove()).rejects.toMatchObject({
        code: 'ERROR_ACCESS_DENIED',
        syscall: 'SetFileInformationByHandle',
        context: { path },
      })
      expect(await attributes()).toBe(before)
    })
  })

  it('fails with what the file system says where it knows how', async ({ skip }) => {
    skip(shim === undefined, needsShim)
    shim?.failNext('SetFileInformationByHandle', 32)
    await expect(remove()).rejects.toMatchObject({ code: 'ERROR_SHARING_VIOLATION' })
    expect(existsSync(path)).toBe(true)
  })
})

describe('removeDirectory with ignoreReadOnly', () => {
  it('removes an empty directory that is read-only, and no other', async () => {
    const directory = join(folder, 'directory')
    const removeDirectory = (): Promise<void> =>
      win32.removeDirectory({ path: directory, impersonate: null, ignoreReadOnly: true })
    mkdirSync(join(directory, 'below'), { recursive: true })
    chmodSync(directory, readOnly)
    await expect(removeDirectory()).rejects.toMatchObject({ code: 'ERROR_DIR_NOT_EMPTY' })
    rmSync(join(directory, 'below'), { recursive: true })
    await removeDirectory()
    expect(existsSync(directory)).toBe(false)
  })
})
