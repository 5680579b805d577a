import { beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest'
import { mutexAccess, registryValueType, type Win32 } from '@asuser/native'
import { Acl, allow, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import type { SimulatedProcess } from '@asuser/testkit'
import { logonUser, processToken, type Token } from '@asuser/tokens'
import { readDacls } from '../test/read-dacls.ts'
import { password, startServer, type SimulatedServer } from '../test/simulated-server.ts'
import { GrantRecord, readRecords } from './grant-record.ts'
import { recoverStationGrants } from './grant-recovery.ts'
import { launch } from './launch.ts'
import { StationGrant } from './station-grant.ts'

const desktopName = { windowStation: 'winsta0', desktop: 'default' }
const recordsKey = {
  root: 'HKEY_USERS',
  path: 'S-1-5-18\\Software\\asuser\\Station grants',
  impersonate: null,
} as const
const ids = ['3f0e4d4e-6a0a-4a3e-9a52-0c6a1d1f0001', '3f0e4d4e-6a0a-4a3e-9a52-0c6a1d1f0002'] as const

let server: SimulatedServer
/** The server that crashes. */
let crashing: SimulatedProcess
let win32: Win32
let before: readonly string[]
let warned: MockInstance<typeof process.emitWarning>

beforeEach(() => {
  server = startServer({ trackHandles: true })
  win32 = server.win32
  crashing = server.windows.startProcess({ account: 'LocalSystem' })
  before = readDacls(win32)
  warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
})

async function grantBy(process: Win32, user = 'alice'): Promise<{ token: Token; grant: StationGrant }> {
  const token = await logonUser({ user: `TEST\\${user}`, password, win32: process })
  return { token, grant: await grantTo(token) }
}

async function grantTo(token: Token): Promise<StationGrant> {
  const grant = await StationGrant.acquire({ win32: token.win32, token, ...desktopName })
  if (grant === undefined) throw new Error('The client needs no grant')
  return grant
}

function recordNames(): Promise<readonly string[]> {
  return win32.regEnumValue(recordsKey).then(
    (values) => values.map(({ name }) => name),
    () => [],
  )
}

async function writeRecord(
  id: string,
  fields: Uint8Array | object | string,
  type: number = registryValueType.REG_BINARY,
): Promise<void> {
  const data =
    fields instanceof Uint8Array ? fields : Buffer.from(typeof fields === 'string' ? fields : JSON.stringify(fields))
  await win32.regCreateKey({ ...recordsKey, security: null, volatile: true })
  await win32.regSetValue({ ...recordsKey, name: id, type, data })
}

function fieldsOf(trustee: string): Record<string, unknown> {
  const { processId } = crashing
  return { version: 1, sessionId: 0, ...desktopName, trustee, processId, processStart: 1 }
}

function warnings(): readonly unknown[] {
  return warned.mock.calls.map(([, options]) => (typeof options === 'object' ? options.code : undefined))
}

describe('a grant', () => {
  it('is on record while it lasts, where clients can neither look nor write', async () => {
    const { token, grant } = await grantBy(win32)
    const [id = ''] = await recordNames()
    const { grants } = await readRecords(win32)
    expect(grants).toEqual([
      {
        id,
        sessionId: 0,
        name: desktopName,
        trustee: token.logonSid,
        processId: win32.getCurrentProcessId(),
        processStart: Math.round(performance.timeOrigin),
      },
    ])
    const asClient = { ...recordsKey, impersonate: token.handle }
    await expect(win32.regEnumValue(asClient)).rejects.toMatchObject({ code: 'ERROR_ACCESS_DENIED' })
    const value = { ...asClient, name: id, type: registryValueType.REG_BINARY, data: new Uint8Array() }
    await expect(win32.regSetValue(value)).rejects.toMatchObject({ code: 'ERROR_ACCESS_DENIED' })
    // Windows restarts without it.
    const kept = { ...recordsKey, path: `${recordsKey.path}\\kept`, security: null, volatile: false }
    await expect(win32.regCreateKey(kept)).rejects.toMatchObject({ code: 'ERROR_CHILD_MUST_BE_VOLATILE' })
    await grant.release()
    expect(await recordNames()).toEqual([])
    token.close()
    server.windows.assertNoLeaks()
    expect(warned).not.toHaveBeenCalled()
  })

  it('has one record for all leases of a client', async () => {
    const { token, grant } = await grantBy(win32)
    const others = await Promise.all([grantTo(token), grantTo(token)])
    expect(await recordNames()).toHaveLength(1)
    await grant.release()
    expect(await recordNames()).toHaveLength(1)
    await Promise.all(others.map((other) => other.release()))
    expect(await recordNames()).toEqual([])
    token.close()
  })

  it('is made when it cannot be put on record, with one warning', async () => {
    for (const user of ['alice', 'bob']) {
      server.windows.faults.next('regSetValue', 'ERROR_ACCESS_DENIED')
      const { token, grant } = await grantBy(win32, user)
      expect(await recordNames()).toEqual([])
      expect(warnings()).toEqual(['ASUSER_GRANT_NOT_RECORDED'])
      await grant.release()
      expect(readDacls(win32)).toEqual(before)
      token.close()
    }
    server.windows.assertNoLeaks()
  })

  it('of a user, not of a logon session, is not made when it cannot be put on record', async () => {
    using network = await logonUser({ user: 'alice', password, type: 'network', win32 })
    server.windows.faults.next('regSetValue', 'ERROR_ACCESS_DENIED')
    await expect(grantTo(network)).rejects.toMatchObject({ code: 'ERROR_ACCESS_DENIED', syscall: 'RegSetValueExW' })
    expect(readDacls(win32)).toEqual(before)
    network.close()
    server.windows.assertNoLeaks()
  })

  it('is given back when its record cannot be removed, which the next recovery does', async () => {
    const { grant } = await grantBy(win32)
    server.windows.faults.next('regDeleteValue', 'ERROR_ACCESS_DENIED')
    await grant.release()
    expect(readDacls(win32)).toEqual(before)
    expect(warnings()).toEqual(['ASUSER_GRANT_NOT_RECOVERED'])
    const next = server.windows.startProcess({ account: 'LocalSystem' })
    await expect(recoverStationGrants({ win32: next.win32 })).resolves.toEqual({ recovered: 1, postponed: 0 })
    expect(await recordNames()).toEqual([])
  })
})

describe('after a crash', () => {
  it('leaves the DACLs as the same bytes, and no record', async () => {
    await grantBy(crashing.win32)
    await grantBy(crashing.win32, 'bob')
    crashing.exit(1)
    expect(readDacls(win32)).not.toEqual(before)
    await expect(recoverStationGrants({ win32 })).resolves.toEqual({ recovered: 2, postponed: 0 })
    expect(readDacls(win32)).toEqual(before)
    expect(await recordNames()).toEqual([])
    expect(warned).not.toHaveBeenCalled()
    server.windows.assertNoLeaks()
  })

  it('is done with the first grant of the next server', async () => {
    await grantBy(crashing.win32)
    crashing.exit(1)
    using token = await server.logOn('bob')
    const child = await launch('C:\\Tools\\exit.exe', ['0'], { token, interactive: true, stdio: 'ignore' })
    await child.released
    expect(readDacls(win32)).toEqual(before)
    expect(await recordNames()).toEqual([])
  })

  it('takes back what a server left that runs as another process with the same id', async () => {
    const logonSid = 'S-1-5-5-0-4711'
    await writeRecord(ids[0], { ...fieldsOf(logonSid), processId: win32.getCurrentProcessId() })
    await expect(recoverStationGrants({ win32 })).resolves.toEqual({ recovered: 1, postponed: 0 })
  })

  it('takes back nothing of servers that live', async () => {
    const mine = await grantBy(win32)
    const theirs = await grantBy(crashing.win32)
    const both = readDacls(win32)
    await expect(recoverStationGrants({ win32 })).resolves.toEqual({ recovered: 0, postponed: 0 })
    expect(readDacls(win32)).toEqual(both)
    await mine.grant.release()
    await theirs.grant.release()
    expect(readDacls(win32)).toEqual(before)
  })

  it('leaves a server that lives its entry for the same client', async () => {
    using token = await server.logOn('alice')
    const child = await launch('C:\\Tools\\forever.exe', [], { token })
    using sameClient = processToken(child.pid ?? 0, { win32: crashing.win32 })
    await grantTo(sameClient)
    const mine = await grantTo(token)
    crashing.exit(1)
    await expect(recoverStationGrants({ win32 })).resolves.toEqual({ recovered: 1, postponed: 0 })
    expect(readDacls(win32)).not.toEqual(before)
    await mine.release()
    expect(readDacls(win32)).toEqual(before)
    child.kill()
    await child.released
  })

  it('keeps the record of a grant that it cannot tell from one of a server that lives', async () => {
    using token = await server.logOn('alice')
    const { logonSid } = token
    if (logonSid === undefined) throw new Error('alice has no logon SID')
    const mine = await grantTo(token)
    const granted = readDacls(win32)
    await GrantRecord.write(crashing.win32, desktopName, logonSid)
    crashing.exit(1)
    await expect(recoverStationGrants({ win32 })).resolves.toEqual({ recovered: 0, postponed: 1 })
    expect(readDacls(win32)).toEqual(granted)
    await mine.release()
    await expect(recoverStationGrants({ win32 })).resolves.toEqual({ recovered: 1, postponed: 0 })
    expect(readDacls(win32)).toEqual(before)
    expect(await recordNames()).toEqual([])
  })

  it('forgets a desktop that is gone', async () => {
    await writeRecord(ids[0], { ...fieldsOf('S-1-5-5-0-4711'), desktop: 'none' })
    await expect(recoverStationGrants({ win32 })).resolves.toEqual({ recovered: 1, postponed: 0 })
    expect(await recordNames()).toEqual([])
  })

  it('leaves the stations of other sessions to their servers', async () => {
    await writeRecord(ids[0], { ...fieldsOf('S-1-5-5-0-4711'), sessionId: 2 })
    await expect(recoverStationGrants({ win32 })).resolves.toEqual({ recovered: 0, postponed: 0 })
    expect(await recordNames()).toEqual([ids[0]])
  })
})

describe('what keeps a grant from being taken back', () => {
  const everyone = 'S-1-1-0'

  it.each<[string, string, Uint8Array | object | string, number?]>([
    ['is no JSON', ids[0], '{'],
    ['is no UTF-8', ids[0], Uint8Array.of(0x22, 0xff, 0x22)],
    ['is no record', ids[0], 'null'],
    ['is of another version', ids[0], { version: 2, ...desktopName }],
    ['has a trustee that is no SID', ids[0], { version: 1, trustee: 'Everyone' }],
    ['has a name that is no id', 'Global\\winlogon', {}],
    ['has another type', ids[0], '{}', registryValueType.REG_SZ],
  ])('is a record that %s: a warning, and nothing is done', async (_, name, fields, type) => {
    const whole =
      typeof fields === 'string' || fields instanceof Uint8Array ? fields : { ...fieldsOf(everyone), ...fields }
    await writeRecord(name, whole, type)
    await expect(recoverStationGrants({ win32 })).resolves.toEqual({ recovered: 0, postponed: 0 })
    expect(warnings()).toEqual(['ASUSER_GRANT_RECORD_IGNORED'])
    expect(await recordNames()).toEqual([name])
    expect(server.windows.calls.filter((call) => call.function === 'setUserObjectSecurity')).toEqual([])
  })

  it('is never a reason to touch entries that no grant has', async () => {
    for (const [index, id] of ids.entries()) await writeRecord(id, fieldsOf(['S-1-5-18', 'S-1-5-32-544'][index] ?? ''))
    await recoverStationGrants({ win32 })
    expect(readDacls(win32)).toEqual(before)
  })

  it('is somebody else who has the mutex: a warning', async () => {
    await grantBy(crashing.win32)
    const [id = ''] = await recordNames()
    crashing.exit(1)
    const bob = server.windows.startProcess({ account: 'bob', sessionId: 1 })
    const { logonSid = Sid.wellKnown('World') } = bob
    const security = SecurityDescriptor.from({
      dacl: Acl.from([allow(logonSid, mutexAccess.MUTEX_ALL_ACCESS)]),
    }).toBytes()
    const squatted = bob.win32.createMutex({ name: `Global\\asuser-grant-${id}`, security })
    await expect(recoverStationGrants({ win32 })).resolves.toEqual({ recovered: 0, postponed: 1 })
    expect(warnings()).toEqual(['ASUSER_GRANT_NOT_RECOVERED'])
    squatted.close()
    await expect(recoverStationGrants({ win32 })).resolves.toEqual({ recovered: 1, postponed: 0 })
    expect(readDacls(win32)).toEqual(before)
  })

  it.each([
    'regEnumValue',
    'regQueryValue',
    'openDesktop',
    'getUserObjectSecurity',
    'setUserObjectSecurity',
    'regDeleteValue',
  ] as const)('is %s: a warning, a launch that goes on, and another attempt with the next', async (name) => {
    await grantBy(crashing.win32)
    crashing.exit(1)
    using token = await server.logOn('bob')
    server.windows.faults.next(name, 'ERROR_NOT_ENOUGH_MEMORY')
    const options = { token, interactive: true, stdio: 'ignore' } as const
    await (
      await launch('C:\\Tools\\exit.exe', ['0'], options)
    ).released
    expect(warnings()).toEqual(['ASUSER_GRANT_NOT_RECOVERED'])
    await (
      await launch('C:\\Tools\\exit.exe', ['0'], options)
    ).released
    expect(readDacls(win32)).toEqual(before)
    expect(await recordNames()).toEqual([])
    token.close()
    server.windows.assertNoLeaks()
  })
})
