import {
  securableObjectType as types,
  securityInformation,
  type SecurableObjectType,
  type Borrowed,
} from '@asuser/native'
import { controlFlags, SecurityDescriptor } from '@asuser/security-descriptors'
import { describe, expect, it } from 'vitest'
import { asyncOutcomeOf, outcomeOf, type ContractRun } from './contract-run.ts'

const {
  OWNER_SECURITY_INFORMATION: owner,
  DACL_SECURITY_INFORMATION: dacl,
  SACL_SECURITY_INFORMATION: sacl,
  PROTECTED_DACL_SECURITY_INFORMATION: protect,
  UNPROTECTED_DACL_SECURITY_INFORMATION: unprotect,
} = securityInformation

export function describeNamedObjectSecurity(run: () => ContractRun): void {
  async function get(
    objectType: SecurableObjectType,
    name: string,
    information: number,
    impersonate: Borrowed<'token'> | null = null,
  ): Promise<SecurityDescriptor> {
    return SecurityDescriptor.fromBytes(
      await run().win32.getNamedSecurityInfo({ name, objectType, information, impersonate }),
    )
  }

  async function set(
    name: string,
    information: number,
    sddl: string,
    impersonate: Borrowed<'token'> | null = null,
  ): Promise<void> {
    const descriptor = SecurityDescriptor.fromSddl(sddl).toBytes()
    const objectType = types.SE_REGISTRY_KEY
    await run().win32.setNamedSecurityInfo({ name, objectType, information, descriptor, impersonate })
  }

  const key = (): string => run().backend.paths.registryKey

  describe('getNamedSecurityInfo', () => {
    it('reads files and registry keys', async () => {
      for (const [objectType, name] of [
        [types.SE_FILE_OBJECT, run().backend.paths.directory],
        [types.SE_FILE_OBJECT, run().backend.paths.textFile],
        [types.SE_REGISTRY_KEY, key()],
      ] as const) {
        const descriptor = await get(objectType, name, owner | dacl)
        expect(descriptor.owner).toBeDefined()
        expect(descriptor.group).toBe(
          run().expected('parts by name that were not asked for', 'absent') === 'absent' ? undefined : descriptor.group,
        )
        expect(descriptor.dacl?.entries.length).toBeGreaterThan(0)
      }
    })

    it('fails for what is not there', async () => {
      const { missingFile, missingDirectory } = run().backend.paths
      const outcomeAt = (objectType: SecurableObjectType, name: string): Promise<string> =>
        asyncOutcomeOf(() => get(objectType, name, dacl))
      expect(await outcomeAt(types.SE_FILE_OBJECT, missingFile)).toBe('ERROR_FILE_NOT_FOUND')
      expect(await outcomeAt(types.SE_FILE_OBJECT, `${missingDirectory}\\x`)).toBe('ERROR_PATH_NOT_FOUND')
      expect(await outcomeAt(types.SE_REGISTRY_KEY, `${key()}\\missing`)).toBe('ERROR_FILE_NOT_FOUND')
      expect(await outcomeAt(types.SE_REGISTRY_KEY, 'NOWHERE\\x')).toBe('ERROR_INVALID_PARAMETER')
      expect(await outcomeAt(types.SE_SERVICE, 'no-such-service')).toBe('ERROR_SERVICE_DOES_NOT_EXIST')
    })

    it('reads a mutex by its name', async (context) => {
      run().needs('the security of a kernel object by name', context)
      const security = SecurityDescriptor.fromSddl('O:SYG:SYD:(A;;0x1f0001;;;SY)').toBytes()
      using _mutex = run().win32.createMutex({ name: 'Local\\asuser-contract-named', security })
      const descriptor = await get(types.SE_KERNEL_OBJECT, 'Local\\asuser-contract-named', owner | dacl)
      expect(descriptor.toSddl()).toBe('O:SYD:(A;;0x1f0001;;;SY)')
    })

    it('reads a service', async (context) => {
      run().needs('the security of a service', context)
      expect((await get(types.SE_SERVICE, 'EventLog', owner | dacl)).dacl?.entries.length).toBeGreaterThan(0)
    })
  })

  describe('setNamedSecurityInfo', () => {
    it('replaces the asked parts', async () => {
      await set(key(), dacl | protect, 'O:BAD:(A;CI;KA;;;SY)(A;;KR;;;BU)')
      expect((await get(types.SE_REGISTRY_KEY, key(), dacl)).dacl?.entries.map(({ mask }) => mask)).toEqual([
        0xf_003f, 0x2_0019,
      ])
      await set(key(), owner, 'O:SYD:(A;;KR;;;AN)')
      const descriptor = await get(types.SE_REGISTRY_KEY, key(), owner | dacl)
      expect(descriptor.owner?.toString()).toBe('S-1-5-18')
      expect(descriptor.dacl?.entries).toHaveLength(2)
    })

    it('keeps, stops and takes up inheriting as it is told', async (context) => {
      run().needs('inheriting of what is given by name', context)
      const inherits = async (): Promise<boolean> => {
        const { control, dacl: list } = await get(types.SE_REGISTRY_KEY, key(), dacl)
        expect(list?.entries.some(({ flags }) => (flags & 0x10) !== 0)).toBe(!(control & controlFlags.DACL_PROTECTED))
        return !(control & controlFlags.DACL_PROTECTED)
      }
      const text = 'D:(A;CI;KA;;;SY)'
      await set(key(), dacl | protect, text)
      expect(await inherits()).toBe(false)
      await set(key(), dacl, text)
      expect(await inherits()).toBe(false)
      await set(key(), dacl | unprotect, text)
      expect(await inherits()).toBe(true)
      await set(key(), dacl, text)
      expect(await inherits()).toBe(true)
    })

    it('passes inheritable entries on to the keys below', async (context) => {
      run().needs('inheriting of what is given by name', context)
      await set(key(), dacl | protect, 'D:(A;CI;KA;;;SY)(A;CI;KR;;;NU)')
      const below = await get(types.SE_REGISTRY_KEY, `${key()}\\below`, dacl)
      expect(below.toSddl()).toContain('(A;CIID;KR;;;NU)')
    })

    it('needs a descriptor with the asked parts, and writes nothing without them', async () => {
      await set(key(), dacl | protect, 'D:(A;CI;KA;;;SY)')
      for (const information of [owner, dacl, sacl]) {
        expect(await asyncOutcomeOf(() => set(key(), information, 'G:SY'))).toBe('ERROR_INVALID_SECURITY_DESCR')
      }
      expect((await get(types.SE_REGISTRY_KEY, key(), dacl)).dacl?.entries).toHaveLength(1)
    })

    it('is done as the client', async () => {
      using alice = await run().logOn(run().backend.accounts.alice)
      await set(key(), dacl | protect, 'D:(A;CI;KA;;;SY)(A;;KR;;;WD)')
      expect((await get(types.SE_REGISTRY_KEY, key(), dacl, alice)).dacl?.entries).toHaveLength(2)
      expect(await asyncOutcomeOf(() => set(key(), dacl, 'D:(A;;KA;;;WD)', alice))).toBe('ERROR_ACCESS_DENIED')
      await set(key(), dacl | protect, 'D:(A;CI;KA;;;SY)')
      expect(await asyncOutcomeOf(() => get(types.SE_REGISTRY_KEY, key(), dacl, alice))).toBe('ERROR_ACCESS_DENIED')
    })

    it('needs SeSecurityPrivilege for the SACL', async () => {
      using alice = await run().logOn(run().backend.accounts.alice)
      await set(key(), dacl | protect, 'D:(A;CI;KA;;;SY)(A;;KA;;;WD)')
      const outcome = await asyncOutcomeOf(() => set(key(), sacl, 'S:(AU;SA;KR;;;WD)', alice))
      expect(outcome).toBe(run().expected('a SACL without SeSecurityPrivilege', 'ERROR_PRIVILEGE_NOT_HELD'))
    })
  })

  describe('SDDL', () => {
    it('becomes a descriptor and text again', () => {
      const { win32 } = run()
      for (const text of ['O:BAG:SYD:PAI(A;OICI;FA;;;SY)(D;ID;GR;;;AN)', 'D:(A;;0x1200a9;;;WD)', 'O:SY', '']) {
        const bytes = win32.convertStringSecurityDescriptorToSecurityDescriptor(text)
        expect(SecurityDescriptor.fromBytes(bytes).toSddl()).toBe(text)
        expect(win32.convertSecurityDescriptorToStringSecurityDescriptor(bytes, owner | 2 | dacl)).toBe(text)
      }
    })

    it('has the asked parts and no others', () => {
      const { win32 } = run()
      const bytes = win32.convertStringSecurityDescriptorToSecurityDescriptor('O:BAG:SYD:(A;;FA;;;SY)')
      expect(win32.convertSecurityDescriptorToStringSecurityDescriptor(bytes, owner)).toBe('O:BA')
      expect(win32.convertSecurityDescriptorToStringSecurityDescriptor(bytes, dacl)).toBe('D:(A;;FA;;;SY)')
    })

    it('is refused with the code of the mistake', () => {
      const outcomeFor = (text: string): string =>
        outcomeOf(() => run().win32.convertStringSecurityDescriptorToSecurityDescriptor(text))
      expect(outcomeFor('D:(A;;ZZ;;;WD)')).toBe('ERROR_INVALID_ACL')
      expect(outcomeFor('O:ZZ')).toBe('ERROR_INVALID_SID')
      expect(outcomeFor('X:BA')).toBe('ERROR_INVALID_PARAMETER')
      expect(
        outcomeOf(() => run().win32.convertSecurityDescriptorToStringSecurityDescriptor(new Uint8Array(20), owner)),
      ).toMatch(/^ERROR_(?:INVALID_SECURITY_DESCR|UNKNOWN_REVISION)$/u)
    })
  })
}
