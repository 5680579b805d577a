import type { Win32 } from '@asuser/native'
import { beforeEach, describe, expect, it, type TestContext } from 'vitest'
import {
  currentProcessToken,
  currentThreadToken,
  impersonateAnonymousToken,
  impersonateComClient,
  impersonateDdeClient,
  impersonateRpcClient,
  impersonateSelf,
  ImpersonationLevelError,
  InvalidArgumentError,
  type SecurityContext,
  type Token,
  withPrivileges,
} from '../src/index.ts'

/** What the suite acts as; read when a test runs. */
export interface Actors {
  readonly win32: Win32
  readonly alice: Token
  readonly bob: Token
  /** An exchange that is done, whose client is alice. */
  readonly context: SecurityContext
  /** A Windows where alice calls this thread, by RPC, COM and DDE; or why nobody does. */
  readonly called: Win32 | string
}

/** A way to become somebody else. */
interface Way {
  readonly name: string
  /** Who that is. */
  readonly user: () => string
  readonly enter: (callback: () => unknown) => unknown
  /** What it needs of the lane: that, or why it is not there. */
  readonly needs?: () => unknown
}

/** Who the thread is in each way to become somebody else, and in what that leaves behind, whatever the Windows. */
export function describeImpersonation(lane: string, actors: () => Actors): void {
  /** The SID that the thread impersonates; undefined for the server itself. */
  function threadUser(): string | undefined {
    using token = currentThreadToken({ win32: actors().win32 })
    return token?.user.sid.toString()
  }

  function serverUser(): string {
    using token = currentProcessToken({ win32: actors().win32 })
    return token.user.sid.toString()
  }

  const aliceUser = (): string => actors().alice.user.sid.toString()

  function twiceAsClient(callback: () => unknown): unknown {
    using client = actors().alice.duplicate({ type: 'impersonation' })
    expect(client.impersonate(threadUser)).toBe(aliceUser())
    return client.impersonate(callback)
  }

  const ways: readonly Way[] = [
    { name: 'token.impersonate', user: aliceUser, enter: (callback) => actors().alice.impersonate(callback) },
    { name: 'a second impersonate of an impersonation token', user: aliceUser, enter: twiceAsClient },
    {
      name: 'token.withPrivileges',
      user: aliceUser,
      enter: (callback) => actors().alice.withPrivileges(['SeChangeNotifyPrivilege'], callback),
    },
    {
      name: 'impersonateSelf',
      user: serverUser,
      enter: (callback) => impersonateSelf('impersonation', callback, actors()),
    },
    {
      name: 'impersonateAnonymousToken',
      user: () => 'S-1-5-7',
      enter: (callback) => impersonateAnonymousToken(callback, actors()),
    },
    { name: 'withPrivileges', user: serverUser, enter: (callback) => withPrivileges([], callback, actors()) },
    {
      name: 'context.impersonate of SSPI',
      user: aliceUser,
      enter: (callback) => actors().context.impersonate(callback),
    },
    {
      name: 'impersonateRpcClient',
      user: aliceUser,
      enter: (callback) => impersonateRpcClient(callback, { win32: given(actors().called) }),
      needs: () => actors().called,
    },
    {
      name: 'impersonateComClient',
      user: aliceUser,
      enter: (callback) => impersonateComClient(callback, { win32: given(actors().called) }),
      needs: () => actors().called,
    },
    {
      name: 'impersonateDdeClient',
      user: aliceUser,
      enter: (callback) =>
        impersonateDdeClient({ client: 1n, server: 2n }, callback, { win32: given(actors().called) }),
      needs: () => actors().called,
    },
    {
      name: 'impersonateDdeClient of the library',
      user: aliceUser,
      enter: (callback) => impersonateDdeClient({ conversation: 1n }, callback, { win32: given(actors().called) }),
      needs: () => actors().called,
    },
  ]

  describe.each(ways)(`$name on ${lane}`, ({ user, enter, needs }) => {
    beforeEach((context) => skipWithout(needs, context))

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

    it('refuses an asynchronous callback without calling it', () => {
      let called = false
      const asynchronous = async (): Promise<void> => {
        called = true
      }
      expect(() => enter(asynchronous)).toThrow(InvalidArgumentError)
      expect(called).toBe(false)
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

    it.for(ways)('comes back from $name, nested', (nested, context) => {
      skipWithout(nested.needs, context)
      const outer = user()
      // `withPrivileges` takes the identity that the thread has.
      const inner = nested.name === 'withPrivileges' ? outer : nested.user()
      enter(() => {
        expect(nested.enter(threadUser)).toBe(inner)
        expect(threadUser()).toBe(outer)
        expect(() =>
          nested.enter(() => {
            throw new Error('mine')
          }),
        ).toThrow()
        expect(threadUser()).toBe(outer)
      })
      expect(threadUser()).toBeUndefined()
    })

    it('comes back from another client, nested', () => {
      const { bob } = actors()
      const [outer, inner] = [user(), bob.user.sid.toString()]
      enter(() => {
        expect(bob.impersonate(threadUser)).toBe(inner)
        expect(threadUser()).toBe(outer)
      })
      expect(threadUser()).toBeUndefined()
    })
  })

  describe(`token.impersonate on ${lane}`, () => {
    it('does not run the callback at the level that the client allows, unless that is enough', () => {
      using looking = actors().alice.duplicate({ type: 'impersonation', level: 'identification' })
      let called = false
      const impersonate = (): unknown =>
        looking.impersonate(() => {
          called = true
        })
      expect(impersonate).toThrow(ImpersonationLevelError)
      expect(impersonate).toThrow(
        expect.objectContaining({
          code: 'ERROR_BAD_IMPERSONATION_LEVEL',
          level: 'identification',
          syscall: 'ImpersonateLoggedOnUser',
          context: expect.objectContaining({ minimumLevel: 'impersonation' }),
          limitedBy: 'client',
        }),
      )
      expect(() => looking.withPrivileges([], impersonate)).toThrow(
        expect.objectContaining({ syscall: 'SetThreadToken', level: 'identification', limitedBy: 'client' }),
      )
      expect(called).toBe(false)
      expect(threadUser()).toBeUndefined()
      expect(looking.impersonate(threadUser, { minimumLevel: 'identification' })).toBe(aliceUser())
      expect(threadUser()).toBeUndefined()
    })

    it('runs the callback at Anonymous level only when that is enough, and nests nothing in it', () => {
      const { alice, bob } = actors()
      using nobody = alice.duplicate({ type: 'impersonation', level: 'anonymous' })
      expect(() => nobody.impersonate(() => {}, { minimumLevel: 'identification' })).toThrow(
        expect.objectContaining({ level: 'anonymous', limitedBy: 'client' }),
      )
      const nest = (): void => {
        expect(() => bob.impersonate(() => {})).toThrow(expect.objectContaining({ code: 'ERROR_CANT_OPEN_ANONYMOUS' }))
      }
      nobody.impersonate(nest, { minimumLevel: 'anonymous' })
      expect(threadUser()).toBeUndefined()
    })
  })
}

/** Leaves a test pending, with the reason. */
function skipWithout(needs: Way['needs'], context: TestContext): void {
  const needed = needs?.()
  if (typeof needed === 'string') context.skip(needed)
}

function given<T>(needed: T | string): T {
  if (typeof needed === 'string') throw new Error(needed)
  return needed
}
