import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { securityInformation } from '@asuser/native'
import { SecurityDescriptor } from '@asuser/security-descriptors'
import { describe, expect, it } from 'vitest'
import { outcomeOf, type ContractRun } from './contract-run.ts'

export function describePipes(run: () => ContractRun): void {
  describe('openPipeStream', () => {
    it('takes the handle', () => {
      const { server, client } = run().win32.createPipePair('outbound')
      const stream = run().win32.openPipeStream(server, 'outbound')
      expect(server.closed).toBe(true)
      expect(outcomeOf(() => run().win32.openPipeStream(server, 'outbound'))).toBe('ERROR_INVALID_HANDLE')
      client.close()
      stream.destroy()
    })

    it('carries what a program reads and writes, and ends with it', async () => {
      const { win32, backend } = run()
      using token = await run().logOn(backend.accounts.alice)
      const input = win32.createPipePair('outbound')
      const output = win32.createPipePair('inbound')
      const stdin = win32.openPipeStream(input.server, 'outbound')
      const stdout = win32.openPipeStream(output.server, 'inbound')
      const created = await run().start(token, backend.programs.echoStdin(), {
        startupInfo: { standardHandles: { input: input.client, output: output.client, error: null } },
        handleList: [input.client, output.client],
      })
      input.client.close()
      output.client.close()
      const bytes = 'line of text\n'.repeat(50_000)
      stdin.end(bytes)
      expect(await text(stdout)).toBe(bytes)
      expect(await run().exitCode(created)).toBe(0)
    })

    it('ends when the last holder of the other end closes it', async () => {
      const { server, client } = run().win32.createPipePair('inbound')
      const stream = run().win32.openPipeStream(server, 'inbound')
      client.close()
      expect(await text(stream)).toBe('')
    })

    it('stays open as long as a process holds the other end', async () => {
      const { win32, backend } = run()
      using token = await run().logOn(backend.accounts.alice)
      const { server, client } = win32.createPipePair('inbound')
      const stream = win32.openPipeStream(server, 'inbound')
      const created = await run().start(token, backend.programs.runForever(), {
        startupInfo: { standardHandles: { input: null, output: client, error: null } },
        handleList: [client],
      })
      client.close()
      const [first] = await once(stream, 'data')
      expect(String(first)).toBe('running\n')
      const ended = once(stream, 'end')
      win32.terminateProcess(created.process, 0)
      await ended
      await run().exitCode(created)
    })

    it('is not held by a process that does not inherit it', async () => {
      const { win32, backend } = run()
      using token = await run().logOn(backend.accounts.alice)
      const { server, client } = win32.createPipePair('inbound')
      const stream = win32.openPipeStream(server, 'inbound')
      const created = await run().start(token, backend.programs.runForever())
      client.close()
      expect(await text(stream)).toBe('')
      win32.terminateProcess(created.process, 0)
      await run().exitCode(created)
    })

    it('fails a write with EPIPE when nobody reads any more', async () => {
      const { server, client } = run().win32.createPipePair('outbound')
      const stream = run().win32.openPipeStream(server, 'outbound')
      client.close()
      const failed = once(stream, 'error')
      stream.write('anybody?')
      expect(await failed).toEqual([expect.objectContaining({ code: expect.stringMatching(/^(?:EPIPE|EOF)$/u) })])
    })

    it('takes no more than its buffer from a writer whom nobody reads', async () => {
      const { server, client } = run().win32.createPipePair('outbound')
      const stream = run().win32.openPipeStream(server, 'outbound')
      stream.on('error', () => {})
      let accepted = 0
      for (let count = 0; count < 64; count++) {
        if (!stream.write(new Uint8Array(16_384))) break
        accepted += 16_384
        await new Promise((resolve) => {
          setImmediate(resolve)
        })
      }
      expect(accepted).toBeLessThan(64 * 16_384)
      stream.destroy()
      client.close()
    })
  })

  describe('createPipePair', () => {
    it('lets nobody but the server’s user in', () => {
      const { server, client } = run().win32.createPipePair('inbound')
      using own = run().ownToken(8)
      const { DACL_SECURITY_INFORMATION } = securityInformation
      const bytes = run().win32.getKernelObjectSecurity(server, DACL_SECURITY_INFORMATION)
      server.close()
      client.close()
      const entries = SecurityDescriptor.fromBytes(bytes).dacl?.entries ?? []
      expect(entries.map(({ sid }) => sid?.toString())).toEqual([run().userOf(own)])
    })
  })
}
