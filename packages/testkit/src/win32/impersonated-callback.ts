import { impersonationLevel, type ImpersonatedCallback } from '@asuser/native'
import { Failure } from '../kernel/failure.ts'
import type { Thread } from '../kernel/thread.ts'
import type { Token } from '../kernel/token.ts'

/**
 * Runs a callback with another identity on the thread, and puts the one back that it had before.
 *
 * @param open the token to impersonate with
 * @throws Failure `ERROR_CANT_OPEN_ANONYMOUS` when the identity to come back to could not be held on to
 */
export function runImpersonated<T>(thread: Thread, open: () => Token, callback: ImpersonatedCallback<T>): T {
  const previous = thread.impersonation
  if (previous?.level === impersonationLevel.SecurityAnonymous) throw new Failure('ERROR_CANT_OPEN_ANONYMOUS')
  try {
    // The process itself takes the identity on, whatever the client before may do.
    thread.impersonation = undefined
    const token = open()
    thread.impersonation = token
    return callback(token.level)
  } finally {
    thread.impersonation = previous
  }
}
