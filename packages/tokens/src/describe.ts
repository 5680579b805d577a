import { groupAttribute, privilegeAttribute, Win32Error } from '@asuser/native'
import type { Sid } from '@asuser/security-descriptors'
import { accountOf, type AccountUse } from './account.ts'
import { allSettled } from './all-settled.ts'
import { formatLuid } from './luid.ts'
import type { Token } from './token.ts'
import type { SidAndAttributes } from './token-information.ts'

/**
 * Who a token is of and what it may do, as a text for people: user, token, groups, privileges, like `whoami /all`. Names
 * are looked up; a SID that nobody has stands alone. The same token gives the same text.
 *
 * @throws Win32Error `ERROR_ACCESS_DENIED`
 */
export async function describeToken(token: Token): Promise<string> {
  const { user, groups, restrictedSids } = token
  const names = await lookUpNames(token, [user, ...groups, ...restrictedSids])
  const sections: readonly (readonly [title: string, rows: readonly Row[]])[] = [
    ['USER', [[names.of(user.sid), user.sid.toString()]]],
    ['TOKEN', factsOf(token)],
    ['GROUPS', groups.map((group) => groupRow(group, names))],
    ['RESTRICTED TO', restrictedSids.map((group) => groupRow(group, names))],
    ['PRIVILEGES', token.privileges.map(({ name, attributes }) => [name, privilegeState(attributes)])],
  ]
  return sections
    .filter(([, rows]) => rows.length > 0)
    .map(([title, rows]) => `${title}\n${table(rows)}\n`)
    .join('\n')
}

type Row = readonly string[]

interface Name {
  readonly text: string
  readonly use: AccountUse | undefined
}

class Names {
  readonly #known: ReadonlyMap<string, Name>

  constructor(known: ReadonlyMap<string, Name>) {
    this.#known = known
  }

  of(sid: Sid): string {
    return this.#known.get(sid.toString())?.text ?? ''
  }

  useOf(sid: Sid): string {
    const use = this.#known.get(sid.toString())?.use
    return use === undefined ? '' : useNames[use]
  }
}

/** Each SID once: a look-up may ask a domain controller. */
async function lookUpNames(token: Token, entries: readonly SidAndAttributes[]): Promise<Names> {
  const sids = new Map(entries.map(({ sid }) => [sid.toString(), sid]))
  const known = await allSettled(
    [...sids].map(async ([text, sid]): Promise<[string, Name]> => [text, await lookUp(token, sid)]),
  )
  return new Names(new Map(known))
}

async function lookUp(token: Token, sid: Sid): Promise<Name> {
  try {
    const { name, domain, use } = await accountOf(sid, { win32: token.win32 })
    return { text: [domain, name].filter((part) => part !== '').join('\\'), use }
  } catch (error) {
    if (error instanceof Win32Error && unknownCodes.has(error.code)) return { text: '', use: undefined }
    throw error
  }
}

/** Nobody has the SID, or who knows it cannot be reached: the SID says enough. */
const unknownCodes: ReadonlySet<string> = new Set([
  'ERROR_NONE_MAPPED',
  'ERROR_TRUSTED_RELATIONSHIP_FAILURE',
  'RPC_S_SERVER_UNAVAILABLE',
])

function factsOf(token: Token): readonly Row[] {
  const level = token.impersonationLevel
  return [
    ['type', level === undefined ? token.type : `${token.type}, level ${level}`],
    ['integrity level', token.integrityLevel.toString()],
    ['elevation', `${token.elevation}, ${token.isElevated ? 'elevated' : 'not elevated'}`],
    ['session', String(token.sessionId)],
    ['logon session', formatLuid(token.authenticationId)],
    ['logon SID', token.logonSid?.toString() ?? 'none'],
    ['owner', token.owner.toString()],
    ['primary group', token.primaryGroup.toString()],
  ]
}

function groupRow({ sid, attributes }: SidAndAttributes, names: Names): Row {
  return [names.of(sid), names.useOf(sid), sid.toString(), groupState(attributes)]
}

const groupWords = [
  [groupAttribute.SE_GROUP_MANDATORY, 'mandatory'],
  [groupAttribute.SE_GROUP_ENABLED_BY_DEFAULT, 'enabled by default'],
  [groupAttribute.SE_GROUP_ENABLED, 'enabled'],
  [groupAttribute.SE_GROUP_OWNER, 'owner'],
  [groupAttribute.SE_GROUP_USE_FOR_DENY_ONLY, 'used for deny only'],
  [groupAttribute.SE_GROUP_INTEGRITY, 'integrity'],
  [groupAttribute.SE_GROUP_INTEGRITY_ENABLED, 'integrity enabled'],
  [groupAttribute.SE_GROUP_RESOURCE, 'resource'],
  [groupAttribute.SE_GROUP_LOGON_ID, 'logon SID'],
] as const

/** All bits of a word must be there: the logon SID is marked with two. */
function groupState(attributes: number): string {
  return groupWords
    .filter(([bits]) => (attributes & bits) >>> 0 === bits)
    .map(([, word]) => word)
    .join(', ')
}

function privilegeState(attributes: number): string {
  return (attributes & privilegeAttribute.SE_PRIVILEGE_ENABLED) === 0 ? 'disabled' : 'enabled'
}

const useNames: Readonly<Record<AccountUse, string>> = {
  user: 'user',
  group: 'group',
  domain: 'domain',
  alias: 'alias',
  wellKnownGroup: 'well-known group',
  deletedAccount: 'deleted account',
  invalid: 'invalid',
  unknown: 'unknown',
  computer: 'computer',
  label: 'label',
  logonSession: 'logon session',
}

/** Columns as wide as their widest cell; nothing behind the last. */
function table(rows: readonly Row[]): string {
  const widths: number[] = []
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length)
  }
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .join('\n')
}
