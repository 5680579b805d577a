import { type Ace, isConditional, type UnknownAce } from '../ace.ts'
import { aceFormats, aceTypeCode } from '../ace-types.ts'
import type { Acl } from '../acl.ts'
import { toHex } from '../binary/reader.ts'
import type { Claim, ClaimType, ClaimValue } from '../claim.ts'
import { encodeAttributeName, formatCondition, formatQuoted, formatSidLiteral } from '../condition/format.ts'
import { controlFlags } from '../control.ts'
import { InvalidSecurityDescriptorError } from '../errors.ts'
import { aliasOf, Sid, type SidDomains } from '../sid.ts'
import { aceFlagAliases } from './ace-aliases.ts'
import type { SddlParts } from './parts.ts'
import { formatRights } from './rights.ts'

/** Prints the parts as Windows does: owner, group, DACL, SACL. */
export function formatSddl({ owner, group, dacl, sacl, control }: SddlParts, domains: SidDomains): string {
  let text = ''
  if (owner !== undefined) text += `O:${formatSid(owner, domains)}`
  if (group !== undefined) text += `G:${formatSid(group, domains)}`
  if (dacl !== undefined) {
    if (control & controlFlags.DACL_PROTECTED) text += 'D:P'
    else text += 'D:'
    if (control & controlFlags.DACL_AUTO_INHERIT_REQ) text += 'AR'
    if (control & controlFlags.DACL_AUTO_INHERITED) text += 'AI'
    text += formatAces(dacl, domains)
  }
  if (sacl !== undefined) {
    if (control & controlFlags.SACL_PROTECTED) text += 'S:P'
    else text += 'S:'
    if (control & controlFlags.SACL_AUTO_INHERIT_REQ) text += 'AR'
    if (control & controlFlags.SACL_AUTO_INHERITED) text += 'AI'
    text += formatAces(sacl, domains)
  }
  return text
}

/** A SID as SDDL prints it: an alias where there is one. */
export function formatSid(sid: Sid, domains: SidDomains): string {
  return aliasOf(sid, domains) ?? sid.toString()
}

/**
 * One ACE as SDDL, in its parentheses.
 *
 * @throws {InvalidSecurityDescriptorError} `ERROR_INVALID_ACL` when SDDL has no form for it
 */
export function formatAce(ace: Ace, domains: SidDomains = {}): string {
  const form = ace.type === 'unknown' ? undefined : forms[aceTypeCode(ace.type)]
  if (form === undefined || ace.type === 'unknown') throw notSddl(`SDDL has no form for an ACE of type ${typeOf(ace)}`)
  const flags = ace.flags & 0xff
  const head = (form.heads[flags] ??= `(${form.alias};${formatFlags(flags)};`)
  const rights = formatRights(ace.mask, ace.type === 'systemMandatoryLabel')
  const sid = formatSid(ace.sid, domains)
  if (form.isPlain) return `${head}${rights};;;${sid})`
  return `${head}${rights};${ace.objectType ?? ''};${ace.inheritedObjectType ?? ''};${sid}${formatTail(ace, domains)})`
}

function formatAces(acl: Acl | null, domains: SidDomains): string {
  if (acl === null) return 'NO_ACCESS_CONTROL'
  let text = ''
  for (const ace of acl.entries) text += formatAce(ace, domains)
  return text
}

function formatFlags(flags: number): string {
  let text = ''
  for (const [alias, flag] of aceFlagAliases) {
    if (flags & flag) text += alias
  }
  return text
}

function formatTail(ace: Exclude<Ace, UnknownAce>, domains: SidDomains): string {
  if (ace.type === 'systemResourceAttribute') {
    if (ace.claim === undefined) throw notSddl('The resource attribute holds no claim that can be read')
    return `;${formatClaim(ace.claim, domains)}`
  }
  if (!isConditional(ace)) return ''
  if (ace.condition === undefined) throw notSddl('The callback ACE holds no condition that can be read')
  return `;${formatCondition(ace.condition, domains)}`
}

function formatClaim(claim: Claim, domains: SidDomains): string {
  const values = claim.values.map((value) => `,${formatClaimValue(value, domains)}`).join('')
  const flags = `0x${(claim.flags ?? 0).toString(16)}`
  return `("${encodeAttributeName(claim.name)}",${claimTypes[claim.type]},${flags}${values})`
}

function formatClaimValue(value: ClaimValue, domains: SidDomains): string {
  if (typeof value === 'string') return formatQuoted(value)
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (value instanceof Sid) return formatSidLiteral(value, domains)
  return value instanceof Uint8Array ? toHex(value) : value.toString()
}

function typeOf(ace: Ace): string {
  return ace.type === 'unknown' ? `0x${ace.typeCode.toString(16)}` : ace.type
}

function notSddl(message: string): InvalidSecurityDescriptorError {
  return new InvalidSecurityDescriptorError(message, 'ERROR_INVALID_ACL')
}

/** How SDDL says the ACEs of one type. */
interface AceForm {
  readonly alias: string
  /** Whether nothing stands between rights and SID, and nothing after the SID. */
  readonly isPlain: boolean
  /** `(A;OICI;` by the flags: what the ACE begins with, spelled once. */
  readonly heads: (string | undefined)[]
}

/** By type code. */
const forms: readonly (AceForm | undefined)[] = aceFormats.map((format) =>
  format?.sddl === undefined ? undefined : { alias: format.sddl, isPlain: format.shape === 'plain', heads: [] },
)

const claimTypes: Readonly<Record<ClaimType, string>> = {
  int64: 'TI',
  uint64: 'TU',
  string: 'TS',
  sid: 'TD',
  octets: 'TX',
  boolean: 'TB',
}
