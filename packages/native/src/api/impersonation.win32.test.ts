import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, it } from 'vitest'

const [major = 0] = process.versions.node.split('.').map(Number)

/** Runs the fixture in node.exe itself. */
function exitAsClient(where: 'main' | 'worker'): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
  const file = fileURLToPath(new URL('../fixtures/exit-while-impersonating.mjs', import.meta.url))
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['--no-warnings', file, where], (_error, stdout) => {
      resolve({ code: child.exitCode ?? -1, lines: stdout.trim().split(/\r?\n/u) })
    })
  })
}

describe('process.exit in the callback of a client', () => {
  beforeEach(({ skip }) => skip(major < 22, 'the fixture imports TypeScript, which Node takes from version 22 on'))

  const lines = [
    'callback: client',
    'callback after another event: client',
    'emit of the client: server',
    'emit of the server: server',
    'put before the others by the client: server',
    'put before the others: server',
    'exit: server',
  ]

  it('ends the process as the server, whoever listens', async () => {
    expect(await exitAsClient('main')).toEqual({ code: 7, lines })
  })

  it('ends a worker as the server, and leaves the main thread alone', async () => {
    expect(await exitAsClient('worker')).toEqual({
      code: 0,
      lines: [...lines, 'main after the worker ended with 7: server'],
    })
  })
})
