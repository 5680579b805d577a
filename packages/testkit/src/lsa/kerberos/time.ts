const unitsPerMillisecond = 10_000n
/** From 1601 to 1970. */
const epoch = 11_644_473_600_000n

/** 100 ns since 1601. */
export function timeNow(): bigint {
  return (BigInt(Date.now()) + epoch) * unitsPerMillisecond
}

/** As the packages tell the expiry of a context: without the difference between local time and UTC. */
export function localTime(time: bigint): bigint {
  const date = new Date(Number(time / unitsPerMillisecond - epoch))
  return time - BigInt(date.getTimezoneOffset()) * 60_000n * unitsPerMillisecond
}

export function encodeTime(time: bigint): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(time)
  return new Uint8Array(bytes)
}

export function decodeTime(bytes: Uint8Array): bigint {
  return Buffer.from(bytes).readBigInt64LE()
}
