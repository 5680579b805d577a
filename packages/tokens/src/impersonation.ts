import { getWin32, type ImpersonatedCallback, type ImpersonationLevel, type Win32 } from '@asuser/native'
import { ImpersonationLevelError, type LevelLimit } from './impersonation-level-error.ts'
import { requireKeyOf, requireObject } from './invalid-argument.ts'
import { callSynchronously, type Synchronous } from './synchronous-scope.ts'
import { type ImpersonationLevelName, impersonationLevelName, impersonationLevels } from './token-information.ts'

export interface ImpersonateOptions {
  /**
   * What the callback needs; `impersonation` if left out. With less than it there is the callback is not run.
   * `identification` is enough to ask who the client is, and for nothing else.
   */
  readonly minimumLevel?: ImpersonationLevelName | undefined
}

export interface ImpersonateCallerOptions extends ImpersonateOptions {
  readonly win32?: Win32 | undefined
}

/** Where an identity comes from. */
export interface ImpersonationSource {
  /** The function of Windows that gives it. */
  readonly syscall: string
  /** Who is to blame for a level that is too low. */
  readonly limitOf: (level: ImpersonationLevel) => LevelLimit
}

/**
 * Runs synchronous work under another identity, once it is known to be there at the level that the work needs.
 *
 * @throws InvalidArgumentError
 * @throws ImpersonationLevelError
 */
export function runImpersonated<T>(
  callback: () => T,
  options: ImpersonateOptions,
  enter: (run: ImpersonatedCallback<T>) => T,
  { syscall, limitOf }: ImpersonationSource,
): T {
  const minimumLevel = minimumLevelOf(options)
  try {
    return callSynchronously(callback, (run) =>
      enter((level) => {
        if (level < impersonationLevels[minimumLevel]) throw new LevelTooLow(level)
        return run()
      }),
    )
  } catch (error) {
    if (!(error instanceof LevelTooLow)) throw error
    // Asked by the server itself: at such a level the thread may not even open the client's token.
    const limitedBy = limitUnlessUnknown(() => limitOf(error.level))
    throw new ImpersonationLevelError(impersonationLevelName(error.level), syscall, { minimumLevel }, { limitedBy })
  }
}

/** @throws InvalidArgumentError */
export function minimumLevelOf(options: ImpersonateOptions): ImpersonationLevelName {
  const { minimumLevel = 'impersonation' } = requireObject('options', options)
  return requireKeyOf('options.minimumLevel', impersonationLevels, minimumLevel)
}

/** To ask may fail as well, which is not what is to be told. */
function limitUnlessUnknown(ask: () => LevelLimit): LevelLimit | undefined {
  try {
    return ask()
  } catch {
    return undefined
  }
}

/** Leaves the scope of an identity that is not enough. */
class LevelTooLow extends Error {
  readonly level: ImpersonationLevel

  constructor(level: ImpersonationLevel) {
    super()
    this.level = level
  }
}

/**
 * Runs `callback` as this process, with a token of its own for the thread: what is changed in that token counts for the
 * callback alone.
 *
 * @param level of the thread's token; the callback runs whatever it is
 * @throws InvalidArgumentError
 * @throws Win32Error `ERROR_ACCESS_DENIED`
 * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-impersonateself
 */
export function impersonateSelf<T>(
  level: ImpersonationLevelName,
  callback: () => Synchronous<T>,
  { win32 = getWin32() }: { readonly win32?: Win32 | undefined } = {},
): T {
  requireKeyOf('level', impersonationLevels, level)
  return runImpersonated(
    callback,
    { minimumLevel: level },
    (run) => win32.impersonateSelf(impersonationLevels[level], run),
    ownIdentity('ImpersonateSelf'),
  )
}

/**
 * Runs `callback` as nobody, `NT AUTHORITY\ANONYMOUS LOGON`: with what is open to everybody without a name.
 *
 * @throws InvalidArgumentError
 * @throws Win32Error `ERROR_ACCESS_DENIED` from a restricted process
 * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-impersonateanonymoustoken
 */
export function impersonateAnonymousToken<T>(
  callback: () => Synchronous<T>,
  { win32 = getWin32() }: { readonly win32?: Win32 | undefined } = {},
): T {
  return runImpersonated(
    callback,
    { minimumLevel: 'anonymous' },
    (run) => win32.impersonateAnonymousToken(run),
    ownIdentity('ImpersonateAnonymousToken'),
  )
}

/**
 * Runs `callback` as the client of the remote procedure call that this thread is in. Node itself serves no such calls:
 * this is for a host or an addon that does, and calls JavaScript from them.
 *
 * @throws InvalidArgumentError
 * @throws ImpersonationLevelError
 * @throws Win32Error `RPC_S_NO_CALL_ACTIVE`
 * @see https://learn.microsoft.com/windows/win32/api/rpcdce/nf-rpcdce-rpcimpersonateclient
 */
export function impersonateRpcClient<T>(
  callback: () => Synchronous<T>,
  { win32 = getWin32(), ...options }: ImpersonateCallerOptions = {},
): T {
  return runImpersonated(
    callback,
    options,
    (run) => win32.rpcImpersonateClient(run),
    callerIdentity('RpcImpersonateClient'),
  )
}

/**
 * Runs `callback` as the client of the COM call that this thread is in. See {@link impersonateRpcClient}.
 *
 * @throws InvalidArgumentError
 * @throws ImpersonationLevelError
 * @throws Win32Error `RPC_E_CALL_COMPLETE`, `CO_E_NOTINITIALIZED`
 * @see https://learn.microsoft.com/windows/win32/api/combaseapi/nf-combaseapi-coimpersonateclient
 */
export function impersonateComClient<T>(
  callback: () => Synchronous<T>,
  { win32 = getWin32(), ...options }: ImpersonateCallerOptions = {},
): T {
  return runImpersonated(
    callback,
    options,
    (run) => win32.coImpersonateClient(run),
    callerIdentity('CoImpersonateClient'),
  )
}

/** An identity of this process itself, or nobody's. */
function ownIdentity(syscall: string): ImpersonationSource {
  return { syscall, limitOf: () => 'server' }
}

/** Somebody's who calls this process. */
export function callerIdentity(syscall: string): ImpersonationSource {
  return { syscall, limitOf: () => 'client' }
}
