import {
  impersonationLevel,
  tokenAccess,
  tokenType,
  type ImpersonatedCallback,
  type ImpersonationApi,
} from '@asuser/native'
import { anonymousToken } from '../lsa/anonymous.ts'
import { Failure } from '../kernel/failure.ts'
import { NamedPipeInstance } from '../kernel/named-pipe.ts'
import { Token } from '../kernel/token.ts'
import type { Caller } from './caller.ts'

export function createImpersonationApi(caller: Caller): ImpersonationApi {
  const { thread } = caller

  function runAs<T>(token: Token, callback: ImpersonatedCallback<T>): T {
    const previous = thread.impersonation
    thread.impersonation = token
    try {
      return callback(token.level)
    } finally {
      thread.impersonation = previous
    }
  }

  /** The identity to come back to must be one that can be held on to. */
  function checkPrevious(): void {
    if (thread.impersonation?.level === impersonationLevel.SecurityAnonymous) {
      throw new Failure('ERROR_CANT_OPEN_ANONYMOUS')
    }
  }

  return {
    impersonateLoggedOnUser(token, callback) {
      checkPrevious()
      return runAs(caller.impersonationToken(token), callback)
    },

    impersonateSelf(level, callback) {
      checkPrevious()
      const security = caller.defaultSecurity('token')
      return runAs(caller.process.token.duplicate({ type: tokenType.TokenImpersonation, level }, security), callback)
    },

    impersonateAnonymousToken(callback) {
      checkPrevious()
      const token = new Token(caller.machine.luids, anonymousToken(), caller.defaultSecurity('token'))
      return runAs(token, callback)
    },

    setThreadToken(handle, callback) {
      checkPrevious()
      const token = caller.handles.resolve(handle, tokenAccess.TOKEN_IMPERSONATE, 'token')
      if (token.isPrimary) throw new Failure('ERROR_BAD_TOKEN_TYPE')
      return runAs(caller.impersonationTokenAsIs(token), callback)
    },

    impersonateNamedPipeClient(pipe, callback) {
      checkPrevious()
      const end = caller.handles.resolve(pipe, 0, 'pipe')
      if (!(end instanceof NamedPipeInstance)) throw new Failure('ERROR_CANNOT_IMPERSONATE')
      return runAs(end.impersonationToken(caller.process.token, caller.defaultSecurity('token')), callback)
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
