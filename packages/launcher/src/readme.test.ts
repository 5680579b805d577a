import { expect, it } from 'vitest'
import { setWin32 } from '@asuser/native'
import { createWindows } from '@asuser/testkit'
// @boundaries-ignore support of all test suites
import { readmeExample } from '../../../tools/testing/readme-example.ts'

it('README.md promises what its example does, line by line', async () => {
  const example = readmeExample(new URL('../', import.meta.url))
  expect(example.promised.length).toBeGreaterThan(2)

  const windows = createWindows({ computerName: 'TEST', users: { alice: { password: 'correct horse' } } })
  using _installed = setWin32(windows.startProcess({ account: 'LocalSystem' }).win32)
  expect(await example.run()).toEqual(example.promised)
  windows.assertNoLeaks()
})
