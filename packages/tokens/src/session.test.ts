import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Win32 } from '@asuser/native'
import { createWindows, type SimulatedWindows } from '@asuser/testkit'
import { chooseSession, listSessions, PrivilegeNotHeldError, type SessionChoice, sessionToken } from './index.ts'

const minute = 60_000
const now = Date.now()

function ago(minutes: number): Date {
  return new Date(now - minutes * minute)
}

let windows: SimulatedWindows
let win32: Win32

beforeEach(() => {
  windows = createWindows({
    computerName: 'TEST',
    users: { alice: {}, bob: {}, heidi: { groups: ['Administrators'] } },
    sessions: [
      { id: 1 },
      { id: 2, user: 'alice', logonTime: ago(300), lastInputTime: ago(90) },
      { id: 3, user: 'alice', logonTime: ago(200), lastInputTime: ago(5), state: 'disconnected' },
      { id: 4, user: 'bob', logonTime: ago(100), lastInputTime: ago(30) },
      { id: 5, user: 'heidi', logonTime: ago(10), state: 'disconnected' },
      { id: 65_536, state: 'listen', name: 'RDP-Tcp' },
    ],
  })
  win32 = windows.startProcess({ account: 'LocalSystem' }).win32
})

afterEach(() => windows.assertNoLeaks())

describe('listSessions', () => {
  it('tells who is where, since when, and for how long idle', async () => {
    const sessions = await listSessions({ win32 })
    expect(sessions.map(({ id, kind, state, stationName }) => [id, kind, state, stationName])).toEqual([
      [0, 'services', 'disconnected', 'Services'],
      [1, 'console', 'connected', 'Console'],
      [2, 'rdp', 'active', 'RDP-Tcp#2'],
      [3, 'rdp', 'disconnected', ''],
      [4, 'rdp', 'active', 'RDP-Tcp#4'],
      [5, 'rdp', 'disconnected', ''],
      [65_536, 'rdp', 'listen', 'RDP-Tcp'],
    ])
    expect(sessions[0]).toMatchObject({ user: undefined, logonTime: undefined, idleTime: undefined })
    expect(sessions[2]).toMatchObject({ user: { name: 'alice', domain: 'TEST' }, logonTime: ago(300) })
    expect(sessions[2]?.idleTime).toBeGreaterThanOrEqual(90 * minute)
    expect(sessions[2]?.idleTime).toBeLessThan(91 * minute)
  })

  it('has nothing under way any more when it fails', async () => {
    windows.faults.next('wtsQuerySessionInformation', 'ERROR_ACCESS_DENIED')
    let underWay = 0
    const slow: Win32 = {
      ...win32,
      async wtsQuerySessionInformation(...args) {
        underWay += 1
        try {
          const answer = await win32.wtsQuerySessionInformation(...args)
          await nextTurn()
          return answer
        } finally {
          underWay -= 1
        }
      },
    }
    await expect(listSessions({ win32: slow })).rejects.toMatchObject({ code: 'ERROR_ACCESS_DENIED' })
    expect(underWay).toBe(0)
  })

  it('leaves out a session that ends meanwhile, and nothing else', async () => {
    windows.faults.next('wtsQuerySessionInformation', 'ERROR_CTX_WINSTATION_NOT_FOUND')
    const ids = (await listSessions({ win32 })).map(({ id }) => id)
    expect(ids).toEqual([1, 2, 3, 4, 5, 65_536])
    windows.faults.next('wtsQuerySessionInformation', 'ERROR_ACCESS_DENIED')
    await expect(listSessions({ win32 })).rejects.toMatchObject({ code: 'ERROR_ACCESS_DENIED' })
  })
})

describe('sessionToken', () => {
  it('gives a primary token of the user, in the session', async () => {
    using token = await sessionToken(4, { win32 })
    expect(token.user.sid.toString()).toBe(windows.sid('bob').toString())
    expect([token.type, token.sessionId]).toEqual(['primary', 4])
  })

  it('gives the limited half of an administrator, who has the other one linked', async () => {
    using token = await sessionToken(5, { win32 })
    expect(token.elevation).toBe('limited')
    using full = token.linked()
    expect(full?.isElevated).toBe(true)
  })

  it('says that it needs SeTcbPrivilege', async () => {
    const server = windows.startProcess({ account: 'heidi', elevated: true, sessionId: 5 })
    const failure = await sessionToken(4, { win32: server.win32 }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(PrivilegeNotHeldError)
    expect(failure).toMatchObject({ privileges: ['SeTcbPrivilege'] })
  })

  it.each([
    [0, 'ERROR_NO_TOKEN'],
    [1, 'ERROR_NO_TOKEN'],
    [17, 'ERROR_CTX_WINSTATION_NOT_FOUND'],
  ])('fails for session %i with %s', async (sessionId, code) => {
    await expect(sessionToken(sessionId, { win32 })).rejects.toMatchObject({ code, context: { sessionId } })
  })

  it.each([-1, 1.5, 0xffff_ffff, Number.NaN, '1', undefined])('refuses %s before anything is done', async (id) => {
    // @ts-expect-error: what JavaScript may pass
    await expect(sessionToken(id, { win32 })).rejects.toMatchObject({ argument: 'sessionId' })
    expect(windows.calls).toEqual([])
  })
})

describe('chooseSession', () => {
  async function chosen(choice: SessionChoice): Promise<number> {
    return (await chooseSession(choice, { win32 })).id
  }

  it('takes the active session whose user moved last', async () => {
    await expect(chosen('active')).resolves.toBe(4)
  })

  it('takes the session that was logged on to last', async () => {
    await expect(chosen('newest')).resolves.toBe(5)
  })

  it('takes an active session of the user before one used later', async () => {
    await expect(chosen({ user: 'ALICE' })).resolves.toBe(2)
    await expect(chosen({ user: 'test\\alice' })).resolves.toBe(2)
    await expect(chosen({ user: 'heidi', domain: 'TEST' })).resolves.toBe(5)
  })

  it.each<SessionChoice>(['console', { user: 'carol' }, { user: 'OTHER\\alice' }])(
    'fails with ERROR_NO_TOKEN when none fits %j',
    async (choice) => {
      await expect(chosen(choice)).rejects.toMatchObject({ code: 'ERROR_NO_TOKEN' })
    },
  )

  it('takes the console when somebody is logged on there', async () => {
    const other = createWindows({ users: { bob: {} }, sessions: [{ id: 3, user: 'bob', kind: 'console' }] })
    const server = other.startProcess({ account: 'LocalSystem' })
    await expect(chooseSession('console', { win32: server.win32 })).resolves.toMatchObject({ id: 3, kind: 'console' })
  })

  it.each([
    ['choice', 'oldest'],
    ['choice', undefined],
    ['choice', {}],
    ['choice.user', { user: '' }],
    ['choice.user', { user: 'alice@example.com' }],
  ])('refuses a wrong %s before anything is done', async (argument, choice) => {
    // @ts-expect-error: what JavaScript may pass
    await expect(chooseSession(choice, { win32 })).rejects.toMatchObject({ argument })
    expect(windows.calls).toEqual([])
  })
})
