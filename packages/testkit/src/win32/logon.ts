import { tokenAccess, type Handle, type LogonApi, type LogonUserOptions } from '@asuser/native'
import { defaultSecurity } from '../kernel/default-security.ts'
import { Failure } from '../kernel/failure.ts'
import { Token, type TokenGroup } from '../kernel/token.ts'
import { logOn } from '../lsa/logon.ts'
import type { Caller } from './caller.ts'
import { readSid } from './given-sid.ts'

export function createLogonApi(caller: Caller): LogonApi {
  function openSession(options: LogonUserOptions, addedGroups: readonly TokenGroup[]): Handle<'token'> {
    const { user, domain, password, type, provider } = options
    const contents = logOn(caller.lsa, {
      user,
      domain,
      password: password === null ? null : passwordText(password),
      type,
      provider,
      addedGroups,
      isTrusted: caller.process.token.hasEnabledPrivilege('SeTcbPrivilege'),
      caller: caller.process.token.contents,
    })
    const token = new Token(caller.machine.luids, contents, defaultSecurity(contents, 'token'))
    return caller.handles.open('token', token, tokenAccess.TOKEN_ALL_ACCESS)
  }

  return {
    async logonUser(options) {
      return openSession(options, [])
    },

    async logonUserExExW({ groups, ...options }) {
      if (groups === null) return openSession(options, [])
      if (!caller.process.token.hasEnabledPrivilege('SeTcbPrivilege')) throw new Failure('ERROR_PRIVILEGE_NOT_HELD')
      return openSession(
        options,
        groups.map(({ sid, attributes }) => ({ sid: readSid(sid), attributes })),
      )
    },
  }
}

function passwordText(utf16: Uint8Array): string {
  if (utf16.length % 2 !== 0) throw new Failure('ERROR_INVALID_PARAMETER')
  return Buffer.from(utf16.buffer, utf16.byteOffset, utf16.byteLength).toString('utf16le')
}
