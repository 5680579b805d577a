import { type errorCodes, Win32Error } from '@asuser/native'
import { systemCalls, type Win32Function } from './win32/system-calls.ts'

/** A failure that is to come. */
export interface Fault {
  /** Lets so many calls of the function through first. */
  afterwards(calls: number): Fault
  /** Whether it has come. */
  readonly used: boolean
}

/** Failures that a test orders: the next call of a function, by any process, fails with a code. */
export class Faults {
  readonly #pending = new Map<Win32Function, OrderedFault[]>()

  next(name: Win32Function, code: keyof typeof errorCodes): Fault {
    const fault = new OrderedFault(code)
    this.#pending.set(name, [...(this.#pending.get(name) ?? []), fault])
    return fault
  }

  /** Forgets those that have not come. */
  clear(): void {
    this.#pending.clear()
  }

  /** The failure of this call, if one is due. */
  take(name: Win32Function): Win32Error | undefined {
    const faults = this.#pending.get(name)
    const due = faults?.find((fault) => fault.countDown())
    if (faults === undefined || due === undefined) return undefined
    const left = faults.filter((fault) => fault !== due)
    if (left.length === 0) this.#pending.delete(name)
    else this.#pending.set(name, left)
    return Win32Error.of(due.code, systemCalls[name].name, { injected: 'yes' })
  }
}

class OrderedFault implements Fault {
  readonly code: keyof typeof errorCodes
  #calls = 0
  #used = false

  constructor(code: keyof typeof errorCodes) {
    this.code = code
  }

  get used(): boolean {
    return this.#used
  }

  afterwards(calls: number): Fault {
    this.#calls = calls
    return this
  }

  countDown(): boolean {
    this.#used = this.#calls === 0
    this.#calls -= 1
    return this.#used
  }
}
