import type { Win32 } from '@asuser/native'
import { describe, expect, it } from 'vitest'
import {
  currentProcessToken,
  currentThreadToken,
  impersonateAnonymousToken,
  impersonateSelf,
  ImpersonationLevelError,
  InvalidArgumentError,
  type Token,
  withPrivileges,
} from '../src/index.ts'

/** What the suite acts as; read when a test runs. */
export interface Actors {
  readonly win32: Win32
  readonly alice: Token
  readonly bob: Token
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

  /** Every way to become somebody else, with who that is. */
  const ways: readonly (readonly [string, () => string, (callback: () => unknown) => unknown])[] = [
    ['token.impersonate', aliceUser, (callback) => actors().alice.impersonate(callback)],
    [
      'token.withPrivileges',
      aliceUser,
      (callback) => actors().alice.withPrivileges(['SeChangeNotifyPrivilege'], callback),
    ],
    ['impersonateSelf', serverUser, (callback) => impersonateSelf('impersonation', callback, actors())],
    ['impersonateAnonymousToken', () => 'S-1-5-7', (callback) => impersonateAnonymousToken(callback, actors())],
    ['withPrivileges', serverUser, (callback) => withPrivileges([], callback, actors())],
  ]

  describe.each(ways)(`%s on ${lane}`, (_name, user, enter) => {
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

    it.each(ways)('comes back from %s, nested', (nestedName, nestedUser, enterNested) => {
      const outer = user()
      // `withPrivileges` takes the identity that the thread has.
      const inner = nestedName === 'withPrivileges' ? outer : nestedUser()
      enter(() => {
        expect(enterNested(threadUser)).toBe(inner)
        expect(threadUser()).toBe(outer)
        expect(() =>
          enterNested(() => {
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
