/** The time of Windows begins in 1601. */
const unixEpoch = 116_444_736_000_000_000n
export const unitsPerMillisecond = 10_000n

/** In units of 100 nanoseconds since 1601, from milliseconds since 1970. */
export function windowsTimeOf(milliseconds: number): bigint {
  return BigInt(milliseconds) * unitsPerMillisecond + unixEpoch
}

export function windowsTimeNow(): bigint {
  return windowsTimeOf(Date.now())
}

export function dateOfWindowsTime(time: bigint): Date {
  return new Date(Number((time - unixEpoch) / unitsPerMillisecond))
}
