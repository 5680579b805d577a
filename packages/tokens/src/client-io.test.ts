import { constants } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { finished } from 'node:stream/promises'
import { createWindows, NotSimulatedError, type SimulatedProcess, type SimulatedWindows } from '@asuser/testkit'
import { creationDisposition, fileAttribute, type FilePathOptions, Win32Error } from '@asuser/native'
import { SecurityDescriptor } from '@asuser/security-descriptors'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  asClient,
  type ClientIo,
  ImpersonationLevelError,
  InvalidArgumentError,
  logonUser,
  processToken,
  Token,
} from './index.ts'

const secret = 'C:\\Data\\secret.txt'
const own = 'C:\\Users\\alice'

let windows: SimulatedWindows
let service: SimulatedProcess
let token: Token
let client: ClientIo

beforeEach(async () => {
  windows = createWindows({
    users: { alice: { password: 'Secret-1' }, bob: { password: 'Secret-2' } },
    files: {
      [secret]: { sddl: 'O:SYG:SYD:P(A;;FA;;;SY)', contents: 'for the system' },
      'C:\\Data\\shared.txt': { contents: 'for all' },
      'C:\\Users\\alice\\report.txt': { contents: 'grün' },
      'C:\\Users\\alice\\link.txt': { link: 'C:\\Users\\alice\\report.txt' },
      'C:\\Users\\alice\\out': { directory: true, link: 'C:\\Users\\alice\\kept' },
      'C:\\Users\\alice\\kept\\file.txt': { contents: 'kept' },
    },
  })
  service = windows.startProcess({ account: 'LocalSystem' })
  token = await logOn('alice', 'Secret-1')
  client = asClient(token)
})

afterEach(() => {
  client.close()
  token.close()
  windows.assertNoLeaks()
})

function logOn(user: string, password: string): Promise<Token> {
  return logonUser({ user, password, win32: service.win32 })
}

function failsWith(code: string, path?: string): unknown {
  return expect.objectContaining({
    constructor: Win32Error,
    code,
    ...(path === undefined ? {} : { context: expect.objectContaining({ path }) }),
  })
}

describe('asClient', () => {
  it('reads what the client may read, and nothing else', async () => {
    await expect(client.readFile('C:\\Data\\shared.txt', 'utf8')).resolves.toBe('for all')
    await expect(client.readFile(secret)).rejects.toEqual(failsWith('ERROR_ACCESS_DENIED', secret))
  })

  it('refuses an encoding that there is none of before it reads', async () => {
    const before = windows.calls.length
    // @ts-expect-error: what JavaScript may pass
    await expect(client.readFile('C:\\Data\\shared.txt', 'utf9')).rejects.toMatchObject({ argument: 'encoding' })
    expect(windows.calls).toHaveLength(before)
  })

  it('leaves the JavaScript thread and the server as they are', async () => {
    await client.readFile(`${own}\\report.txt`)
    expect(() => service.win32.openThreadToken({ desiredAccess: 8, openAsSelf: true })).toThrow(
      failsWith('ERROR_NO_TOKEN'),
    )
    await expect(service.win32.readFile({ path: secret, impersonate: null })).resolves.toHaveLength(14)
  })

  it('goes on when the given token is closed', async () => {
    token.close()
    await expect(client.readFile(`${own}\\report.txt`, 'utf8')).resolves.toBe('grün')
  })

  it('refuses to go on when it is closed itself', async () => {
    client.close()
    expect(client.closed).toBe(true)
    await expect(client.readFile(`${own}\\report.txt`)).rejects.toEqual(failsWith('ERROR_INVALID_HANDLE'))
  })

  it('does nothing at the level that the client allows, and says so', async () => {
    const path = `${own}\\new.txt`
    for (const level of ['identification', 'anonymous'] as const) {
      using looking = token.duplicate({ type: 'impersonation', level })
      using io = asClient(looking)
      const refused = expect.objectContaining({ constructor: ImpersonationLevelError, level, limitedBy: 'client' })
      await expect(io.writeFile(path, 'x')).rejects.toEqual(refused)
      await expect(io.rm(path, { recursive: true, force: true })).rejects.toEqual(refused)
      await expect(io.registry.list('HKLM\\SOFTWARE')).rejects.toEqual(refused)
      await expect(io.writeFile(path, 'x')).rejects.toMatchObject({ context: { path }, cause: { name: 'Win32Error' } })
    }
    await expect(client.access(path)).rejects.toEqual(failsWith('ERROR_FILE_NOT_FOUND', path))
  })

  it('does nothing for a server whose level Windows lowers, and says so', async () => {
    const plain = windows.startProcess({ account: 'bob' })
    using mine = await logonUser({ user: 'alice', password: 'Secret-1', win32: plain.win32 })
    // Whoever logs a client on may act as it: the logon is from the session of the caller.
    using io = asClient(mine)
    await expect(io.readFile(`${own}\\report.txt`, 'utf8')).resolves.toBe('grün')

    const other = windows.startProcess({ account: 'alice' })
    const forEverybody = SecurityDescriptor.fromSddl('D:(A;;GA;;;WD)').toBytes()
    using process = service.win32.openProcess(other.processId, 0x4_1000)
    using opened = service.win32.openProcessToken(process, 0x4_0000)
    service.win32.setKernelObjectSecurity(process, 4, forEverybody)
    service.win32.setKernelObjectSecurity(opened, 4, forEverybody)
    using foreign = processToken(other.processId, { win32: plain.win32 })
    using foreignIo = asClient(foreign)
    await expect(foreignIo.readFile(`${own}\\report.txt`)).rejects.toEqual(
      expect.objectContaining({
        constructor: ImpersonationLevelError,
        code: 'ERROR_BAD_IMPERSONATION_LEVEL',
        level: 'identification',
        limitedBy: 'server',
      }),
    )
    plain.exit()
    other.exit()
  })

  it.each(['file.txt', '\\file.txt', 'C:file.txt', '\\\\.\\pipe\\x', 'C:\\a\0b'])(
    'refuses the path %j before anything is done',
    async (path) => {
      const before = windows.calls.length
      for (const call of [
        client.open(path),
        client.readFile(path),
        client.writeFile(path, ''),
        client.stat(path),
        client.lstat(path),
        client.readdir(path),
        client.mkdir(path, { recursive: true }),
        client.rm(path, { recursive: true, force: true }),
        client.rename(path, 'C:\\b'),
        client.rename('C:\\b', path),
        client.access(path),
        client.realpath(path),
      ]) {
        await expect(call).rejects.toBeInstanceOf(InvalidArgumentError)
      }
      expect(windows.calls).toHaveLength(before)
    },
  )
})

describe('ClientIo.writeFile', () => {
  it('makes a file that belongs to the client', async () => {
    const path = `${own}\\new.txt`
    await client.writeFile(path, 'one')
    await client.writeFile(path, new TextEncoder().encode('two'), 'a')
    await expect(client.readFile(path, 'utf8')).resolves.toBe('onetwo')
    await client.writeFile(path, '3')
    await expect(client.readFile(path)).resolves.toEqual(Buffer.from('3'))
  })

  it('fails when the file is there and must not be', async () => {
    const path = `${own}\\report.txt`
    await expect(client.writeFile(path, 'x', 'wx')).rejects.toEqual(failsWith('ERROR_FILE_EXISTS', path))
    await expect(client.readFile(path, 'utf8')).resolves.toBe('grün')
  })

  it('fails where the client may not write', async () => {
    const path = 'C:\\Data\\shared.txt'
    await expect(client.writeFile(path, 'x')).rejects.toEqual(failsWith('ERROR_ACCESS_DENIED', path))
    await expect(client.readFile(path, 'utf8')).resolves.toBe('for all')
  })

  it('refuses an unknown flag and other data', async () => {
    // @ts-expect-error: what JavaScript may pass
    await expect(client.writeFile(`${own}\\x`, 'x', 'q')).rejects.toBeInstanceOf(InvalidArgumentError)
    // @ts-expect-error: what JavaScript may pass
    await expect(client.writeFile(`${own}\\report.txt`, 'x', 'r+')).rejects.toBeInstanceOf(InvalidArgumentError)
    await expect(client.readFile(`${own}\\report.txt`, 'utf8')).resolves.toBe('grün')
    // @ts-expect-error: what JavaScript may pass
    await expect(client.writeFile(`${own}\\x`, 5)).rejects.toBeInstanceOf(InvalidArgumentError)
  })
})

describe('ClientIo.open', () => {
  it('opens a file whose streams need no identity', async () => {
    const path = `${own}\\stream.txt`
    const output = await client.open(path, 'w')
    client.close()
    const stream = output.createWriteStream()
    expect(output.closed).toBe(true)
    stream.end('x'.repeat(100_000))
    await finished(stream)
    using io = asClient(token)
    const input = await io.open(path)
    await expect(buffer(input.createReadStream())).resolves.toHaveLength(100_000)
  })

  it('closes what nobody took', async () => {
    using file = await client.open(`${own}\\report.txt`)
    expect(file.closed).toBe(false)
    await expect(client.rm(`${own}\\report.txt`)).resolves.toBeUndefined()
  })

  it('keeps to what was asked for', async () => {
    using file = await client.open(`${own}\\report.txt`)
    expect(() => file.createWriteStream()).toThrow(failsWith('ERROR_ACCESS_DENIED'))
    expect(file.closed).toBe(false)
  })

  it('has no descriptor on a simulated Windows, and says so', async () => {
    using file = await client.open(`${own}\\report.txt`)
    expect(() => file.takeDescriptor()).toThrow(NotSimulatedError)
  })

  it('fails as the client', async () => {
    await expect(client.open(secret)).rejects.toEqual(failsWith('ERROR_ACCESS_DENIED', secret))
    await expect(client.open(own, 'r')).rejects.toEqual(failsWith('ERROR_ACCESS_DENIED', own))
  })
})

describe('ClientIo.stat and lstat', () => {
  it('tell a file, a directory and a link', async () => {
    const file = await client.stat(`${own}\\report.txt`)
    expect(file).toMatchObject({ size: 5n, nlink: 1n })
    expect([file.isFile(), file.isDirectory(), file.isSymbolicLink()]).toEqual([true, false, false])
    expect(Math.abs(file.mtime.getTime() - Date.now())).toBeLessThan(60_000)
    expect(file.mtimeNs / 1_000_000n).toBe(BigInt(file.mtime.getTime()))

    const directory = await client.stat(own)
    expect([directory.isFile(), directory.isDirectory()]).toEqual([false, true])

    const link = await client.lstat(`${own}\\link.txt`)
    expect([link.isFile(), link.isSymbolicLink()]).toEqual([false, true])
    const target = await client.stat(`${own}\\link.txt`)
    expect(target.ino).toBe(file.ino)
  })

  it('fail for what the client may not see', async () => {
    await expect(client.stat('C:\\Users\\bob\\none.txt')).rejects.toEqual(failsWith('ERROR_FILE_NOT_FOUND'))
    using io = asClient(token)
    await expect(io.lstat('C:\\Data\\none\\none')).rejects.toEqual(failsWith('ERROR_PATH_NOT_FOUND'))
  })
})

describe('ClientIo.readdir', () => {
  it('lists names, or entries with their types', async () => {
    await expect(client.readdir(own)).resolves.toEqual(['report.txt', 'link.txt', 'out', 'kept'])
    const entries = await client.readdir(own, { withFileTypes: true })
    expect(entries.map((entry) => [entry.name, entry.isFile(), entry.isDirectory(), entry.isSymbolicLink()])).toEqual([
      ['report.txt', true, false, false],
      ['link.txt', false, false, true],
      ['out', false, false, true],
      ['kept', false, true, false],
    ])
  })

  it.each([
    ['C:\\Users\\bob', 'ERROR_ACCESS_DENIED'],
    ['C:\\None', 'ERROR_PATH_NOT_FOUND'],
    ['C:\\Data\\shared.txt', 'ERROR_DIRECTORY'],
  ])('fails for %s with %s', async (path, code) => {
    await expect(client.readdir(path)).rejects.toEqual(failsWith(code, path))
  })
})

describe('ClientIo.mkdir', () => {
  it('makes one directory, or all that are missing', async () => {
    await client.mkdir(`${own}\\a`)
    await client.mkdir(`${own}\\b\\c\\d`, { recursive: true })
    await client.mkdir(`${own}\\b\\c\\d`, { recursive: true })
    expect((await client.stat(`${own}\\b\\c\\d`)).isDirectory()).toBe(true)
  })

  it.each([
    [`${own}\\kept`, false, 'ERROR_ALREADY_EXISTS'],
    [`${own}\\report.txt`, true, 'ERROR_ALREADY_EXISTS'],
    [`${own}\\none\\none`, false, 'ERROR_PATH_NOT_FOUND'],
    ['C:\\Users\\bob\\new\\deep', true, 'ERROR_ACCESS_DENIED'],
    ['Q:\\new\\deep', true, 'ERROR_PATH_NOT_FOUND'],
  ])('fails for %s, recursive %s, with %s', async (path, recursive, code) => {
    await expect(client.mkdir(path, { recursive })).rejects.toEqual(failsWith(code))
  })

  it('gives up where a directory cannot be made though the one above is there', async () => {
    const { win32 } = service
    const strange: typeof win32 = {
      ...win32,
      async createDirectory(options) {
        if (options.path.endsWith('never')) throw Win32Error.of('ERROR_PATH_NOT_FOUND', 'CreateDirectoryW')
        await win32.createDirectory(options)
      },
    }
    using other = await logonUser({ user: 'alice', password: 'Secret-1', win32: strange })
    using asAlice = asClient(other)
    const made = asAlice.mkdir(`${own}\\new\\never`, { recursive: true })
    await expect(made).rejects.toEqual(failsWith('ERROR_PATH_NOT_FOUND'))
  })

  it('tells that something is there when it cannot be told what', async () => {
    windows.faults.next('getFileInformation', 'ERROR_ACCESS_DENIED')
    const made = client.mkdir(`${own}\\kept`, { recursive: true })
    await expect(made).rejects.toEqual(failsWith('ERROR_ALREADY_EXISTS', `${own}\\kept`))
  })
})

describe('ClientIo.rm', () => {
  it('removes a file, an empty directory and a link', async () => {
    await client.rm(`${own}\\link.txt`)
    await client.rm(`${own}\\out`)
    await client.mkdir(`${own}\\empty`)
    await client.rm(`${own}\\empty`)
    await expect(client.readdir(own)).resolves.toEqual(['report.txt', 'kept'])
  })

  it('removes a tree and follows no link', async () => {
    await client.mkdir(`${own}\\tree\\deep`, { recursive: true })
    await client.writeFile(`${own}\\tree\\deep\\file`, 'x')
    await client.rename(`${own}\\out`, `${own}\\tree\\out`)
    await client.rm(`${own}\\tree`, { recursive: true })
    await expect(client.readFile(`${own}\\kept\\file.txt`, 'utf8')).resolves.toBe('kept')
    await expect(client.access(`${own}\\tree`)).rejects.toEqual(failsWith('ERROR_FILE_NOT_FOUND'))
  })

  it('removes a tree in one call, so that nobody can swap a directory for a link meanwhile', async () => {
    await client.mkdir(`${own}\\tree\\deep`, { recursive: true })
    await client.writeFile(`${own}\\tree\\deep\\file.txt`, 'x')
    /** Puts a link in the place of the directory as soon as somebody has seen what is in the one above. */
    const swapping = {
      ...service.win32,
      async findFiles(options: FilePathOptions) {
        const found = await service.win32.findFiles(options)
        if (!options.path.endsWith('tree')) return found
        await client.rename(`${own}\\tree\\deep`, `${own}\\aside`)
        await client.rename(`${own}\\out`, `${own}\\tree\\deep`)
        return found
      },
    }
    using swapped = Token.fromHandle(service.win32.duplicateHandle(token.handle), swapping)
    using io = asClient(swapped)
    await io.rm(`${own}\\tree`, { recursive: true })
    await expect(client.readFile(`${own}\\kept\\file.txt`, 'utf8')).resolves.toBe('kept')
    await expect(client.access(`${own}\\tree`)).rejects.toEqual(failsWith('ERROR_FILE_NOT_FOUND'))
  })

  it('removes a tree with files that are read-only', async () => {
    await client.mkdir(`${own}\\objects`)
    const created = await service.win32.createFile({
      path: `${own}\\objects\\pack`,
      impersonate: null,
      desiredAccess: 1,
      shareMode: 7,
      creationDisposition: creationDisposition.CREATE_NEW,
      flagsAndAttributes: fileAttribute.FILE_ATTRIBUTE_READONLY,
    })
    created.close()
    await expect(client.writeFile(`${own}\\objects\\pack`, 'x')).rejects.toEqual(failsWith('ERROR_ACCESS_DENIED'))
    await client.rm(`${own}\\objects`, { recursive: true })
    await expect(client.access(`${own}\\objects`)).rejects.toEqual(failsWith('ERROR_FILE_NOT_FOUND'))
  })

  it('names the file that it could not remove', async () => {
    const file = await client.open(`${own}\\kept\\file.txt`)
    const handle = await service.win32.createFile({
      path: `${own}\\kept\\file.txt`,
      impersonate: null,
      desiredAccess: 1,
      shareMode: 1,
      creationDisposition: 3,
      flagsAndAttributes: 0,
    })
    await expect(client.rm(`${own}\\kept`, { recursive: true })).rejects.toEqual(
      failsWith('ERROR_SHARING_VIOLATION', `${own}\\kept\\file.txt`),
    )
    handle.close()
    file.close()
  })

  it.each([
    [`${own}\\kept`, {}, 'ERROR_DIR_NOT_EMPTY'],
    [`${own}\\none`, {}, 'ERROR_FILE_NOT_FOUND'],
    [secret, { force: true }, 'ERROR_ACCESS_DENIED'],
    ['C:\\Users\\bob', { recursive: true, force: true }, 'ERROR_ACCESS_DENIED'],
  ])('fails for %s with %j', async (path, options, code) => {
    await expect(client.rm(path, options)).rejects.toEqual(failsWith(code, path))
  })

  it('is content with nothing when forced', async () => {
    await expect(client.rm(`${own}\\none\\none`, { force: true })).resolves.toBeUndefined()
  })
})

describe('ClientIo.rename', () => {
  it('replaces a file', async () => {
    await client.writeFile(`${own}\\old`, 'new contents')
    await client.rename(`${own}\\old`, `${own}\\report.txt`)
    await expect(client.readFile(`${own}\\report.txt`, 'utf8')).resolves.toBe('new contents')
  })

  it('names both paths when it fails', async () => {
    const [path, newPath] = [`${own}\\report.txt`, 'C:\\Users\\bob\\report.txt']
    await expect(client.rename(path, newPath)).rejects.toMatchObject({
      code: 'ERROR_ACCESS_DENIED',
      context: { path, newPath },
    })
  })
})

describe('ClientIo.access', () => {
  it.each([
    ['C:\\Data\\shared.txt', constants.R_OK, undefined],
    ['C:\\Data\\shared.txt', constants.W_OK, 'ERROR_ACCESS_DENIED'],
    ['C:\\Data\\shared.txt', constants.R_OK | constants.W_OK, 'ERROR_ACCESS_DENIED'],
    [own, constants.R_OK | constants.W_OK | constants.X_OK, undefined],
    [secret, constants.F_OK, undefined],
    [secret, constants.R_OK, 'ERROR_ACCESS_DENIED'],
    ['C:\\None', constants.F_OK, 'ERROR_FILE_NOT_FOUND'],
  ])('of %s for %i gives %s', async (path, mode, code) => {
    if (code === undefined) await expect(client.access(path, mode)).resolves.toBeUndefined()
    else await expect(client.access(path, mode)).rejects.toEqual(failsWith(code, path))
  })
})

describe('ClientIo.realpath', () => {
  it('resolves links, dots and letter case', async () => {
    await expect(client.realpath('c:/users/ALICE/../alice/OUT/file.TXT')).resolves.toBe(`${own}\\kept\\file.txt`)
  })
})
