/** A desktop of a window station of the client's session. */
export interface DesktopName {
  readonly windowStation: string
  readonly desktop: string
}

/** The one that a person sits at. */
export const interactiveDesktop: DesktopName = { windowStation: 'winsta0', desktop: 'default' }

/**
 * The station and desktop of `STARTUPINFO`. Not interactive is the empty string: Windows then gives each logon session
 * an invisible station of its own. Nothing at all would mean the station of the server, which the client cannot open.
 *
 * @see https://learn.microsoft.com/windows/win32/winstation/process-connection-to-a-window-station
 */
export function formatDesktopName(name: DesktopName | undefined): string {
  return name === undefined ? '' : `${name.windowStation}\\${name.desktop}`
}
