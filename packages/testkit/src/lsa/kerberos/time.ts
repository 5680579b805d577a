import { dateOfWindowsTime, unitsPerMillisecond } from '../../kernel/windows-time.ts'

/** As the packages tell the expiry of a context: without the difference between local time and UTC. */
export function localTime(time: bigint): bigint {
  const minutes = dateOfWindowsTime(time).getTimezoneOffset()
  return time - BigInt(minutes) * 60_000n * unitsPerMillisecond
}

export function encodeTime(time: bigint): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(time)
  return new Uint8Array(bytes)
}

export function decodeTime(bytes: Uint8Array): bigint {
  return Buffer.from(bytes).readBigInt64LE()
}
