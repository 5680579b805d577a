export {
  type AccessByTypeOptions,
  type AccessByTypeResult,
  accessCheck,
  accessCheckByType,
  type AccessResult,
  effectiveAccess,
  type EffectiveAccessOptions,
  type NodeAccessResult,
  privilegeCheck,
  type PrivilegeCheckResult,
} from './access.ts'
export { type Account, accountOf, type AccountUse, type LookupOptions, sidOf } from './account.ts'
export {
  type AuditedAccess,
  type AuditedAccessCheck,
  auditedAccessCheck,
  type AuditedObject,
  auditObjectOpen,
  auditPrivilegedService,
  EventSource,
  type EventSourceRegistration,
  installEventSource,
  type ObjectAudit,
  type ObjectOpenAudit,
  type PrivilegedServiceAudit,
  type SecurityEventReport,
  uninstallEventSource,
} from './audit.ts'
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
  connectNetwork,
  type ConnectNetworkOptions,
  type NetworkConnection,
  NetworkCredentialConflictError,
} from './network.ts'
export {
  currentProcessToken,
  currentThreadToken,
  effectiveToken,
  enablePrivileges,
  type OpenTokenOptions,
  processToken,
} from './open-token.ts'
export { type Privilege, PrivilegeNotHeldError } from './privilege.ts'
export { type DuplicateOptions, Token } from './token.ts'
export type {
  ElevationName,
  ImpersonationLevelName,
  SidAndAttributes,
  TokenStatistics,
  TokenTypeName,
} from './token-information.ts'
