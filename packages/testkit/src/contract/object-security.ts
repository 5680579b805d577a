import { accessRight, securityInformation, type Handle } from '@asuser/native'
import { Acl, allow, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { describe, expect, it } from 'vitest'
import { outcomeOf, type ContractRun } from './contract-run.ts'

const { OWNER_SECURITY_INFORMATION, GROUP_SECURITY_INFORMATION, DACL_SECURITY_INFORMATION } = securityInformation
const { READ_CONTROL, WRITE_DAC } = accessRight

export function describeObjectSecurity(run: () => ContractRun): void {
  function openStation(desiredAccess: number): Handle<'window-station'> {
    return run().win32.openWindowStation('winsta0', desiredAccess)
  }

  function createMutex(sddl: string): Handle<'mutex'> {
    return run().win32.createMutex({
      name: 'Local\\asuser-contract-security',
      security: SecurityDescriptor.fromSddl(sddl).toBytes(),
    })
  }

  describe('getUserObjectSecurity and setUserObjectSecurity', () => {
    it('add an entry to a DACL and put the DACL back byte for byte', () => {
      const { win32 } = run()
      using station = openStation(READ_CONTROL | WRITE_DAC)
      const before = win32.getUserObjectSecurity(station, DACL_SECURITY_INFORMATION)
      const descriptor = SecurityDescriptor.fromBytes(before)
      // The logon SID of nobody: the entry is without effect.
      const entry = allow(Sid.parse('S-1-5-5-4711-4711'), 0xf_037f)
      const granted = descriptor.with({ dacl: (descriptor.dacl ?? Acl.from([])).with(entry) })
      try {
        win32.setUserObjectSecurity(station, DACL_SECURITY_INFORMATION, granted.toBytes())
        const after = win32.getUserObjectSecurity(station, DACL_SECURITY_INFORMATION)
        expect(SecurityDescriptor.fromBytes(after).dacl?.entries.at(-1)).toMatchObject({ mask: 0xf_037f })
      } finally {
        win32.setUserObjectSecurity(station, DACL_SECURITY_INFORMATION, before)
      }
      expect(win32.getUserObjectSecurity(station, DACL_SECURITY_INFORMATION)).toEqual(before)
    })

    it('give the asked parts and no others', () => {
      using station = openStation(READ_CONTROL)
      const read = (information: number): SecurityDescriptor =>
        SecurityDescriptor.fromBytes(run().win32.getUserObjectSecurity(station, information))
      expect(read(DACL_SECURITY_INFORMATION)).toMatchObject({ owner: undefined, group: undefined, sacl: undefined })
      const owner = read(OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION)
      expect(owner.owner).toBeInstanceOf(Sid)
      expect(owner.dacl === undefined).toBe(run().expected('no trace of a DACL that was not asked for', true))
    })

    it('fail with ERROR_ACCESS_DENIED without READ_CONTROL or WRITE_DAC', () => {
      const { win32 } = run()
      using reader = openStation(READ_CONTROL)
      const bytes = win32.getUserObjectSecurity(reader, DACL_SECURITY_INFORMATION)
      expect(outcomeOf(() => win32.setUserObjectSecurity(reader, DACL_SECURITY_INFORMATION, bytes))).toBe(
        'ERROR_ACCESS_DENIED',
      )
      using writer = openStation(WRITE_DAC)
      expect(outcomeOf(() => win32.getUserObjectSecurity(writer, DACL_SECURITY_INFORMATION))).toBe(
        'ERROR_ACCESS_DENIED',
      )
    })

    it('fail with ERROR_INVALID_SECURITY_DESCR for bytes that are none, and change nothing', () => {
      const { win32 } = run()
      using station = openStation(READ_CONTROL | WRITE_DAC)
      const before = win32.getUserObjectSecurity(station, DACL_SECURITY_INFORMATION)
      const truncated = before.slice(0, before.length - 4)
      expect(outcomeOf(() => win32.setUserObjectSecurity(station, DACL_SECURITY_INFORMATION, truncated))).toBe(
        'ERROR_INVALID_SECURITY_DESCR',
      )
      expect(win32.getUserObjectSecurity(station, DACL_SECURITY_INFORMATION)).toEqual(before)
    })
  })

  describe('getKernelObjectSecurity and setKernelObjectSecurity', () => {
    it('have the security that an object was created with', () => {
      using mutex = createMutex('O:SYG:SYD:P(A;;0x1f0001;;;SY)(A;;0x100000;;;BA)')
      const bytes = run().win32.getKernelObjectSecurity(mutex, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION)
      const { owner, dacl } = SecurityDescriptor.fromBytes(bytes)
      expect(owner?.toString()).toBe('S-1-5-18')
      expect(dacl?.entries.map(({ mask }) => mask)).toEqual([0x1f_0001, 0x10_0000])
    })

    it('map the generic rights of an entry that takes effect', () => {
      using mutex = createMutex('O:SYG:SYD:(A;;GA;;;SY)')
      const bytes = run().win32.getKernelObjectSecurity(mutex, DACL_SECURITY_INFORMATION)
      const mask = SecurityDescriptor.fromBytes(bytes).dacl?.entries[0]?.mask ?? 0
      expect(mask).toBe(run().expected('generic rights in the DACL of a new object', 0x1f_0001))
    })

    it('give an object the default DACL of the token that created it', () => {
      using mutex = run().win32.createMutex({ name: 'Local\\asuser-contract-default', security: null })
      const bytes = run().win32.getKernelObjectSecurity(mutex, DACL_SECURITY_INFORMATION)
      const { dacl } = SecurityDescriptor.fromBytes(bytes)
      expect((dacl?.entries.length ?? 0) > 0).toBe(run().expected('default DACL of a new object', true))
    })

    it('fail with ERROR_INVALID_OWNER for an owner that the caller cannot be', () => {
      using mutex = createMutex('O:SYG:SYD:(A;;0x1f0001;;;SY)')
      const stranger = SecurityDescriptor.from({ owner: Sid.parse('S-1-5-21-1-2-3-4711') }).toBytes()
      const setOwner = (): void => run().win32.setKernelObjectSecurity(mutex, OWNER_SECURITY_INFORMATION, stranger)
      expect(outcomeOf(setOwner)).toBe(run().expected('an owner that the caller cannot be', 'ERROR_INVALID_OWNER'))
    })

    it('keep a NULL DACL apart from an empty one', () => {
      const { win32 } = run()
      using mutex = createMutex('O:SYG:SYD:(A;;0x1f0001;;;SY)')
      const set = (dacl: Acl | null): SecurityDescriptor => {
        win32.setKernelObjectSecurity(mutex, DACL_SECURITY_INFORMATION, SecurityDescriptor.from({ dacl }).toBytes())
        return SecurityDescriptor.fromBytes(win32.getKernelObjectSecurity(mutex, DACL_SECURITY_INFORMATION))
      }
      expect(set(Acl.from([])).dacl?.entries).toEqual([])
      const isNull = set(null).dacl === null
      expect(isNull).toBe(run().expected('a NULL DACL that was set', true))
    })
  })
}
