import { groupAttribute, logonType, tokenElevationType, type Handle } from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import { describe, expect, it } from 'vitest'
import { password, Server } from '../../test/server.ts'

const { LOGON32_LOGON_BATCH, LOGON32_LOGON_NETWORK, LOGON32_LOGON_SERVICE, LOGON32_LOGON_UNLOCK } = logonType

function attributesOf({ win32 }: Server, token: Handle<'token'>, sid: string): number | undefined {
  const groups = win32.getTokenInformation(token, 'TokenGroups')
  return groups.find((group) => Sid.fromBytes(group.sid).toString() === sid)?.attributes
}

function privilegesOf({ win32 }: Server, token: Handle<'token'>): readonly string[] {
  return win32.getTokenInformation(token, 'TokenPrivileges').map(({ luid }) => win32.lookupPrivilegeName(luid))
}

describe('logOn', () => {
  it('splits the interactive logon of an administrator in two tokens', async () => {
    const server = new Server({ users: { alice: { password, groups: ['Administrators'] } } })
    using limited = await server.logOn('alice')
    const { win32 } = server
    expect(attributesOf(server, limited, 'S-1-5-32-544')).toBe(groupAttribute.SE_GROUP_USE_FOR_DENY_ONLY)
    expect(win32.getTokenInformation(limited, 'TokenElevationType')).toBe(tokenElevationType.TokenElevationTypeLimited)
    expect(privilegesOf(server, limited)).not.toContain('SeDebugPrivilege')
    using full = win32.getTokenInformation(limited, 'TokenLinkedToken')
    expect(win32.getTokenInformation(full, 'TokenElevation')).toBe(true)
    expect(privilegesOf(server, full)).toContain('SeDebugPrivilege')
    expect(Sid.fromBytes(win32.getTokenInformation(full, 'TokenOwner')).toString()).toBe('S-1-5-32-544')
    using back = win32.getTokenInformation(full, 'TokenLinkedToken')
    expect(win32.getTokenInformation(back, 'TokenElevation')).toBe(false)
  })

  it('does not split it without UAC', async () => {
    const server = new Server({ users: { alice: { password, groups: ['Administrators'] } }, uac: false })
    using token = await server.logOn('alice')
    expect(server.win32.getTokenInformation(token, 'TokenElevation')).toBe(true)
  })

  it('gives no logon SID to a network logon', async () => {
    const server = new Server()
    using token = await server.logOn('alice', LOGON32_LOGON_NETWORK)
    expect(() => server.win32.getTokenInformation(token, 'TokenLogonSid')).toThrow(
      expect.objectContaining({ code: 'ERROR_NOT_FOUND' }),
    )
  })

  it('asks for the right of the logon type, and a denial beats it', async () => {
    const rights = { SeBatchLogonRight: ['alice', 'bob'], SeDenyBatchLogonRight: ['bob'] } as const
    const server = new Server({ rights })
    using token = await server.logOn('alice', LOGON32_LOGON_BATCH)
    expect(attributesOf(server, token, 'S-1-5-3')).toBe(7)
    const refused = expect.objectContaining({ code: 'ERROR_LOGON_TYPE_NOT_GRANTED' })
    await expect(server.logOn('bob', LOGON32_LOGON_BATCH)).rejects.toEqual(refused)
    await expect(server.logOn('alice', LOGON32_LOGON_SERVICE)).rejects.toEqual(refused)
  })

  it('has the local groups of the user in the token', async () => {
    const server = new Server({ groups: { Editors: { members: ['alice'] } } })
    using token = await server.logOn('alice')
    expect(attributesOf(server, token, server.windows.sid('Editors').toString())).toBe(7)
  })

  it('logs a service account on without a password', async () => {
    const server = new Server()
    using token = await server.win32.logonUser({
      user: 'LocalService',
      domain: 'NT AUTHORITY',
      password: new Uint8Array(),
      type: LOGON32_LOGON_SERVICE,
      provider: 0,
    })
    expect(Sid.fromBytes(server.win32.getTokenInformation(token, 'TokenUser').sid).toString()).toBe('S-1-5-19')
  })

  it('says which logon type it does not simulate', async () => {
    const server = new Server()
    await expect(server.logOn('alice', LOGON32_LOGON_UNLOCK)).rejects.toEqual(
      expect.objectContaining({ name: 'NotSimulatedError', function: 'logonUser' }),
    )
  })
})
