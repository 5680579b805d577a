import type { DdeApi } from '@asuser/native'
import { Failure } from '../kernel/failure.ts'

/** No program of this machine has a window or a conversation, so that no number is the handle of one. */
export function createDdeApi(): DdeApi {
  return {
    impersonateDdeClientWindow() {
      throw new Failure('ERROR_INVALID_WINDOW_HANDLE')
    },

    ddeImpersonateClient() {
      throw new Failure('ERROR_CANNOT_IMPERSONATE')
    },
  }
}
