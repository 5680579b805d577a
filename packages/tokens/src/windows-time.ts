/** From 1601, where the time of Windows begins, to 1970, in its units of 100 nanoseconds. */
export const unixEpoch = 116_444_736_000_000_000n
export const unitsPerMillisecond = 10_000n

export function dateOfWindowsTime(time: bigint): Date {
  return new Date(Number((time - unixEpoch) / unitsPerMillisecond))
}
