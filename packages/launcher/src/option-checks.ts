import { InvalidArgumentError } from '@asuser/tokens'

export function parseBoolean(name: string, value: unknown, preset: boolean): boolean {
  if (value === undefined) return preset
  if (typeof value !== 'boolean') throw InvalidArgumentError.ofType(name, 'a boolean', value)
  return value
}

export function parseInteger(name: string, value: unknown, least: number, most: number): number | undefined {
  if (value === undefined) return undefined
  const expected = `a whole number from ${least} to ${most}`
  if (typeof value !== 'number') throw InvalidArgumentError.ofType(name, expected, value)
  if (!Number.isInteger(value) || value < least || value > most) {
    throw InvalidArgumentError.ofValue(name, expected, value)
  }
  return value
}

/** A code that a process can be ended with. */
export function requireExitCode(exitCode: unknown): number {
  return parseInteger('exitCode', exitCode, 0, 0xffff_ffff) ?? 0
}

export function requireRecord(name: string, value: unknown, expected = 'an object'): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw InvalidArgumentError.ofType(name, expected, value)
  }
}

/** An option that means nothing here would be taken for granted by whoever gave it. */
export function refuseUnknown(name: string, value: object, known: Readonly<Record<string, true>>): void {
  for (const key of Object.keys(value)) {
    if (Object.hasOwn(known, key)) continue
    const expected = `an object with no options but ${Object.keys(known).join(', ')}`
    throw InvalidArgumentError.ofValue(name, expected, key)
  }
}
