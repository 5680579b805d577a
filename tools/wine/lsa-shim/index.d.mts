import type { Account } from './accounts.d.mts'

export { accounts, domain, services, type Account, type AccountRight, type AccountState } from './accounts.d.mts'

export interface LsaShimOptions {
  /** The full path of the addon to hook. It is loaded if it is not yet. Default: the local build of `@asuser/native`. */
  readonly addon?: string
  /** Who may log on; all of `accounts` unless told. */
  readonly accounts?: readonly Account[]
}

/** A call of `CreateProcessAsUserW` that reached the shim. */
export interface ProcessCreation {
  /** The SID that the calling thread impersonated; null when it was the server itself. */
  readonly impersonatedUser: string | null
  /** `lpDesktop`, null when it was not given. */
  readonly desktop: string | null
  /** What the call failed with; 0 when it did not. */
  readonly error: number
  /** The child started, could not connect to its window station or desktop, and ended with 0xC0000142. */
  readonly stationRefused: boolean
}

export interface LsaShim {
  /** The functions that the addon imports and that go through the shim now. */
  readonly hooked: readonly string[]
  calls(): { counts: Readonly<Record<string, number>>; processCreations: readonly ProcessCreation[] }
  /** The next call of the function fails with the error; several wait in a queue, where 0 lets a call through. A function that cannot be hooked is a `RangeError`. */
  failNext(name: string, error: number): void
  /** Forgets calls and faults. */
  clear(): void
}

/**
 * Hooks the addon in this process. Safe to call again: the accounts are replaced, nothing is hooked twice.
 *
 * Only what the addon imports statically is seen, and only the addon: node.exe itself goes on to talk to Wine.
 */
export function installLsaShim(options?: LsaShimOptions): LsaShim
