import { wtsConnectState } from '@asuser/native'
import type { SessionConnection } from './kernel/terminal-session.ts'
import type { SessionSpec } from './windows-options.ts'

/** How the sessions of a machine are connected, from what its options say. */
export function connectionOf(spec: SessionSpec): SessionConnection {
  const { id, user, kind = id === 1 ? 'console' : 'rdp', logonTime = new Date(), lastInputTime = logonTime } = spec
  const { state = user === undefined ? 'connected' : 'active' } = spec
  const { name = state === 'disconnected' ? '' : kind === 'console' ? 'Console' : `RDP-Tcp#${id}` } = spec
  return { name, kind, state: connectStates[state], logonTime, lastInputTime }
}

/** Session 0, which nobody sees. */
export function servicesConnection(): SessionConnection {
  return connectionOf({ id: 0, kind: 'console', state: 'disconnected', name: 'Services' })
}

const connectStates = {
  active: wtsConnectState.WTSActive,
  connected: wtsConnectState.WTSConnected,
  disconnected: wtsConnectState.WTSDisconnected,
  listen: wtsConnectState.WTSListen,
} as const
