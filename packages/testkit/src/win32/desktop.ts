import { desktopAccess, windowStationAccess, type Borrowed, type DesktopApi } from '@asuser/native'
import { grantOpen } from '../kernel/access.ts'
import { Failure } from '../kernel/failure.ts'
import { LentHandle } from '../kernel/handle-table.ts'
import type { WindowStation } from '../kernel/window-station.ts'
import type { Caller } from './caller.ts'

export function createDesktopApi(caller: Caller): DesktopApi {
  const { handles, machine } = caller

  function stationOf(handle: Borrowed<'window-station'> | null): WindowStation {
    if (handle !== null) return handles.resolve(handle, 0, 'window-station')
    const { desktop } = caller.process
    if (desktop === undefined) throw new Failure('ERROR_INVALID_HANDLE')
    return desktop.station
  }

  return {
    openWindowStation(name, desiredAccess) {
      if (name === '') throw new Failure('ERROR_FILE_NOT_FOUND', { name })
      if (name.includes('\\')) throw new Failure('ERROR_PATH_NOT_FOUND', { name })
      const station = machine.session(caller.process.token.sessionId).station(name)
      if (station === undefined) throw new Failure('ERROR_FILE_NOT_FOUND', { name })
      return handles.open('window-station', station, grantOpen(caller.token, station, desiredAccess))
    },

    getProcessWindowStation() {
      const { desktop } = caller.process
      if (desktop === undefined) throw new Failure('ERROR_INVALID_HANDLE')
      return new LentHandle(handles, 'window-station', desktop.station, desktop.station.genericMapping.all)
    },

    getThreadDesktop() {
      const { desktop } = caller.process
      if (desktop === undefined) throw new Failure('ERROR_INVALID_HANDLE')
      return new LentHandle(handles, 'desktop', desktop, desktop.genericMapping.all)
    },

    openDesktop({ windowStation, name, desiredAccess }) {
      const station = stationOf(windowStation)
      if (name === '') throw new Failure('ERROR_INVALID_HANDLE', { name })
      const desktop = station.desktop(name)
      if (desktop === undefined) throw new Failure('ERROR_FILE_NOT_FOUND', { name })
      return handles.open('desktop', desktop, grantOpen(caller.token, desktop, desiredAccess))
    },

    getUserObjectName(handle) {
      const access =
        handle.kind === 'desktop' ? desktopAccess.DESKTOP_READOBJECTS : windowStationAccess.WINSTA_READATTRIBUTES
      return handles.resolve(handle, access, 'window-station', 'desktop').name
    },
  }
}
