/** What an adjustment of a token answers. */
interface Adjusted<Part> {
  /** The state before of what was changed. */
  readonly previous: readonly Part[]
  /** False when the token lacks some of it; the rest is adjusted all the same. */
  readonly allAssigned: boolean
}

/**
 * Adjusts privileges or groups of a token until the result is disposed. Where the token lacks some of them, what was
 * adjusted is put back at once.
 *
 * @param missing what is thrown then
 */
export function adjustUntilDisposed<Part>(
  adjust: (parts: readonly Part[]) => Adjusted<Part>,
  wanted: readonly Part[],
  missing: (cause: unknown) => Error,
): Disposable {
  const { previous, allAssigned } = adjust(wanted)
  let isAdjusted = previous.length > 0

  /** What fails can be tried again. */
  function restore(): void {
    if (!isAdjusted) return
    adjust(previous)
    isAdjusted = false
  }

  if (allAssigned) return { [Symbol.dispose]: restore }
  throw missing(failureOf(restore))
}

function failureOf(step: () => void): unknown {
  try {
    step()
    return undefined
  } catch (error) {
    return error
  }
}
