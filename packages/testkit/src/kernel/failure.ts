import type { errorCodes, ErrorContext } from '@asuser/native'

/** A system error: by its name, or by number where `errorCodes` has no name for it. */
export type FailureCode = keyof typeof errorCodes | number

/** A refusal of the simulated kernel. The Win32 call that it surfaces through makes a `Win32Error` of it. */
export class Failure extends Error {
  readonly code: FailureCode
  readonly context: ErrorContext
  /** The Win32 function that failed, where it is one of several behind the call. */
  readonly syscall: string | undefined

  constructor(code: FailureCode, context: ErrorContext = {}, syscall?: string) {
    super(String(code))
    this.code = code
    this.context = context
    this.syscall = syscall
  }
}
