export { type Account, accountOf, type AccountUse, type LookupOptions, sidOf } from './account.ts'
export { ClientContext, type ClientContextOptions, createClientContext } from './client-context.ts'
export { type InvalidArgumentCode, InvalidArgumentError, type InvalidArgumentOptions } from './invalid-argument.ts'
export {
  type Credentials,
  type LogonProviderName,
  type LogonTypeName,
  logonUser,
  type LogonUserOptions,
  validateCredentials,
} from './logon.ts'
export {
  currentProcessToken,
  currentThreadToken,
  effectiveToken,
  enablePrivileges,
  type OpenTokenOptions,
  processToken,
} from './open-token.ts'
export { type Privilege, PrivilegeNotHeldError } from './privilege.ts'
export { createSecurityContext, SecurityContext, type SecurityContextOptions } from './security-context.ts'
export { SecurityContextError, type SecurityContextErrorCode } from './security-context-error.ts'
export type { SecurityExchangeOptions, SecurityLeg, SecurityPackage } from './security-exchange.ts'
export { type DuplicateOptions, Token } from './token.ts'
export type {
  ElevationName,
  ImpersonationLevelName,
  SidAndAttributes,
  TokenStatistics,
  TokenTypeName,
} from './token-information.ts'
