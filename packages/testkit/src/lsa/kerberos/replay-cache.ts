/** How far the clocks of client and server may be apart: five minutes, in 100 ns. */
export const clockTolerance: bigint = 5n * 60n * 10_000_000n

/**
 * The authenticators that the servers of one computer have taken: each counts once. What is older than the tolerance of
 * the clocks is refused for that.
 *
 * @see https://learn.microsoft.com/previous-versions/windows/it-pro/windows-10/security/threat-protection/security-policy-settings/maximum-tolerance-for-computer-clock-synchronization
 */
export class ReplayCache {
  readonly #seen = new Map<string, bigint>()

  /** Whether this is the first time that it comes. */
  take(authenticator: Uint8Array, time: bigint, now: bigint): boolean {
    for (const [known, when] of this.#seen) if (now - when > clockTolerance) this.#seen.delete(known)
    const key = Buffer.from(authenticator).toString('base64')
    if (this.#seen.has(key)) return false
    this.#seen.set(key, time)
    return true
  }
}
