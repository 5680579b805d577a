import type { Handle } from './handle.ts'

/**
 * Kernel objects that are opened by name, for their security.
 *
 * A name is that of a process in this session: `Global\name` is one object for all sessions, `Local\name` and plain `name`
 * one for each. Letter case matters. A path is that of the object manager: `\BaseNamedObjects`, `\??\C:`. Letter case does
 * not matter, and symbolic links on the way are followed.
 */
export interface KernelObjectApi {
  /**
   * Opens an event by its name.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_PATH_NOT_FOUND` for a backslash beyond the prefix,
   *   `ERROR_INVALID_HANDLE` when the name belongs to an object of another type, `ERROR_ACCESS_DENIED`,
   *   `ERROR_PRIVILEGE_NOT_HELD` for `ACCESS_SYSTEM_SECURITY`
   * @see https://learn.microsoft.com/windows/win32/api/synchapi/nf-synchapi-openeventw
   */
  openEvent(name: string, desiredAccess: number): Handle<'event'>

  /**
   * Opens a mutex by its name; `createMutex` does so with all access.
   *
   * @throws Win32Error as {@link openEvent}
   * @see https://learn.microsoft.com/windows/win32/api/synchapi/nf-synchapi-openmutexw
   */
  openMutex(name: string, desiredAccess: number): Handle<'mutex'>

  /**
   * Opens a semaphore by its name.
   *
   * @throws Win32Error as {@link openEvent}
   * @see https://learn.microsoft.com/windows/win32/api/synchapi/nf-synchapi-opensemaphorew
   */
  openSemaphore(name: string, desiredAccess: number): Handle<'semaphore'>

  /**
   * Opens a waitable timer by its name.
   *
   * @throws Win32Error as {@link openEvent}
   * @see https://learn.microsoft.com/windows/win32/api/synchapi/nf-synchapi-openwaitabletimerw
   */
  openWaitableTimer(name: string, desiredAccess: number): Handle<'waitable-timer'>

  /**
   * Opens a section, a file mapping, by its name.
   *
   * @param desiredAccess in the rights of sections but for two, as the function has it: 1 is `FILE_MAP_COPY`, which needs
   *   `SECTION_MAP_READ`, and 0x20 `FILE_MAP_EXECUTE`, which needs `SECTION_MAP_EXECUTE`
   * @throws Win32Error as {@link openEvent}
   * @see https://learn.microsoft.com/windows/win32/api/memoryapi/nf-memoryapi-openfilemappingw
   */
  openFileMapping(name: string, desiredAccess: number): Handle<'section'>

  /**
   * Opens a symbolic link of the object manager, and not what it leads to.
   *
   * @param path `\??\C:` for instance
   * @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_PATH_NOT_FOUND`, `ERROR_INVALID_HANDLE` when the path is that of an
   *   object of another type, `ERROR_ACCESS_DENIED`, `ERROR_BAD_PATHNAME` for a path that does not begin with `\`,
   *   `ERROR_INVALID_NAME` for one with an empty name in it, `ERROR_FILENAME_EXCED_RANGE`
   * @see https://learn.microsoft.com/windows/win32/devnotes/ntopensymboliclinkobject
   */
  openSymbolicLinkObject(path: string, desiredAccess: number): Handle<'symbolic-link'>

  /**
   * Opens a directory of the object manager.
   *
   * @param path `\BaseNamedObjects` for instance
   * @throws Win32Error as {@link openSymbolicLinkObject}
   * @see https://learn.microsoft.com/windows/win32/devnotes/ntopendirectoryobject
   */
  openDirectoryObject(path: string, desiredAccess: number): Handle<'directory-object'>
}
