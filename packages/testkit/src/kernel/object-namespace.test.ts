import { accessRight, Win32Error, type Handle } from '@asuser/native'
import { objectTypes, SecurityDescriptor } from '@asuser/security-descriptors'
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

  it('are there from the beginning when a test says so, in the directory of a session too', () => {
    const { win32, windows } = new Server(
      {
        kernelObjects: {
          '\\Sessions\\1\\BaseNamedObjects\\own': { type: 'event', sddl: 'O:SYG:SYD:(A;;GR;;;SY)' },
          '\\BaseNamedObjects\\folder': { type: 'directoryObject' },
          '\\BaseNamedObjects\\folder\\shared': { type: 'section' },
          '\\BaseNamedObjects\\shortcut': { type: 'symbolicLink', target: '\\BaseNamedObjects\\folder\\shared' },
        },
      },
      { account: 'LocalSystem', sessionId: 1 },
    )
    const dacl = (handle: Handle<'event' | 'section'>): string =>
      SecurityDescriptor.fromBytes(win32.getKernelObjectSecurity(handle, 4)).toSddl()
    for (const name of ['own', 'Local\\own']) {
      using event = win32.openEvent(name, accessRight.READ_CONTROL)
      expect(dacl(event)).toBe('D:(A;;CCRC;;;SY)')
    }
    expect(() => win32.openEvent('Global\\own', 1)).toThrow(expect.objectContaining({ code: 'ERROR_FILE_NOT_FOUND' }))
    for (const name of ['Global\\folder\\shared', 'Global\\shortcut']) {
      using section = win32.openFileMapping(name, accessRight.READ_CONTROL)
      expect(dacl(section)).toBe('D:(A;;CCDCLCSWRPSDRCWDWO;;;SY)(A;;CCLCSWRC;;;BA)')
    }
    windows.assertNoLeaks()
  })

  it('take the rights of a file mapping as its function does', () => {
    const path = '\\BaseNamedObjects\\mapped'
    const rights = objectTypes.section.rights
    const outcome = (mask: number, desiredAccess: number): string => {
      const sddl = `O:SYG:SYD:(A;;0x${mask.toString(16)};;;SY)`
      const { win32 } = new Server({ kernelObjects: { [path]: { type: 'section', sddl } } })
      try {
        win32.openFileMapping('Global\\mapped', desiredAccess).close()
        return 'success'
      } catch (error) {
        return error instanceof Win32Error ? error.code : String(error)
      }
    }
    expect(outcome(rights.SECTION_MAP_READ, 1)).toBe('success')
    expect(outcome(rights.SECTION_QUERY, 1)).toBe('ERROR_ACCESS_DENIED')
    expect(outcome(rights.SECTION_MAP_EXECUTE | rights.SECTION_MAP_READ, 0x24)).toBe('success')
    expect(outcome(rights.SECTION_MAP_READ, 0x24)).toBe('ERROR_ACCESS_DENIED')
  })

  it('cannot lead in a circle, nor be made twice or in no directory', () => {
    const { win32 } = new Server({ kernelObjects: { '\\circle': { type: 'symbolicLink', target: '\\circle' } } })
    expect(() => win32.openDirectoryObject('\\circle', accessRight.READ_CONTROL)).toThrow(
      expect.objectContaining({ code: 'ERROR_FILE_NOT_FOUND' }),
    )
    using link = win32.openSymbolicLinkObject('\\CIRCLE', accessRight.READ_CONTROL)
    expect(link.kind).toBe('symbolic-link')
    for (const path of ['\\BaseNamedObjects', '\\missing\\event', '\\circle\\event']) {
      expect(() => new Server({ kernelObjects: { [path]: { type: 'event' } } })).toThrow(RangeError)
    }
  })

  it('cannot have a backslash beyond the prefix', () => {
    const { win32 } = new Server()
    expect(() => win32.createMutex({ name: 'Local\\a\\b', security: null })).toThrow(
      expect.objectContaining({ code: 'ERROR_PATH_NOT_FOUND' }),
    )
  })
})
