import type { WtsConnectState } from '@asuser/native'
import { objectTypes, SecurityDescriptor, type Sid } from '@asuser/security-descriptors'
import { createSecurity, defaultSecurity } from './default-security.ts'
import { Desktop } from './desktop.ts'
import type { TokenContents } from './token.ts'
import { WindowStation } from './window-station.ts'

/** How a terminal session is reached, and since when. */
export interface SessionConnection {
  /** `Services`, `Console`, `RDP-Tcp#1`. */
  readonly name: string
  readonly kind: 'console' | 'rdp'
  readonly state: WtsConnectState
  readonly logonTime: Date
  readonly lastInputTime: Date
}

/** A terminal session: 0 is that of the services, 1 the console. */
export class TerminalSession {
  readonly id: number
  readonly connection: SessionConnection
  /** What the token says of the user who is logged on there. */
  readonly user: TokenContents | undefined
  readonly #stations = new Map<string, WindowStation>()

  /** @param user who is logged on there, and may use the interactive station by the logon SID */
  constructor(id: number, connection: SessionConnection, user: TokenContents | undefined) {
    this.id = id
    this.connection = connection
    this.user = user
    const logonSid = user?.session.logonSid
    const station = this.#add('WinSta0', interactiveStationSecurity(logonSid))
    station.addDesktop(new Desktop('Default', station, interactiveDesktopSecurity(logonSid)))
  }

  get stations(): IterableIterator<WindowStation> {
    return this.#stations.values()
  }

  station(name: string): WindowStation | undefined {
    return this.#stations.get(name.toLowerCase())
  }

  /** The invisible station of a logon session, made when it is asked for first, with one desktop. */
  stationOfLogonSession(token: TokenContents): WindowStation {
    const name = token.session.stationName
    const existing = this.station(name)
    if (existing !== undefined) return existing
    const station = this.#add(name, createSecurity(token, objectTypes.nonInteractiveWindowStation.genericMapping))
    station.addDesktop(new Desktop('Default', station, defaultSecurity(token, 'desktop')))
    return station
  }

  #add(name: string, security: SecurityDescriptor): WindowStation {
    const station = new WindowStation(name, this.id, security)
    this.#stations.set(name.toLowerCase(), station)
    return station
  }
}

/*
 * Who may do what at boot: the system everything, administrators look and log off, and the user of the session, by
 * the logon SID, everything. The label keeps nobody out who is above Untrusted. Windows sets these by itself; the
 * masks of the administrators are an inference.
 */
function interactiveStationSecurity(logonSid: Sid | undefined): SecurityDescriptor {
  const user =
    logonSid === undefined ? '' : `(A;;0xf037f;;;${logonSid.toString()})(A;OICIIO;GA;;;${logonSid.toString()})`
  return SecurityDescriptor.fromSddl(
    `O:SYG:SYD:(A;;0xf037f;;;SY)(A;OICIIO;GA;;;SY)(A;NP;0x20166;;;BA)${user}S:(ML;;NW;;;LW)`,
  )
}

function interactiveDesktopSecurity(logonSid: Sid | undefined): SecurityDescriptor {
  const user = logonSid === undefined ? '' : `(A;;0xf01ff;;;${logonSid.toString()})`
  return SecurityDescriptor.fromSddl(`O:SYG:SYD:(A;;0xf01ff;;;SY)(A;;0x20041;;;BA)${user}S:(ML;;NW;;;LW)`)
}
