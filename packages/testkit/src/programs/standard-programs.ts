import { cmd } from './cmd.ts'
import type { ProgramMain } from './program.ts'
import { timeout } from './timeout.ts'
import { whoami } from './whoami.ts'

/** The programs that every simulated Windows has. */
export const standardPrograms: Readonly<Record<string, ProgramMain>> = {
  'C:\\Windows\\System32\\cmd.exe': cmd,
  'C:\\Windows\\System32\\timeout.exe': timeout,
  'C:\\Windows\\System32\\whoami.exe': whoami,
}
