import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { accessRight, securityInformation, type Win32 } from '@asuser/native'
import { Acl, allow, deny, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { logonUser, processToken, type Token } from '@asuser/tokens'
import { holdStationLock } from '../test/hold-station-lock.ts'
import { password, startServer, type SimulatedServer } from '../test/simulated-server.ts'
import { launch } from './launch.ts'
import { StationGrant } from './station-grant.ts'

const desktopName = { windowStation: 'winsta0', desktop: 'default' }
const { DACL_SECURITY_INFORMATION } = securityInformation

let server: SimulatedServer
let win32: Win32
let token: Token

beforeEach(async () => {
  server = startServer({ sessions: [{ id: 1, user: 'bob' }], trackHandles: true })
  win32 = server.win32
  token = await server.logOn('alice')
})

afterEach(() => token.close())

function acquire(client: Token = token): Promise<StationGrant | undefined> {
  return StationGrant.acquire({ win32: client.win32, token: client, ...desktopName })
}

type Dacls = readonly [station: Acl | null | undefined, desktop: Acl | null | undefined]

function withObjects<T>(use: (objects: Parameters<Win32['getUserObjectSecurity']>[0][]) => T): T {
  const rights = accessRight.READ_CONTROL | accessRight.WRITE_DAC
  using station = win32.openWindowStation('winsta0', rights)
  using desktop = win32.openDesktop({ windowStation: station, name: 'default', desiredAccess: rights })
  return use([station, desktop])
}

function readDacls(): Dacls {
  const [station, desktop] = withObjects((objects) =>
    objects.map((object) => {
      return SecurityDescriptor.fromBytes(win32.getUserObjectSecurity(object, DACL_SECURITY_INFORMATION)).dacl
    }),
  )
  return [station, desktop]
}

function writeDacls([station, desktop]: Dacls): void {
  withObjects((objects) => {
    for (const [index, dacl] of [station, desktop].entries()) {
      const object = objects[index]
      if (object === undefined) continue
      win32.setUserObjectSecurity(object, DACL_SECURITY_INFORMATION, SecurityDescriptor.from({ dacl }).toBytes())
    }
  })
}

function changeDacls(change: (dacl: Acl) => Acl): void {
  const [station, desktop] = readDacls()
  writeDacls([station && change(station), desktop && change(desktop)])
}

function bytesOf(dacls: Dacls): readonly unknown[] {
  return dacls.map((dacl) => dacl && Buffer.from(dacl.toBytes()).toString('hex'))
}

function addedTo(before: Dacls): readonly unknown[] {
  return readDacls().map((dacl, index) => dacl?.entries.slice(before[index]?.entries.length ?? 0))
}

describe('acquire', () => {
  it('adds one entry for the logon SID to each DACL, with no right to change the DACL, and release takes it away', async () => {
    const before = readDacls()
    const grant = await acquire()
    const { logonSid } = token
    expect(grant).toMatchObject({ ...desktopName, objects: ['windowStation', 'desktop'] })
    expect(grant?.trustee).toEqual(logonSid)
    expect(addedTo(before)).toEqual([[logonSid && allow(logonSid, 0x2_037f)], [logonSid && allow(logonSid, 0x2_01ff)]])
    await grant?.release()
    expect(bytesOf(readDacls())).toEqual(bytesOf(before))
    token.close()
    server.windows.assertNoLeaks()
  })

  it('adds nothing when the DACLs are NULL', async () => {
    writeDacls([null, null])
    await expect(acquire()).resolves.toBeUndefined()
    expect(readDacls()).toEqual([null, null])
  })

  it('adds nothing for the user who sits there', async () => {
    const console = server.windows.startProcess({ account: 'LocalSystem', sessionId: 1 })
    const shell = server.windows.startProcess({ account: 'bob' })
    using bob = processToken(shell.processId, { win32: console.win32 })
    expect(bob.sessionId).toBe(1)
    await expect(acquire(bob)).resolves.toBeUndefined()
  })

  it('adds only what is missing when the client may use one of the two', async () => {
    const before = readDacls()
    const [station, desktop] = before
    writeDacls([station?.with(allow(Sid.wellKnown('AuthenticatedUser'), 0xf_037f)), desktop])
    const grant = await acquire()
    expect(grant?.objects).toEqual(['desktop'])
    await grant?.release()
    writeDacls(before)
  })

  it('falls back to the user SID when the token has no logon SID, and says so once', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    using network = await logonUser({ user: 'alice', password, type: 'network', win32 })
    const before = readDacls()
    for (let round = 0; round < 2; round++) {
      const grant = await acquire(network)
      expect(grant?.trustee.toString()).toBe(server.windows.sid('alice').toString())
      await grant?.release()
    }
    expect(warned).toHaveBeenCalledExactlyOnceWith(expect.any(String), { code: 'ASUSER_USER_SID_GRANT' })
    expect(bytesOf(readDacls())).toEqual(bytesOf(before))
  })

  it('is refused, and changes nothing, when an entry denies the client', async () => {
    changeDacls((dacl) => Acl.from([deny(server.windows.sid('alice'), 1), ...dacl.entries], dacl))
    const before = bytesOf(readDacls())
    await expect(acquire()).rejects.toMatchObject({
      code: 'ERROR_ACCESS_DENIED',
      syscall: 'AccessCheck',
      context: {
        ...desktopName,
        object: 'windowStation',
        reason: expect.stringMatching(/ACE 0 .* denies WINSTA_ENUMDESKTOPS/),
      },
    })
    expect(bytesOf(readDacls())).toEqual(before)
    expect(calls('setUserObjectSecurity')).toBe(2)
  })

  it('is refused for an app container of less privilege where only all packages are let in', async () => {
    const before = readDacls()
    const packages = allow(Sid.wellKnown('BuiltinAnyPackage'), 0xf_03ff)
    changeDacls((dacl) => dacl.with(allow(Sid.wellKnown('AuthenticatedUser'), 0xf_03ff)).with(packages))
    using lowBox = token.lowBox({ appContainerSid: Sid.parse('S-1-15-2-1-2-3-4-5-6-7') })
    await expect(acquire(lowBox)).resolves.toBeUndefined()
    vi.spyOn(lowBox, 'isLessPrivilegedAppContainer', 'get').mockReturnValue(true)
    await expect(acquire(lowBox)).rejects.toMatchObject({ code: 'ERROR_ACCESS_DENIED' })
    writeDacls(before)
  })

  it('leaves the station as it was when the DACL of the desktop cannot be written', async () => {
    const before = bytesOf(readDacls())
    server.windows.faults.next('setUserObjectSecurity', 'ERROR_ACCESS_DENIED').afterwards(1)
    await expect(acquire()).rejects.toMatchObject({ code: 'ERROR_ACCESS_DENIED', syscall: 'SetUserObjectSecurity' })
    expect(bytesOf(readDacls())).toEqual(before)
  })

  it('never writes what it could not read', async () => {
    server.windows.faults.next('getUserObjectSecurity', 'ERROR_ACCESS_DENIED').afterwards(1)
    await expect(acquire()).rejects.toMatchObject({ syscall: 'GetUserObjectSecurity' })
    expect(calls('setUserObjectSecurity')).toBe(0)
  })

  it('fails with a code and changes nothing when a DACL is full', async () => {
    const filler = Array.from({ length: 2340 }, (_, index) => allow(Sid.parse(`S-1-5-21-1-2-3-${index}`), 1))
    const [, desktop] = readDacls()
    writeDacls([Acl.from(filler.slice(0, 1820)), desktop])
    const before = bytesOf(readDacls())
    await expect(acquire()).rejects.toMatchObject({ code: 'ERROR_INVALID_ACL' })
    expect(bytesOf(readDacls())).toEqual(before)
  })

  it('names the object when the server may not edit the DACL', async () => {
    const { win32: weak } = server.windows.startProcess({ account: 'LocalService' })
    using client = await logonUser({ user: 'alice', password, win32: weak })
    await expect(acquire(client)).rejects.toMatchObject({
      code: 'ERROR_ACCESS_DENIED',
      syscall: 'OpenWindowStationW',
      context: desktopName,
    })
  })
})

describe('leases', () => {
  it('share one entry, which the last one takes away', async () => {
    const before = readDacls()
    const grants = await Promise.all([acquire(), acquire(), acquire()])
    expect(addedTo(before)).toMatchObject([{ length: 1 }, { length: 1 }])
    await grants[0]?.release()
    await grants[0]?.release()
    await grants[1]?.[Symbol.asyncDispose]()
    expect(addedTo(before)).toMatchObject([{ length: 1 }, { length: 1 }])
    await grants[2]?.release()
    expect(bytesOf(readDacls())).toEqual(bytesOf(before))
  })

  it('of two server processes have an entry each, and none takes the other for its own access', async () => {
    const before = readDacls()
    const other = server.windows.startProcess({ account: 'LocalSystem' })
    const child = await launch('C:\\Tools\\forever.exe', [], { token })
    using sameClient = processToken(child.pid ?? 0, { win32: other.win32 })
    const mine = await acquire()
    const theirs = await acquire(sameClient)
    expect(theirs?.trustee).toEqual(mine?.trustee)
    expect(addedTo(before)).toMatchObject([{ length: 2 }, { length: 2 }])
    await mine?.release()
    expect(addedTo(before)).toMatchObject([{ length: 1 }, { length: 1 }])
    await theirs?.release()
    expect(bytesOf(readDacls())).toEqual(bytesOf(before))
    child.kill()
    await child.released
  })

  it('keep the entry when one is taken while the last is being given back', async () => {
    const before = readDacls()
    const first = await acquire()
    const busy = holdStationLock(server.windows)
    const releasing = first?.release()
    const second = await acquire()
    busy.release()
    await releasing
    expect(addedTo(before)).toMatchObject([{ length: 1 }, { length: 1 }])
    await second?.release()
    expect(bytesOf(readDacls())).toEqual(bytesOf(before))
  })

  it('leave other entries of the same SID alone, and entries that came meanwhile', async () => {
    const { logonSid } = token
    if (logonSid === undefined) throw new Error('alice has no logon SID')
    const grant = await acquire()
    changeDacls((dacl) => dacl.with(allow(logonSid, 1)))
    await grant?.release()
    expect(readDacls().map((dacl) => dacl?.entries.at(-1))).toEqual([allow(logonSid, 1), allow(logonSid, 1)])
  })

  it('are given back when somebody else has taken the entry away already', async () => {
    const before = readDacls()
    const grant = await acquire()
    writeDacls(before)
    await grant?.release()
    expect(bytesOf(readDacls())).toEqual(bytesOf(before))
  })

  it('are given back at the third attempt, and with the next lease when all of them fail', async () => {
    const before = readDacls()
    const grant = await acquire()
    failRemovals(2)
    await grant?.release()
    expect(bytesOf(readDacls())).toEqual(bytesOf(before))

    const stuck = await acquire()
    failRemovals(3)
    await expect(stuck?.release()).rejects.toMatchObject({ code: 'ERROR_ACCESS_DENIED' })
    expect(addedTo(before)).toMatchObject([{ length: 1 }, { length: 1 }])
    const next = await acquire()
    await next?.release()
    expect(bytesOf(readDacls())).toEqual(bytesOf(before))
  })
})

function calls(name: string): number {
  return server.windows.calls.filter((call) => call.function === name).length
}

function failRemovals(times: number): void {
  for (let attempt = 0; attempt < times; attempt++) {
    server.windows.faults.next('setUserObjectSecurity', 'ERROR_ACCESS_DENIED')
  }
}
