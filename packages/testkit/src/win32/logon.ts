import { tokenAccess, type LogonApi } from '@asuser/native'
import { defaultSecurity } from '../kernel/default-security.ts'
import { Token } from '../kernel/token.ts'
import { logOn } from '../lsa/logon.ts'
import type { Caller } from './caller.ts'
import { passwordText } from './password-text.ts'

export function createLogonApi(caller: Caller): LogonApi {
  return {
    async logonUser({ user, domain, password, type, provider }) {
      const contents = logOn(caller.lsa, {
        user,
        domain,
        password: passwordText(password),
        type,
        provider,
        caller: caller.process.token.contents,
      })
      const token = new Token(caller.machine.luids, contents, defaultSecurity(contents, 'token'))
      return caller.handles.open('token', token, tokenAccess.TOKEN_ALL_ACCESS)
    },
  }
}
