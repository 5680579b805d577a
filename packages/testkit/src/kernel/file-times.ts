/** 1601 to 1970, in units of 100 nanoseconds. */
const unixEpoch = 116_444_736_000_000_000n

/** The times of a file in units of 100 nanoseconds since 1601. */
export class FileTimes {
  readonly created: bigint = now()
  accessedAt: bigint = this.created
  writtenAt: bigint = this.created
  changedAt: bigint = this.created

  accessed(): void {
    this.accessedAt = now()
  }

  written(): void {
    this.writtenAt = now()
    this.changedAt = this.writtenAt
  }
}

function now(): bigint {
  return unixEpoch + BigInt(Date.now()) * 10_000n
}
