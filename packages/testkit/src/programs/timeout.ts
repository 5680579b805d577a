import { setTimeout as delay } from 'node:timers/promises'
import type { Program } from './program.ts'

/** `timeout /t seconds`: waits, and ends at once when it is ended. The seconds may be a fraction, for tests. */
export async function timeout(program: Program): Promise<number> {
  const seconds = Number(program.argv[2])
  if (program.argv[1]?.toLowerCase() !== '/t' || Number.isNaN(seconds)) {
    program.stderr.write("ERROR: Invalid syntax. Use 'timeout /t seconds'.\r\n")
    return 1
  }
  // Aborted when the process is ended; its exit code has been decided then.
  await delay(seconds * 1000, undefined, { signal: program.signal }).catch(() => {})
  return 0
}
