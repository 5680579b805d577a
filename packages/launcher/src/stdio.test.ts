import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { password, startServer } from '../test/simulated-server.ts'
import { run, spawn } from './index.ts'

describe('stdio', () => {
  it('leads where the stream of the server leads when inherited', async () => {
    const server = startServer()
    const stdout = new PassThrough()
    const { win32 } = server.windows.startProcess({ account: 'LocalSystem', stdout })
    const user = { user: 'alice', password }
    const child = spawn('C:\\Tools\\report.exe', ['inherited'], { user, win32, stdio: 'inherit' })
    await child.released
    stdout.end()
    expect(JSON.parse(await text(stdout))).toMatchObject({ argv: ['C:\\Tools\\report.exe', 'inherited'] })
    server.windows.assertNoLeaks()
  })

  it('leads nowhere when the server has none to inherit', async () => {
    const { win32, windows } = startServer()
    const user = { user: 'alice', password }
    const child = spawn('C:\\Tools\\copy.exe', ['8'], { user, win32, stdio: 'inherit' })
    await expect(child.exited).resolves.toMatchObject({ exitCode: 8 })
    await child.released
    windows.assertNoLeaks()
  })

  it('keeps the streams of processes that are started at once apart', async () => {
    const { win32, windows } = startServer()
    const user = { user: 'alice', password }
    const inputs = Array.from({ length: 20 }, (_, index) => `input ${index}`)
    const results = await Promise.all(inputs.map((input) => run('C:\\Tools\\copy.exe', [], { user, win32, input })))
    expect(results.map(({ stdout }) => stdout)).toEqual(inputs)
    windows.assertNoLeaks()
  })
})
