import { EventEmitter } from 'node:events'
import { Win32Error, type Win32ErrorCode } from '@asuser/native'
import { describe, expect, it } from 'vitest'
import { borrowedOf, dataOf, type FaultMachine, type Held, heldOf, startFaultMachine } from '../test/fault-machine.ts'
import { type Operation, operations, refusals } from '../test/fault-operations.ts'
import * as tokens from './index.ts'

type Win32Function = Parameters<FaultMachine['windows']['faults']['next']>[0]
type FaultCode = Parameters<FaultMachine['windows']['faults']['next']>[1]

interface Call {
  readonly name: Win32Function
  /** How many calls of the function the operation made before. */
  readonly before: number
  /** The class of information that was asked for. */
  readonly informationClass: string | undefined
}

/** What any call may fail with, and what is most easily taken for something else. */
const usualCode = 'ERROR_ACCESS_DENIED'

/** What the package takes for more than a failure. */
const specialCodes: Readonly<Partial<Record<Win32Function, readonly FaultCode[]>>> = {
  connectNamedPipe: ['ERROR_NO_DATA'],
  createDirectory: ['ERROR_PATH_NOT_FOUND', 'ERROR_ALREADY_EXISTS'],
  deleteFile: ['ERROR_FILE_NOT_FOUND', 'ERROR_PATH_NOT_FOUND'],
  duplicateTokenEx: ['ERROR_BAD_IMPERSONATION_LEVEL'],
  enableProcessPrivileges: ['ERROR_NOT_ALL_ASSIGNED'],
  findFiles: ['ERROR_FILE_NOT_FOUND', 'ERROR_PATH_NOT_FOUND'],
  getFileInformation: ['ERROR_FILE_NOT_FOUND', 'ERROR_PATH_NOT_FOUND'],
  getNamedPipeClientComputerName: ['ERROR_PIPE_LOCAL'],
  getTokenInformation: ['ERROR_INVALID_PARAMETER', 'ERROR_INVALID_FUNCTION', 'ERROR_NOT_FOUND'],
  impersonateNamedPipeClient: ['ERROR_CANNOT_IMPERSONATE'],
  lookupAccountSid: ['ERROR_NONE_MAPPED', 'RPC_S_SERVER_UNAVAILABLE'],
  lsaEnumerateAccountRights: ['ERROR_FILE_NOT_FOUND'],
  lsaRemoveAccountRights: ['ERROR_FILE_NOT_FOUND'],
  openNamedPipe: ['ERROR_PIPE_BUSY'],
  openThreadToken: ['ERROR_NO_TOKEN', 'ERROR_CANT_OPEN_ANONYMOUS'],
  removeDirectory: ['ERROR_FILE_NOT_FOUND', 'ERROR_PATH_NOT_FOUND'],
  waitNamedPipe: ['ERROR_SEM_TIMEOUT'],
  wNetAddConnection2: ['ERROR_SESSION_CREDENTIAL_CONFLICT', 'ERROR_LOGON_FAILURE'],
  wtsQuerySessionInformation: ['ERROR_FILE_NOT_FOUND', 'ERROR_CTX_WINSTATION_NOT_FOUND'],
}

/** Where a system that does not know the class has nothing to tell, as those say that do. */
const optionalClasses: ReadonlySet<string | undefined> = new Set([
  'TokenIsAppSilo',
  'TokenIsSandboxed',
  'TokenMandatoryPolicy',
  'TokenPrivateNameSpace',
  'TokenRestrictedSids',
  'TokenAccessInformation',
  'TokenHasRestrictions',
  'TokenSandBoxInert',
  'TokenVirtualizationEnabled',
  'TokenVirtualizationAllowed',
  'TokenProcessTrustLevel',
  'TokenUserClaimAttributes',
  'TokenDeviceClaimAttributes',
  'TokenDeviceGroups',
  'TokenRestrictedDeviceGroups',
  'TokenBnoIsolation',
  'TokenAppContainerSid',
  'TokenCapabilities',
  'TokenIsLessPrivilegedAppContainer',
  'TokenAppContainerNumber',
])

function codesOf(name: Win32Function): readonly FaultCode[] {
  return [usualCode, ...(specialCodes[name] ?? [])]
}

/** The calls of an operation that succeeds, in their order. */
async function callsOf({ run }: Operation): Promise<readonly Call[]> {
  const machine = await startFaultMachine()
  const first = machine.windows.calls.length
  await run(machine)
  const counts = new Map<Win32Function, number>()
  const calls: Call[] = []
  for (const { function: name, processId, arguments: values } of machine.windows.calls.slice(first)) {
    const before = counts.get(name) ?? 0
    counts.set(name, before + 1)
    if (processId !== machine.server.processId) continue
    calls.push({ name, before, informationClass: /"(Token\w+)"/u.exec(values)?.[1] })
  }
  return calls
}

/** What it was thrown or rejected with; undefined when it succeeded. */
async function failureOf({ run }: Pick<Operation, 'run'>, machine: FaultMachine): Promise<unknown> {
  try {
    await run(machine)
    return undefined
  } catch (error) {
    return error ?? new Error('nothing was thrown')
  }
}

/** Typed, and told as what it was: which call of Windows failed, with which code. */
function expectToTell(failure: unknown, code: FaultCode): void {
  expect(failure).toBeInstanceOf(Win32Error)
  expect(failure).toMatchObject({
    code,
    syscall: expect.stringMatching(/^\w+$/u),
    message: expect.stringContaining(code),
  })
}

function overcomes(operation: Operation, { name, before, informationClass }: Call, code: Win32ErrorCode): boolean {
  if (code === 'ERROR_NOT_FOUND') return informationClass === 'TokenLogonSid'
  if (code === 'ERROR_INVALID_PARAMETER' || code === 'ERROR_INVALID_FUNCTION')
    return optionalClasses.has(informationClass)
  if (before >= (operation.overcomesFrom?.[name] ?? Infinity)) return true
  const codes = operation.overcomes?.[name]
  const isAmongFirst = before < (operation.overcomesFirst ?? Infinity)
  return codes !== undefined && (codes.length === 0 || codes.includes(code)) && isAmongFirst
}

const { Token, ClientIo, ClientFile, ClientRegistry, PipeServer, PipeClient, SecurityContext, ClientContext } = tokens

describe.each(Object.entries(operations))('%s, with a Win32 call that fails', async (_, operation) => {
  const calls = await callsOf(operation)

  it.each(calls)('tells of it and leaves nothing when $name fails after $before calls', async (call) => {
    const { name, before } = call
    for (const code of codesOf(name)) {
      const machine = await startFaultMachine()
      const borrowed = borrowedOf(machine)
      const data = await dataOf(machine)
      const fault = machine.windows.faults.next(name, code).afterwards(before)
      const failure = await failureOf(operation, machine)
      expect(fault.used).toBe(true)
      expect(withoutLeft(operation, borrowedOf(machine))).toEqual(borrowed)

      expect([code, failure === undefined]).toEqual([code, overcomes(operation, call, code)])
      if (failure === undefined) continue
      expectToTell(failure, code)
      if (operation.stepwise === undefined) expect(await dataOf(machine)).toEqual(data)
      expect(await failureOf(operation, machine)).toBe(undefined)
      expect(withoutLeft(operation, borrowedOf(machine))).toEqual(borrowed)
    }
  })

  if (operation.notWithAllFailing !== undefined) return
  it.each(calls)('tells of the first when $name fails after $before calls, and all after it', async (call) => {
    const code = 'ERROR_NOT_ENOUGH_MEMORY'
    if (overcomes(operation, call, code)) return
    const machine = await startFaultMachine()
    const held = heldOf(machine)
    failFrom(calls, call, code, machine)
    const failure = await failureOf(operation, machine)
    machine.windows.faults.clear()
    expectToTell(failure, code)
    expect(withoutLeft(operation, heldOf(machine))).toEqual(held)
  })
})

describe.each(Object.entries(refusals))('%s, with a Win32 call that fails', async (_, refusal) => {
  const calls = await callsOf({ run: (machine) => failureOf(refusal, machine) })
  const refused = calls.findIndex(({ name, before }) => name === refusal.by && before === (refusal.after ?? 0))

  it('is refused', async () => {
    expectToTell(await failureOf(refusal, await startFaultMachine()), refusal.code)
    expect(refused).toBeGreaterThanOrEqual(0)
    // Some calls are only there to explain it, or to put things back.
    expect(calls.length).toBeGreaterThan(refused + 1)
  })

  it.each(calls.slice(refused + 1))('is told all the same when $name fails after $before calls', async (call) => {
    const machine = await startFaultMachine()
    const held = heldOf(machine)
    const fault = machine.windows.faults.next(call.name, usualCode).afterwards(call.before)
    expectToTell(await failureOf(refusal, machine), refusal.code)
    expect(fault.used).toBe(true)
    expect(heldOf(machine)).toEqual(held)
  })
})

/** But for what an operation is documented to leave. */
function withoutLeft({ leavesConnection }: Operation, held: Held): object {
  if (leavesConnection === undefined) return held
  return { ...held, leaks: held.leaks.filter((leak) => !leak.startsWith('connection ')) }
}

/** One call fails with the code, and with another whatever is called after it. */
function failFrom(calls: readonly Call[], call: Call, code: FaultCode, { windows, win32 }: FaultMachine): void {
  windows.faults.next(call.name, code).afterwards(call.before)
  const made = calls.slice(0, calls.indexOf(call))
  for (const name of functionNames(win32)) {
    const before = made.filter((each) => each.name === name).length
    for (let count = 0; count < 20; count += 1) {
      windows.faults.next(name, 'ERROR_NO_SYSTEM_RESOURCES').afterwards(before)
    }
  }
}

function functionNames(win32: FaultMachine['win32']): readonly Win32Function[] {
  return Object.keys(win32).filter((name): name is Win32Function => name in win32)
}

/** Those that call nothing of Windows or only close, and those for classes that inherit. */
const withoutCalls: ReadonlySet<string> = new Set(['tlsServerEndPoint', 'validateCredentials'])
const membersWithoutCalls: ReadonlySet<string> = new Set([
  'constructor',
  'clientCount',
  'close',
  'closed',
  'done',
  'handle',
  'identified',
])
const inheritable: ReadonlySet<string> = new Set(['read', 'readIfKnown', 'readUnless', 'takeLeg'])

/** Of the classes: what is not inherited from Node. */
function membersOf(name: string, { prototype }: { readonly prototype: object }): readonly string[] {
  const own = Object.getOwnPropertyNames(prototype)
  const inherited = Object.getPrototypeOf(prototype)
  const above =
    inherited === EventEmitter.prototype || Object.getPrototypeOf(inherited) === null
      ? []
      : membersOf(name, inherited.constructor)
  return [
    ...own
      .filter((member) => !membersWithoutCalls.has(member) && !inheritable.has(member))
      .map((member) => `${name}.${member}`),
    ...above,
  ]
}

it('there is an operation for every function and every member that calls Windows', () => {
  const { EventSource } = tokens.audit
  const classes = {
    Token,
    ClientIo,
    ClientFile,
    ClientRegistry,
    PipeServer,
    PipeClient,
    SecurityContext,
    ClientContext,
    EventSource,
  }
  const functions = Object.entries({ ...tokens, ...prefixed('audit', tokens.audit) })
    .filter(([, value]) => typeof value === 'function' && !/^class\b/u.test(String(value)))
    .map(([name]) => name)
  const members = Object.entries(classes).flatMap(([name, value]) => membersOf(name, value))
  const tried = Object.entries(operations).flatMap(([title, { with: others = [] }]) => [title.split(' ')[0], ...others])
  const untried = [...functions, ...members].filter((name) => !withoutCalls.has(name) && !tried.includes(name))
  expect(untried).toEqual([])
})

function prefixed(prefix: string, values: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]))
}
