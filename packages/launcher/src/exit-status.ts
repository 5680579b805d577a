import { ntStatusName, STILL_ACTIVE } from '@asuser/native'

/** How a process ended. */
export interface ExitStatus {
  /** Unsigned, 32 bits. */
  readonly exitCode: number
  /** `STATUS_DLL_INIT_FAILED` for 0xC0000142; undefined for a code that the program chose. */
  readonly exitStatus: string | undefined
}

export function exitStatusOf(exitCode: number): ExitStatus {
  const unsigned = exitCode >>> 0
  // 259 is STATUS_PENDING by its number, but a process that has ended is not pending: it chose the number.
  return { exitCode: unsigned, exitStatus: unsigned === STILL_ACTIVE ? undefined : ntStatusName(unsigned) }
}
