import { createWindows, type SimulatedWindows } from '@asuser/testkit'
import { registryValueType } from '@asuser/native'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { asClient, type ClientIo, type ClientRegistry, InvalidArgumentError, logonUser } from './index.ts'

const machine = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Example'

let windows: SimulatedWindows
let client: ClientIo
let registry: ClientRegistry

beforeEach(async () => {
  windows = createWindows({
    users: { alice: { password: 'Secret-1' }, bob: { password: 'Secret-2' } },
    sessions: [{ id: 1, user: 'alice' }],
    registry: {
      [machine]: { values: { Text: 'text', Number: 7, '': 'default' } },
      [`${machine}\\Closed`]: { sddl: 'O:SYG:SYD:P(A;;KA;;;SY)', values: { Secret: 'no' } },
      'HKEY_USERS\\alice\\Software': { values: { Colour: 'green' } },
      'HKEY_USERS\\bob\\Software': { values: { Colour: 'red' } },
    },
  })
  const service = windows.startProcess({ account: 'LocalSystem' })
  using token = await logonUser({ user: 'alice', password: 'Secret-1', win32: service.win32 })
  client = asClient(token)
  registry = client.registry
})

afterEach(() => {
  client.close()
  windows.assertNoLeaks()
})

describe('ClientRegistry', () => {
  it.each([
    [machine, 'Text', 'text'],
    ['HKLM\\software\\example', 'number', 7],
    [machine, '', 'default'],
    ['HKCU\\Software', 'Colour', 'green'],
    ['HKEY_CURRENT_USER\\Software', 'Colour', 'green'],
  ])('gets %s %s', async (key, name, content) => {
    await expect(registry.get(key, name)).resolves.toBe(content)
  })

  it.each([
    ['text', 'word'],
    ['a number', 5],
    ['a bigint', 2n ** 40n],
    ['texts', ['a', 'b']],
    ['bytes', Uint8Array.of(1, 2)],
  ])('sets %s and gets it back', async (_, content) => {
    await registry.set('HKCU\\Software', 'Value', content)
    await expect(registry.get('HKCU\\Software', 'Value')).resolves.toEqual(content)
  })

  it('leaves variables as they are written', async () => {
    const data = new Uint8Array(Buffer.from('%TEMP%\0', 'utf16le'))
    await registry.set('HKCU\\Software', 'Value', { type: registryValueType.REG_EXPAND_SZ, data })
    await expect(registry.get('HKCU\\Software', 'Value')).resolves.toBe('%TEMP%')
  })

  it('lists keys and values', async () => {
    const { keys, values } = await registry.list(machine)
    expect(keys).toEqual(['Closed'])
    expect([...values]).toEqual([
      ['Text', 'text'],
      ['Number', 7],
      ['', 'default'],
    ])
  })

  it('makes and removes keys and values of the client', async () => {
    await registry.createKey('HKCU\\Software\\New\\Deep')
    await registry.set('HKCU\\Software\\New\\Deep', 'x', 1)
    await registry.delete('HKCU\\Software\\New\\Deep', 'X')
    await expect(registry.deleteKey('HKCU\\Software\\New')).rejects.toMatchObject({ code: 'ERROR_ACCESS_DENIED' })
    await registry.deleteKey('HKCU\\Software\\New\\Deep')
    await registry.deleteKey('HKCU\\Software\\New')
    expect((await registry.list('HKCU\\Software')).keys).toEqual([])
  })

  it.each([
    ['writes where only others may', () => registry.set(machine, 'Text', 'x'), 'ERROR_ACCESS_DENIED'],
    ['reads where only others may', () => registry.get(`${machine}\\Closed`, 'Secret'), 'ERROR_ACCESS_DENIED'],
    ['makes a key where only others may', () => registry.createKey(`${machine}\\New`), 'ERROR_ACCESS_DENIED'],
    ['reads a value that is not there', () => registry.get(machine, 'None'), 'ERROR_FILE_NOT_FOUND'],
    ['writes to a key that is not there', () => registry.set('HKCU\\None', 'x', 1), 'ERROR_FILE_NOT_FOUND'],
    [
      'reads the hive of a user whose profile is not loaded',
      () => registry.list(`HKU\\${windows.sid('bob').toString()}`),
      'ERROR_FILE_NOT_FOUND',
    ],
    ['makes a hive', () => registry.createKey('HKU\\New'), 'ERROR_INVALID_PARAMETER'],
  ])('fails when it %s', async (_, call, code) => {
    await expect(call()).rejects.toMatchObject({ code, context: { key: expect.stringMatching(/^HK/u) } })
  })

  it.each(['SOFTWARE', 'HKEY_CLASSES_ROOT\\.txt', '', 'HKLM\\a\0b'])('refuses the key %j', async (key) => {
    await expect(registry.list(key)).rejects.toBeInstanceOf(InvalidArgumentError)
  })
})
