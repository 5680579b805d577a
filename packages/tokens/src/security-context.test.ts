import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { acceptRequirement, type Win32 } from '@asuser/native'
import { SecurityDescriptor } from '@asuser/security-descriptors'
import { createWindows, type SimulatedWindows } from '@asuser/testkit'
import { codeOf, exchange } from '../test/exchange.ts'
import {
  type ClientContext,
  type ClientContextOptions,
  createClientContext,
  createSecurityContext,
  currentThreadToken,
  ImpersonationLevelError,
  InvalidArgumentError,
  logonUser,
  type SecurityContext,
  type SecurityContextOptions,
  type SecurityPackage,
} from './index.ts'

const password = 'Secret-1 – ünïcödé'
const target = 'HTTP/server.test'
const bindings = new TextEncoder().encode('tls-server-end-point:0123456789abcdef')

let windows: SimulatedWindows
let win32: Win32

beforeEach(() => {
  windows = createWindows({
    computerName: 'TEST',
    users: {
      alice: { password },
      carol: { password, disabled: true },
      dave: { password },
      erin: { password: '' },
      grace: { password, lockedOut: true },
    },
    rights: { SeDenyNetworkLogonRight: ['dave'] },
  })
  win32 = windows.startProcess({ account: 'LocalSystem' }).win32
})

afterEach(() => windows.assertNoLeaks())

function serverOf(options: SecurityContextOptions = {}): Promise<SecurityContext> {
  return createSecurityContext({ win32, ...options })
}

function clientOf(options: Partial<ClientContextOptions> = {}): Promise<ClientContext> {
  const credentials = options.token === undefined ? { user: 'alice', password } : undefined
  return createClientContext({ target, win32, credentials, ...options })
}

/** How an exchange ends. */
async function outcome(client: Partial<ClientContextOptions>, server: SecurityContextOptions = {}): Promise<unknown> {
  using from = await clientOf(client)
  using to = await serverOf(server)
  return await codeOf(exchange(from, to))
}

describe('createSecurityContext', () => {
  it.each<[SecurityPackage, readonly [number, number]]>([
    ['Negotiate', [2, 2]],
    ['NTLM', [2, 1]],
  ])('knows the client of %s after the last leg, and acts as it', async (packageName, legs) => {
    using client = await clientOf({ package: packageName })
    using server = await serverOf({ package: packageName })
    expect(await exchange(client, server)).toEqual(legs)
    expect([client.done, server.done]).toEqual([true, true])
    expect(server.clientName).toBe('TEST\\alice')
    expect([server.package, client.package]).toEqual(['NTLM', 'NTLM'])
    expect(server.target).toBe(target)
    using token = server.token()
    expect(token.user.sid.toString()).toBe(windows.sid('alice').toString())
    expect([token.type, token.impersonationLevel]).toEqual(['impersonation', 'impersonation'])
    expect(token.groups.map(({ sid }) => sid.toString())).toContain('S-1-5-2')
    const acting = server.impersonate(() => {
      using own = win32.openThreadToken({ desiredAccess: 8, openAsSelf: true })
      return win32.getTokenInformation(own, 'TokenUser').sid
    })
    expect(acting).toEqual(windows.sid('alice').toBytes())
    expect(() => win32.openThreadToken({ desiredAccess: 8, openAsSelf: true })).toThrow(
      expect.objectContaining({ code: 'ERROR_NO_TOKEN' }),
    )
  })

  it.each(['CORP\\erin', 'erin@corp.example.com'])(
    'knows the user %s of the domain from the computer’s own',
    async (user) => {
      const domain = { name: 'CORP', dnsName: 'corp.example.com', users: { erin: { password } } }
      const member = createWindows({ computerName: 'TEST', users: { erin: {} }, domain })
      const there = member.startProcess({ account: 'LocalSystem' }).win32
      {
        using client = await clientOf({ credentials: { user, password }, win32: there })
        using server = await serverOf({ win32: there })
        await exchange(client, server)
        expect([server.clientName, server.package]).toEqual(['CORP\\erin', 'NTLM'])
        using token = server.token()
        expect(token.user.sid.toString()).toBe(member.sid('CORP\\erin').toString())
      }
      member.assertNoLeaks()
    },
  )

  it('takes a client of NTLM where it offers Negotiate, and not the other way round', async () => {
    expect(await outcome({ package: 'NTLM' }, { package: 'Negotiate' })).toBe('success')
    expect(await outcome({ package: 'Negotiate' }, { package: 'NTLM' })).toBe('SEC_E_INVALID_TOKEN')
  })

  it('only sees who a client is that allows no more', async () => {
    using client = await clientOf({ level: 'identification' })
    using server = await serverOf()
    await exchange(client, server)
    using token = server.token()
    expect(token.impersonationLevel).toBe('identification')
    const forAll = SecurityDescriptor.fromSddl('O:SYG:SYD:(A;;0x1f0001;;;WD)').toBytes()
    using _existing = win32.createMutex({ name: 'Local\\for-all', security: forAll })
    const open = (): unknown => win32.createMutex({ name: 'Local\\for-all', security: null })
    const run = vi.fn<() => unknown>(open)
    expect(() => server.impersonate(run)).toThrow(ImpersonationLevelError)
    expect(() => server.impersonate(run)).toThrow(
      expect.objectContaining({
        code: 'ERROR_BAD_IMPERSONATION_LEVEL',
        syscall: 'ImpersonateSecurityContext',
        limitedBy: 'client',
      }),
    )
    expect(run).not.toHaveBeenCalled()
    expect(() => server.impersonate(run, { minimumLevel: 'identification' })).toThrow(
      expect.objectContaining({ code: 'ERROR_BAD_IMPERSONATION_LEVEL', syscall: 'CreateMutexW' }),
    )
    expect(run).toHaveBeenCalledOnce()
  })

  it('asks as the server what the client allowed, where the level is too low', async () => {
    const askedAs: unknown[] = []
    const asking: Win32 = {
      ...win32,
      querySecurityContextToken(context) {
        using thread = currentThreadToken({ win32 })
        askedAs.push(thread === undefined ? 'the server' : 'somebody')
        return win32.querySecurityContextToken(context)
      },
    }
    using client = await clientOf({ level: 'identification' })
    using server = await serverOf({ win32: asking })
    await exchange(client, server)
    expect(() => server.impersonate(() => {})).toThrow(ImpersonationLevelError)
    expect(askedAs).toEqual(['the server'])
  })

  it('tells within its own callback who the client is, and nests', async () => {
    using client = await clientOf()
    using server = await serverOf()
    await exchange(client, server)
    const clientInToken = (): string => {
      using token = server.token()
      return token.user.sid.toString()
    }
    const alice = windows.sid('alice').toString()
    expect(server.impersonate(() => [clientInToken(), server.clientName, server.impersonate(clientInToken)])).toEqual([
      alice,
      'TEST\\alice',
      alice,
    ])
  })

  it('lets a server without SeImpersonatePrivilege only look', async () => {
    ;({ win32 } = windows.startProcess({ account: 'dave' }))
    using client = await clientOf()
    using server = await serverOf()
    await exchange(client, server)
    const readLevel = (): number => {
      using own = win32.openThreadToken({ desiredAccess: 8, openAsSelf: true })
      return win32.getTokenInformation(own, 'TokenImpersonationLevel')
    }
    expect(server.impersonate(readLevel, { minimumLevel: 'identification' })).toBe(1)
    expect(() => server.impersonate(readLevel)).toThrow(
      expect.objectContaining({ level: 'identification', syscall: 'ImpersonateSecurityContext', limitedBy: 'server' }),
    )
  })

  it.each([
    ['a wrong password', { user: 'alice', password: 'Wr0ng' }],
    ['an unknown user', { user: 'nobody', password }],
    ['another domain', { user: 'ELSEWHERE\\alice', password }],
    ['a disabled account', { user: 'carol', password }],
    ['a locked account', { user: 'grace', password }],
    ['an empty password', { user: 'erin', password: '' }],
    ['an account without the right to log on over the network', { user: 'dave', password }],
  ])('refuses %s, all with one code', async (_what, credentials) => {
    expect(await outcome({ credentials })).toBe('SEC_E_LOGON_DENIED')
  })

  it('says nothing of a password or a token in its errors', async () => {
    using client = await clientOf({ credentials: { user: 'alice', password: 'Wr0ng-secret' } })
    using server = await serverOf()
    const error: unknown = await exchange(client, server).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'SEC_E_LOGON_DENIED', errno: 0x8009030c, syscall: 'AcceptSecurityContext' })
    expect(String(error)).toContain('0x8009030c')
    expect(inspect([error, client, server])).not.toContain('Wr0ng-secret')
  })

  it('binds the exchange to the channel', async () => {
    const other = new TextEncoder().encode('tls-server-end-point:another')
    expect(await outcome({ channelBindings: bindings }, { channelBindings: bindings })).toBe('success')
    expect(await outcome({ channelBindings: other }, { channelBindings: bindings })).toBe('SEC_E_BAD_BINDINGS')
    expect(await outcome({}, { channelBindings: bindings })).toBe('SEC_E_BAD_BINDINGS')
    expect(await outcome({}, { channelBindings: bindings, allowMissingChannelBindings: true })).toBe('success')
    const lenient = { channelBindings: bindings, allowMissingChannelBindings: true }
    expect(await outcome({ channelBindings: other }, lenient)).toBe('SEC_E_BAD_BINDINGS')
    expect(await outcome({ channelBindings: bindings }, {})).toBe('success')
  })

  it('refuses a proof that was made for another challenge', async () => {
    using client = await clientOf()
    using first = await serverOf()
    using second = await serverOf()
    const begin = await client.initialize()
    const challenge = await first.accept(begin.token ?? new Uint8Array())
    await second.accept(begin.token ?? new Uint8Array())
    const { token: proof = new Uint8Array() } = await client.initialize(challenge.token)
    expect(await codeOf(second.accept(proof))).toBe('SEC_E_LOGON_DENIED')
    expect(await codeOf(first.accept(proof))).toBe('success')
    expect(await codeOf(first.accept(proof))).toBe('ERR_SECURITY_CONTEXT_ESTABLISHED')
  })

  it('refuses a first leg that is missing, and every leg after one that failed', async () => {
    using client = await clientOf()
    using server = await serverOf()
    using other = await serverOf()
    const begin = await client.initialize()
    const challenge = await server.accept(begin.token ?? new Uint8Array())
    const { token: proof = new Uint8Array() } = await client.initialize(challenge.token)
    expect(await codeOf(other.accept(proof))).toBe('SEC_E_INVALID_TOKEN')
    const error: unknown = await other.accept(proof).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'ERR_SECURITY_CONTEXT_FAILED', cause: { code: 'SEC_E_INVALID_TOKEN' } })
    expect(() => other.token()).toThrow(expect.objectContaining({ code: 'ERR_SECURITY_CONTEXT_FAILED' }))
  })

  it('tells the client when the server’s last word was changed', async () => {
    using client = await clientOf()
    using server = await serverOf()
    const begin = await client.initialize()
    const challenge = await server.accept(begin.token ?? new Uint8Array())
    const proof = await client.initialize(challenge.token)
    const last = await server.accept(proof.token ?? new Uint8Array())
    expect(last.done).toBe(true)
    const changed = Uint8Array.from(last.token ?? [])
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
    expect(await codeOf(client.initialize(changed))).toBe('SEC_E_MESSAGE_ALTERED')
  })

  it('limits the size of a token', async () => {
    using server = await serverOf({ maxTokenSize: 100 })
    expect(await codeOf(server.accept(new Uint8Array(101)))).toBe('ERR_SECURITY_TOKEN_TOO_LARGE')
    expect(windows.calls.filter((call) => call.function === 'acceptSecurityContext')).toEqual([])
    expect(await codeOf(server.accept(new Uint8Array(1)))).toBe('ERR_SECURITY_CONTEXT_FAILED')
  })

  it('limits the number of legs', async () => {
    using client = await clientOf()
    using server = await serverOf({ maxLegs: 1 })
    expect(await codeOf(exchange(client, server))).toBe('ERR_TOO_MANY_LEGS')
  })

  it('refuses an empty token', async () => {
    using server = await serverOf()
    expect(await codeOf(server.accept(new Uint8Array()))).toBe('ERR_SECURITY_TOKEN_EMPTY')
  })

  it('survives 2,000 malformed tokens and leaves nothing open', async () => {
    using client = await clientOf()
    const { token: begin = new Uint8Array() } = await client.initialize()
    for (let round = 0; round < 2_000; round++) {
      using server = await serverOf()
      const damaged = damage(begin, round)
      const code = await codeOf(server.accept(damaged))
      expect(code).toBe(Buffer.compare(damaged, begin) === 0 ? 'success' : 'SEC_E_INVALID_TOKEN')
    }
  })

  it('takes one leg at a time', async () => {
    using client = await clientOf()
    using server = await serverOf()
    const { token = new Uint8Array() } = await client.initialize()
    const first = server.accept(token)
    expect(await codeOf(server.accept(token))).toBe('ERR_SECURITY_CONTEXT_BUSY')
    expect((await first).done).toBe(false)
    expect(() => server.token()).toThrow(expect.objectContaining({ code: 'ERR_SECURITY_CONTEXT_INCOMPLETE' }))
  })

  it('closes what a leg makes that was under way at the close', async () => {
    using client = await clientOf()
    const server = await serverOf()
    const { token = new Uint8Array() } = await client.initialize()
    const leg = server.accept(token)
    server.close()
    expect(await codeOf(leg)).toBe('ERR_SECURITY_CONTEXT_CLOSED')
    expect(await codeOf(server.accept(token))).toBe('ERR_SECURITY_CONTEXT_CLOSED')
    server.close()
    client.close()
    expect(win32.countOpenHandles()).toBe(0)
  })

  it('refuses an anonymous client', async () => {
    using client = await clientOf()
    using server = await serverOf()
    const accept = win32.acceptSecurityContext
    vi.spyOn(win32, 'acceptSecurityContext').mockImplementation(async (options) => ({
      ...(await accept(options)),
      attributes: acceptRequirement.ASC_REQ_ALLOW_NULL_SESSION,
    }))
    expect(await codeOf(exchange(client, server))).toBe('ERR_ANONYMOUS_CLIENT')
    expect(() => server.token()).toThrow(expect.objectContaining({ code: 'ERR_SECURITY_CONTEXT_FAILED' }))
  })

  it('refuses a client that wants to reach another service', async () => {
    expect(await outcome({}, { targets: ['HTTP/other.test', 'http/SERVER.test'] })).toBe('success')
    using client = await clientOf()
    using server = await serverOf({ targets: ['HTTP/other.test', 'cifs/server.test'] })
    expect(await codeOf(exchange(client, server))).toBe('ERR_WRONG_TARGET')
    expect(() => server.token()).toThrow(expect.objectContaining({ code: 'ERR_SECURITY_CONTEXT_FAILED' }))
    expect(client.done).toBe(false)
  })

  it('is not established for a moment with a client that it refuses', async () => {
    using client = await clientOf({ package: 'NTLM' })
    using server = await serverOf({ targets: ['HTTP/other.test'] })
    const { token: challenge } = await server.accept((await client.initialize()).token ?? new Uint8Array())
    const { token: proof = new Uint8Array() } = await client.initialize(challenge)
    const refused = codeOf(server.accept(proof))
    const seen = new Set<boolean>()
    for (let microtask = 0; microtask < 20; microtask++) {
      seen.add(server.done)
      await Promise.resolve()
    }
    expect(await refused).toBe('ERR_WRONG_TARGET')
    expect([...seen]).toEqual([false])
  })

  it('refuses every client where the package does not tell whom it wants to reach', async () => {
    using client = await clientOf()
    using server = await serverOf({ targets: [target] })
    windows.faults.next('queryContextAttributes', 'SEC_E_UNSUPPORTED_FUNCTION')
    expect(await codeOf(exchange(client, server))).toBe('SEC_E_UNSUPPORTED_FUNCTION')
    expect(() => server.token()).toThrow(expect.objectContaining({ code: 'ERR_SECURITY_CONTEXT_FAILED' }))
  })

  it('refuses work that would go on after the scope', async () => {
    using client = await clientOf()
    using server = await serverOf()
    await exchange(client, server)
    // @ts-expect-error: what JavaScript may pass
    expect(() => server.impersonate(async () => {})).toThrow(InvalidArgumentError)
    // @ts-expect-error: what JavaScript may pass
    expect(() => server.impersonate(() => Promise.resolve())).toThrow(InvalidArgumentError)
  })

  it.each([
    ['options', null],
    ['options.package', { package: 'Digest' }],
    ['options.channelBindings', { channelBindings: 'text' }],
    ['options.channelBindings', { channelBindings: new Uint8Array() }],
    ['options.maxTokenSize', { maxTokenSize: 0 }],
    ['options.maxLegs', { maxLegs: '3' }],
    ['options.allowMissingChannelBindings', { allowMissingChannelBindings: 1 }],
    ['options.targets', { targets: 'HTTP/server.test' }],
    ['options.targets', { targets: [] }],
    ['options.targets[1]', { targets: ['HTTP/server.test', ''] }],
    ['options.targets[0]', { targets: ['@EXAMPLE.COM'] }],
  ])('names %s when it is %j', async (argument, options) => {
    // @ts-expect-error an argument that cannot be right
    await expect(createSecurityContext(options)).rejects.toMatchObject({ name: 'InvalidArgumentError', argument })
  })

  it('names bytes that are none', async () => {
    using server = await serverOf()
    // @ts-expect-error an argument that cannot be right
    await expect(server.accept('text')).rejects.toMatchObject({ name: 'InvalidArgumentError', argument: 'bytes' })
  })
})

describe('createClientContext', () => {
  it('shows the credentials of the process when no others are given', async () => {
    const { win32: ofAlice } = windows.startProcess({ account: 'alice' })
    using client = await createClientContext({ target, win32: ofAlice })
    using server = await serverOf()
    await exchange(client, server)
    expect(server.clientName).toBe('TEST\\alice')
  })

  it('shows those of a token, unless its logon left none', async () => {
    using interactive = await logonUser({ user: 'alice', password, win32 })
    using client = await clientOf({ token: interactive })
    using server = await serverOf()
    await exchange(client, server)
    expect(server.clientName).toBe('TEST\\alice')
    using network = server.token()
    expect(await outcome({ token: network })).toBe('SEC_E_NO_CREDENTIALS')
  })

  it('finds no authority for Kerberos on a computer without a domain', async () => {
    expect(await outcome({ package: 'Kerberos' })).toBe('SEC_E_NO_AUTHENTICATING_AUTHORITY')
  })

  it('zeroes the copy of the password before it returns', async () => {
    const acquire = vi.spyOn(win32, 'acquireCredentialsHandle')
    using _client = await clientOf()
    const given = acquire.mock.lastCall?.[0].identity?.password
    expect(given?.length).toBeGreaterThan(0)
    expect(given?.every((byte) => byte === 0)).toBe(true)
  })

  it('needs an answer for every leg but the first', async () => {
    using client = await clientOf()
    await client.initialize()
    expect(await codeOf(client.initialize())).toBe('ERR_SECURITY_TOKEN_EMPTY')
  })

  it.each([
    ['options.target', { target: '' }],
    ['options.credentials', { credentials: 'alice' }],
    ['options.credentials.user', { credentials: { user: '', password } }],
    ['options.credentials.password', { credentials: { user: 'alice', password: 7 } }],
    ['options.token', { token: {} }],
    ['options.level', { level: 'anonymous' }],
    ['options.mutualAuthentication', { mutualAuthentication: 'yes' }],
  ])('names %s when it cannot be right', async (argument, options) => {
    // @ts-expect-error an argument that cannot be right
    await expect(clientOf(options)).rejects.toMatchObject({ name: 'InvalidArgumentError', argument })
  })

  it('names a token besides credentials', async () => {
    using token = await logonUser({ user: 'alice', password, win32 })
    const options = { token, credentials: { user: 'alice', password } }
    await expect(clientOf(options)).rejects.toMatchObject({ argument: 'options.token' })
  })
})

/** Every truncation, then bytes changed, then bytes added. */
function damage(bytes: Uint8Array, round: number): Uint8Array {
  if (round > 0 && round < bytes.length) return bytes.slice(0, round)
  const changed = Uint8Array.from([...bytes, ...(round % 2 === 0 ? [] : [round & 0xff])])
  const index = (round * 7) % bytes.length
  changed[index] = (changed[index] ?? 0) ^ ((round >> 3) & 0xff)
  return changed
}
