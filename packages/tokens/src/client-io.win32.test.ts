import { constants, createReadStream, openSync, readSync, closeSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { getWin32 } from '@asuser/native'
// @boundaries-ignore support of all test suites
import { installedAccounts } from '../../../tools/testing/installed-accounts.ts'
import { asClient, type ClientIo, currentProcessToken, logonUser, type Token } from './index.ts'

let token: Token
let client: ClientIo
let folder: string
let handlesBefore: number

beforeAll(async () => {
  const { alice } = await installedAccounts()
  handlesBefore = getWin32().countOpenHandles()
  token = await logonUser(alice)
})

afterAll(() => {
  token.close()
  expect(getWin32().countOpenHandles()).toBe(handlesBefore)
})

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'asuser-client-io-'))
  client = asClient(token)
})

afterEach(() => {
  client.close()
  rmSync(folder, { recursive: true, force: true })
})

/** As the server, which may do everything in its own folder whatever the lane knows of DACLs. */
async function asServer<T>(work: (io: ClientIo) => Promise<T>): Promise<T> {
  using own = currentProcessToken()
  using io = asClient(own)
  return await work(io)
}

describe('a file that was opened as a client', () => {
  it('becomes a descriptor of Node, which needs neither token nor identity', async () => {
    const path = join(folder, 'file.txt')
    await writeFile(path, 'contents')
    const descriptor = await asServer(async (io) => {
      using file = await io.open(path)
      const taken = file.takeDescriptor()
      expect(file.closed).toBe(true)
      expect(() => file.takeDescriptor()).toThrow(expect.objectContaining({ code: 'ERROR_INVALID_HANDLE' }))
      return taken
    })
    const memory = Buffer.alloc(20)
    expect(readSync(descriptor, memory, 0, 20, 3)).toBe(5)
    expect(memory.subarray(0, 5).toString()).toBe('tents')
    expect(await text(createReadStream('', { fd: descriptor, start: 0 }))).toBe('contents')
    expect(() => closeSync(descriptor)).toThrow(expect.objectContaining({ code: 'EBADF' }))
  })

  it('is written through a stream', async () => {
    const path = join(folder, 'file.txt')
    await asServer(async (io) => {
      const file = await io.open(path, 'wx')
      const stream = file.createWriteStream()
      await new Promise<void>((resolve, reject) => {
        stream.on('error', reject).on('close', resolve).end('x'.repeat(300_000))
      })
    })
    expect((await readFile(path)).length).toBe(300_000)
  })
})

describe('ClientIo on the file system', () => {
  it('reads and writes, with everything that Node then sees', async () => {
    await asServer(async (io) => {
      const path = join(folder, 'a', 'b', 'file.txt')
      await io.mkdir(join(folder, 'a', 'b'), { recursive: true })
      await io.writeFile(path, 'one')
      await io.writeFile(path, 'two', 'a')
      expect(await readFile(path, 'utf8')).toBe('onetwo')
      expect(await io.readFile(path, 'utf8')).toBe('onetwo')
      const stats = await io.stat(path)
      expect([stats.isFile(), stats.size]).toEqual([true, 6n])
      await io.rename(path, join(folder, 'a', 'moved.txt'))
      expect([...(await io.readdir(join(folder, 'a')))].toSorted()).toEqual(['b', 'moved.txt'])
      await io.access(join(folder, 'a'), constants.R_OK | constants.W_OK)
      expect((await io.realpath(join(folder, 'A', 'MOVED.TXT'))).endsWith('moved.txt')).toBe(true)
      await io.rm(folder, { recursive: true })
      await expect(io.access(folder)).rejects.toMatchObject({ code: 'ERROR_FILE_NOT_FOUND', context: { path: folder } })
    })
  })

  it('goes beyond 260 characters', async () => {
    await asServer(async (io) => {
      const deep = join(folder, ...Array.from({ length: 8 }, () => 'x'.repeat(60)))
      await io.mkdir(deep, { recursive: true })
      await io.writeFile(join(deep, 'file.txt'), 'deep')
      expect(await io.readFile(join(deep, 'file.txt'), 'utf8')).toBe('deep')
      await io.rm(join(folder, 'x'.repeat(60)), { recursive: true })
    })
  })

  it('removes a tree with files that are read-only, as Node does', async () => {
    const tree = join(folder, 'checkout')
    await mkdir(join(tree, 'objects'), { recursive: true })
    for (const name of ['one', 'two']) {
      await writeFile(join(tree, 'objects', name), name)
      await chmod(join(tree, 'objects', name), 0o444)
    }
    await asServer(async (io) => {
      await io.rm(tree, { recursive: true })
      await expect(io.access(tree)).rejects.toMatchObject({ code: 'ERROR_FILE_NOT_FOUND' })
    })
  })

  it('removes a junction and not what it leads to', async ({ skip }) => {
    skip(process.env['ASUSER_LANE'] === 'wine', 'Node cannot make a junction in Wine')
    const [kept, tree] = [join(folder, 'kept'), join(folder, 'tree')]
    await mkdir(kept)
    await writeFile(join(kept, 'file.txt'), 'kept')
    await mkdir(tree)
    symlinkSync(kept, join(tree, 'junction'), 'junction')
    await asServer(async (io) => {
      expect((await io.lstat(join(tree, 'junction'))).isSymbolicLink()).toBe(true)
      expect((await io.stat(join(tree, 'junction'))).isDirectory()).toBe(true)
      await io.rm(tree, { recursive: true })
    })
    expect(await readFile(join(kept, 'file.txt'), 'utf8')).toBe('kept')
  })

  it('goes on as the client when the token is closed meanwhile, and not when it is closed itself', async () => {
    const path = join(folder, 'file.txt')
    await writeFile(path, 'x'.repeat(100_000))
    using own = currentProcessToken()
    const io = asClient(own)
    own.close()
    const reads = Array.from({ length: 20 }, () => io.readFile(path))
    io.close()
    for (const read of reads) expect(await read).toHaveLength(100_000)
    await expect(io.readFile(path)).rejects.toMatchObject({ code: 'ERROR_INVALID_HANDLE' })
  })

  it('keeps no file open', async () => {
    const path = join(folder, 'file.txt')
    await asServer(async (io) => {
      await io.writeFile(path, 'x')
      await io.readFile(path)
      await io.stat(path)
      await io.readdir(folder)
    })
    closeSync(openSync(path, constants.O_RDWR))
  })

  it('does nothing as a client whose level is too low', async () => {
    using looking = token.duplicate({ type: 'impersonation', level: 'identification' })
    using io = asClient(looking)
    const path = join(folder, 'new.txt')
    await expect(io.writeFile(path, 'x')).rejects.toMatchObject({
      code: 'ERROR_BAD_IMPERSONATION_LEVEL',
      context: { path },
    })
    await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('ClientIo.registry', () => {
  it('has the own key of the client and never that of the server', async () => {
    const own = await asServer((io) => io.registry.list('HKEY_CURRENT_USER'))
    expect(own.keys.length).toBeGreaterThan(0)
    // No suite starts a process as him, which in Wine makes a hive for its user, and no profile of his is loaded.
    const { dave } = await installedAccounts()
    using network = await logonUser({ ...dave, type: 'network' })
    using his = asClient(network)
    await expect(his.registry.list('HKEY_CURRENT_USER')).rejects.toMatchObject({ code: 'ERROR_FILE_NOT_FOUND' })
  })

  it('reads what Windows says of itself', async () => {
    const key = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion'
    expect(await client.registry.get(key, 'CurrentVersion')).toMatch(/^\d+\.\d+$/)
  })
})
