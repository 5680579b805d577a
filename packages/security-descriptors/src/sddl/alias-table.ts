import type { SidParts } from '../sid-text.ts'
import { letterTable } from './letters.ts'
import { type AliasDomain, sidAliases } from './sid-aliases.ts'

/** An alias that a domain completes. */
export interface AccountAlias {
  readonly alias: string
  readonly domain: AliasDomain
  readonly rid: number
}

interface FixedAlias<Sid> {
  readonly alias: string
  readonly sid: Sid
}

/** The aliases by their letters and by their SIDs; `Sid` is whatever has the parts of one. */
export interface AliasTable<Sid> {
  readonly byLetterPair: readonly (Sid | AccountAlias | undefined)[]
  /** The aliases of whole SIDs, by `placeOf`. */
  readonly byPlace: readonly (FixedAlias<Sid> | undefined)[]
  readonly accounts: readonly AccountAlias[]
}

/** Where a SID that has an alias stands in a table of 256; no two of them have the same place. */
export function placeOf(authority: number, rid: number): number {
  return (8 * authority + rid + (rid >>> 8)) & 0xff
}

export function buildAliasTable<Sid extends SidParts>(fixedSid: (text: string) => Sid): AliasTable<Sid> {
  const entries: [string, Sid | AccountAlias][] = []
  const byPlace: (FixedAlias<Sid> | undefined)[] = Array.from({ length: 256 })
  const accounts: AccountAlias[] = []
  for (const [alias, entry] of Object.entries(sidAliases)) {
    if ('sid' in entry) {
      const sid = fixedSid(entry.sid)
      // Everybody who asks for it gets this one.
      Object.freeze(sid.subAuthorities)
      entries.push([alias, sid])
      byPlace[placeOf(sid.authority, sid.subAuthorities.at(-1) ?? 0)] = { alias, sid }
    } else {
      const account = { alias, ...entry }
      entries.push([alias, account])
      accounts.push(account)
    }
  }
  return { byLetterPair: letterTable(entries), byPlace, accounts }
}
