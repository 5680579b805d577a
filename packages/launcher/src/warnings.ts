/** Something that a launch held could not be given back: nobody waits for it, so that the process must hear of it. */
export function warnOfLeftovers(error: unknown): void {
  const detail = error instanceof Error ? error.message : String(error)
  process.emitWarning('What a launch held could not be given back', { code: 'ASUSER_NOT_GIVEN_BACK', detail })
}
