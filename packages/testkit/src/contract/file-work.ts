import {
  creationDisposition,
  fileAttribute,
  fileFlag,
  fileShare,
  impersonationLevel,
  tokenAccess,
  tokenType,
  type CreationDisposition,
  type FilePathOptions,
  type Handle,
  type RemoveOptions,
} from '@asuser/native'
import { objectTypes } from '@asuser/security-descriptors'
import { buffer } from 'node:stream/consumers'
import { finished } from 'node:stream/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { asyncOutcomeOf, outcomeOf, type ContractRun } from './contract-run.ts'

const { read, write } = objectTypes.file.genericMapping
const append = write & ~objectTypes.file.rights.FILE_WRITE_DATA
const shareAll = fileShare.FILE_SHARE_READ | fileShare.FILE_SHARE_WRITE | fileShare.FILE_SHARE_DELETE
const { CREATE_NEW, CREATE_ALWAYS, OPEN_EXISTING, OPEN_ALWAYS, TRUNCATE_EXISTING } = creationDisposition
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))

export function describeFileWork(run: () => ContractRun): void {
  let folder: string
  let number = 0

  beforeEach(async () => {
    folder = `${run().backend.paths.directory}\\asuser-contract-${run().win32.getCurrentProcessId()}-${(number += 1)}`
    await run().win32.createDirectory(place())
  })

  afterEach(async () => {
    await removeTree(folder)
  })

  /** A path in the folder of the test. */
  function place(name?: string, impersonate: Handle<'token'> | null = null): FilePathOptions {
    return { path: name === undefined ? folder : `${folder}\\${name}`, impersonate }
  }

  function removal(name: string, ignoreReadOnly = false): RemoveOptions {
    return { ...place(name), ignoreReadOnly }
  }

  async function removeTree(path: string): Promise<void> {
    for (const { name, attributes } of await run().win32.findFiles({ path, impersonate: null })) {
      const child = `${path}\\${name}`
      if (attributes & fileAttribute.FILE_ATTRIBUTE_DIRECTORY) await removeTree(child)
      else await run().win32.deleteFile({ path: child, impersonate: null, ignoreReadOnly: true })
    }
    await run().win32.removeDirectory({ path, impersonate: null, ignoreReadOnly: true })
  }

  function save(name: string, text: string, disposition: CreationDisposition = CREATE_ALWAYS): Promise<void> {
    const data = bytes(text)
    return run().win32.writeFile({ ...place(name), data, desiredAccess: write, creationDisposition: disposition })
  }

  async function load(name: string): Promise<string> {
    return Buffer.from(await run().win32.readFile(place(name))).toString()
  }

  function open(name: string, desiredAccess: number, shareMode: number = shareAll): Promise<Handle<'file'>> {
    const creation = { creationDisposition: OPEN_ALWAYS, flagsAndAttributes: 0 }
    return run().win32.createFile({ ...place(name), desiredAccess, shareMode, ...creation })
  }

  const isDirectory = (attributes: number): boolean => (attributes & fileAttribute.FILE_ATTRIBUTE_DIRECTORY) !== 0

  describe('writeFile and readFile', () => {
    it.each([
      ['nothing', 0],
      ['a little', 10],
      ['much', 3_000_000],
    ])('carry %s', async (_, length) => {
      const text = 'x'.repeat(length)
      await save('file', text)
      expect(await load('file')).toBe(text)
    })

    it('append without the right to write anywhere else', async () => {
      await save('file', 'one')
      const data = bytes('two')
      const { win32 } = run()
      await win32.writeFile({ ...place('file'), data, desiredAccess: append, creationDisposition: OPEN_ALWAYS })
      expect(await load('file')).toBe('onetwo')
    })

    it.each([
      ['CREATE_NEW', 'none', CREATE_NEW, 'success'],
      ['CREATE_NEW', 'file', CREATE_NEW, 'ERROR_FILE_EXISTS'],
      ['CREATE_ALWAYS', 'file', CREATE_ALWAYS, 'success'],
      ['OPEN_EXISTING', 'none', OPEN_EXISTING, 'ERROR_FILE_NOT_FOUND'],
      ['OPEN_ALWAYS', 'none', OPEN_ALWAYS, 'success'],
      ['TRUNCATE_EXISTING', 'none', TRUNCATE_EXISTING, 'ERROR_FILE_NOT_FOUND'],
      ['TRUNCATE_EXISTING', 'file', TRUNCATE_EXISTING, 'success'],
      ['CREATE_ALWAYS', 'none\\file', CREATE_ALWAYS, 'ERROR_PATH_NOT_FOUND'],
    ])('with %s of %s', async (_, name, disposition, outcome) => {
      await save('file', 'first')
      expect(await asyncOutcomeOf(() => save(name, '2nd', disposition))).toBe(outcome)
      if (outcome === 'success') expect(await load(name)).toBe('2nd')
      else expect(await load('file')).toBe('first')
    })

    it('fail for a directory', async () => {
      expect(await asyncOutcomeOf(() => run().win32.readFile(place()))).toBe('ERROR_ACCESS_DENIED')
    })

    it('write to a file that others are writing, as Node does', async () => {
      await save('file', 'one')
      using _other = await open('file', append)
      await save('file', 'two', OPEN_ALWAYS)
      expect(await load('file')).toBe('two')
    })

    it('take the data at the call', async () => {
      const data = bytes('before')
      const written = run().win32.writeFile({
        ...place('file'),
        data,
        desiredAccess: write,
        creationDisposition: CREATE_NEW,
      })
      data.fill(0)
      await written
      expect(await load('file')).toBe('before')
    })
  })

  describe('createFile', () => {
    it('opens a file that streams read and write', async () => {
      const text = 'x'.repeat(200_000)
      const output = await open('file', write)
      const stream = run().win32.openFileWriteStream(output)
      expect(output.closed).toBe(true)
      stream.end(text)
      await finished(stream)
      const contents = await buffer(run().win32.openFileReadStream(await open('file', read)))
      expect(contents.toString()).toBe(text)
    })

    it('opens a directory only when that is asked for', async () => {
      const options = { ...place(), desiredAccess: read, shareMode: shareAll, creationDisposition: OPEN_EXISTING }
      const outcome = (flagsAndAttributes: number): Promise<string> =>
        asyncOutcomeOf(() => run().win32.createFile({ ...options, flagsAndAttributes }))
      expect(await outcome(0)).toBe('ERROR_ACCESS_DENIED')
      expect(await outcome(fileFlag.FILE_FLAG_BACKUP_SEMANTICS)).toBe('success')
    })

    it('lets others in as far as both agree', async () => {
      await save('file', 'x')
      using reader = await open('file', read, fileShare.FILE_SHARE_READ)
      expect(await asyncOutcomeOf(() => open('file', read))).toBe('success')
      expect(await asyncOutcomeOf(() => open('file', write))).toBe('ERROR_SHARING_VIOLATION')
      expect(await asyncOutcomeOf(() => run().win32.deleteFile(removal('file')))).toBe('ERROR_SHARING_VIOLATION')
      reader.close()
      expect(await asyncOutcomeOf(() => open('file', write))).toBe('success')
    })

    it('gives a handle that is of no use to a stream after it is closed', async () => {
      const file = await open('file', read)
      file.close()
      expect(outcomeOf(() => run().win32.openFileReadStream(file))).toBe('ERROR_INVALID_HANDLE')
    })
  })

  describe('getFileInformation', () => {
    it('tells what a file and a directory are', async () => {
      await save('file', 'five!')
      const file = await run().win32.getFileInformation({ ...place('file'), followLinks: true })
      expect(file).toMatchObject({ size: 5n, reparseTag: 0, numberOfLinks: 1 })
      expect(isDirectory(file.attributes)).toBe(false)
      const directory = await run().win32.getFileInformation({ ...place(), followLinks: false })
      expect(isDirectory(directory.attributes)).toBe(true)
      expect(directory.fileId).not.toBe(file.fileId)
      expect(directory.volumeSerialNumber === file.volumeSerialNumber).toBe(
        run().expected('the volume of a directory is that of its files', true),
      )
    })

    it('tells times of now', async () => {
      await save('file', 'x')
      const { lastWriteTime } = await run().win32.getFileInformation({ ...place('file'), followLinks: true })
      const milliseconds = Number(lastWriteTime / 10_000n) - 11_644_473_600_000
      expect(Math.abs(milliseconds - Date.now())).toBeLessThan(60_000)
    })
  })

  describe('findFiles', () => {
    it('lists what is there and no dots', async () => {
      await save('b', '12')
      await run().win32.createDirectory(place('a'))
      const files = [...(await run().win32.findFiles(place()))].toSorted((one, two) => (one.name < two.name ? -1 : 1))
      expect(files.map(({ name, size, attributes }) => [name, size, isDirectory(attributes)])).toEqual([
        ['a', 0n, true],
        ['b', 2n, false],
      ])
      expect(await run().win32.findFiles(place('a'))).toEqual([])
    })

    it('fails for what is no directory', async () => {
      await save('file', '')
      const outcome = (name: string): Promise<string> => asyncOutcomeOf(() => run().win32.findFiles(place(name)))
      expect(await outcome('none')).toBe('ERROR_PATH_NOT_FOUND')
      expect(await outcome('file')).toBe(run().expected('listing a file', 'ERROR_DIRECTORY'))
    })
  })

  describe('createDirectory, removeDirectory and deleteFile', () => {
    it('say what is in the way', async () => {
      const { win32 } = run()
      await save('file', '')
      await win32.createDirectory(place('full'))
      await save('full\\file', '')
      const outcomes = {
        again: await asyncOutcomeOf(() => win32.createDirectory(place('full'))),
        deep: await asyncOutcomeOf(() => win32.createDirectory(place('none\\deep'))),
        full: await asyncOutcomeOf(() => win32.removeDirectory(removal('full'))),
        missing: await asyncOutcomeOf(() => win32.removeDirectory(removal('none'))),
        file: await asyncOutcomeOf(() => win32.removeDirectory(removal('file'))),
        directory: await asyncOutcomeOf(() => win32.deleteFile(removal('full'))),
        noFile: await asyncOutcomeOf(() => win32.deleteFile(removal('none'))),
      }
      expect(outcomes).toEqual({
        again: 'ERROR_ALREADY_EXISTS',
        deep: 'ERROR_PATH_NOT_FOUND',
        full: 'ERROR_DIR_NOT_EMPTY',
        missing: 'ERROR_FILE_NOT_FOUND',
        file: 'ERROR_DIRECTORY',
        directory: 'ERROR_ACCESS_DENIED',
        noFile: 'ERROR_FILE_NOT_FOUND',
      })
    })

    it('remove what is read-only when told to, and else leave it read-only', async () => {
      const { win32 } = run()
      const { FILE_ATTRIBUTE_READONLY } = fileAttribute
      const flagsAndAttributes = FILE_ATTRIBUTE_READONLY
      const creation = { shareMode: shareAll, creationDisposition: CREATE_NEW, flagsAndAttributes }
      ;(await win32.createFile({ ...place('file'), desiredAccess: read, ...creation })).close()
      expect(await asyncOutcomeOf(() => win32.deleteFile(removal('file')))).toBe('ERROR_ACCESS_DENIED')
      const holder = await open('file', read, fileShare.FILE_SHARE_READ)
      expect(await asyncOutcomeOf(() => win32.deleteFile(removal('file', true)))).toBe('ERROR_SHARING_VIOLATION')
      holder.close()
      expect(await asyncOutcomeOf(() => win32.removeDirectory(removal('file', true)))).toBe('ERROR_DIRECTORY')
      expect((await win32.getFileAttributes(place('file'))) & FILE_ATTRIBUTE_READONLY).toBe(FILE_ATTRIBUTE_READONLY)
      await win32.deleteFile(removal('file', true))
      expect(await win32.findFiles(place())).toEqual([])
    })
  })

  describe('removeTree', () => {
    const remove = (name: string): Promise<string> => asyncOutcomeOf(() => run().win32.removeTree(place(name)))

    it('removes a file, and a directory with all that is in it', async () => {
      const { win32 } = run()
      await save('file', 'x')
      await win32.createDirectory(place('tree'))
      await win32.createDirectory(place('tree\\deep'))
      await win32.createDirectory(place('tree\\deep\\empty'))
      for (const name of ['a', 'b', 'deep\\c']) await save(`tree\\${name}`, name)
      expect([await remove('file'), await remove('tree')]).toEqual(['success', 'success'])
      expect(await win32.findFiles(place())).toEqual([])
    })

    it('removes as many files as there are', async () => {
      const { win32 } = run()
      await win32.createDirectory(place('many'))
      const names = Array.from({ length: 400 }, (_, index) => `file-with-a-name-that-takes-room-in-a-list-${index}`)
      for (const name of names) await save(`many\\${name}`, '')
      expect(await remove('many')).toBe('success')
      expect(await win32.findFiles(place())).toEqual([])
    })

    it('removes what is read-only', async () => {
      const { win32 } = run()
      await win32.createDirectory(place('tree'))
      const creation = { shareMode: shareAll, creationDisposition: CREATE_NEW }
      const flagsAndAttributes = fileAttribute.FILE_ATTRIBUTE_READONLY
      ;(
        await win32.createFile({ ...place('tree\\file'), desiredAccess: read, ...creation, flagsAndAttributes })
      ).close()
      expect(await remove('tree')).toBe('success')
      expect(await win32.findFiles(place())).toEqual([])
    })

    it('says which of the files it could not remove, and leaves the directories above', async () => {
      const { win32 } = run()
      await win32.createDirectory(place('tree'))
      await win32.createDirectory(place('tree\\deep'))
      await save('tree\\deep\\held', 'x')
      using _holder = await open('tree\\deep\\held', read, fileShare.FILE_SHARE_READ)
      await expect(win32.removeTree(place('tree'))).rejects.toMatchObject({
        code: 'ERROR_SHARING_VIOLATION',
        context: { path: `${folder}\\tree\\deep\\held` },
      })
      expect(await load('tree\\deep\\held')).toBe('x')
    })

    it('fails for what is not there', async () => {
      expect(await remove('none')).toBe('ERROR_FILE_NOT_FOUND')
      expect(await remove('none\\none')).toBe('ERROR_PATH_NOT_FOUND')
    })
  })

  describe('moveFile', () => {
    it('moves, and replaces only when asked to', async () => {
      await save('one', '1')
      await save('two', '2')
      const move = (name: string, newName: string, replaceExisting: boolean): Promise<string> =>
        asyncOutcomeOf(() =>
          run().win32.moveFile({ ...place(name), newPath: `${folder}\\${newName}`, replaceExisting }),
        )
      expect(await move('one', 'two', false)).toBe('ERROR_ALREADY_EXISTS')
      expect(await move('one', 'two', true)).toBe('success')
      expect(await load('two')).toBe('1')
      expect(await move('one', 'three', true)).toBe('ERROR_FILE_NOT_FOUND')
    })
  })

  describe('getFinalPathName', () => {
    it('gives the spelling of the file system', async () => {
      await save('File', '')
      const name = await run().win32.getFinalPathName(place('fILE'))
      expect(name).toMatch(/^\\\\\?\\/)
      expect(name.endsWith('\\File')).toBe(true)
    })
  })

  describe('file work for a client', () => {
    it('is not done where the thread cannot have its identity', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      using queryOnly = duplicate(token, impersonationLevel.SecurityImpersonation, tokenAccess.TOKEN_QUERY)
      using looking = duplicate(token, impersonationLevel.SecurityIdentification)
      using nobody = duplicate(token, impersonationLevel.SecurityAnonymous)
      await save('file', 'x')
      const outcome = (client: Handle<'token'>): Promise<string> =>
        asyncOutcomeOf(() => run().win32.readFile(place('file', client)))
      expect(await outcome(queryOnly)).toBe('ERROR_ACCESS_DENIED')
      expect(await outcome(looking)).toBe('ERROR_BAD_IMPERSONATION_LEVEL')
      expect(await outcome(nobody)).toBe('ERROR_CANT_OPEN_ANONYMOUS')
      await expect(run().win32.removeTree(place('none', looking))).rejects.toMatchObject({
        code: 'ERROR_BAD_IMPERSONATION_LEVEL',
        syscall: 'ImpersonateLoggedOnUser',
      })
      expect(await load('file')).toBe('x')
    })
  })

  function duplicate(
    token: Handle<'token'>,
    level: 0 | 1 | 2,
    desiredAccess: number = tokenAccess.TOKEN_QUERY | tokenAccess.TOKEN_IMPERSONATE,
  ): Handle<'token'> {
    const type = tokenType.TokenImpersonation
    return run().win32.duplicateTokenEx(token, { desiredAccess, type, impersonationLevel: level })
  }
}
