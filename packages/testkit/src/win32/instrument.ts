import { Win32Error, type Win32ErrorCode } from '@asuser/native'
import type { CallLog } from '../call-log.ts'
import type { Faults } from '../faults.ts'
import { Failure } from '../kernel/failure.ts'
import type { Process } from '../kernel/process.ts'
import type { CallOrigins } from './call-origins.ts'
import { isWin32Function, systemCalls, type Win32Function } from './system-calls.ts'

/** What watches the calls of a machine. */
export interface Instruments {
  readonly log: CallLog
  readonly faults: Faults
  readonly origins: CallOrigins
}

type Implementation = (...args: readonly unknown[]) => unknown

/** The same functions, with ordered faults, a record of each call, and failures as `Win32Error`s. */
export function instrument<Api extends object>(api: Api, process: Process, instruments: Instruments): Api {
  const instrumented = { ...api }
  for (const [name, implementation] of Object.entries(api)) {
    if (!isWin32Function(name) || typeof implementation !== 'function') continue
    const call = wrap(name, implementation, process, instruments)
    Object.defineProperty(instrumented, name, { value: call, enumerable: true })
  }
  return instrumented
}

function wrap(
  name: Win32Function,
  implementation: Implementation,
  process: Process,
  { log, faults, origins }: Instruments,
): Implementation {
  const { name: syscall, asynchronous } = systemCalls[name]

  function callNow(args: readonly unknown[]): unknown {
    origins.enter(name)
    const fault = faults.take(name)
    if (fault !== undefined) throw fault
    // What a process does after its end does not happen; its handles are closed.
    if (process.hasEnded) throw new Failure('ERROR_INVALID_HANDLE')
    return implementation(...args)
  }

  function callSynchronously(...args: readonly unknown[]): unknown {
    const record = log.add(name, process.id, args)
    try {
      const result = callNow(args)
      record.result = 'ERROR_SUCCESS'
      return result
    } catch (error) {
      const failure = toWin32Error(error, syscall)
      record.result = codeOf(failure)
      throw failure
    }
  }

  async function callAsynchronously(...args: readonly unknown[]): Promise<unknown> {
    const record = log.add(name, process.id, args)
    try {
      const result = await callNow(args)
      record.result = 'ERROR_SUCCESS'
      return result
    } catch (error) {
      const failure = toWin32Error(error, syscall)
      record.result = codeOf(failure)
      throw failure
    }
  }

  return asynchronous ? callAsynchronously : callSynchronously
}

function toWin32Error(error: unknown, syscall: string): unknown {
  if (!(error instanceof Failure)) return error
  const failed = error.syscall ?? syscall
  return typeof error.code === 'number'
    ? new Win32Error({ errno: error.code, syscall: failed, context: error.context })
    : Win32Error.of(error.code, failed, error.context)
}

/** What a callback throws is not a failure of the call around it. */
function codeOf(error: unknown): Win32ErrorCode {
  return error instanceof Win32Error ? error.code : 'ERROR_SUCCESS'
}
