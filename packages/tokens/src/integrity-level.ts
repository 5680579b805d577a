import { Sid } from '@asuser/security-descriptors'
import { InvalidArgumentError, requireSid } from './invalid-argument.ts'

export type IntegrityLevelName = 'untrusted' | 'low' | 'medium' | 'medium-plus' | 'high' | 'system'

const levels: Readonly<Record<IntegrityLevelName, number>> = {
  untrusted: 0,
  low: 0x1000,
  medium: 0x2000,
  'medium-plus': 0x2100,
  high: 0x3000,
  system: 0x4000,
}

const labelAuthority = 16

/** The SID of an integrity level: `S-1-16-8192` for `medium`. */
export function integrityLevelSid(name: string, level: IntegrityLevelName | Sid): Sid {
  if (typeof level === 'string') {
    const expected = `a SID or one of ${Object.keys(levels).join(', ')}`
    if (!Object.hasOwn(levels, level)) throw InvalidArgumentError.ofValue(name, expected, level)
    return Sid.fromParts(labelAuthority, [levels[level]])
  }
  const sid = requireSid(name, level)
  if (/^S-1-16-\d+$/u.test(sid.toString())) return sid
  throw InvalidArgumentError.ofValue(name, 'an integrity level, S-1-16-…', sid.toString())
}

/** Whether it is the level of something that is kept apart from what users do otherwise. */
export function isBelowMedium(level: Sid): boolean {
  return (level.rid ?? 0) < levels.medium
}
