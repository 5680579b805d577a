import { accessRight, securityInformation } from '@asuser/native'
import { Acl, SecurityDescriptor } from '@asuser/security-descriptors'
import { describe, expect, it } from 'vitest'
import { Server } from '../test/server.ts'
import { LeakError, type Leak } from './leaks.ts'

function leaksOf({ windows }: Server): readonly Leak[] {
  try {
    windows.assertNoLeaks()
    return []
  } catch (error) {
    if (error instanceof LeakError) return error.leaks
    throw error
  }
}

describe('assertNoLeaks', () => {
  it('is content with a machine that nobody touched', () => {
    expect(leaksOf(new Server())).toEqual([])
  })

  it('names handles, streams, processes and mutexes with their process', async () => {
    const server = new Server({ trackHandles: true })
    const token = await server.logOn('alice')
    await server.start(token, 'C:\\Windows\\System32\\timeout.exe /t 1')
    const { server: end } = server.win32.createPipePair('inbound')
    server.win32.openPipeStream(end, 'inbound')
    const mutex = server.win32.createMutex({ name: 'Local\\held', security: null })
    server.win32.tryAcquireMutex(mutex)
    const leaks = leaksOf(server)
    expect(leaks.map(({ what, detail }) => `${what} ${detail}`)).toEqual([
      'handle token with access 0x000f01ff, opened by logonUser',
      'handle process with access 0x001fffff, opened by createProcessAsUser',
      'handle thread with access 0x001fffff, opened by createProcessAsUser',
      'handle pipe with access 0x00120196, opened by createPipePair',
      'handle mutex with access 0x001f0001, opened by createMutex',
      'stream stream of a pipe, reader, opened by openPipeStream',
      'mutex Local\\held is held',
      `process C:\\Windows\\System32\\timeout.exe as ${server.windows.sid('alice').toString()} still runs`,
    ])
    expect(leaks[0]?.stack).toContain('server.ts')
    expect(leaks[0]?.processId).toBe(server.process.processId)
    expect(() => server.windows.assertNoLeaks()).toThrow(/8 left behind/u)
    server.process.exit()
  })

  it('finds a grant that was not taken back', () => {
    const server = new Server()
    const { DACL_SECURITY_INFORMATION } = securityInformation
    const station = server.win32.openWindowStation('winsta0', accessRight.WRITE_DAC)
    const empty = SecurityDescriptor.from({ dacl: Acl.from([]) }).toBytes()
    server.win32.setUserObjectSecurity(station, DACL_SECURITY_INFORMATION, empty)
    station.close()
    expect(leaksOf(server)).toMatchObject([{ what: 'grant', detail: expect.stringContaining('WinSta0') }])
  })
})
