import type { Win32 } from '@asuser/native'

/** Where the suite runs: what differs between them is in `deviations.ts`. */
export type Lane = 'simulation' | 'wine' | 'windows'

export interface ContractAccount {
  readonly user: string
  /** The name of the computer, or of another domain. */
  readonly domain: string
  readonly password: string
}

/** Who the suite logs on, by what each is for. */
export interface ContractAccounts {
  /** Two ordinary users. */
  readonly alice: ContractAccount
  readonly bob: ContractAccount
  /** Disabled. */
  readonly carol: ContractAccount
  /** Without the right to log on interactively. */
  readonly dave: ContractAccount
  /** With an empty password. */
  readonly erin?: ContractAccount
  /** With an expired password. */
  readonly frank?: ContractAccount
  /** Locked. */
  readonly grace?: ContractAccount
}

/** A program that can be started. */
export interface ContractProgram {
  readonly applicationName: string
  readonly commandLine: string
}

/** The programs of the suite; `fixtures` has what they do. */
export interface ContractPrograms {
  /** Ends with this code. */
  exitWith(code: number): ContractProgram
  /** Copies stdin to stdout until its end. */
  echoStdin(): ContractProgram
  /** Prints a `ReportedIdentity` as JSON. */
  reportIdentity(): ContractProgram
  /** Runs until it is ended. Writes one line first. */
  runForever(): ContractProgram
  /** Takes a mutex and ends without giving it back. */
  abandonMutex(name: string): ContractProgram
}

/** What a program says of itself. */
export interface ReportedIdentity {
  readonly processId: number
  /** SIDs in hexadecimal digits. */
  readonly user: string
  readonly logonSids: readonly string[]
  readonly sessionId: number
  readonly environment: Readonly<Record<string, string>>
  readonly currentDirectory: string
  readonly argv: readonly string[]
}

/** Paths that are there, and some that are not. */
export interface ContractPaths {
  readonly directory: string
  readonly otherDirectory: string
  /** A file that is no program. */
  readonly textFile: string
  /** Not there, in a directory that is. */
  readonly missingFile: string
  /** Not there, in a directory that is not. */
  readonly missingDirectory: string
  /** A registry key that the suite may change, with the key `below` in it. */
  readonly registryKey: string
}

/** A share that alice and bob may connect to, and a name on the same server that is none. */
export interface ContractShares {
  readonly share: string
  readonly missing: string
}

/**
 * Kernel objects that are there, by their names, and the paths of a link and a directory of the object manager. The system
 * may do everything with each of them, and nobody else anything.
 */
export interface ContractKernelObjects {
  readonly event: string
  readonly semaphore: string
  readonly waitableTimer: string
  readonly section: string
  readonly symbolicLink: string
  readonly directoryObject: string
}

/** The domain that the computer is a member of, with Kerberos. Names of services are service principal names. */
export interface ContractDomain {
  /** An ordinary user of it. */
  readonly user: ContractAccount
  /** Another, marked as sensitive and not to be delegated. */
  readonly sensitiveUser: ContractAccount
  /** Of the account that the server runs as, which is trusted for delegation. */
  readonly ownService: string
  /** Of another account. */
  readonly otherService: string
  /** Of nobody. */
  readonly missingService: string
}

/** An implementation of `Win32`, called by a server that holds what LocalSystem holds. */
export interface ContractBackend {
  readonly lane: Lane
  readonly win32: Win32
  readonly accounts: ContractAccounts
  readonly programs: ContractPrograms
  readonly paths: ContractPaths
  readonly shares: ContractShares
  readonly kernelObjects: ContractKernelObjects
  /** Left out in a lane for which `deviations` says that it has none. */
  readonly domain?: ContractDomain
  dispose(): void
}
