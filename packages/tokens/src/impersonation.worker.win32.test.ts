import { isMainThread } from 'node:worker_threads'
import { getWin32 } from '@asuser/native'
import { afterAll, beforeAll, expect, it } from 'vitest'
// @boundaries-ignore support of all test suites
import { installedAccounts } from '../../../tools/testing/installed-accounts.ts'
import { establishedContext, noCaller } from '../test/established-context.ts'
import { describeImpersonation } from '../test/impersonation.suite.ts'
import { logonUser, type SecurityContext, type Token } from './index.ts'

let alice: Token
let bob: Token
let context: SecurityContext

beforeAll(async () => {
  const accounts = await installedAccounts()
  alice = await logonUser(accounts.alice)
  bob = await logonUser(accounts.bob)
  context = await establishedContext(accounts.alice, getWin32())
})

afterAll(() => {
  alice.close()
  bob.close()
  context.close()
})

it('this file runs in a worker thread', () => {
  expect(isMainThread).toBe(false)
})

describeImpersonation('the addon in a worker thread', () => ({
  win32: getWin32(),
  alice,
  bob,
  context,
  called: noCaller,
}))
