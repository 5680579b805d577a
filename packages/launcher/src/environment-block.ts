// Environment blocks under the rules of Windows: `NAME=value` strings, whose names are the same in any case.

const equalsSign = 0x3d

/** The value of a variable by its name in any case. */
export function findVariable(block: readonly string[], name: string): string | undefined {
  for (const entry of block) {
    if (entry.charCodeAt(name.length) === equalsSign && foldCase(entry.slice(0, name.length)) === foldCase(name)) {
      return entry.slice(name.length + 1)
    }
  }
  return undefined
}

/** Variables under the rule of Windows that names are the same in any case. */
export class VariableSet {
  readonly #variables = new Map<string, { readonly name: string; readonly value: string }>()

  constructor(block: readonly string[]) {
    for (const entry of block) {
      const name = nameOf(entry)
      this.#variables.set(foldCase(name), { name, value: entry.slice(name.length + 1) })
    }
  }

  merge(extra: Readonly<Record<string, string | undefined>>): void {
    for (const [name, value] of Object.entries(extra)) {
      const key = foldCase(name)
      if (value === undefined) this.#variables.delete(key)
      else this.#variables.set(key, { name: this.#variables.get(key)?.name ?? name, value })
    }
  }

  /** In the order that Windows wants: by the UTF-16 units of the upper-cased names. */
  toBlock(): readonly string[] {
    return [...this.#variables]
      .toSorted(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
      .map(([, { name, value }]) => `${name}=${value}`)
  }
}

/** The name of a `NAME=value` entry. The hidden variables of the drives have names that begin with `=`. */
export function nameOf(entry: string): string {
  return entry.slice(0, entry.indexOf('=', 1))
}

/**
 * Upper case as Windows has it, unit by unit: a letter whose upper case is more than one unit stays as it is. The
 * common case needs no such care.
 */
export function foldCase(name: string): string {
  const upper = name.toUpperCase()
  if (upper.length === name.length) return upper
  return Array.from(name, (character) => {
    const folded = character.toUpperCase()
    return folded.length === character.length ? folded : character
  }).join('')
}
