import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  acceptRequirement,
  getWin32,
  initializeRequirement,
  logonProvider,
  logonType,
  securityInformation,
  tokenAccess,
  tokenType,
  Win32Error,
  type CreateProcessAsUserOptions,
  type Handle,
  type LogonType,
  type LsaLogonUserS4UOptions,
  type Win32,
} from '../../../packages/native/src/index.ts'
import { accounts, installLsaShim, services, type Account, type LsaShim } from './index.mjs'

const interactive = logonType.LOGON32_LOGON_INTERACTIVE
const { OWNER_SECURITY_INFORMATION: owner, DACL_SECURITY_INFORMATION: dacl } = securityInformation
const dllInitFailed = 0xc0000142

let shim: LsaShim
let win32: Win32
let handles: Disposable[]

beforeEach(() => {
  shim = installLsaShim()
  shim.clear()
  win32 = getWin32()
  handles = []
})

afterEach(() => {
  for (const handle of handles.toReversed()) handle[Symbol.dispose]()
})

/** Closed after the test. */
function keep<T extends Disposable>(handle: T): T {
  handles.push(handle)
  return handle
}

interface Logon {
  readonly type?: LogonType
  readonly user?: string
  readonly domain?: string | null
  readonly password?: string
}

async function logOn(account: Account, { type = interactive, ...other }: Logon = {}): Promise<Handle<'token'>> {
  const { user, domain, password } = { ...account, ...other }
  const bytes = Buffer.from(password, 'utf16le')
  const provider = logonProvider.LOGON32_PROVIDER_DEFAULT
  return keep(await win32.logonUser({ user, domain, password: bytes, type, provider }))
}

/** The code of the error that the promise is rejected with. */
async function codeOf(failing: Promise<unknown>): Promise<string> {
  try {
    await failing
  } catch (error) {
    if (error instanceof Win32Error) return error.code
    throw error
  }
  return 'no error'
}

/** Starts `cmd /c exit 7` and waits for its exit code. */
async function launch(options: Partial<CreateProcessAsUserOptions> & { token: Handle<'token'> }): Promise<number> {
  const image = 'C:\\windows\\system32\\cmd.exe'
  const { process, thread } = await win32.createProcessAsUser({
    applicationName: image,
    commandLine: `"${image}" /c exit 7`,
    environment: null,
    currentDirectory: null,
    creationFlags: 0,
    startupInfo: { desktop: 'winsta0\\default', title: null, showWindow: null, standardHandles: null },
    handleList: [],
    jobList: [],
    impersonate: null,
    ...options,
  })
  keep(process)
  keep(thread)
  await new Promise<void>((resolve) => win32.registerWaitForSingleObject(process, resolve))
  return win32.getExitCodeProcess(process)
}

describe('LogonUserW', () => {
  test('takes the account by name, with its domain, without one, and as a user principal name', async () => {
    for (const name of [{}, { user: 'ALICE', domain: 'test' }, { domain: '.' }, { user: 'alice@test', domain: null }]) {
      const { sid } = win32.getTokenInformation(await logOn(accounts.alice, name), 'TokenUser')
      expect(await win32.lookupAccountSid(null, sid)).toEqual({ name: 'alice', domain: 'TEST', use: 1 })
    }
  })

  test.for<[string, Account, Logon]>([
    ['ERROR_LOGON_FAILURE', accounts.alice, { password: 'wrong' }],
    ['ERROR_LOGON_FAILURE', accounts.alice, { user: 'nobody' }],
    ['ERROR_LOGON_FAILURE', accounts.alice, { domain: 'ELSEWHERE' }],
    ['ERROR_LOGON_FAILURE', accounts.carol, { password: 'wrong' }],
    ['ERROR_ACCOUNT_DISABLED', accounts.carol, {}],
    ['ERROR_LOGON_TYPE_NOT_GRANTED', accounts.dave, {}],
    ['ERROR_ACCOUNT_RESTRICTION', accounts.erin, {}],
    ['ERROR_PASSWORD_EXPIRED', accounts.frank, {}],
    ['ERROR_ACCOUNT_LOCKED_OUT', accounts.grace, {}],
  ])('fails with %s', async ([code, account, logon]) => {
    expect(await codeOf(logOn(account, logon))).toBe(code)
  })

  test('refuses what is no logon type', async () => {
    const type = 6 as LogonType // oxlint-disable-line typescript/no-unsafe-type-assertion -- the type forbids it
    expect(await codeOf(logOn(accounts.alice, { type }))).toBe('ERROR_INVALID_PARAMETER')
  })

  test('gives an impersonation token when the logon is one over the network', async () => {
    const token = await logOn(accounts.alice, { type: logonType.LOGON32_LOGON_NETWORK })
    expect(win32.getTokenInformation(token, 'TokenType')).toBe(tokenType.TokenImpersonation)
  })

  test('makes a logon session of its own each time', async () => {
    const tokens = [await logOn(accounts.alice), await logOn(accounts.alice)]
    const sessions = tokens.map((token) => win32.getTokenInformation(token, 'TokenStatistics').authenticationId)
    const logonSids = tokens.map((token) => String(win32.getTokenInformation(token, 'TokenLogonSid')[0]?.sid))
    expect(new Set(sessions).size).toBe(2)
    expect(new Set(logonSids).size).toBe(2)
  })

  test('makes a token without a logon SID when the account has none', async () => {
    const token = await logOn(accounts.judy)
    expect(() => win32.getTokenInformation(token, 'TokenLogonSid')).toThrow(
      expect.objectContaining({ code: 'ERROR_NOT_FOUND' }),
    )
  })
})

describe('LsaLogonUser', () => {
  function logOnForService(options: Partial<LsaLogonUserS4UOptions> = {}): Promise<Handle<'token'>> {
    return win32
      .lsaLogonUserS4U({
        trusted: true,
        authenticationPackage: 'MICROSOFT_AUTHENTICATION_PACKAGE_V1_0',
        user: accounts.alice.user,
        domain: '.',
        logonType: logonType.LOGON32_LOGON_NETWORK,
        originName: 'test',
        sourceName: 'test',
        ...options,
      })
      .then(keep)
  }

  test('takes a user principal name for Kerberos, and no other', async () => {
    const kerberos = { authenticationPackage: 'Kerberos', domain: null } as const
    const token = await logOnForService({ ...kerberos, user: 'alice@test' })
    const { sid } = win32.getTokenInformation(token, 'TokenUser')
    expect(await win32.lookupAccountSid(null, sid)).toMatchObject({ name: 'alice' })
    expect(await codeOf(logOnForService({ ...kerberos, user: 'alice' }))).toBe('ERROR_LOGON_FAILURE')
    expect(await codeOf(logOnForService({ user: 'alice@test' }))).toBe('ERROR_LOGON_FAILURE')
  })

  test('does no other logons than those over the network', async () => {
    expect(await codeOf(logOnForService({ logonType: interactive }))).toBe('ERROR_INVALID_LOGON_TYPE')
  })

  test.for<[string, number, string]>([
    ['LsaRegisterLogonProcess', 0xc0000041, 'ERROR_ACCESS_DENIED'],
    ['LsaLookupAuthenticationPackage', 0xc00000fe, 'ERROR_NO_SUCH_PACKAGE'],
    ['LsaLogonUser', 0xc000005e, 'ERROR_NO_LOGON_SERVERS'],
  ])('frees and disconnects when %s fails', async ([name, status, code]) => {
    shim.failNext(name, status)
    await expect(logOnForService()).rejects.toMatchObject({ code, syscall: name })
    const { counts } = shim.calls()
    const connected = name === 'LsaRegisterLogonProcess' ? 0 : 1
    expect(counts['LsaDeregisterLogonProcess'] ?? 0).toBe(connected)
  })

  test('frees what it was given', async () => {
    await logOnForService()
    expect(shim.calls().counts).toMatchObject({ LsaFreeReturnBuffer: 1, LsaDeregisterLogonProcess: 1 })
  })

  test.for<[string, Partial<LsaLogonUserS4UOptions>]>([
    ['options.sourceName', { sourceName: 'nine char' }],
    ['options.originName', { originName: 'ünïcödé' }],
    ['options.user', { user: 'a'.repeat(40_000) }],
  ])('is not called when "%s" does not fit', async ([name, options]) => {
    await expect(logOnForService(options)).rejects.toMatchObject({
      code: 'ERR_INVALID_ARG_VALUE',
      message: expect.stringContaining(name),
    })
    expect(shim.calls().counts['LsaLogonUser']).toBeUndefined()
  })
})

describe('LogonUserExExW', () => {
  test('is found by its name, and fails as it is told to', async () => {
    const { user, domain, password } = accounts.alice
    const options = {
      user,
      domain,
      password: Buffer.from(password, 'utf16le'),
      type: interactive,
      provider: logonProvider.LOGON32_PROVIDER_DEFAULT,
      groups: null,
    }
    keep(await win32.logonUserExExW(options))
    expect(shim.calls().counts['LogonUserExExW']).toBe(1)
    await expect(win32.logonUserExExW({ ...options, password: null })).rejects.toMatchObject({
      code: 'ERROR_LOGON_FAILURE',
      syscall: 'LogonUserExExW',
    })
  })
})

describe('terminal sessions', () => {
  test('free what they were given', async () => {
    await win32.wtsEnumerateSessions()
    await win32.wtsQuerySessionInformation(1, 'WTSSessionInfo')
    expect(shim.calls().counts).toMatchObject({ WTSFreeMemoryExW: 1, WTSFreeMemory: 1 })
  })
})

describe('accounts', () => {
  test.for(['alice', 'TEST\\alice', '.\\alice', 'alice@test'])('are found by the name %s', async (name) => {
    const token = await logOn(accounts.alice)
    const { sid } = win32.getTokenInformation(token, 'TokenUser')
    expect(Buffer.from((await win32.lookupAccountName(null, name)).sid)).toEqual(Buffer.from(sid))
  })

  test('of another domain, and of Windows itself, are left to Wine', async () => {
    expect(await codeOf(win32.lookupAccountName(null, 'ELSEWHERE\\alice'))).toBe('ERROR_NONE_MAPPED')
    expect((await win32.lookupAccountName(null, 'Administrators')).domain).toBe('BUILTIN')
  })

  test('have a profile and the variables that lead to it', async () => {
    const token = await logOn(accounts.alice)
    expect(await win32.getUserProfileDirectory(token)).toBe('C:\\users\\alice')
    expect(await win32.createEnvironmentBlock({ token, inherit: false })).toEqual(
      expect.arrayContaining(['USERNAME=alice', 'USERDOMAIN=TEST', 'USERPROFILE=C:\\users\\alice']),
    )
  })
})

describe('user object security', () => {
  test('is read, and enforced when a client opens the object', async () => {
    const station = keep(win32.openWindowStation('winsta0', 0x20000))
    expect(win32.getUserObjectSecurity(station, owner | dacl).length).toBeGreaterThan(20)
    const token = await logOn(accounts.alice)
    expect(() => win32.impersonateLoggedOnUser(token, () => win32.openWindowStation('winsta0', 0x20000))).toThrow(
      expect.objectContaining({ code: 'ERROR_ACCESS_DENIED' }),
    )
  })

  test('comes back byte for byte when it is set to what it was', () => {
    const station = keep(win32.openWindowStation('winsta0', 0x60000))
    const before = win32.getUserObjectSecurity(station, dacl)
    win32.setUserObjectSecurity(station, dacl, before)
    expect(Buffer.from(win32.getUserObjectSecurity(station, dacl))).toEqual(Buffer.from(before))
  })

  test.for<[string, (bytes: Uint8Array) => Uint8Array]>([
    ['is cut short', (bytes) => bytes.slice(0, -1)],
    ['has another revision', (bytes) => bytes.with(0, 2)],
    ['is not self-relative', (bytes) => bytes.with(3, 0)],
    ['points beyond its end', (bytes) => bytes.with(17, 0x7f)],
  ])('is refused when it %s', ([, damage]) => {
    const station = keep(win32.openWindowStation('winsta0', 0x60000))
    const damaged = damage(win32.getUserObjectSecurity(station, dacl))
    expect(() => win32.setUserObjectSecurity(station, dacl, damaged)).toThrow(
      expect.objectContaining({ code: 'ERROR_INVALID_SECURITY_DESCR' }),
    )
  })
})

describe('CreateProcessAsUserW', () => {
  test('starts a child that ends with STATUS_DLL_INIT_FAILED when the client may not enter the station', async () => {
    expect(await launch({ token: await logOn(accounts.alice) })).toBe(dllInitFailed)
    expect(shim.calls().processCreations).toEqual([
      { impersonatedUser: null, desktop: 'winsta0\\default', error: 0, stationRefused: true },
    ])
  })

  test('starts a child that runs when the client may enter', async () => {
    expect(await launch({ token: await logOn(accounts.heidi) })).toBe(7)
  })

  test('shows who the thread was when it is called while impersonating', async () => {
    const token = await logOn(accounts.heidi)
    expect(await launch({ token, impersonate: token })).toBe(7)
    expect(shim.calls().processCreations[0]?.impersonatedUser).toBe(accounts.heidi.sid)
  })

  test('fails when the handle lacks rights', async () => {
    const token = await logOn(accounts.heidi)
    const level = 2
    const narrow = win32.duplicateTokenEx(token, {
      desiredAccess: tokenAccess.TOKEN_QUERY,
      type: tokenType.TokenPrimary,
      impersonationLevel: level,
    })
    expect(await codeOf(launch({ token: keep(narrow) }))).toBe('ERROR_ACCESS_DENIED')
  })

  // The last one to start processes: what is removed does not come back.
  test('fails when the server lost a privilege, unless the token is its own', async () => {
    const removed = 4
    const access = tokenAccess.TOKEN_ALL_ACCESS
    const own = keep(win32.openProcessToken(win32.getCurrentProcess(), access))
    win32.adjustTokenPrivileges(own, [
      { luid: win32.lookupPrivilegeValue('SeAssignPrimaryTokenPrivilege'), attributes: removed },
    ])
    expect(await codeOf(launch({ token: await logOn(accounts.heidi) }))).toBe('ERROR_PRIVILEGE_NOT_HELD')
    const copy = { desiredAccess: 0, type: tokenType.TokenPrimary, impersonationLevel: 2 } as const
    expect(await launch({ token: keep(win32.duplicateTokenEx(own, copy)) })).toBe(7)
  })
})

describe('a security context of Kerberos', () => {
  const { ISC_REQ_DELEGATE, ISC_REQ_IDENTIFY, ISC_REQ_MUTUAL_AUTH } = initializeRequirement
  const nothing = new Uint8Array()

  /** The server's context of a client that its key distribution center knows. */
  async function establish(client: Account, target: string, requirements = 0): Promise<Handle<'security-context'>> {
    const request = { package: 'Kerberos', principal: null, impersonate: null } as const
    const identity = { ...client, password: Buffer.from(client.password, 'utf16le') }
    const outbound = keep(await win32.acquireCredentialsHandle({ ...request, use: 'outbound', identity }))
    const inbound = keep(await win32.acquireCredentialsHandle({ ...request, use: 'inbound', identity: null }))
    const leg = { context: null, channelBindings: null }
    const first = await win32.initializeSecurityContext({
      ...leg,
      credentials: outbound,
      token: nothing,
      targetName: target,
      requirements: requirements | initializeRequirement.ISC_REQ_CONNECTION,
    })
    if (first.context !== null) keep(first.context)
    const { context, status } = await win32.acceptSecurityContext({
      ...leg,
      credentials: inbound,
      token: first.token,
      requirements: acceptRequirement.ASC_REQ_CONNECTION,
    })
    if (context === null || status !== 'ok') throw new Error('The server has not established the context')
    return keep(context)
  }

  test.each([
    ['Impersonation', accounts.bob, 0, 2],
    ['Identification where it allows no more', accounts.bob, ISC_REQ_IDENTIFY, 1],
    ['Delegation where it delegates', accounts.bob, ISC_REQ_DELEGATE | ISC_REQ_MUTUAL_AUTH, 3],
    ['Impersonation where its ticket cannot be passed on', accounts.heidi, ISC_REQ_DELEGATE | ISC_REQ_MUTUAL_AUTH, 2],
  ])('has its client at level %s', async (_level, client, requirements, level) => {
    const context = await establish(client, services.own.name, requirements)
    const token = keep(win32.querySecurityContextToken(context))
    const { sid } = win32.getTokenInformation(token, 'TokenUser')
    expect(await win32.lookupAccountSid(null, sid)).toMatchObject({ name: client.user })
    expect(win32.getTokenInformation(token, 'TokenImpersonationLevel')).toBe(level)
    expect(win32.queryContextAttributes(context, 'SECPKG_ATTR_NAMES')).toBe(`TEST\\${client.user}`)
    expect(win32.queryContextAttributes(context, 'SECPKG_ATTR_CLIENT_SPECIFIED_TARGET')).toBe('HTTP/winelane@TEST')
  })

  test('is none where the ticket is for another computer', async () => {
    expect(await codeOf(establish(accounts.bob, services.other.name))).toBe('SEC_E_INTERNAL_ERROR')
  })

  test('runs nothing where its client cannot be impersonated', async () => {
    const context = await establish(accounts.bob, services.own.name)
    const noImpersonation = 0x8009030b
    shim.failNext('ImpersonateSecurityContext', noImpersonation)
    const refused = (): never =>
      win32.impersonateSecurityContext(context, () => {
        throw new RangeError('the callback ran')
      })
    expect(refused).toThrow(expect.objectContaining({ code: 'SEC_E_NO_IMPERSONATION' }))
    expect(win32.impersonateSecurityContext(context, (level) => level)).toBe(2)
  })
})

describe('the shim', () => {
  test('makes the next call fail, and only that', async () => {
    shim.failNext('LogonUserW', 1312)
    expect(await codeOf(logOn(accounts.alice))).toBe('ERROR_NO_SUCH_LOGON_SESSION')
    await logOn(accounts.alice)
    expect(shim.calls().counts['LogonUserW']).toBe(2)
  })

  test('refuses to fail what it does not hook', () => {
    expect(() => shim.failNext('CreateFileW', 5)).toThrow(RangeError)
  })

  test('says so when there is no addon to hook', () => {
    expect(() => installLsaShim({ addon: 'Z:\\asuser\\missing.node' })).toThrow(/missing\.node/)
  })
})
