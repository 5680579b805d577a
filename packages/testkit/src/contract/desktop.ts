import { accessRight, desktopAccess, securityInformation, windowStationAccess, type Handle } from '@asuser/native'
import { Acl, allow, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { describe, expect, it } from 'vitest'
import { outcomeOf, type ContractRun } from './contract-run.ts'

const { READ_CONTROL, WRITE_DAC } = accessRight
const { DACL_SECURITY_INFORMATION } = securityInformation

const dllInitFailed = 0xc000_0142

export function describeDesktops(run: () => ContractRun): void {
  function openBoth(desiredAccess: number): readonly [Handle<'window-station'>, Handle<'desktop'>] {
    const windowStation = run().win32.openWindowStation('winsta0', desiredAccess)
    return [windowStation, run().win32.openDesktop({ windowStation, name: 'default', desiredAccess })]
  }

  describe('openWindowStation', () => {
    it('finds winsta0, whatever the letter case', () => {
      using station = run().win32.openWindowStation('WINSTA0', windowStationAccess.WINSTA_READATTRIBUTES)
      expect(run().win32.getUserObjectName(station).toLowerCase()).toBe('winsta0')
    })

    it('fails with the code of a name that is none', () => {
      const open = (name: string): string => outcomeOf(() => run().win32.openWindowStation(name, READ_CONTROL))
      // windows-behaviour 1.8
      expect(open('')).toBe('ERROR_FILE_NOT_FOUND')
      expect(open('no-such-station')).toBe('ERROR_FILE_NOT_FOUND')
      const nested = run().expected('the name of a station with a backslash in it', 'ERROR_PATH_NOT_FOUND')
      expect([nested, 'ERROR_ACCESS_DENIED']).toContain(open('winsta0\\default'))
    })

    it('fails with ERROR_ACCESS_DENIED for a client that has no entry', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      const outcome = run().win32.impersonateLoggedOnUser(token, () =>
        outcomeOf(() => run().win32.openWindowStation('winsta0', windowStationAccess.WINSTA_READATTRIBUTES)),
      )
      expect(outcome).toBe('ERROR_ACCESS_DENIED')
    })
  })

  describe('openDesktop', () => {
    it('looks the name up in the given station, and leaves the station of the process alone', () => {
      const { win32 } = run()
      const before = win32.getUserObjectName(win32.getProcessWindowStation())
      using station = win32.openWindowStation('winsta0', windowStationAccess.WINSTA_READATTRIBUTES)
      using desktop = win32.openDesktop({
        windowStation: station,
        name: 'DEFAULT',
        desiredAccess: desktopAccess.DESKTOP_READOBJECTS,
      })
      expect(win32.getUserObjectName(desktop).toLowerCase()).toBe('default')
      expect(win32.getUserObjectName(win32.getProcessWindowStation())).toBe(before)
    })

    it('fails with the code of a name that is none', () => {
      using windowStation = run().win32.openWindowStation('winsta0', windowStationAccess.WINSTA_READATTRIBUTES)
      const open = (name: string): string =>
        outcomeOf(() => run().win32.openDesktop({ windowStation, name, desiredAccess: READ_CONTROL }))
      expect(open('')).toBe('ERROR_INVALID_HANDLE')
      expect(open('no-such-desktop')).toBe('ERROR_FILE_NOT_FOUND')
    })
  })

  describe('getUserObjectName', () => {
    it('names the station and the desktop that the process has', () => {
      const { win32 } = run()
      expect(win32.getUserObjectName(win32.getProcessWindowStation())).not.toBe('')
      expect(win32.getUserObjectName(win32.getThreadDesktop())).not.toBe('')
    })

    it('fails with ERROR_ACCESS_DENIED without the right to read attributes', () => {
      const [station, desktop] = openBoth(READ_CONTROL)
      const outcomes = [station, desktop].map((object) => outcomeOf(() => run().win32.getUserObjectName(object)))
      station.close()
      desktop.close()
      const expected = run().expected('the name of an object without the right to read it', 'ERROR_ACCESS_DENIED')
      expect(outcomes).toEqual([expected, expected])
    })
  })

  describe('a process on winsta0\\default', () => {
    it('ends with STATUS_DLL_INIT_FAILED without access, and runs with a grant to its logon SID', async () => {
      const { win32, backend } = run()
      using token = await run().logOn(backend.accounts.alice)
      const startupInfo = { desktop: 'winsta0\\default' }
      const exitCode = async (): Promise<number> =>
        run().exitCode(await run().start(token, backend.programs.exitWith(21), { startupInfo }))
      expect(await exitCode()).toBe(dllInitFailed)

      const [logonSid] = win32.getTokenInformation(token, 'TokenLogonSid')
      const sid = Sid.fromBytes(logonSid?.sid ?? new Uint8Array())
      const objects = openBoth(READ_CONTROL | WRITE_DAC)
      const before = objects.map((object) => win32.getUserObjectSecurity(object, DACL_SECURITY_INFORMATION))
      try {
        grant(objects[0], sid, 0xf_037f)
        grant(objects[1], sid, 0xf_01ff)
        expect(await exitCode()).toBe(21)
      } finally {
        for (const [index, object] of objects.entries()) {
          win32.setUserObjectSecurity(object, DACL_SECURITY_INFORMATION, before[index] ?? new Uint8Array())
        }
      }
      expect(objects.map((object) => win32.getUserObjectSecurity(object, DACL_SECURITY_INFORMATION))).toEqual(before)
      expect(await exitCode()).toBe(dllInitFailed)
      for (const object of objects) object.close()
    })
  })

  function grant(object: Handle<'window-station' | 'desktop'>, sid: Sid, mask: number): void {
    const bytes = run().win32.getUserObjectSecurity(object, DACL_SECURITY_INFORMATION)
    const descriptor = SecurityDescriptor.fromBytes(bytes)
    const dacl = (descriptor.dacl ?? Acl.from([])).with(allow(sid, mask))
    run().win32.setUserObjectSecurity(object, DACL_SECURITY_INFORMATION, descriptor.with({ dacl }).toBytes())
  }
}
