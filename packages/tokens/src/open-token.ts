import { getWin32, processAccess, tokenAccess, Win32Error, type Win32 } from '@asuser/native'
import { InvalidArgumentError, requireMask } from './invalid-argument.ts'
import { leasePrivileges } from './privilege-lease.ts'
import type { Synchronous } from './synchronous-scope.ts'
import { Token } from './token.ts'

export interface OpenTokenOptions {
  /** `TOKEN_*` rights of the handle. */
  readonly access?: number | undefined
  readonly win32?: Win32 | undefined
}

/** Everything that a `Token` method may need, but not to change the token for good. */
const ownAccess =
  tokenAccess.TOKEN_QUERY |
  tokenAccess.TOKEN_QUERY_SOURCE |
  tokenAccess.TOKEN_DUPLICATE |
  tokenAccess.TOKEN_IMPERSONATE |
  tokenAccess.TOKEN_ASSIGN_PRIMARY |
  tokenAccess.TOKEN_ADJUST_PRIVILEGES |
  tokenAccess.TOKEN_ADJUST_GROUPS

const foreignAccess = tokenAccess.TOKEN_QUERY | tokenAccess.TOKEN_DUPLICATE

/**
 * The token of this process, whoever a thread impersonates. In the callback of a client it is opened as the client, who
 * may not do that as a rule: open it before.
 *
 * @throws InvalidArgumentError
 * @throws Win32Error `ERROR_ACCESS_DENIED` when the token's DACL refuses the access
 * @see https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-openprocesstoken
 */
export function currentProcessToken({ access = ownAccess, win32 = getWin32() }: OpenTokenOptions = {}): Token {
  const desiredAccess = requireMask('options.access', access)
  return Token.fromHandle(win32.openProcessToken(win32.getCurrentProcess(), desiredAccess), win32)
}

/**
 * The token that the JavaScript thread impersonates with: the client inside of `token.impersonate`. Undefined when it
 * impersonates nobody. It is opened as the server, so that a client cannot keep the server from it.
 *
 * @throws InvalidArgumentError
 * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_CANT_OPEN_ANONYMOUS`
 * @see https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-openthreadtoken
 */
export function currentThreadToken({ access = foreignAccess, win32 = getWin32() }: OpenTokenOptions = {}):
  | Token
  | undefined {
  const desiredAccess = requireMask('options.access', access)
  try {
    return Token.fromHandle(win32.openThreadToken({ desiredAccess, openAsSelf: true }), win32)
  } catch (error) {
    if (error instanceof Win32Error && error.code === 'ERROR_NO_TOKEN') return undefined
    throw error
  }
}

/** The token that access checks use now: of the impersonated client, otherwise of this process. */
export function effectiveToken({ access = foreignAccess, win32 = getWin32() }: OpenTokenOptions = {}): Token {
  return currentThreadToken({ access, win32 }) ?? currentProcessToken({ access, win32 })
}

/**
 * The token of a process.
 *
 * Needs `PROCESS_QUERY_LIMITED_INFORMATION` on the process, which SeDebugPrivilege gives for all but protected ones.
 *
 * @throws InvalidArgumentError
 * @throws Win32Error `ERROR_INVALID_PARAMETER` when there is no such process, `ERROR_ACCESS_DENIED`
 * @see https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-openprocesstoken
 */
export function processToken(
  processId: number,
  { access = foreignAccess, win32 = getWin32() }: OpenTokenOptions = {},
): Token {
  if (!Number.isSafeInteger(processId) || processId < 0) {
    throw InvalidArgumentError.ofValue('processId', 'the id of a process', processId)
  }
  const desiredAccess = requireMask('options.access', access)
  try {
    using process = win32.openProcess(processId, processAccess.PROCESS_QUERY_LIMITED_INFORMATION)
    return Token.fromHandle(win32.openProcessToken(process, desiredAccess), win32)
  } catch (error) {
    throw error instanceof Win32Error ? error.with({ processId }) : error
  }
}

/**
 * Enables privileges of this process until the result is disposed. Scopes that overlap share them, in workers, too, and
 * may end in any order: the last puts back what was before.
 *
 * @throws InvalidArgumentError
 * @throws PrivilegeNotHeldError `ERROR_NOT_ALL_ASSIGNED`, with those missing; then none is enabled
 * @throws Win32Error `ERROR_NO_SUCH_PRIVILEGE`
 * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-adjusttokenprivileges
 */
export function enablePrivileges(
  names: readonly string[],
  { win32 = getWin32() }: { readonly win32?: Win32 | undefined } = {},
): Disposable {
  return leasePrivileges(names, win32)
}

/**
 * Runs synchronous work with privileges enabled, under the identity that the JavaScript thread has, and on that thread
 * alone: nothing else in the process gets any wider. See `Token.withPrivileges`.
 *
 * SeTcbPrivilege and SeAuditPrivilege Windows asks of the process, whoever the thread is: for them use
 * `enablePrivileges`.
 *
 * @throws InvalidArgumentError
 * @throws PrivilegeNotHeldError `ERROR_NOT_ALL_ASSIGNED`, with those missing; then the callback is not run
 * @throws Win32Error `ERROR_NO_SUCH_PRIVILEGE`, `ERROR_ACCESS_DENIED`
 * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-impersonateself
 */
export function withPrivileges<T>(
  names: readonly string[],
  callback: () => Synchronous<T>,
  { win32 = getWin32() }: { readonly win32?: Win32 | undefined } = {},
): T {
  using token = effectiveToken({ win32 })
  return token.withPrivileges(names, callback)
}
