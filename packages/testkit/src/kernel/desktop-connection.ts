import { accessRight } from '@asuser/native'
import { decideAccess } from './access.ts'
import type { Desktop } from './desktop.ts'
import type { Machine } from './machine.ts'
import type { Process } from './process.ts'
import type { Token } from './token.ts'
import type { WindowStation } from './window-station.ts'

/**
 * The desktop that a new process comes to, or undefined if its user may not use it. Windows finds that out inside the
 * process, so that the creation succeeds and the process ends with 0xC0000142 (windows-behaviour 1.8).
 */
export function connectToDesktop(
  machine: Machine,
  creator: Process,
  token: Token,
  requested: string | null,
): Desktop | undefined {
  const desktop = requested === null ? creator.desktop : findDesktop(machine, creator, token, requested)
  return desktop !== undefined && mayUse(token, desktop.station) && mayUse(token, desktop) ? desktop : undefined
}

function findDesktop(machine: Machine, creator: Process, token: Token, requested: string): Desktop | undefined {
  const session = machine.session(token.sessionId)
  if (requested === '') return session.stationOfLogonSession(token.contents).desktop('Default')
  const separator = requested.indexOf('\\')
  // A name alone is that of a desktop on the station of the creator.
  const station = separator === -1 ? creator.desktop?.station : session.station(requested.slice(0, separator))
  return station?.desktop(requested.slice(separator + 1))
}

function mayUse(token: Token, object: WindowStation | Desktop): boolean {
  const decision = decideAccess({
    token,
    descriptor: object.security,
    desiredAccess: accessRight.MAXIMUM_ALLOWED,
    genericMapping: object.genericMapping,
  })
  return 'granted' in decision
}
