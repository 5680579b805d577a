import { quoted, requireBytes, requireText, requireType, wholeNumber } from './argument-errors.ts'
import { byteAt, readUint32 } from './binary/reader.ts'
import { type ErrorCode, InvalidSecurityDescriptorError, type SddlSyntaxError } from './errors.ts'
import { type AliasTable, buildAliasTable, placeOf } from './sddl/alias-table.ts'
import { letterPair } from './sddl/letters.ts'
import type { AliasDomain } from './sddl/sid-aliases.ts'
import { syntaxError } from './sddl/tokenize.ts'
import { readAuthority, writeSid } from './sid-bytes.ts'
import { formatSidText, maximumAuthority, maximumSubAuthorities, parseSidText } from './sid-text.ts'
import {
  wellKnownAccounts,
  type WellKnownAccountName,
  wellKnownSids,
  type WellKnownSidName,
} from './well-known-sids.ts'

/** The SIDs that complete aliases such as `LA`, `DA` and `EA`; without them those aliases mean nothing. */
export interface SidDomains {
  /** The SID of the account domain of the machine, for `LA` and `LG`. */
  readonly machineSid?: Sid | undefined
  /** The SID of the machine's primary domain, for `DA`, `DU` and the like. */
  readonly domainSid?: Sid | undefined
  /** The SID of the root domain of the forest, for `EA`, `SA`, `RO` and `EK`. */
  readonly rootDomainSid?: Sid | undefined
}

/** The private constructor, for the functions of this file that have checked the numbers already. */
let sidOfCheckedParts: (authority: number, subAuthorities: readonly number[]) => Sid

/** The alias of the SID itself, whatever the domain; kept with the SID. */
let ownAlias: (sid: Sid) => string | undefined

/**
 * A security identifier: an immutable value.
 *
 * @see https://learn.microsoft.com/windows/win32/secauthz/security-identifiers
 */
export class Sid {
  /** The identifier authority, a number of 48 bits; 5 is NT. */
  readonly authority: number
  /** One to fifteen numbers of 32 bits. The last one is the relative identifier. */
  readonly subAuthorities: readonly number[]
  #text: string | undefined
  /** `null` where SDDL has no alias, `undefined` where nobody has asked yet. */
  #alias: string | null | undefined

  private constructor(authority: number, subAuthorities: readonly number[]) {
    this.authority = authority
    this.subAuthorities = subAuthorities
  }

  /**
   * Reads every form that `ConvertStringSidToSid` reads: `S-1-5-32-544`, parts in hex, and aliases such as `BA`.
   * An alias that needs a domain is accepted only with the SID of that domain.
   *
   * @throws {SddlSyntaxError} `ERROR_INVALID_SID`
   * @example
   * ```ts
   * Sid.parse('BA').equals(Sid.parse('S-1-5-32-544')) // true
   * ```
   */
  static parse(text: string, domains: SidDomains = {}): Sid {
    requireText(text)
    return parseSidIn(text, 0, text.length, domains, 'ERROR_INVALID_SID')
  }

  /**
   * Reads a binary SID from `offset`; bytes that follow it are not looked at.
   *
   * @throws {InvalidSecurityDescriptorError} `ERROR_INVALID_SID`
   */
  static fromBytes(bytes: Uint8Array, offset = 0): Sid {
    requireBytes(bytes)
    const sid = readSid(bytes, offset, bytes.length)
    if (sid !== undefined) return sid
    const count = byteAt(bytes, offset + 1)
    throw new InvalidSecurityDescriptorError(
      `A SID has revision 1, at most 15 sub-authorities and all its bytes, got revision ${byteAt(bytes, offset)} and ${count}`,
      'ERROR_INVALID_SID',
      offset,
    )
  }

  /**
   * Puts a SID together from its numbers.
   *
   * @throws {InvalidSecurityDescriptorError} `ERROR_INVALID_SID` when a number does not fit
   */
  static fromParts(authority: number, subAuthorities: readonly number[]): Sid {
    requireType(Array.isArray(subAuthorities), 'subAuthorities', 'an array of numbers', subAuthorities)
    wholeNumber('authority', authority, maximumAuthority, 0, 'ERROR_INVALID_SID')
    wholeNumber('subAuthorities.length', subAuthorities.length, maximumSubAuthorities, 0, 'ERROR_INVALID_SID')
    const numbers = [...subAuthorities]
    for (const number of numbers) wholeNumber('subAuthorities', number, 0xffff_ffff, 0, 'ERROR_INVALID_SID')
    return new Sid(authority, numbers)
  }

  /**
   * A SID by the name that `WELL_KNOWN_SID_TYPE` gives it, without `Win` and `Sid`. Accounts of a domain need its SID.
   *
   * @example
   * ```ts
   * Sid.wellKnown('BuiltinAdministrators').toString() // 'S-1-5-32-544'
   * ```
   */
  static wellKnown(name: WellKnownSidName): Sid
  static wellKnown(name: WellKnownAccountName, domain: Sid): Sid
  static wellKnown(name: WellKnownSidName | WellKnownAccountName, domain?: Sid): Sid {
    if (isAccountName(name)) {
      if (domain instanceof Sid) return domain.child(wellKnownAccounts[name])
    } else if (Object.hasOwn(wellKnownSids, name)) {
      return fixedSid(wellKnownSids[name])
    }
    throw new InvalidSecurityDescriptorError(
      `name must be a well-known SID, or an account with its domain, got ${quoted(name)}`,
      'ERROR_INVALID_SID',
    )
  }

  /** How many bytes `toBytes()` gives: 8 and 4 for each sub-authority. */
  get byteLength(): number {
    return 8 + 4 * this.subAuthorities.length
  }

  /** The last sub-authority; `undefined` in a SID that has none. */
  get rid(): number | undefined {
    return this.subAuthorities[this.subAuthorities.length - 1]
  }

  /** The SID without its last sub-authority: for an account, the SID of its domain. `undefined` where none is left. */
  get domain(): Sid | undefined {
    return this.subAuthorities.length < 2 ? undefined : new Sid(this.authority, this.subAuthorities.slice(0, -1))
  }

  /** This SID with one more sub-authority: an account of this domain. */
  child(rid: number): Sid {
    return Sid.fromParts(this.authority, [...this.subAuthorities, rid])
  }

  /** Whether this SID begins with all of `prefix`. A SID begins with itself. */
  startsWith(prefix: Sid): boolean {
    if (prefix.authority !== this.authority || prefix.subAuthorities.length > this.subAuthorities.length) return false
    return prefix.subAuthorities.every((subAuthority, index) => subAuthority === this.subAuthorities[index])
  }

  /** Whether both SIDs differ in nothing but their last sub-authority. */
  isInDomainOf(other: Sid): boolean {
    return (
      other.subAuthorities.length === this.subAuthorities.length &&
      this.domain !== undefined &&
      other.startsWith(this.domain)
    )
  }

  equals(other: Sid): boolean {
    if (other === this) return true
    const mine = this.subAuthorities
    const theirs = other.subAuthorities
    if (mine.length !== theirs.length || this.authority !== other.authority) return false
    // From the end: SIDs of one domain differ only there.
    for (let index = mine.length - 1; index >= 0; index--) {
      if (mine[index] !== theirs[index]) return false
    }
    return true
  }

  /** `S-1-…`. Never an alias: that is for `toSddl`. */
  toString(): string {
    this.#text ??= formatSidText(this)
    return this.#text
  }

  toJSON(): string {
    return this.toString()
  }

  toBytes(): Uint8Array {
    const bytes = new Uint8Array(this.byteLength)
    writeSid(bytes, 0, this)
    return bytes
  }

  static {
    sidOfCheckedParts = (authority, subAuthorities) => new Sid(authority, subAuthorities)
    ownAlias = (sid) => {
      if (sid.#alias === undefined) sid.#alias = findOwnAlias(sid) ?? null
      return sid.#alias ?? undefined
    }
  }
}

/** The SID at `offset`; `undefined` where none stands that ends before `limit`. */
export function readSid(bytes: Uint8Array, offset: number, limit: number): Sid | undefined {
  const count = byteAt(bytes, offset + 1)
  const end = offset + 8 + 4 * count
  if (offset < 0 || end > limit || bytes[offset] !== 1 || count > maximumSubAuthorities) return undefined
  const authority = readAuthority(bytes, offset + 2)
  if (count === 1 || count === 2) {
    const shared = sidWithAlias(authority, count, readUint32(bytes, offset + 8), readUint32(bytes, end - 4))
    if (shared !== undefined) return shared
  }
  const subAuthorities: number[] = []
  for (let at = offset + 8; at < end; at += 4) subAuthorities.push(readUint32(bytes, at))
  return sidOfCheckedParts(authority, subAuthorities)
}

/** The SID of an alias, which most SIDs of a system are: they need no object of their own. */
function sidWithAlias(authority: number, count: number, first: number, last: number): Sid | undefined {
  const sid = aliasTable().byPlace[placeOf(authority, last)]?.sid
  if (sid === undefined || sid.authority !== authority) return undefined
  const { subAuthorities } = sid
  const isSame = subAuthorities.length === count && subAuthorities[0] === first && subAuthorities[count - 1] === last
  return isSame ? sid : undefined
}

/**
 * The SID or alias that stands in `text` from `start` to exactly `end`.
 * Spaces may stand before both, but after an alias only; that is how Windows reads them.
 */
export function parseSidIn(text: string, start: number, end: number, domains: SidDomains, code?: ErrorCode): Sid {
  let at = start
  while (at < end && text.charCodeAt(at) === 0x20) at++
  if (text.charCodeAt(at + 1) === 0x2d && at + 1 < end) {
    const parts = parseSidText(text, at, end)
    if (typeof parts === 'object') return sidOfCheckedParts(parts.authority, parts.subAuthorities)
    throw sidSyntaxError(text, parts, code)
  }
  let last = end
  while (last > at + 2 && text.charCodeAt(last - 1) === 0x20) last--
  const sid = last === at + 2 ? aliasSid(text.charCodeAt(at), text.charCodeAt(at + 1), domains) : undefined
  if (sid === undefined) throw sidSyntaxError(text, at, code)
  return sid
}

/** The alias that SDDL prints for a SID, if it has one. */
export function aliasOf(sid: Sid, domains: SidDomains): string | undefined {
  return ownAlias(sid) ?? accountAlias(sid, domains)
}

function findOwnAlias(sid: Sid): string | undefined {
  const known = aliasTable().byPlace[placeOf(sid.authority, sid.rid ?? 0)]
  return known?.sid.equals(sid) ? known.alias : undefined
}

function accountAlias(sid: Sid, domains: SidDomains): string | undefined {
  if (!domains.machineSid && !domains.domainSid && !domains.rootDomainSid) return undefined
  const sidRid = sid.rid
  for (const { alias, rid, domain } of aliasTable().accounts) {
    if (rid !== sidRid) continue
    const domainSid = domainFor(domain, domains)
    if (domainSid !== undefined && domainSid.subAuthorities.length === sid.subAuthorities.length - 1) {
      if (sid.startsWith(domainSid)) return alias
    }
  }
  return undefined
}

/** The SID of a two-letter alias, by its character codes; `undefined` where it is none or its domain is not known. */
export function aliasSid(first: number, second: number, domains: SidDomains): Sid | undefined {
  const entry = aliasTable().byLetterPair[letterPair(first, second)]
  if (entry === undefined || entry instanceof Sid) return entry
  return domainFor(entry.domain, domains)?.child(entry.rid)
}

function domainFor(domain: AliasDomain, domains: SidDomains): Sid | undefined {
  switch (domain) {
    case 'machine':
      return domains.machineSid
    case 'domain':
      return domains.domainSid
    case 'rootDomain':
      return domains.rootDomainSid
  }
}

let builtAliasTable: AliasTable<Sid> | undefined

/** Built on the first use, so that importing the package costs nothing. */
function aliasTable(): AliasTable<Sid> {
  builtAliasTable ??= buildAliasTable(fixedSid)
  return builtAliasTable
}

function fixedSid(text: string): Sid {
  const parts = text.split('-').slice(2).map(Number)
  return sidOfCheckedParts(parts[0] ?? 0, parts.slice(1))
}

function sidSyntaxError(text: string, offset: number, code: ErrorCode | undefined): SddlSyntaxError {
  const expected = 'a SID such as "S-1-5-32-544" or an alias of a known domain'
  return syntaxError({ text, at: offset, end: text.length }, expected, offset, code)
}

function isAccountName(name: string): name is WellKnownAccountName {
  return Object.hasOwn(wellKnownAccounts, name)
}
