import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Token } from '@asuser/tokens'
import { startServer, type SimulatedServer } from '../test/simulated-server.ts'
import { LaunchError, run, RunError } from './index.ts'

let server: SimulatedServer
let token: Token

beforeEach(async () => {
  server = startServer({
    programs: {
      'C:\\Tools\\both.exe': ({ stdout, stderr }) => {
        stdout.write('öut')
        stderr.write('érr')
        return 3
      },
      'C:\\Tools\\flood.exe': async ({ stdout, signal }) => {
        stdout.write('x'.repeat(10_000))
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        return 0
      },
    },
  })
  token = await server.logOn('alice')
})

afterEach(() => {
  token.close()
  server.windows.assertNoLeaks()
})

describe('run', () => {
  it('gives the output of both streams and whatever exit code the program chose', async () => {
    const result = await run('C:\\Tools\\both.exe', [], { token })
    expect(result).toEqual({
      stdout: 'öut',
      stderr: 'érr',
      exitCode: 3,
      exitStatus: undefined,
      durationMs: expect.any(Number),
    })
  })

  it('gives bytes when asked for', async () => {
    const { stdout } = await run('C:\\Tools\\both.exe', [], { token, encoding: 'buffer' })
    expect(Buffer.from(stdout)).toEqual(Buffer.from('öut'))
  })

  it.each(['text', new TextEncoder().encode('text')])('writes the input %s', async (input) => {
    const { stdout, exitCode } = await run('C:\\Tools\\copy.exe', ['9'], { token, input })
    expect({ stdout, exitCode }).toEqual({ stdout: 'text', exitCode: 9 })
  })

  it('gives no input when there is none', async () => {
    await expect(run('C:\\Tools\\copy.exe', [], { token })).resolves.toMatchObject({ stdout: '' })
  })

  it('is not disturbed by a program that does not read its input', async () => {
    const input = 'x'.repeat(1_000_000)
    await expect(run('C:\\Tools\\exit.exe', ['5'], { token, input })).resolves.toMatchObject({ exitCode: 5 })
  })

  it('has given everything back when it resolves', async () => {
    await run('C:\\Tools\\both.exe', [], { token, interactive: true })
    token.close()
    server.windows.assertNoLeaks()
  })

  it('fails with the output until then when the time is up', async () => {
    const failure = await run('C:\\Tools\\flood.exe', [], { token, timeout: 30 }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(RunError)
    expect(failure).toMatchObject({ code: 'ETIMEDOUT', stdout: 'x'.repeat(10_000), exitCode: 1 })
  })

  it('fails with the output until then when it is too long', async () => {
    const failure = await run('C:\\Tools\\flood.exe', [], { token, maxBuffer: 100 }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER', stdout: 'x'.repeat(100), exitCode: 1 })
  })

  it('fails when the signal is aborted', async () => {
    const signal = AbortSignal.timeout(30)
    const failure = await run('C:\\Tools\\flood.exe', [], { token, signal }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ name: 'RunError', code: 'ABORT_ERR', exitCode: 1, cause: { name: 'AbortError' } })
  })

  it('fails when it could not be started', async () => {
    await expect(run('C:\\Tools\\none.exe', [], { token })).rejects.toBeInstanceOf(LaunchError)
    await expect(run('C:\\Tools\\none.exe', [], { token, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORT_ERR',
    })
  })

  it.each([
    [{ encoding: 'base64' }, 'options.encoding'],
    [{ input: 5 }, 'options.input'],
    [{ maxBuffer: 0 }, 'options.maxBuffer'],
    [{ maxBuffer: '1' }, 'options.maxBuffer'],
  ])('refuses %j', async (options, argument) => {
    // @ts-expect-error: what JavaScript may pass
    await expect(run('x', [], { token, ...options })).rejects.toMatchObject({ argument })
  })
})
