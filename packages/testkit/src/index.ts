export { Faults, type Fault } from './faults.ts'
export type { RecordedCall } from './call-log.ts'
export type { ServerSpec } from './kernel/network.ts'
export type { SecurityEvent } from './kernel/security-log.ts'
export { LeakError, type Leak } from './leaks.ts'
export { NotSimulatedError } from './not-simulated-error.ts'
export type { AccountRight, LogonRight, RightsSpec } from './lsa/account-rights.ts'
export type { DomainSpec } from './lsa/domain.ts'
export type { DomainUserSpec, ServiceSpec, UserSpec } from './lsa/user-account.ts'
export type { Program, ProgramMain } from './programs/program.ts'
export { createWindows } from './windows.ts'
export type {
  FileSpec,
  KernelObjectSpec,
  ProgramSpec,
  RegistryKeySpec,
  SessionSpec,
  SimulatedProcess,
  SimulatedWindows,
  StartProcessOptions,
  WindowsOptions,
} from './windows-options.ts'
