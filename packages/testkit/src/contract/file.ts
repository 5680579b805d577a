import { fileAttribute, type Handle } from '@asuser/native'
import { describe, expect, it } from 'vitest'
import { asyncOutcomeOf, type ContractRun } from './contract-run.ts'

const { FILE_ATTRIBUTE_DIRECTORY } = fileAttribute

export function describeFiles(run: () => ContractRun): void {
  function attributes(path: string, impersonate: Handle<'token'> | null = null): Promise<number> {
    return run().win32.getFileAttributes({ path, impersonate })
  }

  const outcome = (path: string): Promise<string> => asyncOutcomeOf(() => attributes(path))

  describe('getFileAttributes', () => {
    it('tells a directory from a file', async () => {
      const { directory, textFile } = run().backend.paths
      expect((await attributes(directory)) & FILE_ATTRIBUTE_DIRECTORY).toBe(FILE_ATTRIBUTE_DIRECTORY)
      expect((await attributes(textFile)) & FILE_ATTRIBUTE_DIRECTORY).toBe(0)
    })

    it('looks as the client', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      const { directory } = run().backend.paths
      expect((await attributes(directory, token)) & FILE_ATTRIBUTE_DIRECTORY).toBe(FILE_ATTRIBUTE_DIRECTORY)
    })

    it('names what is not there', async () => {
      const { missingFile, missingDirectory } = run().backend.paths
      expect(await outcome(missingFile)).toBe('ERROR_FILE_NOT_FOUND')
      expect(await outcome(`${missingDirectory}\\file.txt`)).toBe('ERROR_PATH_NOT_FOUND')
      expect(await outcome(`${missingFile}?`)).toBe('ERROR_INVALID_NAME')
    })
  })
}
