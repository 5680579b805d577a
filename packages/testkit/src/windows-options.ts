import type { Readable, Writable } from 'node:stream'
import type { RegistryContent, Win32 } from '@asuser/native'
import type { Sid } from '@asuser/security-descriptors'
import type { RecordedCall } from './call-log.ts'
import type { Faults } from './faults.ts'
import type { ServerSpec } from './kernel/network.ts'
import type { SecurityEvent } from './kernel/security-log.ts'
import type { RightsSpec } from './lsa/account-rights.ts'
import type { DomainSpec } from './lsa/domain.ts'
import type { UserSpec } from './lsa/user-account.ts'
import type { ProgramMain } from './programs/program.ts'

export interface FileSpec {
  readonly directory?: boolean
  /** What is in the file; text in UTF-8. */
  readonly contents?: string | Uint8Array
  /** The path that a symbolic link leads to. */
  readonly link?: string
  /** Without it the file inherits from its directory. */
  readonly sddl?: string
}

export interface ProgramSpec extends Pick<FileSpec, 'sddl'> {
  readonly main: ProgramMain
  /** Whether the manifest asks for an administrator; others get `ERROR_ELEVATION_REQUIRED`. */
  readonly requiresAdministrator?: boolean
}

export interface RegistryKeySpec {
  /** Without it the key inherits from the one above. */
  readonly sddl?: string
  readonly values?: Readonly<Record<string, RegistryContent>>
}

/** An object that stays until the machine is gone. Without `sddl` it has the security that LocalSystem gives. */
export type KernelObjectSpec = { readonly sddl?: string } & (
  | { readonly type: 'event' | 'semaphore' | 'waitableTimer' | 'section' | 'directoryObject' }
  /** `target` is the path that it leads to. */
  | { readonly type: 'symbolicLink'; readonly target: string }
)

export interface SessionSpec {
  readonly id: number
  /** Who is logged on there. */
  readonly user?: string
  /** How it is reached: session 1 is the console, others Remote Desktop, unless told. */
  readonly kind?: 'console' | 'rdp'
  /** `active` with a user and `connected` without, unless told. */
  readonly state?: 'active' | 'connected' | 'disconnected' | 'listen'
  /** `Console` or `RDP-Tcp#` and the id unless told; a disconnected one has none. */
  readonly name?: string
  /** When the user logged on: the start of the simulation unless told. */
  readonly logonTime?: Date
  /** When the user last moved: the logon unless told. */
  readonly lastInputTime?: Date
}

export interface WindowsOptions {
  /** Name of the computer and of its accounts' domain; `SIMULATED` unless told. */
  readonly computerName?: string
  readonly users?: Readonly<Record<string, UserSpec>>
  /** The domain that the computer is a member of; none unless told. */
  readonly domain?: DomainSpec
  /** Local groups with the users in them. */
  readonly groups?: Readonly<Record<string, { readonly members: readonly string[] }>>
  /** Account rights besides those of a fresh installation, by the names of the accounts that get them. */
  readonly rights?: RightsSpec
  /** The console and further terminal sessions; one empty console unless told. */
  readonly sessions?: readonly SessionSpec[]
  readonly files?: Readonly<Record<string, FileSpec>>
  /**
   * Keys by their paths: `HKEY_LOCAL_MACHINE\\SOFTWARE\\Example`, `HKEY_USERS\\alice\\Software`, or with `MACHINE` and
   * `USERS` as `GetNamedSecurityInfo` has it.
   */
  readonly registry?: Readonly<Record<string, RegistryKeySpec>>
  /**
   * Services besides those of a fresh installation, each with its virtual account `NT SERVICE\\name`; without a
   * descriptor one has the usual.
   */
  readonly services?: Readonly<Record<string, { readonly sddl?: string }>>
  /**
   * Kernel objects that somebody has made, by their paths: `\\BaseNamedObjects\\example` is `Global\example`,
   * `\\Sessions\\1\\BaseNamedObjects\\example` is `Local\example` in session 1. Directories come before what is in them.
   */
  readonly kernelObjects?: Readonly<Record<string, KernelObjectSpec>>
  /** Other computers, whose shares can be connected to. */
  readonly servers?: Readonly<Record<string, ServerSpec>>
  readonly programs?: Readonly<Record<string, ProgramMain | ProgramSpec>>
  /** Whether administrators get a limited and a full token at an interactive logon; they do unless told. */
  readonly uac?: boolean
  /** Whether every handle remembers where it was opened, for the table of `assertNoLeaks`. It costs time. */
  readonly trackHandles?: boolean
}

export interface StartProcessOptions {
  /** A service account, or a user of the machine. */
  readonly account: string
  /** Services run in session 0, users at the console unless told. */
  readonly sessionId?: number
  /** Whether an administrator is elevated. */
  readonly elevated?: boolean
  /** `WinSta0\Default` for instance; that of the service or of the session unless told. */
  readonly desktop?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly currentDirectory?: string
  /** What its standard handles are; it has none unless told. */
  readonly stdin?: Readable
  readonly stdout?: Writable
  readonly stderr?: Writable
}

/** A process that the test itself plays: the server, mostly. */
export interface SimulatedProcess {
  readonly win32: Win32
  readonly processId: number
  readonly userSid: Sid
  /** S-1-5-5-x-y; service accounts have none. */
  readonly logonSid: Sid | undefined
  readonly sessionId: number
  readonly exited: boolean
  /** Ends it as if it had crashed: handles closed, mutexes abandoned, nothing else tidied. */
  exit(exitCode?: number): void
}

/** One simulated computer. */
export interface SimulatedWindows {
  readonly computerName: string
  readonly faults: Faults
  /** The Win32 calls of all processes so far. */
  readonly calls: readonly RecordedCall[]
  /** The entries of the security log so far; the policy of the machine audits all that is asked for. */
  readonly securityLog: readonly SecurityEvent[]
  startProcess(options: StartProcessOptions): SimulatedProcess
  /** The SID of an account by its name. */
  sid(accountName: string): Sid
  /** @throws LeakError with a table of open handles and streams, running processes, grants and held mutexes */
  assertNoLeaks(): void
}
