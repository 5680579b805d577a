import type { ProgramMain } from '../programs/program.ts'

/** What stands in a program file: a function in place of machine code, and what its manifest asks for. */
export interface ProgramFile {
  readonly main: ProgramMain
  readonly requiresAdministrator: boolean
}
