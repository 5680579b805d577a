import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { logonProvider, logonType } from '../constants.ts'
import { getWin32 } from '../win32.ts'

it.each([
  ['a number', 73_571],
  ['a string', '73571'],
  ['a boolean', true],
  ['half a unit', Uint8Array.of(0x73, 0x57, 0x31)],
  ['NUL', Uint8Array.of(0x73, 0, 0, 0, 0x57, 0)],
])('logonUser shows nothing of a password that is %s', async (_, password) => {
  const options = {
    user: 'alice',
    domain: null,
    password,
    type: logonType.LOGON32_LOGON_INTERACTIVE,
    provider: logonProvider.LOGON32_PROVIDER_DEFAULT,
  }
  const failure: unknown = await Reflect.apply(getWin32().logonUser, undefined, [options]).catch(
    (error: unknown) => error,
  )
  expect(failure).toBeInstanceOf(TypeError)
  expect(String(failure)).toMatch(/"options\.password" must be a Uint8Array$|"options\.password" must be UTF-16LE/u)
  expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain('73571')
})
