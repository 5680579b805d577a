import {
  getWin32,
  NO_CONSOLE_SESSION,
  wtsClientProtocol,
  type WtsConnectState,
  wtsConnectState,
  type EnumeratedSession,
  Win32Error,
  type Win32,
} from '@asuser/native'
import { allSettled } from './all-settled.ts'
import { InvalidArgumentError } from './invalid-argument.ts'
import { leasePrivileges } from './privilege-lease.ts'
import { Token } from './token.ts'
import { dateOfWindowsTime, unitsPerMillisecond } from './windows-time.ts'

export type SessionState =
  | 'active'
  | 'connected'
  | 'connectQuery'
  | 'shadow'
  | 'disconnected'
  | 'idle'
  | 'listen'
  | 'reset'
  | 'down'
  | 'init'

/** Where a session is: session 0, at the screen of this computer, at that of another, or nowhere at the moment. */
export type SessionKind = 'services' | 'console' | 'rdp' | 'detached'

export interface Session {
  readonly id: number
  readonly state: SessionState
  readonly kind: SessionKind
  /** Undefined where nobody is logged on. */
  readonly user: { readonly name: string; readonly domain: string } | undefined
  /** `Console`, `RDP-Tcp#3`; empty for a session that nothing is connected to. */
  readonly stationName: string
  readonly logonTime: Date | undefined
  /** For how many milliseconds nobody has touched keyboard or mouse; undefined where nobody is logged on. */
  readonly idleTime: number | undefined
}

export interface SessionOptions {
  readonly win32?: Win32 | undefined
}

/**
 * The sessions of this computer by their ids: that of the services, the console, those over Remote Desktop, the
 * listeners. A session that ends while the list is made is left out.
 *
 * Needs no privilege; a caller that is no administrator sees its own sessions only.
 *
 * @throws Win32Error `ERROR_ACCESS_DENIED`
 * @see https://learn.microsoft.com/windows/win32/api/wtsapi32/nf-wtsapi32-wtsenumeratesessionsexw
 */
export async function listSessions({ win32 = getWin32() }: SessionOptions = {}): Promise<readonly Session[]> {
  const found = await win32.wtsEnumerateSessions()
  const console = win32.wtsGetActiveConsoleSessionId()
  const sessions = await allSettled(found.map((session) => readUnlessEnded(win32, session, console)))
  return sessions.filter((session) => session !== undefined).toSorted((left, right) => left.id - right.id)
}

/**
 * The primary token of the user who is logged on in a session, with the rights that starting a process needs.
 *
 * Needs SeTcbPrivilege, which LocalSystem has: nobody else gets the token of a session, administrators neither.
 *
 * @throws InvalidArgumentError
 * @throws PrivilegeNotHeldError without SeTcbPrivilege
 * @throws Win32Error `ERROR_NO_TOKEN` where nobody is logged on (always so in session 0),
 *   `ERROR_CTX_WINSTATION_NOT_FOUND` or `ERROR_FILE_NOT_FOUND` for a session that does not exist
 * @see https://learn.microsoft.com/windows/win32/api/wtsapi32/nf-wtsapi32-wtsqueryusertoken
 */
export async function sessionToken(sessionId: number, { win32 = getWin32() }: SessionOptions = {}): Promise<Token> {
  if (!Number.isSafeInteger(sessionId) || sessionId < 0 || sessionId >= NO_CONSOLE_SESSION) {
    throw InvalidArgumentError.ofValue('sessionId', 'the id of a session', sessionId)
  }
  using _trusted = leasePrivileges(['SeTcbPrivilege'], win32)
  using token = Token.fromHandle(await queryUserToken(win32, sessionId), win32)
  return token.toPrimary()
}

async function queryUserToken(win32: Win32, sessionId: number): ReturnType<Win32['wtsQueryUserToken']> {
  try {
    return await win32.wtsQueryUserToken(sessionId)
  } catch (error) {
    throw error instanceof Win32Error ? error.with({ sessionId }) : error
  }
}

async function readUnlessEnded(
  win32: Win32,
  session: EnumeratedSession,
  console: number,
): Promise<Session | undefined> {
  try {
    return await read(win32, session, console)
  } catch (error) {
    if (error instanceof Win32Error && endedCodes.has(error.code)) return undefined
    throw error
  }
}

const endedCodes: ReadonlySet<string> = new Set(['ERROR_FILE_NOT_FOUND', 'ERROR_CTX_WINSTATION_NOT_FOUND'])

async function read(win32: Win32, session: EnumeratedSession, console: number): Promise<Session> {
  const { sessionId: id, state, sessionName: stationName, userName, domainName } = session
  const [protocol, times] = await allSettled([
    win32.wtsQuerySessionInformation(id, 'WTSClientProtocolType'),
    win32.wtsQuerySessionInformation(id, 'WTSSessionInfo'),
  ])
  const isLoggedOn = userName !== ''
  return {
    id,
    state: stateNames[state],
    kind: kindOf(id, protocol, console),
    user: isLoggedOn ? { name: userName, domain: domainName } : undefined,
    stationName,
    logonTime: isLoggedOn ? dateOf(times.logonTime) : undefined,
    idleTime: isLoggedOn ? idleTimeOf(times.lastInputTime, times.currentTime) : undefined,
  }
}

function kindOf(id: number, protocol: number, console: number): SessionKind {
  if (id === 0) return 'services'
  if (id === console) return 'console'
  return protocol === wtsClientProtocol.WTS_PROTOCOL_TYPE_RDP ? 'rdp' : 'detached'
}

function dateOf(time: bigint): Date | undefined {
  return time === 0n ? undefined : dateOfWindowsTime(time)
}

/** Windows says 0 for a session without input so far, and of the console not every version knows it. */
function idleTimeOf(lastInput: bigint, now: bigint): number | undefined {
  if (lastInput === 0n) return undefined
  return Math.max(0, Number((now - lastInput) / unitsPerMillisecond))
}

const stateNames: Readonly<Record<WtsConnectState, SessionState>> = {
  [wtsConnectState.WTSActive]: 'active',
  [wtsConnectState.WTSConnected]: 'connected',
  [wtsConnectState.WTSConnectQuery]: 'connectQuery',
  [wtsConnectState.WTSShadow]: 'shadow',
  [wtsConnectState.WTSDisconnected]: 'disconnected',
  [wtsConnectState.WTSIdle]: 'idle',
  [wtsConnectState.WTSListen]: 'listen',
  [wtsConnectState.WTSReset]: 'reset',
  [wtsConnectState.WTSDown]: 'down',
  [wtsConnectState.WTSInit]: 'init',
}
