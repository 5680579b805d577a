import { requireInstance } from './invalid-argument.ts'
import { missingEnabledPrivileges } from './privilege.ts'
import { Token } from './token.ts'

export interface PrivilegeCheckResult {
  /** Whether all of them are enabled. */
  readonly granted: boolean
  /** Those that are not: disabled or not held at all. */
  readonly missing: readonly string[]
}

/**
 * Asks whether privileges are enabled in the token of a client.
 *
 * Needs `TOKEN_QUERY`.
 *
 * @throws InvalidArgumentError
 * @throws Win32Error `ERROR_NO_SUCH_PRIVILEGE`, `ERROR_BAD_IMPERSONATION_LEVEL`, `ERROR_ACCESS_DENIED`
 * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-privilegecheck
 */
export function privilegeCheck(token: Token, names: readonly string[]): PrivilegeCheckResult {
  requireInstance('token', Token, token)
  const missing = missingEnabledPrivileges(token.win32, token.handle, names)
  return { granted: missing.length === 0, missing }
}
