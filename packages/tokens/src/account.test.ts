import { describe, expect, it } from 'vitest'
import { Sid } from '@asuser/security-descriptors'
import { createWindows } from '@asuser/testkit'
import { accountOf, sidOf } from './index.ts'

const windows = createWindows({ computerName: 'TEST', users: { alice: { password: 'Secret-1' } } })
const { win32 } = windows.startProcess({ account: 'LocalSystem' })
const alice = windows.sid('alice')

describe('accountOf', () => {
  it('names users and well-known groups', async () => {
    await expect(accountOf(alice, { win32 })).resolves.toEqual({
      sid: alice,
      name: 'alice',
      domain: 'TEST',
      use: 'user',
    })
    await expect(accountOf(Sid.wellKnown('BuiltinAdministrators'), { win32 })).resolves.toMatchObject({
      name: 'Administrators',
      domain: 'BUILTIN',
      use: 'alias',
    })
  })

  it('fails with the SID when nobody has it', async () => {
    const sid = Sid.parse('S-1-5-5-1-2')
    await expect(accountOf(sid, { win32 })).rejects.toMatchObject({
      code: 'ERROR_NONE_MAPPED',
      context: { sid: 'S-1-5-5-1-2' },
    })
  })
})

describe('sidOf', () => {
  it.each(['alice', 'TEST\\alice'])('finds %s', async (name) => {
    await expect(sidOf(name, { win32 })).resolves.toEqual(alice)
  })

  it('fails with the name when there is no such account', async () => {
    await expect(sidOf('TEST\\nobody', { win32 })).rejects.toMatchObject({
      code: 'ERROR_NONE_MAPPED',
      context: { account: 'TEST\\nobody' },
    })
  })

  it.each([5, '', 'a\0b'])('refuses %j', async (name) => {
    // @ts-expect-error: what JavaScript may pass
    await expect(sidOf(name, { win32 })).rejects.toMatchObject({ argument: 'accountName' })
  })
})
