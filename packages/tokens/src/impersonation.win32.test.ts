import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getWin32 } from '@asuser/native'
// @boundaries-ignore support of all test suites
import { installedAccounts } from '../../../tools/testing/installed-accounts.ts'
import { asClient, type Credentials, currentThreadToken, logonUser, type SecurityContext, type Token } from './index.ts'
import { establishedContext, noCaller } from '../test/established-context.ts'
import { kernelHandles } from '../test/kernel-handles.ts'
import { describeImpersonation } from '../test/impersonation.suite.ts'

let credentials: Credentials
let alice: Token
let bob: Token
let context: SecurityContext
let handlesBefore: number

beforeAll(async () => {
  const accounts = await installedAccounts()
  credentials = accounts.alice
  handlesBefore = getWin32().countOpenHandles()
  alice = await logonUser(accounts.alice)
  bob = await logonUser(accounts.bob)
  context = await establishedContext(accounts.alice, getWin32())
})

afterAll(() => {
  alice.close()
  bob.close()
  context.close()
  expect(getWin32().countOpenHandles()).toBe(handlesBefore)
})

/** The SID that the thread impersonates; undefined for the server itself. */
function threadUser(): string | undefined {
  using token = currentThreadToken()
  return token?.user.sid.toString()
}

const aliceUser = (): string => alice.user.sid.toString()

describeImpersonation('the addon', () => ({ win32: getWin32(), alice, bob, context, called: noCaller }))

describe('10,000 rounds of logon, impersonation, duplicate and close', () => {
  const rounds = 10_000
  /** What a leak of one token's contents, 400 bytes, would come to. */
  const leaked = 400 * rounds

  /** Everything that a round leaves to be collected is collected. */
  async function memoryAfter(count: number): Promise<number> {
    for (let round = 0; round < count; round++) {
      using token = await logonUser(credentials)
      using duplicate = token.duplicate({ type: 'impersonation' })
      using io = asClient(duplicate)
      if (token.impersonate(threadUser) !== aliceUser()) throw new Error('The thread was somebody else')
      if (io.closed) throw new Error('The client was closed')
    }
    globalThis.gc?.()
    return process.memoryUsage().rss
  }

  it('leave no handle and no memory behind', { timeout: 500_000 }, async () => {
    const win32 = getWin32()
    // The heap has its size and the caches are full after this.
    const warm = await memoryAfter(rounds / 4)
    const [open, kernel] = [win32.countOpenHandles(), kernelHandles(getWin32())]
    expect(kernel).toBeGreaterThan(0)
    // The heap may grow once more for reasons of its own; a leak grows it every time.
    let [before, grown] = [warm, Infinity]
    for (let batch = 0; batch < 4 && grown >= leaked; batch++) {
      const after = await memoryAfter(rounds)
      grown = after - before
      before = after
    }
    expect(win32.countOpenHandles()).toBe(open)
    expect(kernelHandles(getWin32())).toBeLessThanOrEqual(kernel + 10)
    expect(grown).toBeLessThan(leaked)
  })
})
