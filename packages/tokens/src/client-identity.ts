import { type Borrowed, type ErrorContext, tokenAccess, Win32Error, type Win32 } from '@asuser/native'
import type { Sid } from '@asuser/security-descriptors'
import { ImpersonationLevelError, levelLimit } from './impersonation-level-error.ts'
import type { Token } from './token.ts'
import { type ImpersonationLevelName, impersonationLevels } from './token-information.ts'

/** Whom work on other threads is done as: a token to impersonate with, of its own. */
export class ClientIdentity implements Disposable {
  readonly win32: Win32
  readonly #token: Token
  /** What the client allows. */
  readonly #level: ImpersonationLevelName

  private constructor(token: Token, level: ImpersonationLevelName) {
    this.#token = token
    this.#level = level
    this.win32 = token.win32
  }

  static of(token: Token): ClientIdentity {
    const level = token.impersonationLevel ?? 'impersonation'
    const access = tokenAccess.TOKEN_QUERY | tokenAccess.TOKEN_IMPERSONATE
    return new ClientIdentity(token.duplicate({ type: 'impersonation', level, access }), level)
  }

  get user(): Sid {
    return this.#token.user.sid
  }

  get handle(): Borrowed<'token'> {
    return this.#token.handle
  }

  get closed(): boolean {
    return this.#token.closed
  }

  close(): void {
    this.#token.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** A failure with what it was about; one for want of a level with who is to blame for that. */
  explain(error: unknown, context: ErrorContext): unknown {
    if (!(error instanceof Win32Error)) return error
    const level = levelsThatAreTooLow.get(error.code)
    if (level === undefined) return error.with(context)
    const limitedBy = levelLimit(this.#level, impersonationLevels[level])
    const whole = { ...error.context, ...context }
    return new ImpersonationLevelError(level, error.syscall, whole, { cause: error, limitedBy })
  }
}

/** What a thread says that has a level which is not enough to act as the client. */
const levelsThatAreTooLow: ReadonlyMap<string, ImpersonationLevelName> = new Map([
  ['ERROR_CANT_OPEN_ANONYMOUS', 'anonymous'],
  ['ERROR_BAD_IMPERSONATION_LEVEL', 'identification'],
])
