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

/** A host with the conversation of windows 1 and 2, whose client allows this level. */
function hostOf(level: 1 | 2, seen: DdeConversation[] = []): Win32 {
  return {
    ...win32,
    impersonateDdeClientWindow<T>(conversation: DdeConversation, callback: ImpersonatedCallback<T>): T {
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
    const seen: DdeConversation[] = []
    const host = hostOf(impersonationLevel.SecurityImpersonation, seen)
    const client = Buffer.from('0000000004030201efbe000000000000', 'hex').subarray(8)
    expect(impersonateDdeClient({ client, server: 2n }, () => 'done', { win32: host })).toBe('done')
    expect(seen).toEqual([{ client: 0xbeefn, server: 2n }])
  })

  it('does not run the callback for a client that may only be looked at', () => {
    const host = hostOf(impersonationLevel.SecurityIdentification)
    const act = (): string => impersonateDdeClient({ client: 1n, server: 2n }, () => 'done', { win32: host })
    expect(act).toThrow(ImpersonationLevelError)
    expect(act).toThrow(expect.objectContaining({ syscall: 'ImpersonateDdeClientWindow', limitedBy: 'client' }))
  })

  it('refuses asynchronous work', () => {
    const host = hostOf(impersonationLevel.SecurityImpersonation)
    expect(() => impersonateDdeClient({ client: 1n, server: 2n }, async () => {}, { win32: host })).toThrow(
      InvalidArgumentError,
    )
  })

  it.each([
    ['windows', undefined],
    ['windows.client', { server: 2n }],
    ['windows.client', { client: 1, server: 2n }],
    ['windows.client', { client: new Uint8Array(4), server: 2n }],
    ['windows.server', { client: 1n, server: -1n }],
    ['windows.server', { client: 1n, server: 2n ** 64n }],
  ])('refuses wrong %s', (argument, given) => {
    // @ts-expect-error: what JavaScript may pass
    expect(() => impersonateDdeClient(given, () => {}, { win32 })).toThrow(expect.objectContaining({ argument }))
  })
})
