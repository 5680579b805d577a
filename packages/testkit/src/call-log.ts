import type { Win32ErrorCode } from '@asuser/native'
import type { Win32Function } from './win32/system-calls.ts'

/** One call of a Win32 function by a simulated process. */
export interface RecordedCall {
  readonly function: Win32Function
  readonly processId: number
  /** The arguments in a few words; passwords and other bytes are not in them. */
  readonly arguments: string
  /** `ERROR_SUCCESS`, the code of the failure, or undefined while an asynchronous call is under way. */
  readonly result: Win32ErrorCode | undefined
}

const mostCalls = 20_000

/** The calls of all processes of a machine in their order; of a very long run the latest ones. */
export class CallLog {
  readonly #calls: CallRecord[] = []

  get calls(): readonly RecordedCall[] {
    return this.#calls
  }

  add(name: Win32Function, processId: number, args: readonly unknown[]): CallRecord {
    if (this.#calls.length >= mostCalls) this.#calls.splice(0, mostCalls / 2)
    const call = new CallRecord(name, processId, args)
    this.#calls.push(call)
    return call
  }
}

class CallRecord implements RecordedCall {
  readonly function: Win32Function
  readonly processId: number
  result: Win32ErrorCode | undefined
  readonly #arguments: readonly unknown[]

  constructor(name: Win32Function, processId: number, args: readonly unknown[]) {
    this.function = name
    this.processId = processId
    this.#arguments = args
  }

  /** Written when it is asked for: most calls are never looked at. */
  get arguments(): string {
    return this.#arguments.map(describe).join(', ')
  }
}

function describe(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'function') return 'callback'
  if (typeof value === 'bigint') return `${value}n`
  return typeof value === 'object' ? describeObject(value) : (JSON.stringify(value) ?? 'undefined')
}

function describeObject(value: object): string {
  // Bytes may be a password.
  if (value instanceof Uint8Array) return `<${value.length} bytes>`
  if (Array.isArray(value)) return `[${value.map(describe).join(', ')}]`
  if ('kind' in value) return `<${String(value.kind)}>`
  return `{ ${Object.entries(value)
    .map(([name, item]) => `${name}: ${name === 'environment' ? '…' : describe(item)}`)
    .join(', ')} }`
}
