import * as charCodes from './char-codes.ts'
import type { Ace } from '../ace.ts'
import { callbackAce, callbackObjectAce, objectAce, plainAce, resourceAttributeAce } from '../ace-creation.ts'
import type { AceObjectTypes } from '../ace-parts.ts'
import type { ObjectAceType, PlainAceType } from '../ace-types.ts'
import { type Acl, aclOfOwnEntries } from '../acl.ts'
import type { Condition } from '../condition/ast.ts'
import { parseConditionAt } from '../condition/parse.ts'
import { controlFlags } from '../control.ts'
import { isGuid } from '../guid.ts'
import { aliasSid, parseSidIn, type Sid, type SidDomains } from '../sid.ts'
import { aceAliases, type AceAlias, aceFlagsByAlias } from './ace-aliases.ts'
import { letterPair, singleLetter } from './letters.ts'
import { parseClaimAt } from './parse-claim.ts'
import type { SddlParts } from './parts.ts'
import { rightOfAlias } from './rights.ts'
import {
  type Cursor,
  expectCharacter,
  findEither,
  peek,
  scanUint32,
  skipCharacter,
  skipSpaces,
  startsWithInAnyCase,
  syntaxError,
} from './tokenize.ts'

const letterO = 0x4f
const letterG = 0x47
const letterD = 0x44
const letterS = 0x53

/** Reads a whole security descriptor. */
export function parseSddl(text: string, domains: SidDomains): SddlParts {
  const cursor: Cursor = { text, at: 0, end: text.length }
  const parts: { -readonly [Part in keyof SddlParts]: SddlParts[Part] } = {
    owner: undefined,
    group: undefined,
    dacl: undefined,
    sacl: undefined,
    control: 0,
  }
  skipSpaces(cursor)
  while (cursor.at < cursor.end) {
    const start = cursor.at
    const letter = peek(cursor)
    if (peek(cursor, 1) !== charCodes.colon) throw sectionError(cursor, start)
    cursor.at += 2
    if (letter === letterO && parts.owner === undefined) parts.owner = parseSectionSid(cursor, domains)
    else if (letter === letterG && parts.group === undefined) parts.group = parseSectionSid(cursor, domains)
    else if (letter === letterD && parts.dacl === undefined) parts.dacl = parseAcl(cursor, domains, daclKind, parts)
    else if (letter === letterS && parts.sacl === undefined) parts.sacl = parseAcl(cursor, domains, saclKind, parts)
    else throw sectionError(cursor, start)
    skipSpaces(cursor)
  }
  return parts
}

/**
 * An owner or group: it ends one character before the next colon. That is how Windows tells the `D` of `D:` from a
 * hex digit, as in `O:S-1-2-0x2D:`.
 */
function parseSectionSid(cursor: Cursor, domains: SidDomains): Sid {
  const start = cursor.at
  const colon = findEither(cursor, charCodes.colon, charCodes.colon)
  const end = colon < cursor.end ? Math.max(colon - 1, start) : colon
  const sid = parseSidIn(cursor.text, start, end, domains, 'ERROR_INVALID_SID')
  cursor.at = end
  return sid
}

/** Each flag of the SACL is the next bit after that of the DACL. */
interface AclKind {
  readonly list: 'dacl' | 'sacl'
  readonly shift: 0 | 1
}

const daclKind: AclKind = { list: 'dacl', shift: 0 }
const saclKind: AclKind = { list: 'sacl', shift: 1 }

const noAccessControl = 'no_access_control'

function parseAcl(cursor: Cursor, domains: SidDomains, kind: AclKind, parts: { control: number }): Acl | null {
  for (;;) {
    skipSpaces(cursor)
    const code = peek(cursor) | 0x20
    const next = peek(cursor, 1) | 0x20
    if (code === 0x70) {
      parts.control |= controlFlags.DACL_PROTECTED << kind.shift
      cursor.at += 1
    } else if (code === 0x61 && next === 0x69) {
      parts.control |= controlFlags.DACL_AUTO_INHERITED << kind.shift
      cursor.at += 2
    } else if (code === 0x61 && next === 0x72) {
      parts.control |= controlFlags.DACL_AUTO_INHERIT_REQ << kind.shift
      cursor.at += 2
    } else if (code === 0x6e && startsWithInAnyCase(cursor, noAccessControl)) {
      cursor.at += noAccessControl.length
      return null
    } else {
      return parseAces(cursor, domains, kind)
    }
  }
}

const maximumAclSize = 0xffff

/** What the ACL has to be laid out for, found while its ACEs are read. */
interface AclNeeds {
  revision: number
  /** How many object ACEs had no GUID. */
  demoted: number
}

function parseAces(cursor: Cursor, domains: SidDomains, kind: AclKind): Acl {
  const entries: Ace[] = []
  const needs: AclNeeds = { revision: 2, demoted: 0 }
  while (skipCharacter(cursor, charCodes.openParenthesis)) {
    entries.push(parseAce(cursor, domains, kind, needs))
    skipSpaces(cursor)
  }
  // Windows reserves the flags field of object ACEs that it then writes as plain ones, and leaves it at the end.
  const unusedBytes = needs.demoted === 0 ? undefined : new Uint8Array(4 * needs.demoted)
  const acl = aclOfOwnEntries(entries, { revision: needs.revision, unusedBytes })
  if (acl.byteLength > maximumAclSize) throw syntaxError(cursor, 'an ACL below 64 kB')
  return acl
}

function parseAce(cursor: Cursor, domains: SidDomains, kind: AclKind, needs: AclNeeds): Ace {
  const start = cursor.at
  const alias = parseAceType(cursor)
  if (alias.list !== kind.list) {
    throw syntaxError(cursor, `an ACE of a ${kind.list.toUpperCase()}`, start)
  }
  const { format } = alias
  const flags = parseAceFlags(cursor)
  const mask = parseRights(cursor, format.type === 'systemMandatoryLabel')
  const types = parseObjectTypes(cursor, format.shape === 'object' || format.shape === 'callbackObject')
  const sid = parseAceSid(cursor, domains)
  switch (format.shape) {
    case 'plain':
      closeAce(cursor)
      return plainAce(format.type, flags, mask, sid)
    case 'object':
      closeAce(cursor)
      needs.revision = 4
      if (types !== undefined) return objectAce(format.type, flags, mask, sid, types)
      needs.demoted++
      return plainAce(demotedTypes[format.type], flags, mask, sid)
    case 'callback':
      return callbackAce(format.type, flags, mask, sid, parseAceCondition(cursor, domains))
    case 'callbackObject':
      needs.revision = 4
      return callbackObjectAce(format.type, flags, mask, sid, parseAceCondition(cursor, domains), types)
    case 'attribute': {
      expectCharacter(cursor, charCodes.semicolon)
      const claim = parseClaimAt(cursor, domains)
      closeAce(cursor)
      return resourceAttributeAce(flags, mask, sid, claim)
    }
  }
}

/** What an object ACE without a GUID becomes. */
const demotedTypes: Readonly<Record<ObjectAceType, PlainAceType>> = {
  accessAllowedObject: 'accessAllowed',
  accessDeniedObject: 'accessDenied',
  systemAuditObject: 'systemAudit',
  systemAlarmObject: 'systemAlarm',
}

function parseAceType(cursor: Cursor): AceAlias {
  skipSpaces(cursor)
  const start = cursor.at
  const end = findEither(cursor, charCodes.semicolon, charCodes.closeParenthesis)
  const letters = end - start
  const key = letters === 1 ? singleLetter(peek(cursor)) : letterPair(peek(cursor), peek(cursor, 1))
  const alias = letters > 2 ? undefined : aceAliases[key]
  if (alias === undefined) {
    // Windows takes what follows a type and a space for a GUID that is none.
    const code = peek(cursor, letters - 1) === charCodes.space ? 'RPC_S_INVALID_STRING_UUID' : undefined
    throw syntaxError(cursor, 'the type of an ACE, such as "A" or "D", and ";"', cursor.at, code)
  }
  cursor.at = end
  expectCharacter(cursor, charCodes.semicolon)
  return alias
}

function parseAceFlags(cursor: Cursor): number {
  let flags = 0
  for (;;) {
    skipSpaces(cursor)
    if (skipCharacter(cursor, charCodes.semicolon)) return flags
    const flag = aceFlagsByAlias[letterPair(peek(cursor), peek(cursor, 1))]
    if (flag === undefined) throw syntaxError(cursor, 'ACE flags, such as "OICI", and ";"')
    flags |= flag
    cursor.at += 2
  }
}

function parseRights(cursor: Cursor, isMandatoryPolicy: boolean): number {
  let mask = 0
  let count = 0
  for (;;) {
    const start = cursor.at
    skipSpaces(cursor)
    if (peek(cursor) === charCodes.semicolon && (count === 0 || cursor.at === start)) {
      cursor.at++
      return mask >>> 0
    }
    const right = rightOfAlias(peek(cursor), peek(cursor, 1), isMandatoryPolicy)
    if (right === undefined) {
      const number = scanUint32(cursor)
      if (number === undefined) throw syntaxError(cursor, rightsExpected(isMandatoryPolicy))
      mask |= number
    } else {
      mask |= right
      cursor.at += 2
    }
    count++
  }
}

function rightsExpected(isMandatoryPolicy: boolean): string {
  return isMandatoryPolicy ? 'a policy of "NW", "NR" and "NX", and ";"' : 'access rights, such as "GRGW", and ";"'
}

function parseObjectTypes(cursor: Cursor, mayHaveTypes: boolean): AceObjectTypes | undefined {
  if (peek(cursor) === charCodes.semicolon && peek(cursor, 1) === charCodes.semicolon) {
    cursor.at += 2
    return undefined
  }
  const objectType = parseGuid(cursor, mayHaveTypes)
  const inheritedObjectType = parseGuid(cursor, mayHaveTypes)
  return objectType === undefined && inheritedObjectType === undefined ? undefined : { objectType, inheritedObjectType }
}

function parseGuid(cursor: Cursor, mayHaveTypes: boolean): string | undefined {
  const start = cursor.at
  skipSpaces(cursor)
  if (skipCharacter(cursor, charCodes.semicolon)) return undefined
  const end = findEither(cursor, charCodes.semicolon, charCodes.closeParenthesis)
  const guid = cursor.text.slice(start, end)
  if (!mayHaveTypes) throw syntaxError(cursor, 'no object type, but ";"')
  if (!isGuid(guid)) throw syntaxError(cursor, 'a GUID without braces, and ";"', start, 'RPC_S_INVALID_STRING_UUID')
  cursor.at = end
  expectCharacter(cursor, charCodes.semicolon)
  return guid
}

function parseAceSid(cursor: Cursor, domains: SidDomains): Sid {
  // Nearly every ACE of a system is for an alias, and nearly every one ends there.
  if (peek(cursor, 2) === charCodes.closeParenthesis) {
    const sid = aliasSid(peek(cursor), peek(cursor, 1), domains)
    if (sid !== undefined) {
      cursor.at += 2
      return sid
    }
  }
  const end = findEither(cursor, charCodes.semicolon, charCodes.closeParenthesis)
  const sid = parseSidIn(cursor.text, cursor.at, end, domains)
  cursor.at = end
  return sid
}

function parseAceCondition(cursor: Cursor, domains: SidDomains): Condition {
  expectCharacter(cursor, charCodes.semicolon)
  const condition = parseConditionAt(cursor, domains)
  closeAce(cursor)
  return condition
}

function closeAce(cursor: Cursor): void {
  skipSpaces(cursor)
  expectCharacter(cursor, charCodes.closeParenthesis)
}

function sectionError(cursor: Cursor, offset: number): Error {
  return syntaxError(cursor, 'one of "O:", "G:", "D:" and "S:", each once', offset, 'ERROR_INVALID_PARAMETER')
}
