import { describe, expect, it } from 'vitest'
import { startServer } from '../test/simulated-server.ts'
import { run } from './index.ts'
import { defaultWorkingDirectory } from './working-directory.ts'

describe('the working directory', () => {
  it('is the folder of the client when the client can reach it', async () => {
    const { logOn } = startServer()
    using token = await logOn('alice')
    const { stdout } = await run('C:\\Tools\\report.exe', [], { token })
    expect(JSON.parse(stdout)).toMatchObject({ cwd: 'C:\\Users\\alice' })
  })

  it('is the system folder when the client cannot', async () => {
    const { win32, logOn } = startServer()
    using token = await logOn('alice')
    for (const profile of ['C:\\Users\\bob\\inner', 'C:\\None', 'C:\\Tools\\exit.exe']) {
      const block = [`USERPROFILE=${profile}`, 'SystemRoot=C:\\Windows']
      await expect(defaultWorkingDirectory(win32, token, block)).resolves.toBe('C:\\Windows\\System32')
    }
  })

  it('is not guessed when the client has neither', async () => {
    const { win32, logOn } = startServer()
    using token = await logOn('alice')
    await expect(defaultWorkingDirectory(win32, token, [])).rejects.toMatchObject({ code: 'ERROR_PATH_NOT_FOUND' })
  })

  it('is the one that is asked for', async () => {
    const { logOn } = startServer({ files: { 'C:\\Work': { directory: true } } })
    using token = await logOn('alice')
    const { stdout } = await run('C:\\Tools\\report.exe', [], { token, cwd: 'C:\\Work' })
    expect(JSON.parse(stdout)).toMatchObject({ cwd: 'C:\\Work' })
  })
})
