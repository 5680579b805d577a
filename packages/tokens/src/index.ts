export {
  type AccessByTypeOptions,
  type AccessByTypeResult,
  accessCheck,
  accessCheckByType,
  type AccessResult,
} from './access.ts'
export type { NodeAccessResult } from './access-question.ts'
export { type Account, accountOf, type AccountUse, type LookupOptions, sidOf } from './account.ts'
export * as audit from './audit.ts'
export {
  type AccountRightsOptions,
  accountRightsOf,
  grantAccountRights,
  revokeAccountRights,
} from './account-rights.ts'
export { ClientFile } from './client-file.ts'
export { asClient, ClientIo } from './client-io.ts'
export { ClientRegistry, type RegistryListing } from './client-registry.ts'
export { ClientDirent, ClientStats } from './client-stats.ts'
export type { OpenFlag, WriteFlag } from './file-opening.ts'
export {
  impersonateAnonymousToken,
  type ImpersonateCallerOptions,
  impersonateComClient,
  type ImpersonateOptions,
  impersonateRpcClient,
  impersonateSelf,
} from './impersonation.ts'
export type { Synchronous } from './synchronous-scope.ts'
export { ClientContext, type ClientContextOptions, createClientContext } from './client-context.ts'
export type { Answer, CapabilityReport, Finding } from './capability-report.ts'
export { chooseSession, type SessionChoice } from './choose-session.ts'
export {
  connectPipe,
  type ConnectPipeOptions,
  type ExpectedPipeServer,
  UnexpectedPipeServerError,
} from './connect-pipe.ts'
export { CredentialsRefusedError } from './credential-proof.ts'
export { type DdeLibraryConversation, type DdeWindows, impersonateDdeClient, type WindowHandle } from './dde-client.ts'
export { effectiveAccess, type EffectiveAccessOptions } from './effective-access.ts'
export { ImpersonationLevelError, type LevelLimit } from './impersonation-level-error.ts'
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
  withPrivileges,
} from './open-token.ts'
export { PipeClient } from './pipe-client.ts'
export type { PipeSecurity } from './pipe-security.ts'
export { createPipeServer, PipeServer, type PipeServerEvents, type PipeServerOptions } from './pipe-server.ts'
export { type Privilege, PrivilegeNotHeldError } from './privilege.ts'
export { privilegeCheck, type PrivilegeCheckResult } from './privilege-check.ts'
export { createSecurityContext, SecurityContext, type SecurityContextOptions } from './security-context.ts'
export { SecurityContextError, type SecurityContextErrorCode } from './security-context-error.ts'
export type { SecurityExchangeOptions, SecurityLeg, SecurityPackage } from './security-exchange.ts'
export type { ServerPolicyOptions } from './server-policy.ts'
export { logonS4U, type LogonS4UOptions, type S4ULevelName, type S4UPackageName } from './s4u.ts'
export {
  listSessions,
  type Session,
  type SessionKind,
  type SessionOptions,
  type SessionState,
  sessionToken,
} from './session.ts'
export { tlsServerEndPoint } from './tls-server-end-point.ts'
export type { LowBoxOptions, RestrictOptions } from './restricted-token.ts'
export { type DuplicateOptions, Token } from './token.ts'
export type {
  ElevationName,
  GroupsAndPrivileges,
  ImpersonationLevelName,
  SidAndAttributes,
  TokenStatistics,
  TokenTypeName,
} from './token-information.ts'
