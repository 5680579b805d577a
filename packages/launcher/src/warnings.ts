/** Something that a launch held could not be given back: nobody waits for it, so that the process must hear of it. */
export function warnOfLeftovers(error: unknown): void {
  const detail = error instanceof Error ? error.message : String(error)
  process.emitWarning('What a launch held could not be given back', { code: 'ASUSER_NOT_GIVEN_BACK', detail })
}

export type GrantWarning = 'ASUSER_GRANT_NOT_RECOVERED' | 'ASUSER_GRANT_NOT_RECORDED' | 'ASUSER_GRANT_RECORD_IGNORED'

/** A launch goes on all the same. */
export function warnOfGrant(code: GrantWarning, message: string, cause: unknown): void {
  process.emitWarning(message, { code, detail: cause instanceof Error ? cause.message : String(cause) })
}
