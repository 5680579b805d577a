import { describe, expect, it } from 'vitest'
import { Server } from '../test/server.ts'

describe('the call log', () => {
  it('has each call with its result and without secrets', async () => {
    const server = new Server()
    using token = await server.logOn('alice')
    await server.logOn('nobody').catch(() => {})
    expect(() => server.win32.openProcess(0, 1)).toThrow()
    expect(server.windows.calls.map((call) => [call.function, call.result])).toEqual([
      ['logonUser', 'ERROR_SUCCESS'],
      ['logonUser', 'ERROR_LOGON_FAILURE'],
      ['openProcess', 'ERROR_INVALID_PARAMETER'],
    ])
    expect(server.windows.calls[0]?.arguments).toBe(
      '{ user: "alice", domain: null, password: <16 bytes>, type: 2, provider: 0 }',
    )
    expect(JSON.stringify(server.windows.calls)).not.toContain('Secret')
    expect(token.closed).toBe(false)
  })
})
