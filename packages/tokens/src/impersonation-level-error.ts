import { errorCodes, type ErrorContext, type ImpersonationLevel, Win32Error } from '@asuser/native'
import { type ImpersonationLevelName, impersonationLevels } from './token-information.ts'

const reasons: Readonly<Record<ImpersonationLevelName, string>> = {
  anonymous: 'the client connected at level anonymous, which keeps even its identity from the server',
  identification:
    'the client lets the server know who it is and not act for it, or the server lacks SeImpersonatePrivilege; ' +
    'it must connect at level impersonation',
  impersonation: 'the client lets the server act for it on this computer alone',
  delegation: 'the client lets the server act for it everywhere',
}

/** Who is to blame for a level that is too low. */
export type LevelLimit = 'client' | 'server'

/** Whether a token that allows one level is to blame for another, or Windows, which lowered it. */
export function levelLimit(allowed: ImpersonationLevelName | undefined, level: ImpersonationLevel): LevelLimit {
  return allowed !== undefined && impersonationLevels[allowed] <= level ? 'client' : 'server'
}

const reasonsOfLimit: Readonly<Record<LevelLimit, string>> = {
  client: 'the client allows no more',
  server: 'Windows lowered it, because this process lacks SeImpersonatePrivilege for a client that it did not log on',
}

/** The server may not do this with the identity of the client. */
export class ImpersonationLevelError extends Win32Error {
  /** What it may do. */
  readonly level: ImpersonationLevelName
  /** Who made it so, where that can be told: the client allowed no more, or Windows lowered the level of the server. */
  readonly limitedBy: LevelLimit | undefined

  constructor(
    level: ImpersonationLevelName,
    syscall: string,
    context: ErrorContext = {},
    { cause, limitedBy }: { readonly cause?: unknown; readonly limitedBy?: LevelLimit | undefined } = {},
  ) {
    const code = level === 'anonymous' ? 'ERROR_CANT_OPEN_ANONYMOUS' : 'ERROR_BAD_IMPERSONATION_LEVEL'
    const reason = limitedBy === undefined ? reasons[level] : reasonsOfLimit[limitedBy]
    super({ errno: errorCodes[code][0], syscall, context: { ...context, level, reason }, cause })
    this.level = level
    this.limitedBy = limitedBy
  }

  static {
    Object.defineProperty(this.prototype, 'name', {
      value: 'ImpersonationLevelError',
      configurable: true,
      writable: true,
    })
  }
}
