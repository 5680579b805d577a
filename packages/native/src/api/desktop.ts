import type { Borrowed, Handle } from './handle.ts'

export interface OpenDesktopOptions {
  /** Where the name is looked up; null for the station of the process. */
  readonly windowStation: Borrowed<'window-station'> | null
  readonly name: string
  readonly desiredAccess: number
}

export interface DesktopApi {
  /**
   * Opens a window station of this session by name.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_PATH_NOT_FOUND`, `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-openwindowstationw
   */
  openWindowStation(name: string, desiredAccess: number): Handle<'window-station'>

  /** The window station of this process, lent by Windows. */
  getProcessWindowStation(): Borrowed<'window-station'>

  /** The desktop of the calling JavaScript thread, lent by Windows. */
  getThreadDesktop(): Borrowed<'desktop'>

  /**
   * Opens a desktop of a window station by name.
   *
   * Windows looks the name up in the station of the process. With `windowStation` that station is set, the desktop is
   * opened and the previous one set again as one step under a lock; a failure to set it again ends the process.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_INVALID_HANDLE` for an empty name, `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-opendesktopw
   */
  openDesktop(options: OpenDesktopOptions): Handle<'desktop'>

  /**
   * The name of a window station or desktop (`UOI_NAME`).
   *
   * Needs `WINSTA_READATTRIBUTES` or `DESKTOP_READOBJECTS`.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-getuserobjectinformationw
   */
  getUserObjectName(object: Borrowed<'window-station' | 'desktop'>): string
}
