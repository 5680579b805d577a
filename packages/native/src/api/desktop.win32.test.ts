import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { accessRight, desktopAccess, securityInformation, tokenAccess, windowStationAccess } from '../constants.ts'
import { installLsaShim } from '../fixtures/lsa-shim.mjs'
import { getWin32 } from '../win32.ts'

const win32 = getWin32()
const underWine = process.env['ASUSER_LANE'] === 'wine'
// Wine answers with an empty descriptor without it.
if (underWine) await installLsaShim()

const { DACL_SECURITY_INFORMATION } = securityInformation
const openStation = () => win32.openWindowStation('winsta0', accessRight.READ_CONTROL | accessRight.WRITE_DAC | 0x37f)

describe('openWindowStation', () => {
  it('opens the station of the session by name', () => {
    using station = openStation()
    expect(station.kind).toBe('window-station')
    expect(win32.getUserObjectName(station).toLowerCase()).toBe('winsta0')
  })

  it('fails with a code and the name when there is none', () => {
    expect(() => win32.openWindowStation('no-such-station', 1)).toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/^ERROR_(FILE|PATH)_NOT_FOUND$/),
        syscall: 'OpenWindowStationW',
        context: { name: 'no-such-station' },
      }),
    )
  })
})

describe('openDesktop', () => {
  it('opens a desktop of the station that is given, and leaves the process where it was', () => {
    using station = openStation()
    const before = win32.getUserObjectName(win32.getProcessWindowStation())
    for (const windowStation of [station, null]) {
      using desktop = win32.openDesktop({
        windowStation,
        name: 'default',
        desiredAccess: desktopAccess.DESKTOP_READOBJECTS,
      })
      expect(win32.getUserObjectName(desktop).toLowerCase()).toBe('default')
    }
    expect(win32.getUserObjectName(win32.getProcessWindowStation())).toBe(before)
  })

  it('leaves the process where it was when it fails', () => {
    using windowStation = openStation()
    const before = win32.getUserObjectName(win32.getProcessWindowStation())
    expect(() => win32.openDesktop({ windowStation, name: 'no-such-desktop', desiredAccess: 1 })).toThrow(
      expect.objectContaining({ code: 'ERROR_FILE_NOT_FOUND', context: { name: 'no-such-desktop' } }),
    )
    expect(win32.getUserObjectName(win32.getProcessWindowStation())).toBe(before)
  })
})

describe('the lent station and desktop', () => {
  it('are of the process and the thread, and cannot be closed', () => {
    expect(win32.getProcessWindowStation()).toEqual({ kind: 'window-station', pseudo: true })
    expect(win32.getThreadDesktop()).toEqual({ kind: 'desktop', pseudo: true })
    expect(win32.getUserObjectName(win32.getThreadDesktop()).toLowerCase()).toBe('default')
  })
})

describe('setUserObjectSecurity', () => {
  it('writes a DACL that getUserObjectSecurity reads byte for byte', () => {
    using station = openStation()
    const before = win32.getUserObjectSecurity(station, DACL_SECURITY_INFORMATION)
    const everyone = Uint8Array.of(0, 0, 20, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0)
    win32.setUserObjectSecurity(station, DACL_SECURITY_INFORMATION, withEntry(before, everyone))
    const changed = win32.getUserObjectSecurity(station, DACL_SECURITY_INFORMATION)
    expect(Buffer.from(changed).includes(Buffer.from(everyone))).toBe(true)
    win32.setUserObjectSecurity(station, DACL_SECURITY_INFORMATION, before)
    expect(win32.getUserObjectSecurity(station, DACL_SECURITY_INFORMATION)).toEqual(before)
  })

  it('fails with ERROR_ACCESS_DENIED without the right', () => {
    using station = win32.openWindowStation('winsta0', windowStationAccess.WINSTA_READATTRIBUTES)
    using readable = openStation()
    const descriptor = win32.getUserObjectSecurity(readable, DACL_SECURITY_INFORMATION)
    expect(() => win32.getUserObjectSecurity(station, DACL_SECURITY_INFORMATION)).toThrow(
      expect.objectContaining({ code: 'ERROR_ACCESS_DENIED', syscall: 'GetUserObjectSecurity' }),
    )
    expect(() => win32.setUserObjectSecurity(station, DACL_SECURITY_INFORMATION, descriptor)).toThrow(
      expect.objectContaining({ code: 'ERROR_ACCESS_DENIED', syscall: 'SetUserObjectSecurity' }),
    )
  })

  /** The descriptor of a DACL alone, with one entry more. */
  const withEntry = (descriptor: Uint8Array, entry: Uint8Array): Uint8Array => {
    const result = new Uint8Array(descriptor.length + entry.length)
    result.set(descriptor)
    result.set(entry, descriptor.length)
    const view = new DataView(result.buffer)
    const dacl = view.getUint32(16, true)
    view.setUint16(dacl + 2, view.getUint16(dacl + 2, true) + entry.length, true)
    view.setUint16(dacl + 4, view.getUint16(dacl + 4, true) + 1, true)
    return result
  }
})

describe('setKernelObjectSecurity', () => {
  it('writes what getKernelObjectSecurity reads', () => {
    using job = win32.createJobObject({ name: null, security: protectedDacl })
    expect(win32.getKernelObjectSecurity(job, DACL_SECURITY_INFORMATION)).toEqual(protectedDacl)
    win32.setKernelObjectSecurity(job, DACL_SECURITY_INFORMATION, emptyDacl)
    expect(win32.getKernelObjectSecurity(job, DACL_SECURITY_INFORMATION)).toEqual(emptyDacl)
  })

  it.each([
    ['nothing', Uint8Array.of()],
    ['a header alone', Uint8Array.of(1, 0, 4, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0)],
    ['an offset behind its end', Uint8Array.of(1, 0, 4, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0)],
    ['an absolute one', Uint8Array.of(1, 0, 4, 0, ...Array.from({ length: 36 }, () => 1))],
  ])('fails with ERROR_INVALID_SECURITY_DESCR for %s', (_name, descriptor) => {
    using job = win32.createJobObject({ name: null, security: null })
    expect(() => win32.setKernelObjectSecurity(job, DACL_SECURITY_INFORMATION, descriptor)).toThrow(
      expect.objectContaining({ code: 'ERROR_INVALID_SECURITY_DESCR', syscall: 'SetKernelObjectSecurity' }),
    )
  })

  const header = (control: number) => [
    1,
    0,
    control & 255,
    control >> 8,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    20,
    0,
    0,
    0,
  ]
  const emptyDacl = Uint8Array.of(...header(0x8004), 2, 0, 8, 0, 0, 0, 0, 0)
  const everyoneAll = [0, 0, 20, 0, 0xff, 0xff, 0x1f, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]
  const protectedDacl = Uint8Array.of(...header(0x9004), 2, 0, 28, 0, 1, 0, 0, 0, ...everyoneAll)
})

describe('a mutex', () => {
  const name = `Local\\asuser-mutex-${process.pid}`

  it('is taken once and given back once', () => {
    using mutex = win32.createMutex({ name, security: null })
    expect(win32.tryAcquireMutex(mutex)).toBe('acquired')
    win32.releaseMutex(mutex)
    expect(() => win32.releaseMutex(mutex)).toThrow(
      expect.objectContaining({ code: 'ERROR_NOT_OWNER', syscall: 'ReleaseMutex' }),
    )
  })

  it('is busy for another thread, and abandoned when that ends without giving it back', async () => {
    using mutex = win32.createMutex({ name, security: null })
    const worker = new Worker(new URL('../fixtures/hold-mutex.mjs', import.meta.url), { workerData: name })
    await once(worker, 'message')
    expect(win32.tryAcquireMutex(mutex)).toBe('busy')
    await worker.terminate()
    expect(win32.tryAcquireMutex(mutex)).toBe('abandoned')
    win32.releaseMutex(mutex)
  })
})

describe('createEnvironmentBlock', () => {
  it('gives the variables of the system, of the user of a token, and on request of this process', async () => {
    using token = win32.openProcessToken(win32.getCurrentProcess(), accessRight.MAXIMUM_ALLOWED)
    process.env['ASUSER_NATIVE_TEST'] = 'Ünï = cødé'
    const ofSystem = await win32.createEnvironmentBlock({ token: null, inherit: false })
    const ofUser = await win32.createEnvironmentBlock({ token, inherit: false })
    const ofProcess = await win32.createEnvironmentBlock({ token, inherit: true })
    delete process.env['ASUSER_NATIVE_TEST']
    for (const block of [ofSystem, ofUser, ofProcess]) {
      expect(block).toContainEqual(expect.stringMatching(/^SystemRoot=[A-Z]:\\/i))
      expect(block.every((text) => text.includes('=', 1))).toBe(true)
    }
    const own = 'ASUSER_NATIVE_TEST=Ünï = cødé'
    expect([ofSystem, ofUser, ofProcess].map((block) => block.includes(own))).toEqual([false, false, true])
  })
})

describe('getUserProfileDirectory', () => {
  it('gives an absolute path, whether there is such a folder or not', async () => {
    using token = win32.openProcessToken(win32.getCurrentProcess(), accessRight.MAXIMUM_ALLOWED)
    expect(await win32.getUserProfileDirectory(token)).toMatch(/^[A-Z]:\\[^\0]+[^\0\\]$/i)
  })

  it('fails with ERROR_ACCESS_DENIED without TOKEN_QUERY', async () => {
    using token = win32.openProcessToken(win32.getCurrentProcess(), tokenAccess.TOKEN_DUPLICATE)
    await expect(win32.getUserProfileDirectory(token)).rejects.toMatchObject({
      code: 'ERROR_ACCESS_DENIED',
      syscall: 'GetUserProfileDirectoryW',
    })
  })
})

describe('getFileAttributes', () => {
  it('tells a directory from a file', async () => {
    expect((await win32.getFileAttributes({ path: process.execPath, impersonate: null })) & 0x10).toBe(0)
    expect((await win32.getFileAttributes({ path: 'C:\\', impersonate: null })) & 0x10).toBe(0x10)
  })

  it.each([
    ['ERROR_FILE_NOT_FOUND', 'C:\\no-such-file'],
    ['ERROR_PATH_NOT_FOUND', 'C:\\no-such-directory\\file'],
    ['ERROR_INVALID_NAME', 'C:\\a<b'],
  ])('fails with %s and the path', async (code, path) => {
    await expect(win32.getFileAttributes({ path, impersonate: null })).rejects.toMatchObject({
      code,
      syscall: 'GetFileAttributesW',
      context: { path },
    })
  })
})
