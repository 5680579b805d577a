export { type Account, accountOf, type AccountUse, type LookupOptions, sidOf } from './account.ts'
export { type AdjustGroupsOptions, GroupNotInTokenError } from './group.ts'
export type { IntegrityLevelName } from './integrity-level.ts'
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
export type { LowBoxOptions, RestrictOptions } from './restricted-token.ts'
export { type DuplicateOptions, Token } from './token.ts'
export type {
  ElevationName,
  ImpersonationLevelName,
  SidAndAttributes,
  TokenStatistics,
  TokenTypeName,
} from './token-information.ts'
