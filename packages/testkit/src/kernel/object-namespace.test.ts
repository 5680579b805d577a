import { describe, expect, it } from 'vitest'
import { Server } from '../../test/server.ts'

describe('names of kernel objects', () => {
  it('are shared by all sessions with Global\\ and by one without it', () => {
    const server = new Server({ sessions: [{ id: 1 }, { id: 2 }] }, { account: 'LocalSystem', sessionId: 1 })
    const other = server.windows.startProcess({ account: 'LocalSystem', sessionId: 2 })
    const acquire = (name: string): string => {
      using mine = server.win32.createMutex({ name, security: null })
      using theirs = other.win32.createMutex({ name, security: null })
      server.win32.tryAcquireMutex(mine)
      const state = other.win32.tryAcquireMutex(theirs)
      server.win32.releaseMutex(mine)
      return state
    }
    expect(acquire('Global\\lock')).toBe('busy')
    expect(acquire('Local\\lock')).toBe('acquired')
  })

  it('are found by their letter case', () => {
    const { win32 } = new Server()
    using lower = win32.createMutex({ name: 'Local\\name', security: null })
    using upper = win32.createMutex({ name: 'Local\\NAME', security: null })
    win32.tryAcquireMutex(lower)
    expect(() => win32.releaseMutex(upper)).toThrow(expect.objectContaining({ code: 'ERROR_NOT_OWNER' }))
    win32.releaseMutex(lower)
  })

  it('go with the last handle of the object', () => {
    const { win32 } = new Server()
    win32.createMutex({ name: 'Local\\short', security: null }).close()
    using job = win32.createJobObject({ name: 'Local\\short', security: null })
    expect(job.kind).toBe('job')
  })

  it('cannot have a backslash beyond the prefix', () => {
    const { win32 } = new Server()
    expect(() => win32.createMutex({ name: 'Local\\a\\b', security: null })).toThrow(
      expect.objectContaining({ code: 'ERROR_PATH_NOT_FOUND' }),
    )
  })
})
