import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accessRight, creationDisposition, fileAttribute, impersonationLevel } from '../constants.ts'
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

describe('removeTree', () => {
  const removeTree = (): Promise<void> => win32.removeTree({ path: folder, impersonate: null })

  it('removes links, and leaves alone what they lead to', async ({ skip }) => {
    skip(underWine, 'Node cannot make a link in Wine')
    const [kept, tree] = [join(folder, 'kept'), join(folder, 'tree')]
    mkdirSync(join(tree, 'below'), { recursive: true })
    mkdirSync(kept)
    writeFileSync(join(kept, 'file'), 'kept')
    symlinkSync(kept, join(tree, 'below', 'junction'), 'junction')
    symlinkSync(path, join(tree, 'below', 'link'), 'file')
    await win32.removeTree({ path: tree, impersonate: null })
    expect([existsSync(tree), existsSync(join(kept, 'file')), existsSync(path)]).toEqual([false, true, true])
  })

  it('removes the link that it is given', async ({ skip }) => {
    skip(underWine, 'Node cannot make a link in Wine')
    const [kept, link] = [join(folder, 'kept'), join(folder, 'link')]
    mkdirSync(kept)
    writeFileSync(join(kept, 'file'), 'kept')
    symlinkSync(kept, link, 'junction')
    await win32.removeTree({ path: link, impersonate: null })
    expect([existsSync(link), existsSync(join(kept, 'file'))]).toEqual([false, true])
  })

  it('goes as deep as a tree is', async () => {
    const depth = 150
    // Without the prefix Windows takes no more than 260 characters.
    mkdirSync(`\\\\?\\${join(folder, ...Array.from({ length: depth }, () => 'd'))}`, { recursive: true })
    await removeTree()
    expect(existsSync(folder)).toBe(false)
  })

  it('removes what is read-only where the file system does not know how', async ({ skip }) => {
    skip(shim === undefined, needsShim)
    shim?.failNext('SetFileInformationByHandle', 87)
    await removeTree()
    expect(existsSync(folder)).toBe(false)
  })

  it('names what it could not open and what it could not remove', async ({ skip }) => {
    skip(shim === undefined, needsShim)
    shim?.failNext('SetFileInformationByHandle', 32)
    await expect(removeTree()).rejects.toMatchObject({ code: 'ERROR_SHARING_VIOLATION', context: { path } })
    expect(existsSync(path)).toBe(true)
  })

  it('names a directory that it could not remove after all that was in it', async ({ skip }) => {
    skip(shim === undefined, needsShim)
    const [tree, below] = [join(folder, 'tree'), join(folder, 'tree', 'below')]
    mkdirSync(join(below, 'directory'), { recursive: true })
    writeFileSync(join(below, 'directory', 'file'), 'contents')
    for (const error of [0, 0, 32]) shim?.failNext('SetFileInformationByHandle', error)
    await expect(win32.removeTree({ path: tree, impersonate: null })).rejects.toMatchObject({
      context: { path: below },
    })
    expect(readdirSync(below)).toEqual([])
  })
})

describe('createFile', () => {
  // The attribute FILE_ATTRIBUTE_NO_SCRUB_DATA has the bit of the level SecurityImpersonation.
  it.for([0, 0x20000])(
    'tells the server of a pipe nothing of who opened it with the flags %i',
    async (flags, { skip }) => {
      skip(underWine, 'Wine does not keep the level that a client allows')
      const name = `\\\\.\\pipe\\asuser-file-${randomUUID()}`
      const buffers = { inBufferSize: 4096, outBufferSize: 4096 }
      const options = {
        name,
        firstInstance: true,
        rejectRemoteClients: true,
        maxInstances: 1,
        security: null,
        ...buffers,
      }
      using pipe = win32.createNamedPipe(options)
      const file = await win32.createFile({
        path: name,
        impersonate: null,
        desiredAccess: accessRight.GENERIC_WRITE,
        shareMode: 0,
        creationDisposition: creationDisposition.OPEN_EXISTING,
        flagsAndAttributes: flags,
      })
      await win32.connectNamedPipe(pipe, false)
      const server = win32.openPipeStream(win32.duplicateHandle(pipe), 'duplex')
      const client = win32.openFileWriteStream(file)
      client.write('hello')
      await once(server, 'readable')
      expect(win32.impersonateNamedPipeClient(pipe, (level) => level)).toBe(impersonationLevel.SecurityAnonymous)
      client.destroy()
      server.destroy()
    },
  )
})
