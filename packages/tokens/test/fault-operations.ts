import { constants } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { finished } from 'node:stream/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type errorCodes, tokenAccess, Win32Error, type Win32, type Win32ErrorCode } from '@asuser/native'
import { objectTypes, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { NotSimulatedError } from '@asuser/testkit'
import {
  accessCheck,
  accessCheckByType,
  accountOf,
  accountRightsOf,
  asClient,
  audit,
  type ClientContext,
  type ClientFile,
  type ClientIo,
  chooseSession,
  connectNetwork,
  connectPipe,
  createClientContext,
  createPipeServer,
  createSecurityContext,
  currentProcessToken,
  currentThreadToken,
  effectiveAccess,
  effectiveToken,
  enablePrivileges,
  grantAccountRights,
  impersonateAnonymousToken,
  impersonateComClient,
  impersonateDdeClient,
  impersonateRpcClient,
  impersonateSelf,
  listSessions,
  logonS4U,
  logonUser,
  type NetworkConnection,
  type PipeClient,
  type PipeServer,
  privilegeCheck,
  processToken,
  revokeAccountRights,
  type SecurityContext,
  sessionToken,
  sidOf,
  type Token,
  withPrivileges,
} from '../src/index.ts'
import { exchange } from './exchange.ts'
import { type FaultMachine, folder, key, password, remote } from './fault-machine.ts'

type Win32Function = Parameters<FaultMachine['windows']['faults']['next']>[0]

/** What the package does for its users, from its beginning to its end. */
export interface Operation {
  /** Rejects or throws when something fails, and has closed what it opened whatever happens. */
  readonly run: (machine: FaultMachine) => unknown
  /** What else it tries besides what its name begins with. */
  readonly with?: readonly string[]
  /**
   * Failures after which it succeeds all the same, because they are an answer or there is another way: the codes for
   * which it does, of all if there are none; of the first calls alone, if a number is given.
   */
  readonly overcomes?: Readonly<Partial<Record<Win32Function, readonly Win32ErrorCode[]>>>
  readonly overcomesFirst?: number
  /** Functions whose failure it overcomes from a number of calls on, with which it has all that it needs. */
  readonly overcomesFrom?: Readonly<Partial<Record<Win32Function, number>>>
  /** Why some of what it does may be done when it fails; then it can be done again. */
  readonly stepwise?: string
  /** Why a connection stays that cannot be ended. */
  readonly leavesConnection?: string
  /** Why it cannot be tried with all later calls failing, too. */
  readonly notWithAllFailing?: string
}

const descriptor = SecurityDescriptor.fromSddl('O:SYG:SYD:(A;;FR;;;WD)S:(AU;SAFA;FA;;;WD)')
const { file: fileType } = objectTypes
const { read, write } = fileType.genericMapping
const everyone = Sid.parse('S-1-1-0')
const administrators = Sid.parse('S-1-5-32-544')
const alicePlain = { user: 'alice', password }
const audited = { subsystem: 'Store', handleId: 7n, type: 'Document', name: 'notes', descriptor }

/** A copy that may be changed. */
async function withCopy<T>({ alice }: FaultMachine, use: (copy: Token) => T | Promise<T>): Promise<T> {
  using copy = alice.duplicate({ type: 'impersonation' })
  return await use(copy)
}

async function withClient<T>({ alice }: FaultMachine, use: (client: ClientIo) => Promise<T>): Promise<T> {
  using client = asClient(alice)
  return await use(client)
}

async function withFile<T>(machine: FaultMachine, use: (file: ClientFile) => T | Promise<T>): Promise<T> {
  return await withClient(machine, async (client) => {
    using file = await client.open(`${folder}\\note.txt`)
    return await use(file)
  })
}

/** A close that failed may be tried again, and then it is done. */
async function closing(connection: NetworkConnection): Promise<void> {
  try {
    await connection.close()
  } catch (error) {
    await connection.close()
    throw error
  }
}

/** The same of what is disposed; of two failures the first is told. */
function disposing(scope: Disposable): void {
  try {
    scope[Symbol.dispose]()
  } catch (error) {
    disposingAgain(scope)
    throw error
  }
}

function disposingAgain(scope: Disposable): void {
  try {
    scope[Symbol.dispose]()
  } catch (error) {
    if (!(error instanceof Win32Error)) throw error
  }
}

/** What a client of this process may do, since no program of the simulation calls another. */
function hostOf(win32: Win32): Win32 {
  return {
    ...win32,
    rpcImpersonateClient: (run) => win32.impersonateSelf(2, run),
    coImpersonateClient: (run) => win32.impersonateSelf(2, run),
    impersonateDdeClientWindow: (_windows, run) => win32.impersonateSelf(2, run),
  }
}

/** An exchange of both sides, to its end. */
async function withContext<T>(
  { win32 }: FaultMachine,
  use: (context: SecurityContext, client: ClientContext) => T | Promise<T>,
  { level, targets }: { readonly level?: 'identification'; readonly targets?: readonly string[] } = {},
): Promise<T> {
  using client = await createClientContext({
    level,
    target: 'HTTP/server.test',
    credentials: alicePlain,
    win32,
  })
  using server = await createSecurityContext({ targets, win32 })
  await exchange(client, server)
  return await use(server, client)
}

/** A client that the server has let in and heard. One whose connection is dropped tries again. */
async function withPipeClient<T>(
  machine: FaultMachine,
  use: (client: PipeClient) => T | Promise<T>,
): Promise<T | undefined> {
  const { windows, win32, other } = machine
  const server = createPipeServer({ security: { allow: [windows.sid('alice')] }, firstByteTimeout: 1000, win32 })
  const closed = new Promise<void>((resolve) => server.once('close', resolve))
  const failed = new Promise<Error>((resolve) => server.once('error', resolve))
  let failure: Error | undefined
  server.on('error', (error) => {
    failure = error
  })
  try {
    for (;;) {
      const stream = await connectPipe({ path: server.path, level: 'impersonation', win32: other })
      const dropped = new Promise<undefined>((resolve) => stream.once('close', () => resolve(undefined)))
      stream.on('error', () => {}).resume()
      stream.write('hello')
      try {
        const outcome = await Promise.race([firstClient(server), dropped, failed])
        if (outcome instanceof Error) throw outcome
        if (outcome === undefined) continue
        using client = outcome
        await client.identified
        const result = await use(client)
        // That it cannot wait for others the server says at the next turn.
        await nextTurn()
        if (failure !== undefined) throw failure
        return result
      } finally {
        stream.destroy()
        await dropped
      }
    }
  } finally {
    server[Symbol.dispose]()
    await closed
  }
}

/** Connects to a pipe of somebody else, and leaves. */
async function connectToOther({ other }: FaultMachine, win32: Win32): Promise<void> {
  using owner = currentProcessToken({ access: tokenAccess.TOKEN_QUERY, win32: other })
  const verifyServer = { owner: owner.user.sid, processId: other.getCurrentProcessId() }
  const server = createPipeServer({ security: { allow: [everyone] }, win32: other })
  const closed = new Promise<void>((resolve) => server.once('close', resolve))
  try {
    const stream = await connectPipe({ path: server.path, verifyServer, win32 })
    const gone = new Promise<void>((resolve) => stream.once('close', resolve))
    stream.destroy()
    await gone
  } finally {
    server[Symbol.dispose]()
    await closed
  }
}

function busyAtFirst(win32: Win32): Win32 {
  let isBusy = true
  return {
    ...win32,
    async openNamedPipe(options) {
      if (!isBusy) return await win32.openNamedPipe(options)
      isBusy = false
      throw Win32Error.of('ERROR_PIPE_BUSY', 'CreateFileW')
    },
  }
}

function firstClient(server: PipeServer): Promise<PipeClient> {
  return new Promise((resolve) => server.once('client', resolve))
}

const getters = [
  'groupsAndPrivileges',
  'isSandboxed',
  'hasPrivateNamespace',
  'isAppSilo',
  'user',
  'groups',
  'privileges',
  'type',
  'impersonationLevel',
  'integrityLevel',
  'sessionId',
  'elevation',
  'isElevated',
  'authenticationId',
  'owner',
  'primaryGroup',
  'defaultDacl',
  'source',
  'statistics',
  'hasUIAccess',
  'origin',
  'mandatoryPolicy',
  'restrictedSids',
  'isRestricted',
  'writeRestricted',
  'hasRestrictions',
  'isSandboxInert',
  'virtualization',
  'processTrustLevel',
  'userClaims',
  'deviceClaims',
  'deviceGroups',
  'restrictedDeviceGroups',
  'namedObjectPrefix',
  'appContainerSid',
  'capabilities',
  'isLessPrivilegedAppContainer',
  'appContainerNumber',
  'logonSid',
] as const satisfies readonly (keyof Token)[]

const operationsOfGetters = getters.map((name): [string, Operation] => [
  `Token.${name}`,
  { run: ({ alice }) => alice[name] },
])

const stepByStep = 'it is many steps, as in Node'

/** The first word of each is what it is about: a function, or the method of a class. */
export const operations: Readonly<Record<string, Operation>> = {
  logonUser: {
    run: async ({ win32 }) => (await logonUser({ ...alicePlain, win32 })).close(),
  },
  'logonUser with groups': {
    run: async ({ win32 }) => (await logonUser({ ...alicePlain, groups: [Sid.parse('S-1-5-32-551')], win32 })).close(),
  },
  'logonUser with a proof': {
    run: async ({ win32 }) => {
      const options = { type: 'newCredentials', proveAgainst: 'FILES', win32 } as const
      ;(await logonUser({ ...alicePlain, ...options })).close()
    },
    leavesConnection: 'it ends with the logon session, of which nobody has a token any more',
  },
  logonS4U: {
    run: async ({ win32 }) => {
      using token = await logonS4U({ user: 'carol@corp.example.com', win32 })
      token.toPrimary().close()
    },
  },
  'logonS4U to look': {
    run: async ({ win32 }) => (await logonS4U({ user: 'alice', level: 'identification', win32 })).close(),
  },

  currentProcessToken: { run: ({ win32 }) => currentProcessToken({ win32 }).close() },
  currentThreadToken: {
    run: ({ alice, win32 }) => alice.impersonate(() => currentThreadToken({ win32 })?.close()),
    overcomes: { openThreadToken: ['ERROR_NO_TOKEN'] },
  },
  effectiveToken: {
    run: ({ win32 }) => effectiveToken({ win32 }).close(),
    overcomes: { openThreadToken: ['ERROR_NO_TOKEN'] },
  },
  processToken: { run: ({ win32 }) => processToken(win32.getCurrentProcessId(), { win32 }).close() },
  enablePrivileges: {
    run: ({ win32 }) => enablePrivileges(['SeBackupPrivilege', 'SeRestorePrivilege'], { win32 })[Symbol.dispose](),
  },
  withPrivileges: {
    run: ({ win32 }) =>
      withPrivileges(['SeBackupPrivilege'], () => win32.lookupPrivilegeValue('SeTcbPrivilege'), { win32 }),
    overcomes: { openThreadToken: ['ERROR_NO_TOKEN'] },
  },

  ...Object.fromEntries(operationsOfGetters),
  'Token.duplicate': { run: ({ alice }) => alice.duplicate({ type: 'impersonation' }).close() },
  'Token.toPrimary': { run: (machine) => withCopy(machine, (copy) => copy.toPrimary().close()) },
  'Token.linked': {
    run: async ({ win32 }) => {
      using limited = await logonUser({ user: 'adam', password, win32 })
      limited.linked()?.close()
    },
    overcomes: { enableProcessPrivileges: ['ERROR_NOT_ALL_ASSIGNED'] },
  },
  'Token.restrict': {
    run: ({ alice }) => {
      using restricted = alice.restrict({ disable: [everyone], delete: ['SeShutdownPrivilege'], restrict: [everyone] })
      return restricted.isRestricted
    },
  },
  'Token.lowBox': {
    run: ({ alice }) => alice.lowBox({ appContainerSid: Sid.parse('S-1-15-2-1-2-3-4-5-6-7') }).close(),
  },
  'Token.equals': { run: ({ alice }) => alice.equals(alice) },
  'Token.capabilityReport': {
    run: ({ alice }) => alice.capabilityReport(),
  },
  'Token.describe': {
    run: ({ alice }) => alice.describe(),
    overcomes: {
      lookupAccountSid: ['ERROR_NONE_MAPPED', 'RPC_S_SERVER_UNAVAILABLE'],
    },
  },
  'Token.setIntegrityLevel': {
    run: (machine) => withCopy(machine, (copy) => copy.setIntegrityLevel('low')),
    overcomes: { enableProcessPrivileges: ['ERROR_NOT_ALL_ASSIGNED'] },
  },
  'Token.setSessionId': { run: (machine) => withCopy(machine, (copy) => copy.setSessionId(1)) },
  'Token.setDefaultDacl': { run: (machine) => withCopy(machine, (copy) => copy.setDefaultDacl(undefined)) },
  'Token.setOwner': { run: (machine) => withCopy(machine, (copy) => copy.setOwner(copy.user.sid)) },
  'Token.setPrimaryGroup': {
    run: (machine) => withCopy(machine, (copy) => copy.setPrimaryGroup(copy.primaryGroup)),
  },
  'Token.adjustGroups': {
    run: ({ win32 }) => {
      using own = currentProcessToken({ win32 })
      disposing(own.adjustGroups({ disable: [administrators] }))
    },
  },
  'Token.enablePrivileges': { run: ({ alice }) => disposing(alice.enablePrivileges(['SeShutdownPrivilege'])) },
  'Token.withPrivileges': {
    run: ({ alice, win32 }) =>
      alice.withPrivileges(['SeShutdownPrivilege'], () => win32.lookupPrivilegeValue('SeTcbPrivilege')),
  },
  'Token.impersonate': {
    run: ({ alice, win32 }) => alice.impersonate(() => win32.lookupPrivilegeValue('SeTcbPrivilege')),
  },
  'Token.impersonate in another scope': {
    run: ({ alice, win32 }) =>
      impersonateSelf('impersonation', () => alice.impersonate(() => currentThreadToken({ win32 })?.close()), {
        win32,
      }),
    overcomes: { openThreadToken: ['ERROR_NO_TOKEN'] },
  },
  impersonateSelf: {
    run: ({ win32 }) => impersonateSelf('impersonation', () => win32.lookupPrivilegeValue('SeTcbPrivilege'), { win32 }),
  },
  impersonateAnonymousToken: {
    run: ({ win32 }) => impersonateAnonymousToken(() => win32.lookupPrivilegeValue('SeTcbPrivilege'), { win32 }),
  },
  impersonateRpcClient: { run: ({ win32 }) => impersonateRpcClient(() => 1, { win32: hostOf(win32) }) },
  impersonateComClient: { run: ({ win32 }) => impersonateComClient(() => 1, { win32: hostOf(win32) }) },
  impersonateDdeClient: {
    run: ({ win32 }) => impersonateDdeClient({ client: 1n, server: 2n }, () => 1, { win32: hostOf(win32) }),
  },

  asClient: { run: ({ alice }) => asClient(alice).close() },
  'ClientIo.open': { run: (machine) => withFile(machine, (file) => file.close()) },
  'ClientFile.takeDescriptor': {
    run: (machine) =>
      withFile(machine, (file) => {
        try {
          file.takeDescriptor()
        } catch (error) {
          // The simulation has no descriptors: only the failure of the call is to be seen.
          if (!(error instanceof NotSimulatedError)) throw error
        }
      }),
  },
  'ClientFile.createReadStream': {
    run: (machine) => withFile(machine, (file) => buffer(file.createReadStream())),
  },
  'ClientFile.createWriteStream': {
    run: (machine) =>
      withClient(machine, async (client) => {
        using file = await client.open(`${folder}\\note.txt`, 'r+')
        const stream = file.createWriteStream()
        stream.end('other')
        await finished(stream)
      }),
  },
  'ClientIo.readFile': {
    run: (machine) => withClient(machine, (client) => client.readFile(`${folder}\\note.txt`, 'utf8')),
  },
  'ClientIo.writeFile': {
    run: (machine) => withClient(machine, (client) => client.writeFile(`${folder}\\new.txt`, 'new')),
  },
  'ClientIo.stat': { run: (machine) => withClient(machine, (client) => client.stat(folder)) },
  'ClientIo.lstat': { run: (machine) => withClient(machine, (client) => client.lstat(folder)) },
  'ClientIo.readdir': { run: (machine) => withClient(machine, (client) => client.readdir(folder)) },
  'ClientIo.mkdir': { run: (machine) => withClient(machine, (client) => client.mkdir(`${folder}\\new`)) },
  'ClientIo.mkdir recursive': {
    run: (machine) => withClient(machine, (client) => client.mkdir(`${folder}\\new\\a\\b`, { recursive: true })),
    // What is missing above is made, once.
    overcomes: { createDirectory: ['ERROR_PATH_NOT_FOUND'] },
    overcomesFirst: 3,
    stepwise: stepByStep,
  },
  'ClientIo.rm': { run: (machine) => withClient(machine, (client) => client.rm(`${folder}\\note.txt`)) },
  'ClientIo.rm recursive': {
    run: (machine) => withClient(machine, (client) => client.rm(`${folder}\\tree`, { recursive: true, force: true })),
    overcomes: {
      removeTree: ['ERROR_FILE_NOT_FOUND', 'ERROR_PATH_NOT_FOUND'],
    },
    stepwise: stepByStep,
  },
  'ClientIo.rename': {
    run: (machine) => withClient(machine, (client) => client.rename(`${folder}\\note.txt`, `${folder}\\other.txt`)),
  },
  'ClientIo.access': {
    run: (machine) => withClient(machine, (client) => client.access(folder, constants.R_OK | constants.W_OK)),
  },
  'ClientIo.access to see': { run: (machine) => withClient(machine, (client) => client.access(folder)) },
  'ClientIo.realpath': { run: (machine) => withClient(machine, (client) => client.realpath(folder)) },
  'ClientRegistry.get': { run: (machine) => withClient(machine, ({ registry }) => registry.get(key, 'Text')) },
  'ClientRegistry.set': { run: (machine) => withClient(machine, ({ registry }) => registry.set(key, 'New', 1)) },
  'ClientRegistry.list': { run: (machine) => withClient(machine, ({ registry }) => registry.list(key)) },
  'ClientRegistry.delete': { run: (machine) => withClient(machine, ({ registry }) => registry.delete(key, 'Text')) },
  'ClientRegistry.createKey': {
    run: (machine) => withClient(machine, ({ registry }) => registry.createKey(`${key}\\New`)),
  },
  'ClientRegistry.deleteKey': {
    run: (machine) => withClient(machine, ({ registry }) => registry.deleteKey(`${key}\\Old`)),
  },

  accountOf: { run: ({ windows, win32 }) => accountOf(windows.sid('alice'), { win32 }) },
  sidOf: { run: ({ win32 }) => sidOf('alice', { win32 }) },
  grantAccountRights: { run: ({ win32 }) => grantAccountRights('alice', ['SeBatchLogonRight'], { win32 }) },
  revokeAccountRights: {
    run: async ({ win32 }) => {
      await grantAccountRights('alice', ['SeBatchLogonRight'], { win32 })
      await revokeAccountRights('alice', ['SeBatchLogonRight'], { win32 })
    },
    // The account is not listed: it has none.
    overcomes: { lsaRemoveAccountRights: ['ERROR_FILE_NOT_FOUND'] },
    stepwise: 'they are granted first',
  },
  accountRightsOf: {
    run: ({ win32 }) => accountRightsOf('alice', { win32 }),
    overcomes: { lsaEnumerateAccountRights: ['ERROR_FILE_NOT_FOUND'] },
  },

  listSessions: {
    run: ({ win32 }) => listSessions({ win32 }),
    overcomes: { wtsQuerySessionInformation: ['ERROR_FILE_NOT_FOUND', 'ERROR_CTX_WINSTATION_NOT_FOUND'] },
  },
  chooseSession: {
    run: ({ win32 }) => chooseSession({ user: 'bob' }, { win32 }),
    overcomes: { wtsQuerySessionInformation: ['ERROR_FILE_NOT_FOUND', 'ERROR_CTX_WINSTATION_NOT_FOUND'] },
  },
  sessionToken: { run: async ({ win32 }) => (await sessionToken(1, { win32 })).close() },

  accessCheck: { run: ({ alice }) => accessCheck(alice, descriptor, read, fileType) },
  'accessCheck with a denial': {
    run: ({ alice }) => accessCheck(alice, descriptor, write, fileType),
  },
  accessCheckByType: {
    run: ({ alice }) =>
      accessCheckByType(alice, descriptor, read, {
        objectType: fileType,
        objectTypes: [{ level: 0, guid: '11111111-1111-1111-1111-111111111111' }],
      }),
  },
  'accessCheckByType with a denial': {
    run: ({ alice }) =>
      accessCheckByType(alice, descriptor, write, {
        objectType: fileType,
        objectTypes: [{ level: 0, guid: '11111111-1111-1111-1111-111111111111' }],
      }),
  },
  effectiveAccess: {
    run: ({ windows, win32 }) =>
      effectiveAccess({ sid: windows.sid('alice'), descriptor, objectType: fileType, win32 }),
  },
  privilegeCheck: {
    run: ({ alice }) => privilegeCheck(alice, ['SeShutdownPrivilege', 'SeChangeNotifyPrivilege']),
  },
  'audit.objectOpen': {
    run: ({ alice }) => {
      const opened = audit.objectOpen({ ...audited, token: alice, desiredAccess: read, grantedAccess: read })
      disposing(opened)
    },
    stepwise: 'the log has an entry for each step',
  },
  'audit.objectOpen and its end': {
    run: ({ alice }) => audit.objectOpen({ ...audited, token: alice, desiredAccess: read }).delete(),
    stepwise: 'the log has an entry for each step',
    with: ['ObjectAudit.delete'],
  },
  'audit.objectPrivilege': {
    run: ({ alice }) =>
      audit.objectPrivilege({
        subsystem: 'Store',
        handleId: 7n,
        token: alice,
        privileges: ['SeShutdownPrivilege'],
        desiredAccess: read,
        granted: true,
      }),
  },
  'audit.privilegedService': {
    run: ({ alice }) =>
      audit.privilegedService({
        subsystem: 'Store',
        service: 'Sell',
        token: alice,
        privileges: ['SeShutdownPrivilege'],
        granted: false,
      }),
  },
  'audit.accessCheck': {
    run: ({ alice }) => {
      const { object } = audit.accessCheck({ ...audited, token: alice, desiredAccess: read, objectType: fileType })
      if (object !== undefined) disposing(object)
    },
    stepwise: 'the log has an entry for each step',
  },
  'audit.installEventSource': {
    run: ({ win32 }) => audit.installEventSource({ name: 'Store', messageFile: 'events.dll', win32 }),
  },
  'audit.uninstallEventSource': {
    run: async ({ win32 }) => {
      await audit.installEventSource({ name: 'Other', messageFile: 'events.dll', win32 })
      try {
        await audit.uninstallEventSource('Other', { win32 })
      } catch (error) {
        await audit.uninstallEventSource('Other', { win32 })
        throw error
      }
    },
    notWithAllFailing: 'it takes the source back, that it can be tried again',
  },
  'audit.EventSource': {
    run: async ({ win32 }) => {
      await audit.installEventSource({ name: 'Other', messageFile: 'events.dll', win32 })
      try {
        using source = await audit.EventSource.open('Other', { win32 })
        await source.report({ id: 1, success: true, parameters: ['notes', 7, everyone] })
      } finally {
        await win32
          .authzUninstallSecurityEventSource('Other')
          .catch(() => win32.authzUninstallSecurityEventSource('Other'))
      }
    },
    with: ['EventSource.report'],
    overcomes: { authzUninstallSecurityEventSource: [] },
    notWithAllFailing: 'it takes the source back, that it can be tried again',
  },

  connectNetwork: {
    run: async ({ win32 }) => closing(await connectNetwork({ remote, ...alicePlain, win32 })),
    notWithAllFailing: 'a connection that cannot be ended stays',
  },
  'connectNetwork as a client, twice': {
    run: async ({ alice }) => {
      const first = await connectNetwork({ remote, token: alice })
      try {
        await closing(await connectNetwork({ remote, token: alice }))
      } finally {
        await closing(first)
      }
    },
    notWithAllFailing: 'a connection that cannot be ended stays',
  },

  createPipeServer: {
    overcomesFrom: { createNamedPipe: 8 },
    run: (machine) =>
      withPipeClient(machine, ({ processId, sessionId, computerName, impersonationLevel }) => [
        processId,
        sessionId,
        computerName,
        impersonationLevel,
      ]),
    with: ['processId', 'sessionId', 'computerName', 'impersonationLevel'].map((name) => `PipeClient.${name}`),
    overcomes: {
      // Of one who is gone again, and of one for whom there is no stream: another is served.
      connectNamedPipe: ['ERROR_NO_DATA'],
      openNamedPipeStream: [],
      getNamedPipeClientComputerName: ['ERROR_PIPE_LOCAL'],
      // There are others that wait.
      duplicateHandle: [],
    },
    notWithAllFailing: 'clients would come for ever',
  },
  'PipeClient.token': {
    overcomesFrom: { createNamedPipe: 8 },
    run: (machine) => withPipeClient(machine, (client) => client.token().close()),
    overcomes: { connectNamedPipe: ['ERROR_NO_DATA'], openNamedPipeStream: [], duplicateHandle: [] },
    notWithAllFailing: 'clients would come for ever',
  },
  'PipeClient.impersonate': {
    overcomesFrom: { createNamedPipe: 8 },
    run: (machine) =>
      withPipeClient(machine, (client) =>
        client.impersonate(() => machine.win32.lookupPrivilegeValue('SeTcbPrivilege')),
      ),
    overcomes: { connectNamedPipe: ['ERROR_NO_DATA'], openNamedPipeStream: [], duplicateHandle: [] },
    notWithAllFailing: 'clients would come for ever',
  },
  'createPipeServer that does not keep the process alive': {
    run: ({ win32 }) => {
      using server = createPipeServer({ win32 })
      server.unref().ref()
    },
    with: ['PipeServer.ref', 'PipeServer.unref'],
    // It is closed before it could say so.
    overcomes: { connectNamedPipe: [] },
    notWithAllFailing: 'the waits for clients fail later than what comes after them',
  },
  connectPipe: {
    run: (machine) => connectToOther(machine, machine.win32),
    overcomes: { openNamedPipe: ['ERROR_PIPE_BUSY'] },
    notWithAllFailing: 'the server is of the same machine',
  },
  'connectPipe to a server that is busy at first': {
    run: (machine) => connectToOther(machine, busyAtFirst(machine.win32)),
    overcomes: { openNamedPipe: ['ERROR_PIPE_BUSY'], waitNamedPipe: ['ERROR_SEM_TIMEOUT'] },
    notWithAllFailing: 'the server is of the same machine',
  },

  createSecurityContext: {
    run: (machine) =>
      withContext(machine, ({ clientName, target, package: ofServer, expires }, { package: ofClient }) => [
        clientName,
        target,
        ofServer,
        expires,
        ofClient,
      ]),
    with: [
      ...['accept', 'clientName', 'target', 'package', 'expires'].map((name) => `SecurityContext.${name}`),
      ...['initialize', 'package', 'expires'].map((name) => `ClientContext.${name}`),
    ],
  },
  'createSecurityContext for a target': {
    run: (machine) => withContext(machine, () => {}, { targets: ['HTTP/server.test'] }),
  },
  createClientContext: {
    run: async ({ alice, win32 }) => {
      using client = await createClientContext({ target: 'HTTP/server.test', token: alice, win32 })
      await client.initialize()
    },
  },
  'SecurityContext.token': { run: (machine) => withContext(machine, (context) => context.token().close()) },
  'SecurityContext.impersonate': {
    run: (machine) =>
      withContext(machine, (context) =>
        context.impersonate(() => machine.win32.lookupPrivilegeValue('SeTcbPrivilege')),
      ),
  },
}

/** What is refused, and then explained: with further calls, which may fail as well. */
export interface Refusal extends Pick<Operation, 'run'> {
  readonly code: Win32ErrorCode & keyof typeof errorCodes
  /** The call that says so, and how many of it come before. */
  readonly by: Win32Function
  readonly after?: number
}

/** A token to look at. */
function lookedAt({ alice }: FaultMachine): Token {
  return alice.duplicate({ type: 'impersonation', level: 'identification' })
}

export const refusals: Readonly<Record<string, Refusal>> = {
  'Token.impersonate with a token to look at': {
    run: (machine) => {
      using token = lookedAt(machine)
      token.impersonate(() => {})
    },
    code: 'ERROR_BAD_IMPERSONATION_LEVEL',
    by: 'impersonateLoggedOnUser',
  },
  'Token.toPrimary of a token to look at': {
    run: (machine) => {
      using token = lookedAt(machine)
      token.toPrimary().close()
    },
    code: 'ERROR_BAD_IMPERSONATION_LEVEL',
    by: 'duplicateTokenEx',
    after: 1,
  },
  'SecurityContext.impersonate of a client that does not let': {
    run: (machine) => withContext(machine, (context) => context.impersonate(() => {}), { level: 'identification' }),
    code: 'ERROR_BAD_IMPERSONATION_LEVEL',
    by: 'impersonateSecurityContext',
  },
  'enablePrivileges of some that are not held': {
    run: ({ win32 }) => enablePrivileges(['SeShutdownPrivilege', 'SeMachineAccountPrivilege'], { win32 }),
    code: 'ERROR_NOT_ALL_ASSIGNED',
    by: 'enableProcessPrivileges',
  },
  'Token.enablePrivileges of some that are not held': {
    run: ({ alice }) => alice.enablePrivileges(['SeShutdownPrivilege', 'SeTcbPrivilege']),
    code: 'ERROR_NOT_ALL_ASSIGNED',
    by: 'adjustTokenPrivileges',
  },
  'Token.adjustGroups of some that are not there': {
    run: ({ win32 }) => {
      using own = currentProcessToken({ win32 })
      own.adjustGroups({ disable: [administrators, Sid.parse('S-1-5-21-1-2-3-1000')] })
    },
    code: 'ERROR_NOT_ALL_ASSIGNED',
    by: 'adjustTokenGroups',
  },
  'connectNetwork as somebody else': {
    run: async ({ alice }) => {
      const first = await connectNetwork({ remote, token: alice })
      try {
        await connectNetwork({ remote, user: 'bob', password, token: alice })
      } finally {
        await first.close().catch(() => first.close())
      }
    },
    code: 'ERROR_SESSION_CREDENTIAL_CONFLICT',
    by: 'wNetAddConnection2',
    after: 1,
  },
  'ClientIo.mkdir recursive of a file': {
    run: (machine) => withClient(machine, (client) => client.mkdir(`${folder}\\note.txt`, { recursive: true })),
    code: 'ERROR_ALREADY_EXISTS',
    by: 'createDirectory',
  },
}
