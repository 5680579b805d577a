/** A place that no word has. Not -1, which is no place: V8 looks that up as the name of a property, and slowly. */
const noWord = 0

/** Two letters in any case as a number below 1024; 0 for anything else. */
export function letterPair(first: number, second: number): number {
  const high = (first | 0x20) - 0x60
  const low = (second | 0x20) - 0x60
  return high >= 1 && high <= 26 && low >= 1 && low <= 26 ? (high << 5) | low : noWord
}

/** One letter in any case as a number that no pair has; 0 for anything else. */
export function singleLetter(letter: number): number {
  const high = (letter | 0x20) - 0x60
  return high >= 1 && high <= 26 ? high << 5 : noWord
}

/** A table by `letterPair` and `singleLetter`: an array, because the parser looks up every word of a descriptor. */
export function letterTable<Value>(
  words: readonly (readonly [word: string, value: Value])[],
): readonly (Value | undefined)[] {
  const table: (Value | undefined)[] = Array.from({ length: 1024 })
  for (const [word, value] of words) {
    const first = word.charCodeAt(0)
    table[word.length === 1 ? singleLetter(first) : letterPair(first, word.charCodeAt(1))] = value
  }
  return table
}
