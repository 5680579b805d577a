import { describe, expect, it, vi } from 'vitest'
import { Server } from '../../test/server.ts'

describe('a simulated program', () => {
  it('ends with 1 and says why on stderr when it throws', async () => {
    const server = new Server({
      programs: {
        'C:\\Tools\\sync.exe': () => {
          throw new RangeError('at once')
        },
        'C:\\Tools\\async.exe': async () => Promise.reject(new RangeError('later')),
      },
    })
    using token = await server.logOn('alice')
    const atOnce = await server.output(token, 'C:\\Tools\\sync.exe', 'error')
    expect(atOnce.exitCode).toBe(1)
    expect(atOnce.written).toContain('RangeError: at once')
    const later = await server.output(token, 'C:\\Tools\\async.exe', 'error')
    expect(later.written).toContain('RangeError: later')
  })

  it('is told when somebody ends it', async () => {
    const told: unknown[] = []
    let listens = false
    const server = new Server({
      programs: {
        'C:\\Tools\\wait.exe': ({ signal }) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => {
              told.push(signal.aborted)
              resolve(0)
            })
            listens = true
          }),
      },
    })
    using token = await server.logOn('alice')
    const created = await server.start(token, 'C:\\Tools\\wait.exe')
    await vi.waitFor(() => expect(listens).toBe(true))
    server.win32.terminateProcess(created.process, 77)
    expect(await server.exitCode(created)).toBe(77)
    expect(told).toEqual([true])
  })

  it('calls Win32 as its own user, with handles that end with it', async () => {
    let outcome = ''
    const server = new Server({
      programs: {
        'C:\\Tools\\kill.exe': ({ win32, argv }) => {
          try {
            win32.openProcess(Number(argv[1]), 1)
            outcome = 'success'
          } catch (error) {
            outcome = error instanceof Error && 'code' in error ? String(error.code) : ''
          }
          win32.openProcessToken(win32.getCurrentProcess(), 8)
        },
      },
    })
    using token = await server.logOn('alice')
    expect(await server.run(token, `C:\\Tools\\kill.exe ${server.process.processId}`)).toBe(0)
    expect(outcome).toBe('ERROR_ACCESS_DENIED')
    token.close()
    server.windows.assertNoLeaks()
  })

  it('cannot call anything after its end', async () => {
    let call: (() => number) | undefined
    const server = new Server({
      programs: {
        'C:\\Tools\\brief.exe': ({ win32 }) => {
          call = () => win32.countOpenHandles()
        },
      },
    })
    using token = await server.logOn('alice')
    await server.run(token, 'C:\\Tools\\brief.exe')
    expect(() => call?.()).toThrow(expect.objectContaining({ code: 'ERROR_INVALID_HANDLE' }))
  })
})
