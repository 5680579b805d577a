import { beforeEach, describe, expect, it } from 'vitest'
import { logonProvider, logonType, sidNameUse, type Handle, type Win32 } from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import { createWindows } from '../windows.ts'
import type { SimulatedWindows } from '../windows-options.ts'

const password = 'Secret-1'
const { LOGON32_LOGON_INTERACTIVE, LOGON32_LOGON_NETWORK } = logonType

let windows: SimulatedWindows
let win32: Win32

beforeEach(() => {
  windows = createWindows({
    computerName: 'TEST',
    users: { alice: { password: 'of the computer' }, local: { password } },
    domain: {
      name: 'CORP',
      dnsName: 'corp.example.com',
      users: {
        alice: { password },
        bob: { password, groups: ['Domain Admins'] },
        carol: { password, disabled: true },
        dave: { password, groups: ['Backup Operators', 'Editors'] },
      },
      groups: { Editors: { members: ['alice'] } },
    },
    groups: { Writers: { members: ['CORP\\Editors'] } },
    rights: { SeDenyNetworkLogonRight: ['CORP\\bob'] },
  })
  win32 = windows.startProcess({ account: 'LocalSystem' }).win32
  return () => windows.assertNoLeaks()
})

interface Asked {
  readonly user: string
  readonly domain: string | null
  readonly password?: string
  readonly type?: typeof LOGON32_LOGON_INTERACTIVE | typeof LOGON32_LOGON_NETWORK
}

function logOn({
  user,
  domain,
  password: given = password,
  type = LOGON32_LOGON_INTERACTIVE,
}: Asked): Promise<Handle<'token'>> {
  const provider = logonProvider.LOGON32_PROVIDER_DEFAULT
  return win32.logonUser({ user, domain, password: Buffer.from(given, 'utf16le'), type, provider })
}

function s4u(user: string, domain: string | null = null, trusted = true): Promise<Handle<'token'>> {
  return win32.lsaLogonUserS4U({
    trusted,
    authenticationPackage: 'Kerberos',
    user,
    domain,
    logonType: LOGON32_LOGON_NETWORK,
    originName: 'test',
    sourceName: 'test',
  })
}

function userOf(token: Handle<'token'>): string {
  return Sid.fromBytes(win32.getTokenInformation(token, 'TokenUser').sid).toString()
}

function groupsOf(token: Handle<'token'>): readonly string[] {
  return win32.getTokenInformation(token, 'TokenGroups').map(({ sid }) => Sid.fromBytes(sid).toString())
}

const sid = (name: string): string => windows.sid(name).toString()

describe('a logon of a user of the domain', () => {
  it.each([
    { user: 'alice', domain: 'CORP' },
    { user: 'alice', domain: 'corp.example.com' },
    { user: 'alice@corp.example.com', domain: null },
    { user: 'dave', domain: null },
  ])('takes %j', async (account) => {
    using token = await logOn(account)
    expect(userOf(token)).toBe(sid(`CORP\\${account.user.split('@', 1)[0] ?? ''}`))
  })

  it('is another user than the computer’s own of that name, who comes first', async () => {
    using own = await logOn({ user: 'alice', domain: null, password: 'of the computer' })
    using ofDomain = await logOn({ user: 'alice', domain: 'CORP' })
    expect(userOf(own)).toBe(sid('TEST\\alice'))
    expect(userOf(ofDomain)).not.toBe(userOf(own))
    await expect(logOn({ user: 'local', domain: 'CORP' })).rejects.toMatchObject({ code: 'ERROR_LOGON_FAILURE' })
    await expect(logOn({ user: 'dave', domain: 'TEST' })).rejects.toMatchObject({ code: 'ERROR_LOGON_FAILURE' })
    await expect(logOn({ user: 'alice', domain: 'OTHER' })).rejects.toMatchObject({ code: 'ERROR_LOGON_FAILURE' })
    const elsewhere = { user: 'alice@example.com', domain: null }
    await expect(logOn(elsewhere)).rejects.toMatchObject({ code: 'ERROR_LOGON_FAILURE' })
  })

  it('gives the groups of the domain, and those of the computer that they are in', async () => {
    using token = await logOn({ user: 'alice', domain: 'CORP' })
    const groups = groupsOf(token)
    expect(groups).toEqual(
      expect.arrayContaining([
        sid('CORP\\Domain Users'),
        sid('CORP\\Editors'),
        sid('TEST\\Writers'),
        'S-1-5-32-545',
        // Vouched for by the domain, through Kerberos.
        'S-1-18-1',
      ]),
    )
    expect(groups).not.toContain(sid('CORP\\Domain Admins'))
    // Local account, NTLM.
    expect(groups).not.toContain('S-1-5-113')
    expect(groups).not.toContain('S-1-5-64-10')
    expect(groups.filter((group) => group === sid('CORP\\Domain Users'))).toHaveLength(1)
    const primaryGroup = Sid.fromBytes(win32.getTokenInformation(token, 'TokenPrimaryGroup')).toString()
    expect(primaryGroup).toBe(sid('CORP\\Domain Users'))
  })

  it('goes through NTLM for a plain name without a domain', async () => {
    using token = await logOn({ user: 'dave', domain: null })
    expect(groupsOf(token)).toEqual(
      expect.arrayContaining(['S-1-5-64-10', 'S-1-18-1', sid('CORP\\Editors'), 'S-1-5-32-551']),
    )
  })

  it('makes the administrators of the domain those of the computer', async () => {
    using token = await logOn({ user: 'bob', domain: 'CORP' })
    expect(groupsOf(token)).toEqual(expect.arrayContaining([sid('CORP\\Domain Admins'), 'S-1-5-32-544']))
  })

  it('fails with the code of what is wrong with the account', async () => {
    const code = (asked: Asked): Promise<string> =>
      logOn(asked).then(
        () => 'success',
        ({ code: failed }) => failed,
      )
    expect(await code({ user: 'alice', domain: 'CORP', password: 'of the computer' })).toBe('ERROR_LOGON_FAILURE')
    expect(await code({ user: 'carol', domain: 'CORP' })).toBe('ERROR_ACCOUNT_DISABLED')
    const network = { user: 'bob', domain: 'CORP', type: LOGON32_LOGON_NETWORK } as const
    expect(await code(network)).toBe('ERROR_LOGON_TYPE_NOT_GRANTED')
  })
})

describe('S4U through Kerberos', () => {
  it.each([['alice@corp.example.com'], ['ALICE@CORP.EXAMPLE.COM'], ['alice@CORP']])('takes %s', async (user) => {
    using token = await s4u(user)
    expect(userOf(token)).toBe(sid('CORP\\alice'))
    expect(win32.getTokenInformation(token, 'TokenImpersonationLevel')).toBe(2)
  })

  it('says that a service vouches for the user, and no password', async () => {
    using token = await s4u('alice@corp.example.com', 'corp.example.com')
    const groups = groupsOf(token)
    expect(groups).toEqual(expect.arrayContaining(['S-1-18-2', 'S-1-5-2', sid('CORP\\Editors')]))
    expect(groups).not.toContain('S-1-18-1')
    expect(groups).not.toContain('S-1-5-64-10')
  })

  it('gives a token to look at over an untrusted connection', async () => {
    using token = await s4u('alice@corp.example.com', null, false)
    expect(win32.getTokenInformation(token, 'TokenImpersonationLevel')).toBe(1)
  })

  it.each([
    ['nobody@corp.example.com', null, 'ERROR_LOGON_FAILURE'],
    ['local@corp.example.com', null, 'ERROR_LOGON_FAILURE'],
    ['alice@example.com', null, 'ERROR_LOGON_FAILURE'],
    ['alice@corp.example.com', 'OTHER', 'ERROR_LOGON_FAILURE'],
    ['alice', 'CORP', 'ERROR_LOGON_FAILURE'],
    ['carol@corp.example.com', null, 'ERROR_ACCOUNT_DISABLED'],
    ['bob@corp.example.com', null, 'ERROR_LOGON_TYPE_NOT_GRANTED'],
  ])('fails for %s of %s with %s', async (user, domain, code) => {
    await expect(s4u(user, domain)).rejects.toMatchObject({ code, syscall: 'LsaLogonUser' })
  })

  it('is not simulated without a domain, and MSV1_0 knows no user of one', async () => {
    const alone = createWindows({}).startProcess({ account: 'LocalSystem' }).win32
    const request = { trusted: true, logonType: LOGON32_LOGON_NETWORK, originName: 'test', sourceName: 'test' } as const
    const kerberos = {
      ...request,
      authenticationPackage: 'Kerberos',
      user: 'alice@corp.example.com',
      domain: null,
    } as const
    await expect(alone.lsaLogonUserS4U(kerberos)).rejects.toMatchObject({ name: 'NotSimulatedError' })
    const msv = { ...request, authenticationPackage: 'MICROSOFT_AUTHENTICATION_PACKAGE_V1_0', user: 'alice' } as const
    await expect(win32.lsaLogonUserS4U({ ...msv, domain: 'CORP' })).rejects.toMatchObject({
      code: 'ERROR_LOGON_FAILURE',
    })
  })
})

describe('the names of the domain', () => {
  it.each([
    ['CORP\\alice', 'CORP', sidNameUse.SidTypeUser],
    ['corp.example.com\\alice', 'CORP', sidNameUse.SidTypeUser],
    ['alice@corp.example.com', 'CORP', sidNameUse.SidTypeUser],
    ['bob', 'CORP', sidNameUse.SidTypeUser],
    ['alice', 'TEST', sidNameUse.SidTypeUser],
    ['CORP\\Editors', 'CORP', sidNameUse.SidTypeGroup],
    ['Domain Admins', 'CORP', sidNameUse.SidTypeGroup],
    ['CORP', 'CORP', sidNameUse.SidTypeDomain],
  ])('%s is found in %s', async (name, domain, use) => {
    const found = await win32.lookupAccountName(null, name)
    expect(found).toMatchObject({ domain, use })
    expect(await win32.lookupAccountSid(null, found.sid)).toMatchObject({ domain, use })
  })

  it('have the computer among them', async () => {
    const found = await win32.lookupAccountName(null, 'CORP\\TEST$')
    expect(found).toMatchObject({ domain: 'CORP', use: sidNameUse.SidTypeUser })
    expect(Sid.fromBytes(found.sid).rid).toBe(1103)
    expect(await win32.lookupAccountName(null, 'CORP\\Domain Computers')).toMatchObject({
      use: sidNameUse.SidTypeGroup,
    })
    await expect(logOn({ user: 'TEST$', domain: 'CORP' })).rejects.toMatchObject({ code: 'ERROR_LOGON_FAILURE' })
  })

  it('run processes, whose variables and profile are their own', async () => {
    const process = windows.startProcess({ account: 'CORP\\alice' })
    expect(process.userSid.toString()).toBe(sid('CORP\\alice'))
    using token = process.win32.openProcessToken(process.win32.getCurrentProcess(), 0xb)
    const variables = await process.win32.createEnvironmentBlock({ token, inherit: false })
    expect(variables).toEqual(expect.arrayContaining(['USERDOMAIN=CORP', 'USERNAME=alice']))
    expect(await process.win32.getUserProfileDirectory(token)).toBe('C:\\Users\\alice.CORP')
  })

  it('are not those of the computer', () => {
    const domain = { name: 'test', dnsName: 'test.example.com' }
    expect(() => createWindows({ computerName: 'TEST', domain })).toThrow(RangeError)
  })

  it('must be of the domain where its groups are filled', () => {
    const domain = { name: 'CORP', dnsName: 'corp.example.com', groups: { Editors: { members: ['nobody'] } } }
    expect(() => createWindows({ domain })).toThrow(RangeError)
    const users = { alice: { groups: ['Nothing'] } }
    expect(() => createWindows({ domain: { name: 'CORP', dnsName: 'corp.example.com', users } })).toThrow(RangeError)
  })
})
