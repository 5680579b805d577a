import { NO_CONSOLE_SESSION, tokenType, wtsClientProtocol, wtsConnectState } from '@asuser/native'
import { describe, expect, it } from 'vitest'
import { asyncOutcomeOf, type ContractRun } from './contract-run.ts'

/** A session that no computer has. */
const noSession = 4_000_000

export function describeSessions(run: () => ContractRun): void {
  describe('wtsEnumerateSessions', () => {
    it('finds the session of the services, where nobody is logged on', async () => {
      const sessions = await run().win32.wtsEnumerateSessions()
      expect(sessions.find(({ sessionId }) => sessionId === 0)).toEqual({
        sessionId: 0,
        state: wtsConnectState.WTSDisconnected,
        sessionName: 'Services',
        userName: '',
        domainName: '',
      })
    })

    it('names each session once', async () => {
      const ids = (await run().win32.wtsEnumerateSessions()).map(({ sessionId }) => sessionId)
      expect(new Set(ids).size).toBe(ids.length)
    })
  })

  describe('wtsGetActiveConsoleSessionId', () => {
    it('is the id of one of the sessions', async () => {
      const { win32 } = run()
      const ids = (await win32.wtsEnumerateSessions()).map(({ sessionId }) => sessionId)
      expect([...ids, NO_CONSOLE_SESSION]).toContain(win32.wtsGetActiveConsoleSessionId())
    })
  })

  describe('wtsQuerySessionInformation', () => {
    it('tells how a session is reached', async () => {
      expect(await run().win32.wtsQuerySessionInformation(0, 'WTSClientProtocolType')).toBe(
        wtsClientProtocol.WTS_PROTOCOL_TYPE_CONSOLE,
      )
    })

    it('tells when the user logged on and last moved, as far as it knows', async () => {
      const { win32 } = run()
      const sessions = await win32.wtsEnumerateSessions()
      for (const { sessionId, userName } of sessions.filter(({ state }) => state !== wtsConnectState.WTSListen)) {
        const times = await win32.wtsQuerySessionInformation(sessionId, 'WTSSessionInfo')
        const elapsed = Date.now() - Number((times.currentTime - 116_444_736_000_000_000n) / 10_000n)
        expect(Math.abs(elapsed)).toBeLessThan(60_000)
        expect(times.logonTime).toBeLessThanOrEqual(times.currentTime)
        expect(times.lastInputTime).toBeLessThanOrEqual(times.currentTime)
        if (userName !== '') expect(times.logonTime).toBeGreaterThan(0n)
      }
    })

    it('fails for a session that does not exist', async () => {
      const query = (): Promise<unknown> => run().win32.wtsQuerySessionInformation(noSession, 'WTSSessionInfo')
      expect(['ERROR_FILE_NOT_FOUND', 'ERROR_CTX_WINSTATION_NOT_FOUND']).toContain(await asyncOutcomeOf(query))
    })
  })

  describe('wtsQueryUserToken', () => {
    it('gives the primary token of the user of a session, in that session', async (context) => {
      run().needs('a session with a user', context)
      const { win32 } = run()
      const session = (await win32.wtsEnumerateSessions()).find(({ userName }) => userName !== '')
      expect(session).toBeDefined()
      if (session === undefined) return
      using token = await win32.wtsQueryUserToken(session.sessionId)
      expect(win32.getTokenInformation(token, 'TokenType')).toBe(tokenType.TokenPrimary)
      expect(win32.getTokenInformation(token, 'TokenSessionId')).toBe(session.sessionId)
      const { sid } = win32.getTokenInformation(token, 'TokenUser')
      expect(await win32.lookupAccountSid(null, sid)).toMatchObject({
        name: session.userName,
        domain: session.domainName,
      })
    })

    it('fails with ERROR_NO_TOKEN in the session of the services', async () => {
      expect(await asyncOutcomeOf(() => run().win32.wtsQueryUserToken(0))).toBe('ERROR_NO_TOKEN')
    })

    it('fails for a session that does not exist', async () => {
      const query = (): Promise<unknown> => run().win32.wtsQueryUserToken(noSession)
      expect(['ERROR_FILE_NOT_FOUND', 'ERROR_CTX_WINSTATION_NOT_FOUND']).toContain(await asyncOutcomeOf(query))
    })
  })
}
