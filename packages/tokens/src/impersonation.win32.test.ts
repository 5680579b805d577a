import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getWin32 } from '@asuser/native'
// @boundaries-ignore support of all test suites
import { installedAccounts } from '../../../tools/testing/installed-accounts.ts'
import {
  asClient,
  type Credentials,
  currentProcessToken,
  currentThreadToken,
  impersonateAnonymousToken,
  impersonateSelf,
  ImpersonationLevelError,
  InvalidArgumentError,
  logonUser,
  type Token,
  withPrivileges,
} from './index.ts'

let credentials: Credentials
let alice: Token
let bob: Token
let aliceAsClient: Token
let handlesBefore: number

beforeAll(async () => {
  const accounts = await installedAccounts()
  credentials = accounts.alice
  handlesBefore = getWin32().countOpenHandles()
  alice = await logonUser(accounts.alice)
  bob = await logonUser(accounts.bob)
  aliceAsClient = alice.duplicate({ type: 'impersonation' })
})

afterAll(() => {
  alice.close()
  bob.close()
  aliceAsClient.close()
  expect(getWin32().countOpenHandles()).toBe(handlesBefore)
})

/** The SID that the thread impersonates; undefined for the server itself. */
function threadUser(): string | undefined {
  using token = currentThreadToken()
  return token?.user.sid.toString()
}

function serverUser(): string {
  using token = currentProcessToken()
  return token.user.sid.toString()
}

const aliceUser = (): string => alice.user.sid.toString()

/** Every way to become somebody else, with who that is. */
const ways: readonly (readonly [string, () => string, (callback: () => unknown) => unknown])[] = [
  ['token.impersonate', aliceUser, (callback) => alice.impersonate(callback)],
  ['impersonate of an impersonation token', aliceUser, (callback) => aliceAsClient.impersonate(callback)],
  ['token.withPrivileges', aliceUser, (callback) => alice.withPrivileges([], callback)],
  ['impersonateSelf', serverUser, (callback) => impersonateSelf('impersonation', callback)],
  ['impersonateAnonymousToken', () => 'S-1-5-7', (callback) => impersonateAnonymousToken(callback)],
  ['withPrivileges', serverUser, (callback) => withPrivileges(['SeChangeNotifyPrivilege'], callback)],
]

describe.each(ways)('%s on the addon', (name, user, enter) => {
  it('is that user in the callback and itself after it', () => {
    expect(enter(threadUser)).toBe(user())
    expect(threadUser()).toBeUndefined()
  })

  it('is itself after the callback threw', () => {
    const failure = new Error('mine')
    const throwing = (): never => {
      throw failure
    }
    expect(() => enter(throwing)).toThrow(failure)
    expect(threadUser()).toBeUndefined()
  })

  it('is itself when a promise that the callback returns is settled, and refuses it', async () => {
    let seen: Promise<string | undefined> | undefined
    const returning = (): unknown => (seen = Promise.resolve().then(threadUser))
    expect(() => enter(returning)).toThrow(InvalidArgumentError)
    expect(threadUser()).toBeUndefined()
    await expect(seen).resolves.toBeUndefined()
  })

  it('is itself in microtasks, ticks, immediates and timers that the callback leaves behind', async () => {
    const seen = await new Promise<readonly (string | undefined)[]>((resolve) => {
      const users: (string | undefined)[] = []
      const look = (): void => {
        if (users.push(threadUser()) === 4) resolve(users)
      }
      enter(() => {
        queueMicrotask(look)
        process.nextTick(look)
        setImmediate(look)
        setTimeout(look, 1)
      })
    })
    expect(seen).toEqual([undefined, undefined, undefined, undefined])
  })

  it('comes back from another identity, and from the same one', () => {
    enter(() => {
      expect(bob.impersonate(threadUser)).toBe(bob.user.sid.toString())
      expect(threadUser()).toBe(user())
      if (name !== 'withPrivileges') expect(enter(threadUser)).toBe(user())
      expect(() =>
        bob.impersonate(() => {
          throw new Error('mine')
        }),
      ).toThrow()
      expect(threadUser()).toBe(user())
    })
    expect(threadUser()).toBeUndefined()
  })
})

describe('token.impersonate on the addon', () => {
  it('does not run the callback at too low a level', () => {
    using looking = alice.duplicate({ type: 'impersonation', level: 'identification' })
    let called = false
    const impersonate = (): unknown =>
      looking.impersonate(() => {
        called = true
      })
    expect(impersonate).toThrow(ImpersonationLevelError)
    expect(impersonate).toThrow(expect.objectContaining({ limitedBy: 'client', level: 'identification' }))
    expect(called).toBe(false)
    expect(looking.impersonate(threadUser, { minimumLevel: 'identification' })).toBe(aliceUser())
    expect(threadUser()).toBeUndefined()
  })
})

interface Kernel32 {
  readonly createEvent: (security: null, manual: number, initial: number, name: null) => bigint
  readonly closeHandle: (handle: bigint) => number
}

/** Wine has no function for the count, but gives a new handle the lowest number that is free. */
function loadKernel32(): Kernel32 {
  const koffi = createRequire(import.meta.url)('koffi')
  const library = koffi.load('kernel32.dll')
  return {
    createEvent: library.func('int64_t CreateEventW(void *security, int manual, int initial, void *name)'),
    closeHandle: library.func('int CloseHandle(int64_t handle)'),
  }
}

/** A number that grows with the kernel handles of this process. */
function kernelHandles(): number {
  const count = getWin32().getProcessHandleCount(getWin32().getCurrentProcess())
  if (count > 0) return count
  const { createEvent, closeHandle } = loadKernel32()
  const handles = Array.from({ length: 20 }, () => createEvent(null, 1, 0, null))
  for (const handle of handles) closeHandle(handle)
  return Number(handles.at(-1)) / 4
}

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
    const [open, kernel] = [win32.countOpenHandles(), kernelHandles()]
    expect(kernel).toBeGreaterThan(0)
    // The heap may grow once more for reasons of its own; a leak grows it every time.
    let [before, grown] = [warm, Infinity]
    for (let batch = 0; batch < 4 && grown >= leaked; batch++) {
      const after = await memoryAfter(rounds)
      grown = after - before
      before = after
    }
    expect(win32.countOpenHandles()).toBe(open)
    expect(kernelHandles()).toBeLessThanOrEqual(kernel + 10)
    expect(grown).toBeLessThan(leaked)
  })
})
