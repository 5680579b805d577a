import { getWin32, Win32Error } from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import { describe, expect, it, vi } from 'vitest'
// @boundaries-ignore support of all test suites
import { installedAccounts, installedDomain } from '../../../tools/testing/installed-accounts.ts'
// @boundaries-ignore support of all test suites
import { installLsaShim, type InstalledShim } from '../../native/src/fixtures/lsa-shim.mjs'
import { kernelHandles } from '../test/kernel-handles.ts'
import {
  accountRightsOf,
  asClient,
  connectPipe,
  createClientContext,
  createPipeServer,
  createSecurityContext,
  currentProcessToken,
  enablePrivileges,
  grantAccountRights,
  impersonateSelf,
  listSessions,
  logonS4U,
  logonUser,
  type PipeServer,
  processToken,
  revokeAccountRights,
  sessionToken,
  type Token,
  withPrivileges,
} from './index.ts'

// Only Wine has the shim, through which the calls of the addon go: on Windows nothing fails because a test wants it.
const shim: InstalledShim | undefined = process.env['ASUSER_LANE'] === 'wine' ? await installLsaShim() : undefined
const { alice } = await installedAccounts()
const domain = await installedDomain()
const win32 = getWin32()

const everyone = Sid.parse('S-1-1-0')

/** What goes through the shim, from its beginning to its end. */
const operations: Readonly<Record<string, () => unknown>> = {
  logonUser: async () => (await logonUser(alice)).close(),
  'logonUser with groups': async () => (await logonUser({ ...alice, groups: [everyone] })).close(),
  'logonS4U to act with': async () => (await logonS4U({ user: alice.user, domain: alice.domain })).close(),
  'logonS4U to look at': async () =>
    (await logonS4U({ user: alice.user, domain: alice.domain, level: 'identification' })).close(),
  listSessions: () => listSessions(),
  sessionToken: async () => {
    const [session] = (await listSessions()).filter(({ user }) => user !== undefined)
    if (session !== undefined) (await sessionToken(session.id)).close()
  },
  'account rights': async () => {
    await grantAccountRights(alice.user, ['SeBatchLogonRight'])
    try {
      await accountRightsOf(alice.user)
    } finally {
      await revokeAccountRights(alice.user, ['SeBatchLogonRight']).catch(() =>
        revokeAccountRights(alice.user, ['SeBatchLogonRight']),
      )
    }
  },
  enablePrivileges: () => enablePrivileges(['SeBackupPrivilege', 'SeRestorePrivilege'])[Symbol.dispose](),
  withPrivileges: () => withPrivileges(['SeBackupPrivilege'], () => currentProcessToken().close()),
  impersonateSelf: () => impersonateSelf('impersonation', () => currentProcessToken().close()),
  'a token of this process': async () => {
    using token = processToken(process.pid)
    useToken(token)
    await token.describe()
  },
  asClient: async () => {
    using own = currentProcessToken()
    using client = asClient(own)
    await client.stat('C:\\')
  },
  'a security context': async () => {
    if (domain === undefined) throw new Error('The lane has no domain')
    const request = { package: 'Kerberos', win32 } as const
    using client = await createClientContext({ ...request, target: domain.ownService, credentials: domain.user })
    using server = await createSecurityContext({ ...request, targets: [domain.ownService] })
    const { token = new Uint8Array() } = await client.initialize()
    await server.accept(token)
    if (server.clientName === '' || server.package !== 'Kerberos') throw new Error('The context tells nothing')
    server.token().close()
    server.impersonate(() => win32.getCurrentProcessId())
  },
  'a pipe server': async () => {
    const server = createPipeServer({ security: { allow: [everyone] } })
    const closed = new Promise<void>((resolve) => server.once('close', resolve))
    try {
      await serveOne(server)
    } finally {
      server[Symbol.dispose]()
      await closed
    }
  },
}

function useToken(token: Token): void {
  using copy = token.duplicate({ type: 'impersonation' })
  using restricted = copy.restrict({ disable: [everyone] })
  restricted.impersonate(() => win32.getCurrentProcessId())
  token.linked()?.close()
  token.capabilityReport()
}

async function serveOne(server: PipeServer): Promise<void> {
  let failure: Error | undefined
  server.once('error', (error) => {
    failure = error
  })
  try {
    const stream = await connectPipe({ path: server.path, level: 'impersonation' })
    const left = new Promise<void>((resolve) => stream.once('close', resolve))
    stream.on('error', () => {}).resume()
    stream.write('hello')
    try {
      await meetFirst(server)
    } finally {
      stream.destroy()
      await left
    }
  } catch (error) {
    // Who finds no server is told by that server why.
    throw failure ?? error
  }
}

async function meetFirst(server: PipeServer): Promise<void> {
  for await (const client of server) {
    await client.identified
    client.token().close()
    client.impersonate(() => win32.getCurrentProcessId())
    client.close()
    return
  }
}

/** Those that give back: they are counted. */
const givingBack: ReadonlySet<string> = new Set([
  'LsaDeregisterLogonProcess',
  'LsaFreeReturnBuffer',
  'LsaFreeMemory',
  'WTSFreeMemory',
  'WTSFreeMemoryExW',
  'DeleteSecurityContext',
])

/** One ends the process when it fails, one has no error of its own, and one the shim cannot fail. */
const neverFailed: ReadonlySet<string> = new Set([
  'RevertToSelf',
  'RtlValidRelativeSecurityDescriptor',
  'LogonUserExExW',
])

/** The functions of LSA answer with a status. */
const noMemory = { code: 8, status: 0xc0000017 } as const

function countsOf(made: InstalledShim): Readonly<Record<string, number>> {
  return made.calls().counts
}

/** Every call of an operation that succeeds: the function, and how many of it come before. */
async function callsOf(run: () => unknown): Promise<readonly (readonly [string, number])[]> {
  if (shim === undefined) return [['any', 0]]
  await run()
  shim.clear()
  await run()
  return Object.entries(countsOf(shim))
    .filter(([name]) => !givingBack.has(name) && !neverFailed.has(name))
    .flatMap(([name, count]) => Array.from({ length: count }, (_, before) => [name, before] as const))
}

function failAfter(made: InstalledShim, name: string, before: number): void {
  made.clear()
  for (let call = 0; call < before; call += 1) made.failNext(name, 0)
  made.failNext(name, name.startsWith('Lsa') ? noMemory.status : noMemory.code)
}

/** What LSA and the session manager have given, and what they have been given back. */
function balanceOf(counts: Readonly<Record<string, number>>, failed: string): object {
  const given = (...names: readonly string[]): number =>
    names.reduce((sum, name) => sum + (counts[name] ?? 0) - (name === failed ? 1 : 0), 0)
  return {
    connections: given('LsaRegisterLogonProcess', 'LsaConnectUntrusted') - given('LsaDeregisterLogonProcess'),
    profiles: given('LsaLogonUser') - given('LsaFreeReturnBuffer'),
    rights: given('LsaEnumerateAccountRights') - given('LsaFreeMemory'),
    sessions: given('WTSEnumerateSessionsExW') - given('WTSFreeMemoryExW'),
    information: given('WTSQuerySessionInformationW') - given('WTSFreeMemory'),
  }
}

const balanced = { connections: 0, profiles: 0, rights: 0, sessions: 0, information: 0 }

describe.each(Object.entries(operations))('%s on the addon, with a Win32 call that fails', async (_, run) => {
  const calls = await callsOf(run)

  it.for(calls)('leaves nothing behind when %s fails after %i calls', async ([name, before], { skip }) => {
    if (shim === undefined) return skip('only the shim of the Wine lane fails when it is told to')
    const open = win32.countOpenHandles()
    const inKernel = kernelHandles(win32)
    const privileges = privilegesOf()
    for (let round = 0; round < 10; round += 1) {
      failAfter(shim, name, before)
      const failure = await failureOf(run)
      if (failure !== undefined) {
        expect(failure).toBeInstanceOf(Win32Error)
        expect(failure).toMatchObject({ code: 'ERROR_NOT_ENOUGH_MEMORY', syscall: expect.stringMatching(/^\w+$/u) })
      }
      expect(balanceOf(countsOf(shim), name)).toEqual(balanced)
      expect(win32.countOpenHandles()).toBe(open)
      // What is cancelled ends at one of the next turns. One handle of each round would come to ten.
      await vi.waitFor(() => expect(kernelHandles(win32) - inKernel).toBeLessThan(10), { interval: 5 })
    }
    shim.clear()
    expect(() => win32.openThreadToken({ desiredAccess: 8, openAsSelf: true })).toThrow(
      expect.objectContaining({ code: 'ERROR_NO_TOKEN' }),
    )
    expect(await failureOf(run)).toBeUndefined()
    expect(privilegesOf()).toEqual(privileges)
  })
})

function privilegesOf(): readonly object[] {
  return win32.getTokenInformation(win32.getCurrentProcessToken(), 'TokenPrivileges')
}

async function failureOf(run: () => unknown): Promise<unknown> {
  try {
    await run()
    return undefined
  } catch (error) {
    return error ?? new Error('nothing was thrown')
  }
}
