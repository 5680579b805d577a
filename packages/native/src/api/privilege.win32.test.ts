import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

it('enableProcessPrivileges counts those who ask in all threads, and a worker that ends as one who is done', async () => {
  const file = fileURLToPath(new URL('../fixtures/share-privileges.mjs', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [file])
  expect(JSON.parse(stdout)).toEqual({ before: false, withoutFirst: true, withWorkerAlone: true, after: false })
})
