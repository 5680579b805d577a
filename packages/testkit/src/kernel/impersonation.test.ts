import { impersonationLevel, privilegeAttribute, tokenAccess, type Handle } from '@asuser/native'
import { describe, expect, it } from 'vitest'
import { Server } from '../../test/server.ts'

const { SecurityIdentification, SecurityImpersonation } = impersonationLevel

function levelAs(server: Server, token: Handle<'token'>): number {
  return server.win32.impersonateLoggedOnUser(token, () => {
    using thread = server.win32.openThreadToken({ desiredAccess: tokenAccess.TOKEN_QUERY, openAsSelf: true })
    return server.win32.getTokenInformation(thread, 'TokenImpersonationLevel')
  })
}

// The rules of windows-behaviour 2.2.
describe('the level of an impersonated client', () => {
  it('is Impersonation for a server with SeImpersonatePrivilege', async () => {
    const server = new Server({}, { account: 'LocalService' })
    using token = await server.logOn('alice')
    expect(levelAs(server, token)).toBe(SecurityImpersonation)
  })

  it('is Impersonation for a client that the server itself has logged on', async () => {
    const server = new Server({}, { account: 'bob' })
    using token = await server.logOn('alice')
    expect(levelAs(server, token)).toBe(SecurityImpersonation)
  })

  it('is Identification for a client that another server has logged on, and the call says nothing', async () => {
    const server = new Server({}, { account: 'LocalService' })
    using token = await server.logOn('alice')
    const created = await server.start(token, 'C:\\Windows\\System32\\timeout.exe /t 60')
    const { win32 } = server.windows.startProcess({ account: 'LocalSystem' })
    using own = win32.openProcessToken(win32.getCurrentProcess(), 0x28)
    const luid = win32.lookupPrivilegeValue('SeImpersonatePrivilege')
    win32.adjustTokenPrivileges(own, [{ luid, attributes: privilegeAttribute.SE_PRIVILEGE_REMOVED }])
    using process = win32.openProcess(created.processId, 0x1000)
    using client = win32.openProcessToken(process, tokenAccess.TOKEN_QUERY | tokenAccess.TOKEN_DUPLICATE)
    const level = win32.impersonateLoggedOnUser(client, () => {
      using thread = win32.openThreadToken({ desiredAccess: tokenAccess.TOKEN_QUERY, openAsSelf: true })
      return win32.getTokenInformation(thread, 'TokenImpersonationLevel')
    })
    expect(level).toBe(SecurityIdentification)
    server.win32.terminateProcess(created.process, 0)
    await server.exitCode(created)
  })

  it('is Identification for the elevated token of a limited administrator', async () => {
    const users = { alice: { password: 'Secret-1', groups: ['Administrators'] } }
    const server = new Server({ users, sessions: [{ id: 1, user: 'alice' }] }, { account: 'alice' })
    using own = server.win32.openProcessToken(server.win32.getCurrentProcess(), tokenAccess.TOKEN_QUERY)
    using linked = server.win32.getTokenInformation(own, 'TokenLinkedToken')
    // Without SeTcbPrivilege the linked token can be looked at only.
    expect(levelAs(server, linked)).toBe(SecurityIdentification)
  })
})
