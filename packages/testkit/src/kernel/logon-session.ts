import { Sid } from '@asuser/security-descriptors'

export interface LogonSessionOptions {
  readonly luid: bigint
  /** S-1-5-5-x-y; the sessions of the service accounts have none. */
  readonly logonSid: Sid | undefined
  readonly user: Sid
  readonly name: string
  readonly domain: string
  /**
   * Who it is for other computers; without it, nobody: network logons that delegate
   * nothing, S4U and service accounts have none.
   */
  readonly networkCredentials?: NetworkCredentials | undefined
  /** What a client has delegated: a ticket of Kerberos to get others with. */
  readonly grantingTicket?: Uint8Array | undefined
}

export interface NetworkCredentials {
  readonly user: string
  readonly password: string
}

/** What one logon left behind: every token made from it refers to it. */
export interface LogonSession extends LogonSessionOptions {
  /** The window station that a process of this session gets when it asks for none. */
  readonly stationName: string
}

export function createLogonSession(options: LogonSessionOptions): LogonSession {
  const high = options.luid >> 32n
  const low = options.luid & 0xffff_ffffn
  return { ...options, stationName: `Service-0x${high.toString(16)}-${low.toString(16)}$` }
}

/** The logon SID of a new session: unique on this computer until it restarts. */
export function logonSidOf(luid: bigint): Sid {
  return Sid.fromParts(5, [5, Number(luid >> 32n), Number(luid & 0xffff_ffffn)])
}
