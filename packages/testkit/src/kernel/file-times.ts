import { windowsTimeNow } from './windows-time.ts'

/** The times of a file in units of 100 nanoseconds since 1601. */
export class FileTimes {
  readonly created: bigint = windowsTimeNow()
  accessedAt: bigint = this.created
  writtenAt: bigint = this.created
  changedAt: bigint = this.created

  accessed(): void {
    this.accessedAt = windowsTimeNow()
  }

  written(): void {
    this.writtenAt = windowsTimeNow()
    this.changedAt = this.writtenAt
  }
}
