import type { ImpersonationApi } from '@asuser/native'
import { Failure } from '../kernel/failure.ts'
import { NamedPipeInstance } from '../kernel/named-pipe.ts'
import type { Token } from '../kernel/token.ts'
import type { Caller } from './caller.ts'

export function createImpersonationApi(caller: Caller): ImpersonationApi {
  function callAs<T>(client: Token, callback: () => T): T {
    const { thread } = caller
    const previous = thread.impersonation
    thread.impersonation = client
    try {
      return callback()
    } finally {
      thread.impersonation = previous
    }
  }

  return {
    impersonateLoggedOnUser(token, callback) {
      return callAs(caller.impersonationToken(token), callback)
    },

    impersonateNamedPipeClient(pipe, callback) {
      const end = caller.handles.resolve(pipe, 0, 'pipe')
      if (!(end instanceof NamedPipeInstance)) throw new Failure('ERROR_CANNOT_IMPERSONATE')
      return callAs(end.impersonationToken(caller.process.token, caller.defaultSecurity('token')), callback)
    },
  }
}
