import { constants } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { objectTypes, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { createWindows } from '@asuser/testkit'
import {
  accessCheck,
  accessCheckByType,
  accountOf,
  asClient,
  audit,
  connectPipe,
  createPipeServer,
  currentProcessToken,
  currentThreadToken,
  effectiveAccess,
  effectiveToken,
  InvalidArgumentError,
  logonUser,
  privilegeCheck,
  processToken,
  sidOf,
  type Token,
} from './index.ts'

const password = 'alice-password'
const windows = createWindows({ computerName: 'TEST', users: { alice: { password } } })
const { win32 } = windows.startProcess({ account: 'LocalSystem' })
const descriptor = SecurityDescriptor.fromSddl('O:SYG:SYD:(A;;FA;;;WD)S:(AU;SAFA;FA;;;WD)')
const { file } = objectTypes
const sid = Sid.parse('BU')
let alice: Token

beforeAll(async () => {
  alice = await logonUser({ user: 'alice', password, win32 })
})

afterAll(() => {
  alice.close()
  windows.assertNoLeaks()
})

/** A caller without types, as JavaScript is: what is given is not what is declared. */
type Loose = (...given: readonly unknown[]) => unknown
const loosely = (call: Function): Loose => call.bind(undefined)

async function refusalOf(call: () => unknown): Promise<unknown> {
  try {
    return await call()
  } catch (error) {
    return error
  }
}

/** What is called, with what, and the argument that the error names. */
type Case = readonly [what: string, call: () => unknown, argument: string]

const opening = { subsystem: 'Store', handleId: 7n, type: 'Document', descriptor, desiredAccess: 1 }
const pipe = { path: '\\\\.\\pipe\\asuser-arguments', win32 }

const cases: readonly Case[] = [
  ['accessCheck', () => loosely(accessCheck)('alice', descriptor, 1, file), 'token'],
  ['accessCheck', () => loosely(accessCheck)(alice, 'D:', 1, file), 'descriptor'],
  ['accessCheck', () => loosely(accessCheck)(alice, descriptor, 'FA', file), 'desiredAccess'],
  ['accessCheck', () => accessCheck(alice, descriptor, 1.5, file), 'desiredAccess'],
  ['accessCheck', () => loosely(accessCheck)(alice, descriptor, 1), 'objectType'],
  ['accessCheckByType', () => loosely(accessCheckByType)(alice, descriptor, 1), 'options'],
  ['accessCheckByType', () => loosely(accessCheckByType)(alice, descriptor, 1, {}), 'options.objectType'],
  [
    'accessCheckByType',
    () => loosely(accessCheckByType)(alice, descriptor, 1, { objectType: file, objectTypes: [7] }),
    'options.objectTypes[0]',
  ],
  ['effectiveAccess', () => loosely(effectiveAccess)(), 'options'],
  ['effectiveAccess', () => loosely(effectiveAccess)({ sid: 'S-1-1-0', descriptor, objectType: file }), 'options.sid'],
  ['effectiveAccess', () => loosely(effectiveAccess)({ sid, descriptor: 'D:' }), 'options.descriptor'],
  ['effectiveAccess', () => loosely(effectiveAccess)({ sid, descriptor }), 'options.objectType'],
  ['privilegeCheck', () => loosely(privilegeCheck)(undefined, []), 'token'],
  ['asClient', () => loosely(asClient)('alice'), 'token'],
  ['accountOf', () => loosely(accountOf)('S-1-5-18', { win32 }), 'sid'],
  ['accountOf', () => loosely(accountOf)(sid, { win32, system: 7 }), 'options.system'],
  ['sidOf', () => sidOf('alice', { win32, system: '' }), 'options.system'],
  ['currentProcessToken', () => loosely(currentProcessToken)({ win32, access: 'all' }), 'options.access'],
  ['currentThreadToken', () => currentThreadToken({ win32, access: 2 ** 32 }), 'options.access'],
  ['effectiveToken', () => effectiveToken({ win32, access: 0.5 }), 'options.access'],
  ['processToken', () => loosely(processToken)(process.pid, { win32, access: null }), 'options.access'],
  ['token.equals', () => loosely(alice.equals.bind(alice))('alice'), 'other'],
  ['token.duplicate', () => loosely(alice.duplicate.bind(alice))(), 'options'],
  ['token.duplicate', () => alice.duplicate({ type: 'primary', access: Number.NaN }), 'options.access'],
  ['token.restrict', () => loosely(alice.restrict.bind(alice))(), 'options'],
  ['token.lowBox', () => loosely(alice.lowBox.bind(alice))(), 'options'],
  ['token.adjustGroups', () => loosely(alice.adjustGroups.bind(alice))(), 'options'],
  ['token.impersonate', () => loosely(alice.impersonate.bind(alice))(() => 1, null), 'options'],
  ['createPipeServer', () => loosely(createPipeServer)(null), 'options'],
  ['createPipeServer', () => loosely(createPipeServer)({ win32, allowRemoteClients: 1 }), 'options.allowRemoteClients'],
  ['connectPipe', () => loosely(connectPipe)(), 'options'],
  ['connectPipe', () => loosely(connectPipe)({ ...pipe, verifyServer: null }), 'options.verifyServer'],
  ['connectPipe', () => connectPipe({ ...pipe, verifyServer: {} }), 'options.verifyServer'],
  [
    'connectPipe',
    () => loosely(connectPipe)({ ...pipe, verifyServer: { processId: 'abc' } }),
    'options.verifyServer.processId',
  ],
  [
    'connectPipe',
    () => loosely(connectPipe)({ ...pipe, verifyServer: { owner: 'S-1-5-18' } }),
    'options.verifyServer.owner',
  ],
  ['connectPipe', () => loosely(connectPipe)({ ...pipe, effectiveOnly: 'yes' }), 'options.effectiveOnly'],
  ['connectPipe', () => loosely(connectPipe)({ ...pipe, signal: 'SIGINT' }), 'options.signal'],
  ['audit.objectOpen', () => loosely(audit.objectOpen)(), 'audit'],
  ['audit.objectOpen', () => loosely(audit.objectOpen)(opening), 'audit.token'],
  ['audit.objectOpen', () => audit.objectOpen({ ...opening, token: alice, subsystem: '' }), 'audit.subsystem'],
  ['audit.objectOpen', () => loosely(audit.objectOpen)({ ...opening, token: alice, handleId: 7 }), 'audit.handleId'],
  ['audit.objectOpen', () => audit.objectOpen({ ...opening, token: alice, handleId: -1n }), 'audit.handleId'],
  ['audit.objectOpen', () => audit.objectOpen({ ...opening, token: alice, handleId: 2n ** 64n }), 'audit.handleId'],
  [
    'audit.objectOpen',
    () => audit.objectOpen({ ...opening, token: alice, desiredAccess: 0x8000_0000 }),
    'audit.desiredAccess',
  ],
  [
    'audit.objectOpen',
    () => audit.objectOpen({ ...opening, token: alice, grantedAccess: 0x1000_0000 }),
    'audit.grantedAccess',
  ],
  [
    'audit.privilegedService',
    () => loosely(audit.privilegedService)({ subsystem: 's', service: 's', token: alice, privileges: [] }),
    'audit.granted',
  ],
  ['audit.accessCheck', () => loosely(audit.accessCheck)({ ...opening, token: alice }), 'check.objectType'],
  ['audit.installEventSource', () => loosely(audit.installEventSource)(), 'registration'],
  ['audit.installEventSource', () => loosely(audit.installEventSource)({ name: 'x' }), 'registration.messageFile'],
]

it('createPipeServer is no work for a callback that acts for a client, and leaves nothing there', () => {
  expect(() => alice.impersonate(() => createPipeServer({ win32 }))).toThrow(
    expect.objectContaining({ code: 'ERROR_ACCESS_DENIED', syscall: 'CreateNamedPipeW' }),
  )
})

describe('A wrong argument', () => {
  it.each(cases)('of %s is refused by its name (%#)', async (_what, call, argument) => {
    const error = await refusalOf(call)
    expect(error).toBeInstanceOf(InvalidArgumentError)
    expect(error).toMatchObject({ argument })
  })

  it.each([8, 64, Number.NaN, 1.5, -1, 'r', null])('of access, mode %s, is no question at all', async (mode) => {
    using io = asClient(alice)
    await expect(loosely(io.access.bind(io))('C:\\Windows', mode)).rejects.toMatchObject({ argument: 'mode' })
    await expect(io.access('C:\\Windows', constants.R_OK)).resolves.toBeUndefined()
  })

  it.each([
    undefined,
    null,
    true,
    1.5,
    -1,
    ['a', 1],
    ['a', ''],
    {},
    { type: 'x', data: new Uint8Array() },
    { type: 3, data: 'x' },
  ])('of registry.set, %s, writes nothing', async (content) => {
    using io = asClient(alice)
    const set = loosely(io.registry.set.bind(io.registry))
    await expect(set('HKLM\\SOFTWARE', 'asuser', content)).rejects.toThrow(InvalidArgumentError)
  })

  it.each([[true], [1.5], 'parameter'])('of an event source, %s, is reported nowhere', async (parameters) => {
    await audit.installEventSource({ name: 'asuser', messageFile: 'C:\\Windows\\win.ini', win32 })
    const source = await audit.EventSource.open('asuser', { win32 })
    const report = loosely(source.report.bind(source))
    await expect(report({ id: 1, success: true, parameters })).rejects.toThrow(InvalidArgumentError)
    source.close()
    await audit.uninstallEventSource('asuser', { win32 })
    expect(windows.securityLog.filter(({ source: name }) => name === 'asuser')).toEqual([])
  })
})
