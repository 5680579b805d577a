import { logonType, type LogonType } from '@asuser/native'
import type { WellKnownSidName } from '@asuser/security-descriptors'
import { NotSimulatedError } from '../not-simulated-error.ts'
import type { LogonRight } from './account-rights.ts'

/** What a way to log on asks of the user and puts into the token; windows-behaviour 2.1. */
export interface LogonKind {
  readonly right: LogonRight
  readonly denyRight: LogonRight
  readonly groups: readonly WellKnownSidName[]
  readonly isNetwork: boolean
}

const logonKinds: Partial<Record<LogonType, LogonKind>> = {
  [logonType.LOGON32_LOGON_INTERACTIVE]: {
    right: 'SeInteractiveLogonRight',
    denyRight: 'SeDenyInteractiveLogonRight',
    groups: ['Interactive', 'ConsoleLogon'],
    isNetwork: false,
  },
  [logonType.LOGON32_LOGON_NETWORK]: {
    right: 'SeNetworkLogonRight',
    denyRight: 'SeDenyNetworkLogonRight',
    groups: ['Network'],
    isNetwork: true,
  },
  [logonType.LOGON32_LOGON_BATCH]: {
    right: 'SeBatchLogonRight',
    denyRight: 'SeDenyBatchLogonRight',
    groups: ['Batch', 'ConsoleLogon'],
    isNetwork: false,
  },
  [logonType.LOGON32_LOGON_SERVICE]: {
    right: 'SeServiceLogonRight',
    denyRight: 'SeDenyServiceLogonRight',
    groups: ['Service', 'ConsoleLogon'],
    isNetwork: false,
  },
  [logonType.LOGON32_LOGON_NETWORK_CLEARTEXT]: {
    right: 'SeNetworkLogonRight',
    denyRight: 'SeDenyNetworkLogonRight',
    groups: ['Network'],
    isNetwork: true,
  },
}

/** @throws NotSimulatedError */
export function logonKindOf(type: LogonType): LogonKind {
  const kind = logonKinds[type]
  if (kind === undefined) throw new NotSimulatedError('logonUser', `the logon type ${type}`)
  return kind
}
