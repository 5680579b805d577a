import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { impersonationLevel, type DdeConversation, type ImpersonatedCallback, type Win32 } from '@asuser/native'
import { createWindows, type SimulatedWindows } from '@asuser/testkit'
import { impersonateDdeClient, ImpersonationLevelError, InvalidArgumentError } from './index.ts'

let windows: SimulatedWindows
let win32: Win32

beforeEach(() => {
  windows = createWindows({})
  win32 = windows.startProcess({ account: 'LocalSystem' }).win32
})
afterEach(() => windows.assertNoLeaks())

/** A host with one conversation, whose client allows this level. */
function hostOf(level: 1 | 2, seen: (DdeConversation | bigint)[] = []): Win32 {
  return {
    ...win32,
    impersonateDdeClientWindow<T>(conversation: DdeConversation, callback: ImpersonatedCallback<T>): T {
      seen.push(conversation)
      return win32.impersonateSelf(level, callback)
    },
    ddeImpersonateClient<T>(conversation: bigint, callback: ImpersonatedCallback<T>): T {
      seen.push(conversation)
      return win32.impersonateSelf(level, callback)
    },
  }
}

describe('impersonateDdeClient', () => {
  it('fails where there is no such window, and does not run the callback', () => {
    let called = false
    const act = (): void => {
      called = true
    }
    expect(() => impersonateDdeClient({ client: 1n, server: 2n }, act, { win32 })).toThrow(
      expect.objectContaining({ code: 'ERROR_INVALID_WINDOW_HANDLE', syscall: 'ImpersonateDdeClientWindow' }),
    )
    expect(called).toBe(false)
  })

  it('takes windows as numbers, and as the bytes that Electron gives', () => {
    const seen: (DdeConversation | bigint)[] = []
    const host = hostOf(impersonationLevel.SecurityImpersonation, seen)
    const client = Buffer.from('0000000004030201efbe000000000000', 'hex').subarray(8)
    expect(impersonateDdeClient({ client, server: 2n }, () => 'done', { win32: host })).toBe('done')
    expect(seen).toEqual([{ client: 0xbeefn, server: 2n }])
  })

  it('takes a conversation of the library, as a number and as bytes', () => {
    const seen: (DdeConversation | bigint)[] = []
    const host = hostOf(impersonationLevel.SecurityImpersonation, seen)
    const bytes = Buffer.from('efbe000000000000', 'hex')
    for (const conversation of [1n, bytes]) {
      expect(impersonateDdeClient({ conversation }, () => 'done', { win32: host })).toBe('done')
    }
    expect(seen).toEqual([1n, 0xbeefn])
  })

  it('fails where there is no such conversation, and does not run the callback', () => {
    let called = false
    const act = (): void => {
      called = true
    }
    expect(() => impersonateDdeClient({ conversation: 1n }, act, { win32 })).toThrow(
      expect.objectContaining({ code: 'ERROR_CANNOT_IMPERSONATE', syscall: 'DdeImpersonateClient' }),
    )
    expect(called).toBe(false)
  })

  it.each([
    ['ImpersonateDdeClientWindow', { client: 1n, server: 2n }],
    ['DdeImpersonateClient', { conversation: 1n }],
  ])('does not run the callback for a client that may only be looked at: %s', (syscall, source) => {
    const host = hostOf(impersonationLevel.SecurityIdentification)
    const act = (): string => impersonateDdeClient(source, () => 'done', { win32: host })
    expect(act).toThrow(ImpersonationLevelError)
    expect(act).toThrow(expect.objectContaining({ syscall, limitedBy: 'client' }))
  })

  it('refuses asynchronous work', () => {
    const host = hostOf(impersonationLevel.SecurityImpersonation)
    // @ts-expect-error: what JavaScript may pass
    const impersonate = (): void => impersonateDdeClient({ client: 1n, server: 2n }, async () => {}, { win32: host })
    expect(impersonate).toThrow(InvalidArgumentError)
  })

  it.each([
    ['source', undefined],
    ['source.client', { server: 2n }],
    ['source.client', { client: 1, server: 2n }],
    ['source.client', { client: new Uint8Array(4), server: 2n }],
    ['source.server', { client: 1n, server: -1n }],
    ['source.server', { client: 1n, server: 2n ** 64n }],
    ['source.conversation', { conversation: 1 }],
    ['source.conversation', { conversation: new Uint8Array(4) }],
    ['source.conversation', { conversation: -1n }],
    ['source', { conversation: 1n, client: 1n, server: 2n }],
  ])('refuses wrong %s', (argument, given) => {
    // @ts-expect-error: what JavaScript may pass
    expect(() => impersonateDdeClient(given, () => {}, { win32 })).toThrow(expect.objectContaining({ argument }))
  })
})
