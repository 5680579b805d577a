import { tokenAccess, tokenType, type ImpersonatedCallback, type ImpersonationApi } from '@asuser/native'
import { anonymousToken } from '../lsa/anonymous.ts'
import { Failure } from '../kernel/failure.ts'
import { NamedPipeInstance } from '../kernel/named-pipe.ts'
import { Token } from '../kernel/token.ts'
import type { Caller } from './caller.ts'
import { runImpersonated } from './impersonated-callback.ts'

export function createImpersonationApi(caller: Caller): ImpersonationApi {
  const runAs = <T>(open: () => Token, callback: ImpersonatedCallback<T>): T =>
    runImpersonated(caller.thread, open, callback)

  return {
    impersonateLoggedOnUser: (token, callback) => runAs(() => caller.impersonationToken(token), callback),

    impersonateSelf(level, callback) {
      const asClient = { type: tokenType.TokenImpersonation, level }
      return runAs(() => caller.process.token.duplicate(asClient, caller.defaultSecurity('token')), callback)
    },

    impersonateAnonymousToken: (callback) =>
      runAs(() => new Token(caller.machine.luids, anonymousToken(), caller.defaultSecurity('token')), callback),

    setThreadToken(handle, callback) {
      function open(): Token {
        const token = caller.handles.resolve(handle, tokenAccess.TOKEN_IMPERSONATE, 'token')
        if (token.isPrimary) throw new Failure('ERROR_BAD_TOKEN_TYPE')
        return caller.impersonationTokenAsIs(token)
      }
      return runAs(open, callback)
    },

    impersonateNamedPipeClient(pipe, callback) {
      function open(): Token {
        const { object: end } = caller.handles.lookUpForNow(pipe, 'pipe')
        if (!(end instanceof NamedPipeInstance)) throw new Failure('ERROR_CANNOT_IMPERSONATE')
        return end.impersonationToken(caller.process.token, caller.defaultSecurity('token'))
      }
      return runAs(open, callback)
    },

    // No program of this machine serves calls: there never is a client.
    rpcImpersonateClient() {
      throw new Failure('RPC_S_NO_CALL_ACTIVE')
    },

    coImpersonateClient() {
      throw new Failure('RPC_E_CALL_COMPLETE')
    },
  }
}
