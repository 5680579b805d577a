import { expect, it } from 'vitest'
import { networkResourceType } from '../constants.ts'
import { getWin32, type Win32 } from '../win32.ts'

/** Whatever is given for a password may be one. */
const given = 471_100

const logon = { user: 'alice', domain: '.', password: given, type: 2, provider: 0 }
const account = { user: 'alice', domain: null, password: given }
const credentials = { package: 'NTLM', use: 'outbound', principal: null, identity: account, impersonate: null }
const connection = {
  remoteName: '\\\\FILES\\public',
  localName: null,
  user: null,
  password: given,
  flags: 0,
  impersonate: null,
}

it.each<[keyof Win32, object]>([
  ['logonUser', logon],
  ['logonUserExExW', { ...logon, groups: null }],
  ['acquireCredentialsHandle', credentials],
  ['wNetAddConnection2', { ...connection, type: networkResourceType.RESOURCETYPE_ANY }],
])('%s does not show what was given for a password', async (name, options) => {
  const failure: unknown = await Reflect.apply(getWin32()[name], getWin32(), [options]).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(TypeError)
  expect(failure).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE', message: expect.stringContaining('password') })
  expect(String(failure)).not.toContain(String(given))
})
