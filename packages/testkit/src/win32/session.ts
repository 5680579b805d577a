import { NO_CONSOLE_SESSION, tokenAccess, wtsConnectState, type SessionApi } from '@asuser/native'
import { defaultSecurity } from '../kernel/default-security.ts'
import { Failure } from '../kernel/failure.ts'
import type { TerminalSession } from '../kernel/terminal-session.ts'
import { Token } from '../kernel/token.ts'
import type { Caller } from './caller.ts'
import { sessionInformationReaders } from './session-information.ts'

export function createSessionApi(caller: Caller): SessionApi {
  function find(sessionId: number): TerminalSession {
    const session = [...caller.machine.sessions].find(({ id }) => id === sessionId)
    if (session === undefined) throw new Failure('ERROR_CTX_WINSTATION_NOT_FOUND', { sessionId })
    return session
  }

  return {
    async wtsEnumerateSessions() {
      return [...caller.machine.sessions].map(({ id, connection, user }) => ({
        sessionId: id,
        state: connection.state,
        sessionName: connection.name,
        userName: user?.session.name ?? '',
        domainName: user?.session.domain ?? '',
      }))
    },

    async wtsQuerySessionInformation(sessionId, informationClass) {
      return sessionInformationReaders[informationClass](find(sessionId))
    },

    wtsGetActiveConsoleSessionId() {
      const console = [...caller.machine.sessions].find(
        ({ id, connection }) =>
          id !== 0 && connection.kind === 'console' && connection.state !== wtsConnectState.WTSDisconnected,
      )
      return console?.id ?? NO_CONSOLE_SESSION
    },

    async wtsQueryUserToken(sessionId) {
      if (!caller.process.token.hasEnabledPrivilege('SeTcbPrivilege')) {
        throw new Failure('ERROR_PRIVILEGE_NOT_HELD', { sessionId })
      }
      const { user } = find(sessionId)
      if (user === undefined) throw new Failure('ERROR_NO_TOKEN', { sessionId })
      const token = new Token(caller.machine.luids, user, defaultSecurity(user, 'token'))
      return caller.handles.open('token', token, tokenAccess.TOKEN_ALL_ACCESS)
    },
  }
}
