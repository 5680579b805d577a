import { Sid } from '@asuser/security-descriptors'
import type { DesktopName } from './desktop-name.ts'

/** Whom a server process lets onto which desktop. */
export interface RecordedGrant {
  readonly id: string
  readonly sessionId: number
  readonly name: DesktopName
  readonly trustee: Sid
  /** With the start of that process, since ids are used again. */
  readonly processId: number
  readonly processStart: number
}

export function encodeGrant({ sessionId, name, trustee, processId, processStart }: RecordedGrant): Uint8Array {
  const { windowStation, desktop } = name
  const text = { version, sessionId, windowStation, desktop, trustee: trustee.toString(), processId, processStart }
  return new TextEncoder().encode(JSON.stringify(text))
}

/** Raised when an entry of a grant, which a record does not repeat, becomes another one. */
const version = 1

const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Undefined for what no server wrote: nothing is done to a DACL for its sake. */
export function decodeGrant(id: string, data: Uint8Array): RecordedGrant | undefined {
  if (!idPattern.test(id)) return undefined
  try {
    const fields: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data))
    if (typeof fields !== 'object' || fields === null || !('version' in fields) || fields.version !== version)
      return undefined
    return {
      id,
      sessionId: readInteger(fields, 'sessionId'),
      name: { windowStation: readText(fields, 'windowStation'), desktop: readText(fields, 'desktop') },
      trustee: Sid.parse(readText(fields, 'trustee')),
      processId: readInteger(fields, 'processId'),
      processStart: readInteger(fields, 'processStart'),
    }
  } catch {
    return undefined
  }
}

function readText(fields: object, name: string): string {
  const value: unknown = Reflect.get(fields, name)
  if (typeof value !== 'string' || value === '' || value.includes('\0')) throw new TypeError(`${name} is no text`)
  return value
}

function readInteger(fields: object, name: string): number {
  const value: unknown = Reflect.get(fields, name)
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new TypeError(`${name} is no number`)
  return value
}
