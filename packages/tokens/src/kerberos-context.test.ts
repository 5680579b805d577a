import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Win32 } from '@asuser/native'
import { createWindows, type SimulatedWindows } from '@asuser/testkit'
import { codeOf, exchange } from '../test/exchange.ts'
import {
  type ClientContext,
  type ClientContextOptions,
  connectNetwork,
  createClientContext,
  createSecurityContext,
  ImpersonationLevelError,
  logonUser,
  type SecurityContext,
  SecurityContextError,
  type SecurityContextOptions,
} from './index.ts'

const password = 'Secret-1'
const bindings = new TextEncoder().encode('tls-server-end-point:0123456789abcdef')

/** Of the computer, which LocalSystem is; by HOST. */
const target = 'HTTP/test.corp.example.com'
/** Of a user that services run as, which is trusted for delegation. */
const webTarget = 'HTTP/web.corp.example.com'
/** Of another one. */
const sqlTarget = 'MSSQLSvc/sql.corp.example.com:1433'

let windows: SimulatedWindows
/** Of LocalSystem. */
let win32: Win32

beforeEach(() => {
  windows = createWindows({
    computerName: 'TEST',
    users: { local: { password } },
    domain: {
      name: 'CORP',
      dnsName: 'corp.example.com',
      users: {
        alice: { password },
        sam: { password, accountNotDelegated: true },
        carol: { password, disabled: true },
        dave: { password },
        web: { password, servicePrincipalNames: [webTarget], trustedForDelegation: true },
        sql: { password, servicePrincipalNames: [sqlTarget] },
      },
      groups: { Editors: { members: ['alice'] } },
    },
    rights: { SeDenyNetworkLogonRight: ['CORP\\dave'], SeImpersonatePrivilege: ['CORP\\web', 'CORP\\sql'] },
    servers: { FILES: { users: { alice: password }, shares: { public: {} } } },
  })
  win32 = windows.startProcess({ account: 'LocalSystem' }).win32
})

afterEach(() => windows.assertNoLeaks())

function processOf(account: string): Win32 {
  return windows.startProcess({ account }).win32
}

function serverOf(options: SecurityContextOptions = {}): Promise<SecurityContext> {
  return createSecurityContext({ package: 'Kerberos', win32, ...options })
}

function clientOf(options: Partial<ClientContextOptions> & { readonly user?: string } = {}): Promise<ClientContext> {
  const { user = 'CORP\\alice', ...rest } = options
  return createClientContext({ package: 'Kerberos', target, win32, credentials: { user, password }, ...rest })
}

/** How an exchange ends. */
async function outcome(client: Parameters<typeof clientOf>[0], server: SecurityContextOptions = {}): Promise<unknown> {
  using from = await clientOf(client)
  using to = await serverOf(server)
  return await codeOf(exchange(from, to))
}

function actingUser(): string {
  using own = win32.openThreadToken({ desiredAccess: 8, openAsSelf: true })
  return Buffer.from(win32.getTokenInformation(own, 'TokenUser').sid).toString('hex')
}

describe('Kerberos', () => {
  it('takes one token of the client, and one of the server when that has to prove who it is', async () => {
    for (const [mutualAuthentication, legs] of [
      [false, [1, 0]],
      [true, [1, 1]],
    ] as const) {
      using client = await clientOf({ mutualAuthentication })
      using server = await serverOf()
      expect(await exchange(client, server)).toEqual(legs)
      expect([client.done, server.done]).toEqual([true, true])
      expect([client.package, server.package]).toEqual(['Kerberos', 'Kerberos'])
    }
  })

  it('knows the client, and acts as it', async () => {
    using client = await clientOf()
    using server = await serverOf()
    await exchange(client, server)
    expect(server.clientName).toBe('CORP\\alice')
    expect(server.target).toBe(`${target}@CORP.EXAMPLE.COM`)
    const alice = windows.sid('CORP\\alice')
    using token = server.token()
    expect(token.user.sid.toString()).toBe(alice.toString())
    expect([token.type, token.impersonationLevel, token.source.name]).toEqual([
      'impersonation',
      'impersonation',
      'Kerberos',
    ])
    const groups = token.groups.map(({ sid }) => sid.toString())
    // NETWORK, vouched for by the domain, its groups; not NTLM Authentication.
    expect(groups).toEqual(expect.arrayContaining(['S-1-5-2', 'S-1-18-1', windows.sid('CORP\\Editors').toString()]))
    expect(groups).not.toContain('S-1-5-64-10')
    expect(server.impersonate(actingUser)).toBe(Buffer.from(alice.toBytes()).toString('hex'))
    expect(actingUser).toThrow(expect.objectContaining({ code: 'ERROR_NO_TOKEN' }))
  })

  it.each([['CORP\\alice'], ['corp.example.com\\alice'], ['alice@corp.example.com'], ['ALICE@CORP']])(
    'takes %s',
    async (user) => {
      using client = await clientOf({ user })
      using server = await serverOf()
      await exchange(client, server)
      expect(server.clientName).toBe('CORP\\alice')
    },
  )

  it.each([
    ['HTTP/test.corp.example.com', 'success'],
    ['http/TEST', 'success'],
    ['cifs/test@CORP.EXAMPLE.COM', 'success'],
    ['HOST/test.corp.example.com', 'success'],
    // HOST does not stand for these.
    ['ldap/test.corp.example.com', 'SEC_E_TARGET_UNKNOWN'],
    ['HTTP/test.corp.example.com:8080', 'SEC_E_TARGET_UNKNOWN'],
    ['HTTP/elsewhere.example.com', 'SEC_E_TARGET_UNKNOWN'],
    ['HTTP/test@EXAMPLE.COM', 'SEC_E_TARGET_UNKNOWN'],
    ['nothing', 'SEC_E_TARGET_UNKNOWN'],
  ])('finds the account of %s: %s', async (name, code) => {
    expect(await outcome({ target: name })).toBe(code)
  })

  it('reaches NetworkService and a service of its own account as the computer, and no other account', async () => {
    expect(await outcome({}, { win32: processOf('NetworkService') })).toBe('success')
    const asWeb = { win32: processOf('CORP\\web') }
    expect(await outcome({ target: webTarget }, asWeb)).toBe('success')
    const mutualAuthentication = true
    expect(await outcome({ target: webTarget, mutualAuthentication })).toBe('SEC_E_WRONG_PRINCIPAL')
    expect(await outcome({ mutualAuthentication }, asWeb)).toBe('SEC_E_WRONG_PRINCIPAL')
    expect(await outcome({ package: 'Negotiate' }, { ...asWeb, package: 'Negotiate' })).toBe('SEC_E_WRONG_PRINCIPAL')
    // It is the computer whoever serves it.
    expect(await outcome({ target: 'RestrictedKrbHost/test' }, asWeb)).toBe('success')
  })

  it('refuses a ticket for another service of the same account, where a server names its own', async () => {
    const names = { targets: [target, 'HTTP/test'] }
    expect(await outcome({}, names)).toBe('success')
    expect(await outcome({ target: 'HTTP/TEST@corp.example.com' }, names)).toBe('success')
    expect(await outcome({ target: 'cifs/test.corp.example.com' }, names)).toBe('ERR_WRONG_TARGET')
    expect(await outcome({ target: 'cifs/test.corp.example.com' })).toBe('success')
  })

  it('tells the client of a server that is another, and has no client there', async () => {
    using client = await clientOf({ target: webTarget })
    using server = await serverOf()
    const { token = new Uint8Array() } = await client.initialize()
    // A client without mutual authentication is done before it hears of it.
    expect(client.done).toBe(true)
    const answer = await server.accept(token)
    expect(answer.done).toBe(false)
    expect(answer.token).toBeDefined()
    expect(() => server.token()).toThrow(expect.objectContaining({ code: 'ERR_SECURITY_CONTEXT_INCOMPLETE' }))
    expect(() => server.impersonate(() => {})).toThrow(SecurityContextError)
  })

  it('needs an account of the domain on both sides', async () => {
    expect(await outcome({ user: 'local' })).toBe('SEC_E_NO_AUTHENTICATING_AUTHORITY')
    expect(await outcome({ user: 'alice@elsewhere.example' })).toBe('SEC_E_NO_AUTHENTICATING_AUTHORITY')
    const ofLocal = processOf('local')
    expect(await outcome({ credentials: undefined, win32: ofLocal })).toBe('SEC_E_NO_CREDENTIALS')
    expect(await outcome({}, { win32: ofLocal })).toBe('SEC_E_NO_CREDENTIALS')
  })

  it.each([
    ['a wrong password', { credentials: { user: 'CORP\\alice', password: 'Wr0ng' } }],
    ['an unknown user', { user: 'CORP\\nobody' }],
    ['a disabled account', { user: 'CORP\\carol' }],
    ['an account without the right to log on over the network', { user: 'CORP\\dave' }],
  ])('refuses %s', async (_what, options) => {
    expect(await outcome(options)).toBe('SEC_E_LOGON_DENIED')
  })

  it('shows the credentials of the process: of a user, of the computer, or of nobody', async () => {
    for (const [account, name] of [
      ['CORP\\alice', 'CORP\\alice'],
      ['LocalSystem', 'CORP\\TEST$'],
      ['NetworkService', 'CORP\\TEST$'],
    ] as const) {
      for (const packageName of ['Kerberos', 'NTLM'] as const) {
        using client = await clientOf({ package: packageName, credentials: undefined, win32: processOf(account) })
        using server = await serverOf({ package: packageName })
        await exchange(client, server)
        expect([server.clientName, server.package]).toEqual([name, packageName])
      }
    }
    using anonymous = await clientOf({ credentials: undefined, win32: processOf('LocalService') })
    await expect(anonymous.initialize()).rejects.toMatchObject({ name: 'NotSimulatedError' })
  })

  it('binds the exchange to the channel', async () => {
    const other = new TextEncoder().encode('tls-server-end-point:another')
    const mutual = { mutualAuthentication: true }
    expect(await outcome({ ...mutual, channelBindings: bindings }, { channelBindings: bindings })).toBe('success')
    expect(await outcome({ channelBindings: other }, { channelBindings: bindings })).toBe('SEC_E_BAD_BINDINGS')
    expect(await outcome({}, { channelBindings: bindings })).toBe('SEC_E_BAD_BINDINGS')
    expect(await outcome({}, { channelBindings: bindings, allowMissingChannelBindings: true })).toBe('success')
    expect(await outcome({ channelBindings: bindings })).toBe('success')
  })

  it.each([
    ['UTC', 0],
    ['Asia/Kolkata', -330],
    ['America/Phoenix', 420],
  ])('ends with the ticket, in %s', async (zone, offset) => {
    vi.stubEnv('TZ', zone)
    try {
      expect(new Date().getTimezoneOffset()).toBe(offset)
      using client = await clientOf({ mutualAuthentication: true })
      using server = await serverOf()
      expect(() => server.expires).toThrow(expect.objectContaining({ code: 'ERR_SECURITY_CONTEXT_INCOMPLETE' }))
      await exchange(client, server)
      const tenHours = Date.now() + 36_000_000
      for (const { expires } of [client, server]) {
        expect(Math.abs((expires?.getTime() ?? 0) - tenHours)).toBeLessThan(60_000)
      }
    } finally {
      vi.unstubAllEnvs()
    }
    using client = await clientOf({ package: 'NTLM' })
    using server = await serverOf({ package: 'NTLM' })
    await exchange(client, server)
    expect([client.expires, server.expires]).toEqual([undefined, undefined])
  })

  it('lets a token count once', async () => {
    using client = await clientOf()
    using first = await serverOf()
    using second = await serverOf()
    const { token = new Uint8Array() } = await client.initialize()
    expect((await first.accept(token)).done).toBe(true)
    expect((await second.accept(token)).done).toBe(false)
    expect(() => second.token()).toThrow(SecurityContextError)
  })

  it('lets a token count for five minutes', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      using client = await clientOf({ mutualAuthentication: true })
      using server = await serverOf()
      const { token = new Uint8Array() } = await client.initialize()
      vi.setSystemTime(Date.now() + 301_000)
      const answer = await server.accept(token)
      expect(answer.done).toBe(false)
      expect(await codeOf(client.initialize(answer.token))).toBe('SEC_E_TIME_SKEW')
    } finally {
      vi.useRealTimers()
    }
  })

  it('only sees who a client is that allows no more, and a server without SeImpersonatePrivilege sees no more', async () => {
    using client = await clientOf({ level: 'identification' })
    using server = await serverOf()
    await exchange(client, server)
    expect(() => server.impersonate(() => {})).toThrow(expect.objectContaining({ limitedBy: 'client' }))

    const ofAlice = processOf('CORP\\alice')
    using own = await clientOf({ target: 'RestrictedKrbHost/test', user: 'CORP\\sam' })
    using weak = await serverOf({ win32: ofAlice })
    await exchange(own, weak)
    using token = weak.token()
    expect(token.impersonationLevel).toBe('impersonation')
    expect(() => weak.impersonate(() => {})).toThrow(ImpersonationLevelError)
    expect(() => weak.impersonate(() => {})).toThrow(expect.objectContaining({ limitedBy: 'server' }))
  })

  it('limits legs and sizes', async () => {
    using client = await clientOf({ mutualAuthentication: true, maxLegs: 1 })
    using server = await serverOf({ maxLegs: 1 })
    expect(await codeOf(exchange(client, server))).toBe('ERR_TOO_MANY_LEGS')
    expect(server.done).toBe(true)
    using small = await serverOf({ maxTokenSize: 64 })
    using other = await clientOf()
    const { token = new Uint8Array() } = await other.initialize()
    expect(await codeOf(small.accept(token))).toBe('ERR_SECURITY_TOKEN_TOO_LARGE')
  })

  it('knows no tokens of Negotiate and NTLM', async () => {
    for (const packageName of ['Negotiate', 'NTLM'] as const) {
      expect(await outcome({ package: packageName })).toBe('SEC_E_INVALID_TOKEN')
      using client = await clientOf()
      using ntlm = await serverOf({ package: 'NTLM' })
      expect(await codeOf(exchange(client, ntlm))).toBe('SEC_E_INVALID_TOKEN')
    }
  })

  it('survives 1,000 malformed tokens and leaves nothing open', async () => {
    using client = await clientOf()
    const { token: good = new Uint8Array() } = await client.initialize()
    const codes = new Set<unknown>()
    for (let round = 1; round <= 1_000; round++) {
      const changed = round < good.length ? good.slice(0, round) : Uint8Array.from(good)
      const index = (round * 7) % changed.length
      changed[index] = (changed[index] ?? 0) ^ 0x55
      using server = await serverOf()
      codes.add(await codeOf(server.accept(changed)))
      // The name that stands outside of the ticket is open to change, and counts for nothing.
      if (server.done) expect(server.target).toBe(`${target}@CORP.EXAMPLE.COM`)
      else expect(() => server.token()).toThrow(SecurityContextError)
    }
    // What is no token at all, and what cannot be read, which the client is told.
    expect(codes).toEqual(new Set(['SEC_E_INVALID_TOKEN', 'success']))
  })
})

describe('mutual authentication', () => {
  it('fails where the last word of the server is not its own', async () => {
    using client = await clientOf({ mutualAuthentication: true })
    using server = await serverOf()
    const { token: request = new Uint8Array() } = await client.initialize()
    const { token: reply = new Uint8Array() } = await server.accept(request)
    const changed = Uint8Array.from(reply)
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
    expect(await codeOf(client.initialize(changed))).toBe('SEC_E_MESSAGE_ALTERED')
    expect(client.done).toBe(false)
  })

  it('fails for an answer to somebody else', async () => {
    using client = await clientOf({ mutualAuthentication: true })
    using other = await clientOf({ mutualAuthentication: true })
    using server = await serverOf()
    await client.initialize()
    const { token: request = new Uint8Array() } = await other.initialize()
    const { token: reply } = await server.accept(request)
    expect(await codeOf(client.initialize(reply))).toBe('SEC_E_MESSAGE_ALTERED')
  })

  it('is refused where it is asked for and Negotiate takes NTLM', async () => {
    const options = { package: 'Negotiate', target: 'HTTP/elsewhere.example.com', mutualAuthentication: true } as const
    using client = await clientOf(options)
    using server = await serverOf({ package: 'Negotiate' })
    expect(await codeOf(exchange(client, server))).toBe('ERR_SERVER_NOT_AUTHENTICATED')
    expect(client.done).toBe(false)
    expect(() => client.package).toThrow(expect.objectContaining({ code: 'ERR_SECURITY_CONTEXT_FAILED' }))
    expect(await outcome({ ...options, package: 'NTLM' }, { package: 'NTLM' })).toBe('ERR_SERVER_NOT_AUTHENTICATED')
  })

  it('is there in Negotiate, too', async () => {
    const options = { package: 'Negotiate', mutualAuthentication: true } as const
    expect(await outcome(options, { package: 'Negotiate' })).toBe('success')
  })
})

describe('Negotiate', () => {
  it.each([
    [target, 'Kerberos', [1, 1]],
    ['HTTP/elsewhere.example.com', 'NTLM', [2, 2]],
  ])('for %s settles on %s', async (name, settled, legs) => {
    using client = await clientOf({ package: 'Negotiate', target: name })
    using server = await serverOf({ package: 'Negotiate' })
    expect(await exchange(client, server)).toEqual(legs)
    expect([client.package, server.package]).toEqual([settled, settled])
    expect(server.clientName).toBe('CORP\\alice')
  })

  it('settles on NTLM for a user of the computer, and with a server that is one', async () => {
    const ofLocal = processOf('local')
    for (const [user, serving, legs] of [
      ['local', win32, [2, 2]],
      // The client begins with Kerberos, and the server asks for NTLM.
      ['CORP\\alice', ofLocal, [3, 3]],
    ] as const) {
      using client = await clientOf({ package: 'Negotiate', user })
      using server = await serverOf({ package: 'Negotiate', win32: serving })
      expect(await exchange(client, server)).toEqual(legs)
      expect([client.package, server.package]).toEqual(['NTLM', 'NTLM'])
    }
  })

  it('notices when somebody else asked for NTLM', async () => {
    using client = await clientOf({ package: 'Negotiate' })
    using kerberos = await serverOf({ package: 'Negotiate' })
    using weak = await serverOf({ package: 'Negotiate', win32: processOf('local') })
    const { token: request = new Uint8Array() } = await client.initialize()
    const { token: reselect } = await weak.accept(request)
    const { token: begin = new Uint8Array() } = await client.initialize(reselect)
    const { token: challenge } = await kerberos.accept(begin)
    const { token: proof = new Uint8Array() } = await client.initialize(challenge)
    expect(await codeOf(kerberos.accept(proof))).toBe('SEC_E_LOGON_DENIED')
  })

  it('takes a client of Kerberos, and does not fall back for a password that Kerberos knows to be wrong', async () => {
    expect(await outcome({}, { package: 'Negotiate' })).toBe('success')
    using client = await clientOf({ package: 'Negotiate', credentials: { user: 'CORP\\alice', password: 'Wr0ng' } })
    expect(await codeOf(client.initialize())).toBe('SEC_E_LOGON_DENIED')
  })

  it('tells the client when the server’s last word was changed', async () => {
    using client = await clientOf({ package: 'Negotiate' })
    using server = await serverOf({ package: 'Negotiate' })
    const { token: request = new Uint8Array() } = await client.initialize()
    const { token: last = new Uint8Array() } = await server.accept(request)
    const changed = Uint8Array.from(last)
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
    expect(await codeOf(client.initialize(changed))).toBe('SEC_E_MESSAGE_ALTERED')
  })
})

describe('delegation', () => {
  it.each(['Kerberos', 'Negotiate'] as const)(
    'reaches other computers as the client through %s',
    async (packageName) => {
      const asWeb = processOf('CORP\\web')
      using client = await clientOf({ package: packageName, target: webTarget, level: 'delegation' })
      using server = await serverOf({ package: packageName, win32: asWeb })
      await exchange(client, server)
      using token = server.token()
      expect(token.impersonationLevel).toBe('delegation')
      expect(token.capabilityReport()).toMatchObject({
        delegation: { value: 'yes', because: 'its impersonation level is delegation' },
        networkCredentials: { value: 'yes' },
        actsLocally: { value: 'yes' },
      })
      expect(server.impersonate(() => 'acted', { minimumLevel: 'delegation' })).toBe('acted')

      // The second hop: the ticket that was handed on gets others, and NTLM has no use for it.
      using second = await clientOf({ target: sqlTarget, credentials: undefined, token, win32: asWeb })
      using database = await serverOf({ win32: processOf('CORP\\sql') })
      await exchange(second, database)
      expect(database.clientName).toBe('CORP\\alice')
      using seen = database.token()
      expect(seen.impersonationLevel).toBe('impersonation')
      expect(await outcome({ package: 'NTLM', credentials: undefined, token, win32: asWeb }, { package: 'NTLM' })).toBe(
        'SEC_E_NO_CREDENTIALS',
      )
      await using share = await connectNetwork({ remote: '\\\\FILES\\public', token, win32: asWeb })
      expect(share.remote).toBe('\\\\FILES\\public')
    },
  )

  it.each([
    ['an account that is not trusted for it', { target: sqlTarget }, 'CORP\\sql'],
    ['a client that is not to be delegated', { target: webTarget, user: 'CORP\\sam' }, 'CORP\\web'],
    ['NTLM', { target: 'HTTP/elsewhere.example.com', package: 'Negotiate' }, 'CORP\\web'],
  ] as const)('is refused to the client for %s', async (_what, options, account) => {
    using client = await clientOf({ ...options, level: 'delegation' })
    using server = await serverOf({ package: 'Negotiate', win32: processOf(account) })
    expect(await codeOf(exchange(client, server))).toBe('ERR_DELEGATION_REFUSED')
    using token = server.token()
    expect(token.impersonationLevel).toBe('impersonation')
  })

  it('is given to nobody without asking', async () => {
    const asWeb = processOf('CORP\\web')
    using client = await clientOf({ target: webTarget, mutualAuthentication: true })
    using server = await serverOf({ win32: asWeb })
    await exchange(client, server)
    using token = server.token()
    expect(token.impersonationLevel).toBe('impersonation')
    expect(() => server.impersonate(() => {}, { minimumLevel: 'delegation' })).toThrow(
      expect.objectContaining({ level: 'impersonation', limitedBy: 'client' }),
    )
    expect(await outcome({ target: sqlTarget, credentials: undefined, token, win32: asWeb })).toBe(
      'SEC_E_NO_CREDENTIALS',
    )
  })

  it('is not for a logon with a password, whose session has credentials of its own', async () => {
    using token = await logonUser({ user: 'CORP\\alice', password, win32 })
    using client = await clientOf({ credentials: undefined, token, target: webTarget, level: 'delegation' })
    using server = await serverOf({ win32: processOf('CORP\\web') })
    await exchange(client, server)
    using delegated = server.token()
    expect(delegated.impersonationLevel).toBe('delegation')
  })
})
