import type { AcquireCredentialsHandleOptions, Handle, SecurityContextLeg, Win32 } from '@asuser/native'
import { beforeEach, describe, expect, it } from 'vitest'
import { password, Server } from '../../test/server.ts'

const nothing = new Uint8Array()

let server: Server
let win32: Win32

beforeEach(() => {
  server = new Server()
  ;({ win32 } = server)
})

function acquire(options: Partial<AcquireCredentialsHandleOptions>): Promise<Handle<'credentials'>> {
  return win32.acquireCredentialsHandle({
    package: 'NTLM',
    use: 'both',
    principal: null,
    identity: { user: 'alice', domain: null, password: new Uint8Array(Buffer.from(password, 'utf16le')) },
    impersonate: null,
    ...options,
  })
}

function accept(
  credentials: Handle<'credentials'>,
  token: Uint8Array,
  context: Handle<'security-context'> | null = null,
): Promise<SecurityContextLeg> {
  return win32.acceptSecurityContext({ credentials, context, token, channelBindings: null, requirements: 0 })
}

function initialize(
  credentials: Handle<'credentials'>,
  token: Uint8Array = nothing,
  context: Handle<'security-context'> | null = null,
): Promise<SecurityContextLeg> {
  return win32.initializeSecurityContext({
    credentials,
    context,
    token,
    targetName: null,
    channelBindings: null,
    requirements: 0,
  })
}

const notSimulated = expect.objectContaining({ code: 'ERR_NOT_SIMULATED' })

describe('the simulated security packages', () => {
  it('say so when a real client or server speaks to them', async () => {
    using credentials = await acquire({})
    const ntlm = Uint8Array.from(Buffer.from('NTLMSSP\0\u0001\0\0\0 and so on', 'latin1'))
    const spnego = Uint8Array.from(Buffer.from('604806062b0601050502a03e303c', 'hex'))
    for (const token of [ntlm, spnego]) {
      await expect(accept(credentials, token)).rejects.toEqual(notSimulated)
      await expect(initialize(credentials, token)).rejects.toEqual(notSimulated)
    }
  })

  it('say so for what they have no credentials of', async () => {
    await expect(acquire({ principal: 'bob' })).rejects.toEqual(notSimulated)
    const anonymous = { user: '', domain: null, password: nothing }
    await expect(acquire({ identity: anonymous })).rejects.toEqual(notSimulated)
    using ofService = await acquire({ identity: null })
    await expect(initialize(ofService)).rejects.toEqual(notSimulated)
  })

  it('know each by its name in any letter case', async () => {
    using credentials = await acquire({ package: 'ntlm' })
    expect((await leaveContext(initialize(credentials))).token.length).toBeGreaterThan(0)
  })

  it('have credentials for the use that they were asked for', async () => {
    using inbound = await acquire({ use: 'inbound' })
    using outbound = await acquire({ use: 'outbound' })
    const refused = expect.objectContaining({ code: 'SEC_E_NO_CREDENTIALS' })
    await expect(initialize(inbound)).rejects.toEqual(refused)
    await expect(accept(outbound, nothing)).rejects.toEqual(refused)
  })

  it('take a context for the side that it was made for', async () => {
    using credentials = await acquire({})
    const { context, token } = await initialize(credentials)
    const failure = expect.objectContaining({ code: 'SEC_E_INVALID_HANDLE' })
    await expect(accept(credentials, token, context)).rejects.toEqual(failure)
    context?.close()
  })

  it('take no leg after the last one or a failed one', async () => {
    using credentials = await acquire({})
    const begin = await initialize(credentials)
    const challenge = await accept(credentials, begin.token)
    const proof = await initialize(credentials, challenge.token, begin.context)
    expect((await accept(credentials, proof.token, challenge.context)).status).toBe('ok')
    const outOfSequence = expect.objectContaining({ code: 'SEC_E_OUT_OF_SEQUENCE' })
    await expect(accept(credentials, proof.token, challenge.context)).rejects.toEqual(outOfSequence)
    await expect(initialize(credentials, challenge.token, begin.context)).rejects.toEqual(outOfSequence)
    begin.context?.close()
    challenge.context?.close()
  })

  it('give no token of a client on the client’s side', async () => {
    using credentials = await acquire({})
    const begin = await initialize(credentials)
    const challenge = await accept(credentials, begin.token)
    await initialize(credentials, challenge.token, begin.context)
    const { context } = begin
    if (context === null) throw new Error('The first leg has made no context')
    expect(() => win32.querySecurityContextToken(context)).toThrow(
      expect.objectContaining({ code: 'SEC_E_NO_IMPERSONATION' }),
    )
    context.close()
    challenge.context?.close()
  })

  it('tell of Kerberos when its ticket ends, and what it can do', async () => {
    server = new Server({
      computerName: 'TEST',
      domain: { name: 'CORP', dnsName: 'corp.example.com', users: { alice: { password } } },
    })
    ;({ win32 } = server)
    using credentials = await acquire({
      package: 'Kerberos',
      identity: { user: 'alice', domain: 'CORP', password: new Uint8Array(Buffer.from(password, 'utf16le')) },
    })
    using inbound = await acquire({ package: 'Kerberos', identity: null })
    const request = { credentials, context: null, token: nothing, channelBindings: null, requirements: 2 }
    const client = await win32.initializeSecurityContext({ ...request, targetName: 'HTTP/test' })
    const accepted = await accept(inbound, client.token)
    const { context } = accepted
    if (context === null) throw new Error('The first leg has made no context')
    expect(accepted.attributes).toBe(2)
    const tenHours = 36_000
    const now = Date.now() - new Date().getTimezoneOffset() * 60_000
    for (const { expiry } of [client, accepted]) {
      const seconds = (Number(expiry / 10_000n - 11_644_473_600_000n) - now) / 1000
      expect(Math.abs(seconds - tenHours)).toBeLessThan(60)
    }
    const { name, capabilities } = win32.queryContextAttributes(context, 'SECPKG_ATTR_PACKAGE_INFO')
    // SECPKG_FLAG_MUTUAL_AUTH, SECPKG_FLAG_DELEGATION
    expect([name, capabilities & 0x30000]).toEqual(['Kerberos', 0x30000])
    expect(() => win32.queryContextAttributes(context, 'SECPKG_ATTR_NEGOTIATION_INFO')).toThrow(
      expect.objectContaining({ code: 'SEC_E_UNSUPPORTED_FUNCTION' }),
    )
    client.context?.close()
    context.close()
  })

  it('make no ticket for an account by its own name', async () => {
    server = new Server({ domain: { name: 'CORP', dnsName: 'corp.example.com', users: { alice: { password } } } })
    ;({ win32 } = server)
    using credentials = await acquire({ package: 'Kerberos', identity: null })
    const request = { credentials, context: null, token: nothing, channelBindings: null, requirements: 0 }
    for (const targetName of ['alice@corp.example.com', 'CORP\\alice', 'SIMULATED$']) {
      await expect(win32.initializeSecurityContext({ ...request, targetName })).rejects.toEqual(notSimulated)
    }
    await expect(win32.initializeSecurityContext({ ...request, targetName: null })).rejects.toMatchObject({
      code: 'SEC_E_TARGET_UNKNOWN',
    })
  })

  it('record no password and no token in the log of calls', async () => {
    using credentials = await acquire({})
    await leaveContext(initialize(credentials))
    const written = server.windows.calls.map((call) => call.arguments).join('\n')
    expect(written).toContain('alice')
    expect(written).not.toContain(password)
  })
})

async function leaveContext(leg: Promise<SecurityContextLeg>): Promise<SecurityContextLeg> {
  const result = await leg
  result.context?.close()
  return result
}
