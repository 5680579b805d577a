import { describe, expect, it } from 'vitest'
import { Server } from '../test/server.ts'

describe('faults', () => {
  it('fail the next call of a function, once', async () => {
    const server = new Server()
    const fault = server.windows.faults.next('logonUser', 'ERROR_NO_LOGON_SERVERS')
    await expect(server.logOn('alice')).rejects.toMatchObject({ code: 'ERROR_NO_LOGON_SERVERS', syscall: 'LogonUserW' })
    expect(fault.used).toBe(true)
    using token = await server.logOn('alice')
    expect(token.closed).toBe(false)
  })

  it('do not come any more once they are forgotten', async () => {
    const server = new Server()
    const fault = server.windows.faults.next('logonUser', 'ERROR_NO_LOGON_SERVERS')
    server.windows.faults.clear()
    using token = await server.logOn('alice')
    expect([token.closed, fault.used]).toEqual([false, false])
  })

  it('let calls through first when they are told to', () => {
    const server = new Server()
    server.windows.faults.next('createPipePair', 'ERROR_PIPE_BUSY').afterwards(1)
    const { server: end, client } = server.win32.createPipePair('inbound')
    end.close()
    client.close()
    expect(() => server.win32.createPipePair('inbound')).toThrow(expect.objectContaining({ code: 'ERROR_PIPE_BUSY' }))
  })
})
