import type { ImpersonationApi } from '@asuser/native'
import type { Caller } from './caller.ts'

export function createImpersonationApi(caller: Caller): ImpersonationApi {
  return {
    impersonateLoggedOnUser(token, callback) {
      const { thread } = caller
      const previous = thread.impersonation
      thread.impersonation = caller.impersonationToken(token)
      try {
        return callback()
      } finally {
        thread.impersonation = previous
      }
    },
  }
}
