import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { accessRight, impersonationLevel, tokenType } from '../constants.ts'
import { installLsaShim } from '../fixtures/lsa-shim.mjs'
import { ntStatus } from '../nt-status.ts'
import { getWin32 } from '../win32.ts'
import type { Handle } from './handle.ts'

const win32 = getWin32()
const underWine = process.env['ASUSER_LANE'] === 'wine'
const own = win32.openProcessToken(win32.getCurrentProcess(), accessRight.MAXIMUM_ALLOWED)

/** An impersonation token; the thread that takes it on has this very token, which its id shows. */
const impersonationToken = (): Handle<'token'> =>
  win32.duplicateTokenEx(own, {
    desiredAccess: accessRight.MAXIMUM_ALLOWED,
    type: tokenType.TokenImpersonation,
    impersonationLevel: impersonationLevel.SecurityImpersonation,
  })

const idOf = (token: Handle<'token'>): bigint => win32.getTokenInformation(token, 'TokenStatistics').tokenId

const threadTokenId = (): bigint | undefined => {
  try {
    using token = win32.openThreadToken({ desiredAccess: 8, openAsSelf: true })
    return idOf(token)
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERROR_NO_TOKEN', syscall: 'OpenThreadToken' })
    return undefined
  }
}

afterEach(() => expect(threadTokenId()).toBeUndefined())

describe('impersonateLoggedOnUser', () => {
  it('gives the thread the identity for the callback, whose result it returns', () => {
    using token = impersonationToken()
    expect(win32.impersonateLoggedOnUser(token, threadTokenId)).toBe(idOf(token))
  })

  it('takes a primary token, of which the thread gets a duplicate at level Impersonation', () => {
    win32.impersonateLoggedOnUser(own, () => {
      using token = win32.openThreadToken({ desiredAccess: 8, openAsSelf: true })
      expect(win32.getTokenInformation(token, 'TokenType')).toBe(tokenType.TokenImpersonation)
      expect(win32.getTokenInformation(token, 'TokenImpersonationLevel')).toBe(impersonationLevel.SecurityImpersonation)
    })
  })

  it('puts the identity of the outer call back after a nested one', () => {
    using outer = impersonationToken()
    using inner = impersonationToken()
    win32.impersonateLoggedOnUser(outer, () => {
      expect(win32.impersonateLoggedOnUser(inner, threadTokenId)).toBe(idOf(inner))
      expect(threadTokenId()).toBe(idOf(outer))
      expect(() =>
        win32.impersonateLoggedOnUser(inner, () => {
          throw new RangeError('inner')
        }),
      ).toThrow(RangeError)
      expect(threadTokenId()).toBe(idOf(outer))
    })
  })

  it('reverts, and passes on what the callback throws as it is', () => {
    const thrown = { any: 'value' }
    let caught
    try {
      win32.impersonateLoggedOnUser(own, () => {
        // Not only errors may be thrown, and none may be wrapped.
        // oxlint-disable-next-line typescript/only-throw-error
        throw thrown
      })
    } catch (error) {
      caught = error
    }
    expect(caught).toBe(thrown)
    expect(threadTokenId()).toBeUndefined()
  })

  it('does not call back when Windows refuses the token', () => {
    using weak = win32.openProcessToken(win32.getCurrentProcess(), 1)
    expect(() => win32.impersonateLoggedOnUser(weak, () => expect.unreachable())).toThrow(
      expect.objectContaining({ code: 'ERROR_ACCESS_DENIED', syscall: 'ImpersonateLoggedOnUser' }),
    )
  })

  it('refuses what is no function before it impersonates', () => {
    expect(() => Reflect.apply(win32.impersonateLoggedOnUser, win32, [own, null])).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE', message: expect.stringContaining('"callback"') }),
    )
  })

  it('leaves no trace on the threads that other calls run on', async () => {
    using token = impersonationToken()
    const attributes = win32.impersonateLoggedOnUser(token, () =>
      win32.getFileAttributes({ path: 'C:\\', impersonate: null }),
    )
    expect((await attributes) & 0x10).toBe(0x10)
  })
})

// What Windows itself cannot be brought to do, the LSA shim of the Wine lane does.
describe.skipIf(!underWine)('with the LSA shim', () => {
  it('createProcessAsUser reaches the image as the client of impersonate, and nothing else', async () => {
    const shim = await installLsaShim()
    shim.clear()
    const { user, domain, password, sid } = shim.accounts.alice
    using client = await win32.logonUser({
      user,
      domain,
      password: Buffer.from(password, 'utf16le'),
      type: 3,
      provider: 0,
    })
    for (const impersonate of [client, null]) {
      const created = await win32.createProcessAsUser({
        token: own,
        impersonate,
        applicationName: process.execPath,
        commandLine: 'node --version',
        environment: null,
        currentDirectory: null,
        creationFlags: 0x8000000,
        startupInfo: { desktop: null, title: null, showWindow: null, standardHandles: null },
        handleList: [],
        jobList: [],
      })
      created.process.close()
      created.thread.close()
    }
    expect(shim.calls().processCreations.map((creation) => creation.impersonatedUser)).toEqual([sid, null])
  })

  it('logonUser names the account and never the password when it fails', async () => {
    const shim = await installLsaShim()
    const { user, domain } = shim.accounts.alice
    const password = Buffer.from('not the right one', 'utf16le')
    const before = win32.countOpenHandles()
    const failure = await win32
      .logonUser({ user, domain, password, type: 2, provider: 0 })
      .catch((error: unknown) => error)
    expect(failure).toMatchObject({
      code: 'ERROR_LOGON_FAILURE',
      syscall: 'LogonUserW',
      context: { user, domain, type: 2 },
    })
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('not the right one')
    expect(win32.countOpenHandles()).toBe(before)
  })

  it('logonUser has copied the password when it returns', async () => {
    const shim = await installLsaShim()
    const { user, domain, password } = shim.accounts.bob
    const bytes = Buffer.from(password, 'utf16le')
    const promise = win32.logonUser({ user, domain, password: bytes, type: 2, provider: 0 })
    bytes.fill(0)
    using token = await promise
    expect(win32.getTokenInformation(token, 'TokenType')).toBe(tokenType.TokenPrimary)
  })

  it.each(['RevertToSelf', 'RevertToSelf on the pool', 'SetThreadToken', 'SetProcessWindowStation'])(
    'the process ends at once when %s fails',
    async (name) => {
      const file = fileURLToPath(new URL('../fixtures/fail-revert.mjs', import.meta.url))
      const failure = await promisify(execFile)(process.execPath, [file, name]).catch((error: unknown) => error)
      expect(failure).toMatchObject({ code: ntStatus.STATUS_FAIL_FAST_EXCEPTION })
      expect(failure).toMatchObject({ stdout: '', stderr: expect.stringContaining(name.split(' ')[0] ?? '') })
    },
  )
})

describe('logonUser', () => {
  it.each([
    ['an odd number of bytes', Buffer.from('abc')],
    ['a NUL character', Buffer.from('ab\0cd', 'utf16le')],
  ])('refuses a password with %s', async (_name, password) => {
    await expect(win32.logonUser({ user: 'a', domain: null, password, type: 2, provider: 0 })).rejects.toMatchObject({
      code: 'ERR_INVALID_ARG_VALUE',
    })
  })

  it('never shows a password that came as a string', async () => {
    const options = { user: 'a', domain: null, password: 'hunter2', type: 2, provider: 0 }
    await expect(Reflect.apply(win32.logonUser, win32, [options])).rejects.toMatchObject({
      code: 'ERR_INVALID_ARG_TYPE',
      message: expect.not.stringContaining('hunter2'),
    })
  })

  it('rejects rather than throws, as every call that gives a promise', async () => {
    for (const call of [
      win32.logonUser,
      win32.lookupAccountName,
      win32.lookupAccountSid,
      win32.createProcessAsUser,
      win32.createEnvironmentBlock,
      win32.getUserProfileDirectory,
      win32.getFileAttributes,
    ]) {
      await expect(Reflect.apply(call, win32, [])).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
    }
  })
})
