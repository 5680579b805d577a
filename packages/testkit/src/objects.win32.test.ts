import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  accessRight,
  getWin32,
  logonProvider,
  logonType,
  Win32Error,
  windowStationAccess,
  type Handle,
} from '@asuser/native'
import { type Acl, allow, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { editDacl, getSecurity, type SecurableTarget, setSecurity } from '@asuser/security-descriptors/objects'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
// @boundaries-ignore support of all test suites
import { installedAccounts } from '../../../tools/testing/installed-accounts.ts'
// @boundaries-ignore support of all test suites
import { currentThreadId, type KernelObjects, makeKernelObjects } from '../../../tools/testing/kernel-objects.ts'
// @boundaries-ignore support of all test suites
import { loadKoffi } from '../../../tools/testing/koffi.ts'

const { bob } = await installedAccounts()
const koffi = loadKoffi()
const win32 = getWin32()
const key = 'HKLM\\SOFTWARE\\asuser-objects'
const directory = mkdtempSync(join(tmpdir(), 'asuser-objects-'))
// The logon SID of nobody: an entry for it is without effect.
const nobody = allow(Sid.parse('S-1-5-5-4711-4712'), 0x2_0000)
const add = (dacl: Acl | null): Acl | null => dacl?.with(nobody) ?? null
const remove = (dacl: Acl | null): Acl | null => dacl?.without(nobody) ?? null

async function hasEntry(target: SecurableTarget): Promise<boolean> {
  const { dacl } = await getSecurity(target, ['dacl'])
  return dacl?.entries.some((ace) => ace.sid?.equals(nobody.sid) === true) ?? false
}

let handlesBefore: number

beforeAll(() => {
  execFileSync('reg.exe', ['add', key, '/f'], { stdio: 'ignore' })
})
afterAll(() => {
  execFileSync('reg.exe', ['delete', key, '/f'], { stdio: 'ignore' })
  rmSync(directory, { recursive: true })
})
beforeEach(() => {
  handlesBefore = win32.countOpenHandles()
})
afterEach(() => {
  expect(win32.countOpenHandles()).toBe(handlesBefore)
})

describe('the security of real objects', () => {
  it.each<readonly [string, SecurableTarget]>([
    ['a registry key', { registryKey: key }],
    ['a window station', { windowStation: 'WinSta0' }],
    ['a desktop', { desktop: 'WinSta0\\Default' }],
  ])('of %s is edited, and put back byte for byte', async (_what, target) => {
    const before = await getSecurity(target, ['dacl'])
    expect(await editDacl(target, add)).toBe(true)
    expect(await hasEntry(target)).toBe(true)
    expect(await editDacl(target, remove)).toBe(true)
    expect((await getSecurity(target, ['dacl'])).dacl?.toBytes()).toEqual(before.dacl?.toBytes())
  })

  it('of a mutex is edited by handle, with its inherited entries and its protection', async () => {
    const security = SecurityDescriptor.fromSddl('O:SYG:SYD:P(A;;0x1f0001;;;SY)(A;ID;0x100000;;;BA)')
    using mutex = win32.createMutex({ name: 'Local\\asuser-objects', security: security.toBytes() })
    await editDacl(mutex, add)
    const { dacl, control } = await getSecurity(mutex, ['dacl'])
    expect(dacl?.entries.map(({ flags }) => flags)).toEqual([0, 0x10, 0])
    expect(control & 0x1000).toBe(0x1000)
    await editDacl({ handle: mutex }, remove)
    expect((await getSecurity(mutex, ['dacl'])).dacl?.toBytes()).toEqual(security.dacl?.toBytes())
  })

  it('of a job and of a named pipe is edited by name', async () => {
    const security = SecurityDescriptor.fromSddl('O:SYG:SYD:(A;;FA;;;SY)').toBytes()
    const name = `\\\\.\\pipe\\asuser-objects-${process.pid}`
    using job = win32.createJobObject({ name: 'Local\\asuser-objects-job', security })
    const pipe = win32.createNamedPipe({
      name,
      firstInstance: true,
      rejectRemoteClients: true,
      maxInstances: 1,
      inBufferSize: 4096,
      outBufferSize: 4096,
      security,
    })
    await editDacl({ job: 'Local\\asuser-objects-job' }, add)
    expect(await hasEntry(job)).toBe(true)
    await editDacl({ pipe: name }, add)
    expect(await hasEntry(pipe)).toBe(true)
    // The instance is free again as soon as the server has hung up, as after any client.
    await expect(getSecurity({ pipe: name }, ['dacl'])).rejects.toMatchObject({ code: 'ERROR_PIPE_BUSY' })
    win32.disconnectNamedPipe(pipe)
    const connected = win32.connectNamedPipe(pipe, false)
    expect((await getSecurity({ pipe: name }, ['dacl'])).dacl?.entries).toHaveLength(2)
    await connected
    pipe.close()
    await expect(getSecurity({ job: 'Local\\asuser-objects-missing' }, ['dacl'])).rejects.toMatchObject({
      code: 'ERROR_FILE_NOT_FOUND',
    })
  })

  it('of a file, a process and its token has an owner', async () => {
    for (const target of [{ file: directory }, { process: process.pid }, { tokenOfProcess: process.pid }]) {
      expect((await getSecurity(target, ['owner', 'dacl'])).control).toBeGreaterThan(0)
    }
    expect((await getSecurity({ file: directory }, ['owner'])).owner).toBeInstanceOf(Sid)
  })

  it('has a SACL for who opens it with SeSecurityPrivilege', async () => {
    const target = { tokenOfProcess: process.pid }
    const audited = SecurityDescriptor.fromSddl('S:(AU;FA;0x2;;;WD)')
    const before = await getSecurity(target, ['sacl'])
    await setSecurity(target, audited, ['sacl'])
    expect((await getSecurity(target, ['sacl'])).sacl?.entries).toHaveLength(1)
    await setSecurity(target, before, ['sacl'])
    expect((await getSecurity(target, ['sacl'])).sacl?.entries ?? []).toHaveLength(0)
  })

  it('is not overwritten where it cannot be read', async () => {
    using station = win32.openWindowStation('WinSta0', accessRight.WRITE_DAC | windowStationAccess.WINSTA_ENUMDESKTOPS)
    const before = await getSecurity({ windowStation: 'WinSta0' }, ['dacl'])
    await expect(editDacl(station, () => null)).rejects.toMatchObject({ code: 'ERROR_ACCESS_DENIED' })
    expect((await getSecurity({ windowStation: 'WinSta0' }, ['dacl'])).equals(before)).toBe(true)
    await expect(editDacl({ registryKey: `${key}\\missing` }, () => null)).rejects.toMatchObject({
      code: 'ERROR_FILE_NOT_FOUND',
    })
  })
})

/** Runs with the token of an ordinary user. */
async function asBob(use: (options: { readonly impersonate: Handle<'token'> }) => Promise<void>): Promise<void> {
  using impersonate = await win32.logonUser({
    user: bob.user,
    domain: bob.domain,
    password: new Uint8Array(Buffer.from(bob.password, 'utf16le')),
    type: logonType.LOGON32_LOGON_NETWORK,
    provider: logonProvider.LOGON32_PROVIDER_DEFAULT,
  })
  await use({ impersonate })
}

const onlySystem = SecurityDescriptor.fromSddl('O:SYG:SYD:(A;;GA;;;SY)')

/** What the security of a target can be asked for and changed to, whoever made it. */
async function expectSecurityOf(target: SecurableTarget): Promise<void> {
  const before = await getSecurity(target, ['dacl'])
  await setSecurity(target, onlySystem, ['dacl'])
  try {
    expect(await editDacl(target, add)).toBe(true)
    expect(await hasEntry(target)).toBe(true)
    await asBob(async (options) => {
      const denied = expect.objectContaining({ code: 'ERROR_ACCESS_DENIED' })
      await expect(getSecurity(target, ['dacl'], options)).rejects.toEqual(denied)
      await expect(editDacl(target, add, options)).rejects.toEqual(denied)
    })
    expect(await editDacl(target, remove)).toBe(true)
    expect(await hasEntry(target)).toBe(false)
    await setSecurity(target, SecurityDescriptor.fromSddl('S:(AU;FA;0x2;;;WD)'), ['sacl'])
    expect((await getSecurity(target, ['sacl'])).sacl?.entries).toHaveLength(1)
    await setSecurity(target, SecurityDescriptor.from({ sacl: null }), ['sacl'])
  } finally {
    await setSecurity(target, before, ['dacl'])
  }
}

describe('the security of kernel objects by name', () => {
  it('is read, edited and kept from others for a mutex', async () => {
    using _mutex = win32.createMutex({ name: 'Local\\asuser-objects-named', security: null })
    await expectSecurityOf({ mutex: 'Local\\asuser-objects-named' })
  })

  it.each<readonly [string, SecurableTarget]>([
    ['a symbolic link', { symbolicLink: '\\??\\AUX' }],
    ['a directory of the object manager', { directoryObject: '\\KernelObjects' }],
  ])('is the same for %s', (_what, target) => expectSecurityOf(target))

  describe('that the interface does not make', () => {
    beforeEach(({ skip }) => {
      skip(koffi === undefined, 'koffi, which makes the objects, is on the Windows side of the Wine lane alone')
    })

    it.each<readonly [string, (objects: KernelObjects) => SecurableTarget]>([
      ['an event', ({ event }) => ({ event })],
      ['a semaphore', ({ semaphore }) => ({ semaphore })],
      ['a waitable timer', ({ waitableTimer }) => ({ waitableTimer })],
      ['a section', ({ section }) => ({ section })],
    ])('is the same for %s', async (_what, targetOf) => {
      if (koffi === undefined) return
      using objects = makeKernelObjects(koffi, 'Local\\asuser-objects', 'D:(A;;GA;;;WD)')
      await expectSecurityOf(targetOf(objects))
    })

    it('is the same for a thread', async () => {
      if (koffi === undefined) return
      await expectSecurityOf({ thread: currentThreadId(koffi) })
    })
  })

  it('is not that of an object of another name or type', async () => {
    using _mutex = win32.createMutex({ name: 'Local\\asuser-objects-mutex', security: null })
    const codeOf = (target: SecurableTarget): Promise<unknown> =>
      getSecurity(target, ['dacl']).then(
        () => 'success',
        (error: unknown) => (error instanceof Win32Error ? error.code : error),
      )
    for (const targetOf of [
      (event: string) => ({ event }),
      (semaphore: string) => ({ semaphore }),
      (waitableTimer: string) => ({ waitableTimer }),
      (section: string) => ({ section }),
      (job: string) => ({ job }),
    ]) {
      expect(await codeOf(targetOf('Local\\asuser-objects-mutex'))).toBe('ERROR_INVALID_HANDLE')
      expect(await codeOf(targetOf('Local\\asuser-objects-missing'))).toBe('ERROR_FILE_NOT_FOUND')
    }
    for (const [target, code] of [
      [{ symbolicLink: '\\KernelObjects' }, 'ERROR_INVALID_HANDLE'],
      [{ directoryObject: '\\KernelObjects\\missing\\x' }, 'ERROR_PATH_NOT_FOUND'],
      [{ directoryObject: '\\asuser-missing' }, 'ERROR_FILE_NOT_FOUND'],
      [{ thread: 0x7fff_fffc }, 'ERROR_INVALID_PARAMETER'],
    ] as const) {
      expect(await codeOf(target)).toBe(code)
    }
  })
})
