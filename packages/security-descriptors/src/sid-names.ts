import { integrityLevels, sidKind } from './derived-sids.ts'
import type { Sid } from './sid.ts'
import { wellKnownAccounts, wellKnownSids } from './well-known-sids.ts'

/** Names for SIDs that only their machine or domain knows. */
export type SidNames = ReadonlyMap<string, string> | ((sid: Sid) => string | undefined)

/**
 * The English name of a SID that has the same one everywhere, such as `BUILTIN\Administrators`. For other SIDs
 * nothing, unless `names` has something.
 *
 * @example
 * ```ts
 * sidName(Sid.parse('S-1-5-18')) // 'NT AUTHORITY\\SYSTEM'
 * ```
 */
export function sidName(sid: Sid, names?: SidNames): string | undefined {
  const given = typeof names === 'function' ? names(sid) : names?.get(sid.toString())
  return given ?? wellKnownName(sid) ?? nameByKind(sid)
}

function wellKnownName(sid: Sid): string | undefined {
  const text = sid.toString()
  return Object.values(wellKnownSids).find(([known]) => known === text)?.[1]
}

function nameByKind(sid: Sid): string | undefined {
  switch (sidKind(sid)) {
    case 'logonSession':
      return `logon session ${sid.subAuthorities.slice(1).join('-')}`
    case 'account': {
      const account = Object.values(wellKnownAccounts).find(([rid]) => rid === sid.rid)
      return account === undefined || sid.subAuthorities.length !== 5
        ? undefined
        : `${account[1]} of ${sid.domain?.toString() ?? ''}`
    }
    case 'integrityLevel': {
      const level = Object.entries(integrityLevels).find(([, rid]) => rid === sid.rid)
      return level?.[0]
    }
    case 'builtin':
    case 'service':
    case 'applicationPool':
    case 'virtualMachine':
    case 'appContainer':
    case 'capability':
    case 'processTrust':
    case 'centralAccessPolicy':
    case 'other':
      return undefined
  }
}
