import { describe, expect, it, vi } from 'vitest'
import { getWin32 } from '../win32.ts'
import type { DdeConversation } from './dde.ts'

describe('impersonateDdeClientWindow', () => {
  it.each([
    ['no conversation', undefined, 'ERR_INVALID_ARG_TYPE'],
    ['a number for the client', { client: 1, server: 2n }, 'ERR_INVALID_ARG_TYPE'],
    ['no server', { client: 1n }, 'ERR_INVALID_ARG_TYPE'],
    ['a negative handle', { client: 1n, server: -1n }, 'ERR_OUT_OF_RANGE'],
  ])('refuses %s and does not call back', (_what, conversation, code) => {
    const callback = vi.fn<() => void>()
    // @ts-expect-error: what JavaScript may pass
    expect(() => getWin32().impersonateDdeClientWindow(conversation, callback)).toThrow(
      expect.objectContaining({ code }),
    )
    expect(callback).not.toHaveBeenCalled()
  })

  it('refuses what is no function', () => {
    const conversation: DdeConversation = { client: 1n, server: 2n }
    // @ts-expect-error: what JavaScript may pass
    expect(() => getWin32().impersonateDdeClientWindow(conversation, undefined)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
    )
  })
})

describe('ddeImpersonateClient', () => {
  it.each([
    ['no conversation', undefined, 'ERR_INVALID_ARG_TYPE'],
    ['a number', 1, 'ERR_INVALID_ARG_TYPE'],
    ['a negative handle', -1n, 'ERR_OUT_OF_RANGE'],
  ])('refuses %s and does not call back', (_what, conversation, code) => {
    const callback = vi.fn<() => void>()
    // @ts-expect-error: what JavaScript may pass
    expect(() => getWin32().ddeImpersonateClient(conversation, callback)).toThrow(expect.objectContaining({ code }))
    expect(callback).not.toHaveBeenCalled()
  })

  it('refuses what is no function', () => {
    // @ts-expect-error: what JavaScript may pass
    expect(() => getWin32().ddeImpersonateClient(0n, undefined)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
    )
  })
})
