import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

it('connectNamedPipe leaves the process alone when the worker that waits ends', async () => {
  const file = fileURLToPath(new URL('../fixtures/end-workers-that-wait.mjs', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [file])
  expect(JSON.parse(stdout)).toEqual({
    endings: ['exit: 3', 'from the worker', 'throw: 1', 'terminate: 1', 'return: 0'],
    left: [],
    open: 0,
  })
})
