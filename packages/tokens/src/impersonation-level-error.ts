import { errorCodes, type ErrorContext, Win32Error } from '@asuser/native'
import type { ImpersonationLevelName } from './token-information.ts'

const reasons: Readonly<Record<ImpersonationLevelName, string>> = {
  anonymous: 'the client connected at level anonymous, which keeps even its identity from the server',
  identification:
    'the client lets the server know who it is and not act for it, or the server lacks SeImpersonatePrivilege; ' +
    'it must connect at level impersonation',
  impersonation: 'the client lets the server act for it on this computer alone',
  delegation: 'the client lets the server act for it everywhere',
}

/** The client did not let the server do this with its identity. */
export class ImpersonationLevelError extends Win32Error {
  /** What it did let the server do. */
  readonly level: ImpersonationLevelName

  constructor(level: ImpersonationLevelName, syscall: string, context: ErrorContext = {}, cause?: unknown) {
    const code = level === 'anonymous' ? 'ERROR_CANT_OPEN_ANONYMOUS' : 'ERROR_BAD_IMPERSONATION_LEVEL'
    super({ errno: errorCodes[code][0], syscall, context: { ...context, level, reason: reasons[level] }, cause })
    this.level = level
  }

  static {
    Object.defineProperty(this.prototype, 'name', {
      value: 'ImpersonationLevelError',
      configurable: true,
      writable: true,
    })
  }
}
