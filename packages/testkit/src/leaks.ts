import { formatMask, type SecurityDescriptor } from '@asuser/security-descriptors'
import type { Desktop } from './kernel/desktop.ts'
import type { Machine } from './kernel/machine.ts'
import type { Process } from './kernel/process.ts'
import type { WindowStation } from './kernel/window-station.ts'

/** Something that was left behind. */
export interface Leak {
  readonly what: 'handle' | 'stream' | 'process' | 'grant' | 'mutex' | 'connection'
  readonly processId: number | undefined
  readonly detail: string
  /** Where it came from, when the machine tracks handles. */
  readonly stack: string | undefined
}

/** `assertNoLeaks` found something; its message is a table of it. */
export class LeakError extends Error {
  readonly leaks: readonly Leak[]

  constructor(leaks: readonly Leak[]) {
    super(`${leaks.length} left behind:\n${leaks.map(formatLeak).join('\n')}`)
    this.leaks = leaks
  }

  static {
    Object.defineProperty(this.prototype, 'name', { value: 'LeakError', configurable: true, writable: true })
  }
}

/** Looks for what a machine has more of than it had at boot. */
export class LeakDetector {
  readonly #machine: Machine
  /** The processes that the test started by itself may run on; their handles count. */
  readonly #roots: ReadonlySet<Process>
  readonly #boot = new Map<WindowStation | Desktop, SecurityDescriptor>()

  constructor(machine: Machine, roots: ReadonlySet<Process>) {
    this.#machine = machine
    this.#roots = roots
    for (const object of this.#userObjects()) this.#boot.set(object, object.security)
  }

  *find(): Generator<Leak> {
    for (const process of this.#machine.processes) {
      if (!this.#roots.has(process)) yield processLeak(process)
      yield* handleLeaks(process)
      yield* streamLeaks(process)
      yield* mutexLeaks(process)
    }
    for (const { session, remoteName, localName } of this.#machine.network.connections()) {
      const detail = `${localName ?? 'no device'} to ${remoteName} in logon session 0x${session.toString(16)}`
      yield { what: 'connection', processId: undefined, detail, stack: undefined }
    }
    for (const object of this.#userObjects()) {
      const before = this.#boot.get(object)
      if (before !== undefined && !sameDacl(before, object.security)) yield grantLeak(object, before)
    }
  }

  *#userObjects(): Generator<WindowStation | Desktop> {
    for (const session of this.#machine.sessions) {
      for (const station of session.stations) {
        yield station
        yield* station.desktops
      }
    }
  }
}

function processLeak(process: Process): Leak {
  const detail = `${process.image} as ${process.token.user.sid.toString()} still runs`
  return { what: 'process', processId: process.id, detail, stack: undefined }
}

function* handleLeaks(process: Process): Generator<Leak> {
  for (const { kind, access, openedBy, stack } of process.handles.entries()) {
    const detail = `${kind} with access ${formatMask(access)}, opened by ${openedBy}`
    yield { what: 'handle', processId: process.id, detail, stack }
  }
}

function* streamLeaks(process: Process): Generator<Leak> {
  for (const stream of process.streams) {
    const detail = `stream of a pipe, ${stream.role}, opened by openPipeStream`
    yield { what: 'stream', processId: process.id, detail, stack: undefined }
  }
}

function* mutexLeaks(process: Process): Generator<Leak> {
  for (const { name } of process.thread.heldMutexes) {
    yield { what: 'mutex', processId: process.id, detail: `${name} is held`, stack: undefined }
  }
}

function grantLeak(object: WindowStation | Desktop, before: SecurityDescriptor): Leak {
  const name = object.kind === 'desktop' ? `${object.station.name}\\${object.name}` : object.name
  const detail = `the DACL of ${name} is ${daclText(object.security)} and was ${daclText(before)} at boot`
  return { what: 'grant', processId: undefined, detail, stack: undefined }
}

function daclText({ dacl }: SecurityDescriptor): string {
  return dacl === undefined ? 'absent' : dacl === null ? 'NULL' : `${dacl.entries.length} entries`
}

function sameDacl({ dacl: left }: SecurityDescriptor, { dacl: right }: SecurityDescriptor): boolean {
  return left === right || Boolean(left && right && left.equals(right))
}

function formatLeak({ what, processId, detail, stack }: Leak): string {
  const owner = processId === undefined ? '' : ` of process ${processId}`
  return `  ${what}${owner}: ${detail}${stack === undefined || stack === '' ? '' : `\n${stack}`}`
}
