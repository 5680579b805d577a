/** The middle value; of an even count the upper of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (middle === undefined) throw new RangeError('The median of nothing was asked for')
  return middle
}

/** The median of the ratios of each round: what slows a round down slows all of it. */
export function medianRatio(ours: readonly number[], rival: readonly number[]): number {
  return median(ours.map((figure, round) => figure / (rival[round] ?? Number.NaN)))
}

/** A text in one piece, as it comes from outside: what was put together in JavaScript is a chain of pieces, slower to read. */
export function inOnePiece(text: string): string {
  return Buffer.from(text).toString()
}

/** Reads a text: V8 leaves one that was put together in pieces until then, and that is not to be left out of its price. */
export function readText(text: string): number {
  return text.charCodeAt(0)
}

/** One contender and its rival, measured in turn, since the speed of a shared machine drifts. */
export async function interleave<T>(
  rounds: number,
  contenders: readonly (() => Promise<T>)[],
): Promise<readonly (readonly T[])[]> {
  const results = contenders.map((): T[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, contender] of contenders.entries()) results[index]?.push(await contender())
  }
  return results
}

export function printTable(title: string, header: readonly string[], rows: readonly (readonly string[])[]): void {
  console.log(`\n### ${title}\n`)
  for (const row of [header, header.map(() => '---'), ...rows]) console.log(`| ${row.join(' | ')} |`)
}

export function fixed(value: number, digits = 1): string {
  return value.toFixed(digits)
}

/** The value at `index` of a list that begins anew at its end. */
export function at<Value>(values: readonly Value[], index: number): Value {
  const value = values[index % values.length]
  if (value === undefined) throw new RangeError('There is nothing to measure with')
  return value
}
