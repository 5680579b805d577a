import { performance } from 'node:perf_hooks'

export const rounds = 1500
export const callsOfTurn = 8

/** The calls per second of each contender, turn by turn: short turns, since the load of a shared machine changes all the time. */
export async function ratesOf(contenders: readonly (() => void)[]): Promise<readonly (readonly number[])[]> {
  const rates = contenders.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const index of orderOf(round, contenders.length)) {
      const call = contenders[index]
      if (call !== undefined) rates[index]?.push(await rateOf(call))
    }
  }
  return rates
}

/** Forwards and backwards, and each is the first in turn, so that nobody always comes after the same one. */
function orderOf(round: number, count: number): readonly number[] {
  const order = Array.from({ length: count }, (_, place) => (place + round) % count)
  return Math.floor(round / count) % 2 === 0 ? order : order.toReversed()
}

/** With what the calls leave to the end of their tick. The first is not timed: it fills the caches that others have emptied. */
async function rateOf(call: () => void): Promise<number> {
  call()
  await Promise.resolve()
  const began = performance.now()
  for (let count = 0; count < callsOfTurn; count++) call()
  await Promise.resolve()
  return callsOfTurn / ((performance.now() - began) / 1000)
}
