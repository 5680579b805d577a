import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { initializeRequirement } from '../constants.ts'
import { getWin32 } from '../win32.ts'
import type { AcquireCredentialsHandleOptions, InitializeSecurityContextOptions, SecurityContextLeg } from './sspi.ts'
import type { Handle } from './handle.ts'

const win32 = getWin32()
const nothing = new Uint8Array()

/** The package of TLS is the one that every Windows and Wine can make a client's first leg with, without an account. */
const schannel = 'Microsoft Unified Security Protocol Provider'

function acquire(options: Partial<AcquireCredentialsHandleOptions> = {}): Promise<Handle<'credentials'>> {
  return win32.acquireCredentialsHandle({
    package: schannel,
    use: 'outbound',
    principal: null,
    identity: null,
    impersonate: null,
    ...options,
  })
}

function initialize(
  credentials: Handle<'credentials'>,
  options: Partial<InitializeSecurityContextOptions> = {},
): Promise<SecurityContextLeg> {
  return win32.initializeSecurityContext({
    credentials,
    context: null,
    token: nothing,
    targetName: 'server.test',
    channelBindings: null,
    requirements: initializeRequirement.ISC_REQ_CONFIDENTIALITY,
    ...options,
  })
}

function contextOf(leg: SecurityContextLeg): Handle<'security-context'> {
  if (leg.context === null) throw new Error('The leg has made no context')
  return leg.context
}

describe('sspi', () => {
  let handlesBefore = 0
  beforeEach(() => {
    handlesBefore = win32.countOpenHandles()
  })
  afterEach(() => expect(win32.countOpenHandles()).toBe(handlesBefore))

  it('acquireCredentialsHandle gives a handle of its kind, which closes', async () => {
    const credentials = await acquire()
    expect(credentials.kind).toBe('credentials')
    credentials.close()
    credentials.close()
    expect(credentials.closed).toBe(true)
  })

  it('initializeSecurityContext gives a context and a token of the package’s memory when the exchange begins', async () => {
    using credentials = await acquire()
    const leg = await initialize(credentials)
    using context = contextOf(leg)
    expect(context.kind).toBe('security-context')
    expect(leg.status).toBe('continue')
    // A record of TLS: a handshake, with a client's hello in it.
    expect([leg.token[0], leg.token[5]]).toEqual([22, 1])
    expect(typeof leg.expiry).toBe('bigint')
    expect(leg.attributes & initializeRequirement.ISC_REQ_CONFIDENTIALITY).not.toBe(0)
  })

  it('a context outlives the credentials that it was made with', async () => {
    const credentials = await acquire()
    using context = contextOf(await initialize(credentials))
    credentials.close()
    expect(context.closed).toBe(false)
  })

  it('initializeSecurityContext leaves the context to its holder when a later leg fails', async () => {
    using credentials = await acquire()
    using context = contextOf(await initialize(credentials))
    const token = new TextEncoder().encode('This is no answer of a server, whatever its length may be.')
    await expect(initialize(credentials, { context, token })).rejects.toMatchObject({
      name: 'Win32Error',
      syscall: 'InitializeSecurityContextW',
    })
    expect(context.closed).toBe(false)
  })

  it('initializeSecurityContext fails with ERROR_BUSY while another leg of the context is under way', async () => {
    using credentials = await acquire()
    using context = contextOf(await initialize(credentials))
    const token = new TextEncoder().encode('no answer of a server')
    const first = initialize(credentials, { context, token })
    await expect(initialize(credentials, { context, token })).rejects.toMatchObject({ code: 'ERROR_BUSY' })
    expect(() => win32.querySecurityContextToken(context)).toThrow(expect.objectContaining({ code: 'ERROR_BUSY' }))
    await first.catch(() => {})
  })

  it('a context that only is in use is not busy', async () => {
    using credentials = await acquire()
    using context = contextOf(await initialize(credentials))
    const asked: unknown[] = []
    const leg = initialize(credentials, {
      context,
      get token() {
        try {
          win32.querySecurityContextToken(context)
        } catch (error) {
          asked.push(error)
        }
        return nothing
      },
    })
    await leg.catch(() => {})
    expect(asked).toEqual([expect.objectContaining({ code: expect.stringMatching(/^SEC_E_/u) })])
  })

  it('a leg under way keeps what it uses open when both are closed', async () => {
    const credentials = await acquire()
    const leg = initialize(credentials)
    credentials.close()
    contextOf(await leg).close()
  })

  it('querySecurityContextToken and queryContextAttributes fail when nobody is established', async () => {
    using credentials = await acquire()
    using context = contextOf(await initialize(credentials))
    const failure = expect.objectContaining({ name: 'Win32Error', code: expect.stringMatching(/^SEC_E_/u) })
    expect(() => win32.querySecurityContextToken(context)).toThrow(failure)
    expect(() => win32.impersonateSecurityContext(context, () => 'never')).toThrow(failure)
    expect(() => win32.queryContextAttributes(context, 'SECPKG_ATTR_NAMES')).toThrow(failure)
  })

  it('refuses handles that are closed or of another kind', async () => {
    const credentials = await acquire()
    const context = contextOf(await initialize(credentials))
    context.close()
    expect(() => win32.querySecurityContextToken(context)).toThrow(
      expect.objectContaining({ code: 'ERROR_INVALID_HANDLE' }),
    )
    await expect(initialize(credentials, { context })).rejects.toMatchObject({ code: 'ERROR_INVALID_HANDLE' })
    // @ts-expect-error a handle of another kind
    expect(() => win32.querySecurityContextToken(credentials)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
    )
    credentials.close()
    await expect(initialize(credentials)).rejects.toMatchObject({ code: 'ERROR_INVALID_HANDLE' })
  })

  it.each([
    ['package', { package: 7 }],
    ['use', { use: 'sideways' }],
    ['identity.password', { identity: { user: 'alice', domain: null, password: new Uint8Array(3) } }],
    ['identity.password', { identity: { user: 'alice', domain: null, password: new Uint8Array(2) } }],
    ['identity.user', { identity: { user: 'al\0ice', domain: null, password: nothing } }],
    ['impersonate', { impersonate: {} }],
  ])('acquireCredentialsHandle names options.%s when it is wrong', async (argument, options) => {
    // @ts-expect-error an argument that cannot be right
    await expect(acquire(options)).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_INVALID_ARG_/u),
      message: expect.stringContaining(`options.${argument}`),
    })
  })

  it.each([
    ['token', { token: 'text' }],
    ['channelBindings', { channelBindings: nothing }],
    ['channelBindings', { channelBindings: new Uint8Array(65_536) }],
    ['requirements', { requirements: 'all' }],
  ])('initializeSecurityContext names options.%s when it is wrong', async (argument, options) => {
    using credentials = await acquire()
    // @ts-expect-error an argument that cannot be right
    await expect(initialize(credentials, options)).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_INVALID_ARG_/u),
      message: expect.stringContaining(`options.${argument}`),
    })
  })

  it('queryContextAttributes names an attribute that it does not know', async () => {
    using credentials = await acquire()
    using context = contextOf(await initialize(credentials))
    // @ts-expect-error an argument that cannot be right
    expect(() => win32.queryContextAttributes(context, 'SECPKG_ATTR_ALL')).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' }),
    )
  })

  it('opens and closes 300 exchanges without a handle left', async () => {
    for (let round = 0; round < 300; round++) {
      using credentials = await acquire()
      using _context = contextOf(await initialize(credentials))
    }
    expect(win32.countOpenHandles()).toBe(handlesBefore)
  })
})
