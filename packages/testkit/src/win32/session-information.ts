import { wtsClientProtocol, type SessionInformation } from '@asuser/native'
import type { TerminalSession } from '../kernel/terminal-session.ts'
import { windowsTimeOf } from '../kernel/windows-time.ts'

/** How each information class is read. */
export const sessionInformationReaders: {
  readonly [C in keyof SessionInformation]: (session: TerminalSession) => SessionInformation[C]
} = {
  WTSClientProtocolType: ({ connection }) =>
    connection.kind === 'rdp' ? wtsClientProtocol.WTS_PROTOCOL_TYPE_RDP : wtsClientProtocol.WTS_PROTOCOL_TYPE_CONSOLE,
  WTSSessionInfo: ({ connection, user }) => ({
    connectTime: fileTime(connection.logonTime),
    disconnectTime: 0n,
    lastInputTime: fileTime(connection.lastInputTime),
    logonTime: user === undefined ? 0n : fileTime(connection.logonTime),
    currentTime: fileTime(new Date()),
  }),
}

function fileTime(date: Date): bigint {
  return windowsTimeOf(date.getTime())
}
