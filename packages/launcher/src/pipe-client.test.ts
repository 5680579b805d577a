import { once } from 'node:events'
import { Sid } from '@asuser/security-descriptors'
import type { Program } from '@asuser/testkit'
import { connectPipe, createPipeServer, currentProcessToken } from '@asuser/tokens'
import { describe, expect, it } from 'vitest'
import { describePipeClients } from '../test/pipe-client.suite.ts'
import { password, startServer } from '../test/simulated-server.ts'
import { run } from './run.ts'

const programs = { 'C:\\Tools\\pipe-client.exe': beClient, 'C:\\Tools\\report-sid.exe': reportSid }

describePipeClients('the simulated Windows', () => {
  const { windows, win32 } = startServer({ programs, trackHandles: true })
  return {
    win32,
    clients: [
      { user: 'TEST\\alice', password },
      { user: 'TEST\\bob', password },
    ],
    client: { command: 'C:\\Tools\\pipe-client.exe', args: [] },
    report: { command: 'C:\\Tools\\report-sid.exe', args: [] },
    processes: 200,
    close: () => windows.assertNoLeaks(),
  }
})

describe('launch', () => {
  it('says why it cannot act for a client of a pipe at level identification', async () => {
    const { windows, win32 } = startServer({ programs })
    using server = createPipeServer({ security: { allow: [windows.sid('alice')] }, win32 })
    const alice = windows.startProcess({ account: 'alice' })
    const stream = await connectPipe({ path: server.path, win32: alice.win32 })
    stream.write('hello')
    const [client] = await once(server, 'client')
    await client.identified
    using token = client.token()
    await expect(run('C:\\Tools\\report-sid.exe', [], { token })).rejects.toMatchObject({
      code: 'ERROR_BAD_IMPERSONATION_LEVEL',
      message: expect.stringContaining('it must connect at level impersonation'),
    })
    stream.destroy()
  })
})

async function beClient({ argv, win32 }: Program): Promise<number> {
  const [, path = '', count = '0'] = argv
  const own = ownSid({ win32 })
  const answers = Array.from({ length: Number(count) }, async () => {
    const stream = await connectPipe({ path, level: 'impersonation', verifyServer, win32 })
    stream.write('who am I?')
    const [answer] = await once(stream, 'data')
    stream.destroy()
    return String(answer)
  })
  return (await Promise.all(answers)).filter((answer) => answer !== own).length
}

const verifyServer = { owner: Sid.parse('S-1-5-18') }

function reportSid({ stdout, win32 }: Program): number {
  stdout.write(ownSid({ win32 }))
  return 0
}

function ownSid({ win32 }: Pick<Program, 'win32'>): string {
  using token = currentProcessToken({ win32 })
  return token.user.sid.toString()
}
