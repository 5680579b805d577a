import { registryValueType, type RegistryKeyOptions } from '@asuser/native'
import { SecurityDescriptor } from '@asuser/security-descriptors'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { asyncOutcomeOf, type ContractRun } from './contract-run.ts'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

export function describeRegistry(run: () => ContractRun): void {
  let number = 0
  let base: string
  let made: string[]

  beforeEach(async () => {
    base = `SOFTWARE\\asuser-contract-${run().win32.getCurrentProcessId()}-${(number += 1)}`
    made = []
    await create('')
  })

  afterEach(async () => {
    for (const path of made.toReversed()) await run().win32.regDeleteKey(key(path))
  })

  function key(path = ''): RegistryKeyOptions {
    return { root: 'HKEY_LOCAL_MACHINE', path: path === '' ? base : `${base}\\${path}`, impersonate: null }
  }

  async function create(path: string, security: Uint8Array | null = null, volatile = false): Promise<string> {
    const disposition = await run().win32.regCreateKey({ ...key(path), security, volatile })
    if (disposition === 'created') made.push(path)
    return disposition
  }

  describe('regCreateKey and regDeleteKey', () => {
    it('say whether the key is new', async () => {
      expect(await create('new')).toBe('created')
      expect(await create('NEW')).toBe('opened')
    })

    it('leave a key with keys below', async () => {
      await create('above')
      await create('above\\below')
      expect(await asyncOutcomeOf(() => run().win32.regDeleteKey(key('above')))).toBe('ERROR_ACCESS_DENIED')
      expect(await asyncOutcomeOf(() => run().win32.regDeleteKey(key('none')))).toBe('ERROR_FILE_NOT_FOUND')
    })

    it('keep no key below one that is not kept', async () => {
      expect(await create('passing', null, true)).toBe('created')
      expect(await asyncOutcomeOf(() => create('passing\\kept'))).toBe('ERROR_CHILD_MUST_BE_VOLATILE')
      expect(await create('passing\\too', null, true)).toBe('created')
    })

    it('refuse a descriptor that is none', async () => {
      const outcome = asyncOutcomeOf(() => create('new', bytes(1, 2, 3)))
      expect(await outcome).toBe('ERROR_INVALID_SECURITY_DESCR')
    })
  })

  describe('regSetValue and regQueryValue', () => {
    it.each([
      ['no bytes', registryValueType.REG_BINARY, bytes()],
      ['a number', registryValueType.REG_DWORD, bytes(1, 2, 3, 4)],
      ['text without its end', registryValueType.REG_SZ, bytes(0x61, 0)],
      ['a type that a program made up', 0x1234, bytes(9)],
      ['many bytes', registryValueType.REG_BINARY, new Uint8Array(100_000).fill(7)],
    ])('carry %s', async (_, type, data) => {
      const value = { ...key(), name: 'Value', type, data }
      await run().win32.regSetValue(value)
      expect(await run().win32.regQueryValue({ ...key(), name: 'vALUE' })).toEqual({ type, data })
    })

    it('know the default value by its empty name', async () => {
      await run().win32.regSetValue({ ...key(), name: '', type: 3, data: bytes(1) })
      expect(await run().win32.regQueryValue({ ...key(), name: '' })).toEqual({ type: 3, data: bytes(1) })
    })

    it('fail for what is not there', async () => {
      const { win32 } = run()
      const value = { name: 'None', type: 3, data: bytes(1) }
      expect([
        await asyncOutcomeOf(() => win32.regQueryValue({ ...key(), name: 'None' })),
        await asyncOutcomeOf(() => win32.regQueryValue({ ...key('none'), name: 'None' })),
        await asyncOutcomeOf(() => win32.regSetValue({ ...key('none'), ...value })),
        await asyncOutcomeOf(() => win32.regDeleteValue({ ...key(), name: 'None' })),
      ]).toEqual(Array.from({ length: 4 }, () => 'ERROR_FILE_NOT_FOUND'))
    })
  })

  describe('regEnumKey and regEnumValue', () => {
    it('list what is there', async () => {
      await create('one')
      await create('two')
      await run().win32.regSetValue({ ...key(), name: 'a', type: 4, data: bytes(1, 0, 0, 0) })
      await run().win32.regSetValue({ ...key(), name: 'b', type: 3, data: new Uint8Array(1000) })
      await run().win32.regSetValue({ ...key(), name: 'c', type: 3, data: bytes() })
      await run().win32.regDeleteValue({ ...key(), name: 'C' })
      expect([...(await run().win32.regEnumKey(key()))].toSorted()).toEqual(['one', 'two'])
      expect(await run().win32.regEnumValue(key())).toEqual([
        { name: 'a', type: 4, data: bytes(1, 0, 0, 0) },
        { name: 'b', type: 3, data: new Uint8Array(1000) },
      ])
      expect(await run().win32.regEnumValue(key('one'))).toEqual([])
    })

    it('know the users whose hives are loaded', async () => {
      const users = { root: 'HKEY_USERS', path: '', impersonate: null } as const
      const names = await run().win32.regEnumKey(users)
      expect(names.map((name) => name.toUpperCase())).toContain('.DEFAULT')
    })
  })

  describe('a root of the registry', () => {
    const root = { root: 'HKEY_LOCAL_MACHINE', path: '', impersonate: null } as const
    const value = { name: 'asuser-contract', type: registryValueType.REG_BINARY, data: bytes(1) }

    it('has values of its own, and stays', async () => {
      const { win32 } = run()
      expect(await win32.regCreateKey({ ...root, security: null, volatile: false })).toBe('opened')
      await win32.regSetValue({ ...root, ...value })
      expect(await win32.regQueryValue({ ...root, name: value.name })).toEqual({ type: value.type, data: value.data })
      expect(await win32.regEnumValue(root)).toContainEqual(value)
      await win32.regDeleteValue({ ...root, name: value.name })
      expect(await asyncOutcomeOf(() => win32.regDeleteKey(root))).toBe('ERROR_ACCESS_DENIED')
    })

    it('is opened as the client, whoever has had it open before', async () => {
      const { win32 } = run()
      await win32.regEnumKey(root)
      using token = await run().logOn(run().backend.accounts.alice)
      const client = { ...root, impersonate: token }
      expect({
        look: await asyncOutcomeOf(() => win32.regEnumKey(client)),
        write: await asyncOutcomeOf(() => win32.regSetValue({ ...client, ...value })),
        remove: await asyncOutcomeOf(() => win32.regDeleteValue({ ...client, name: value.name })),
        create: await asyncOutcomeOf(() => win32.regCreateKey({ ...client, security: null, volatile: false })),
        users: await asyncOutcomeOf(() => win32.regSetValue({ ...client, root: 'HKEY_USERS', ...value })),
      }).toEqual({
        look: 'success',
        write: 'ERROR_ACCESS_DENIED',
        remove: 'ERROR_ACCESS_DENIED',
        create: 'success',
        users: 'ERROR_ACCESS_DENIED',
      })
    })
  })

  describe('the registry for a client', () => {
    it('is closed where the client may not', async (context) => {
      run().needs('security of a new registry key', context)
      const security = SecurityDescriptor.fromSddl('O:SYG:SYD:P(A;;KA;;;SY)').toBytes()
      await create('closed', security)
      using token = await run().logOn(run().backend.accounts.alice)
      const client = { impersonate: token }
      const { win32 } = run()
      const value = { name: 'x', type: 3, data: bytes(1) }
      expect([
        await asyncOutcomeOf(() => win32.regEnumValue({ ...key('closed'), ...client })),
        await asyncOutcomeOf(() => win32.regEnumKey({ ...key('closed'), ...client })),
        await asyncOutcomeOf(() => win32.regQueryValue({ ...key('closed'), ...client, name: 'x' })),
        await asyncOutcomeOf(() => win32.regSetValue({ ...key('closed'), ...client, ...value })),
        await asyncOutcomeOf(() => win32.regDeleteValue({ ...key('closed'), ...client, name: 'x' })),
        await asyncOutcomeOf(() => win32.regDeleteKey({ ...key('closed'), ...client })),
        await asyncOutcomeOf(() =>
          win32.regCreateKey({ ...key('closed\\new'), ...client, security: null, volatile: false }),
        ),
      ]).toEqual(Array.from({ length: 7 }, () => 'ERROR_ACCESS_DENIED'))
    })
  })
}
