import { type Ace, isConditional, type UnknownAce } from '../ace.ts'
import { aceFormats, aceTypeCode } from '../ace-types.ts'
import type { Acl } from '../acl.ts'
import { toHex } from '../binary/reader.ts'
import { type Claim, claimFormats, type ClaimValue } from '../claim.ts'
import { encodeAttributeName, formatCondition, formatQuoted, formatSidLiteral, noForm } from '../condition/format.ts'
import { controlFlags } from '../control.ts'
import { aliasOf, Sid, type SidDomains } from '../sid.ts'
import { aceFlagAliases, filterFlagAliases } from './ace-aliases.ts'
import type { SddlParts } from './parts.ts'
import { formatRights } from './rights.ts'

/** Prints the parts as Windows does: owner, group, DACL, SACL. */
export function formatSddl({ owner, group, dacl, sacl, control }: SddlParts, domains: SidDomains): string {
  let text = ''
  if (owner !== undefined) text += `O:${formatSid(owner, domains)}`
  if (group !== undefined) text += `G:${formatSid(group, domains)}`
  if (dacl !== undefined) text += formatAcl('D:', dacl, control, domains)
  // Each flag of the SACL is the next bit after that of the DACL.
  if (sacl !== undefined) text += formatAcl('S:', sacl, control >> 1, domains)
  return text
}

function formatAcl(part: string, acl: Acl | null, control: number, domains: SidDomains): string {
  let text = part
  if (control & controlFlags.DACL_PROTECTED) text += 'P'
  if (control & controlFlags.DACL_AUTO_INHERIT_REQ) text += 'AR'
  if (control & controlFlags.DACL_AUTO_INHERITED) text += 'AI'
  return text + formatAces(acl, domains)
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
  if (form === undefined || ace.type === 'unknown') throw noForm(`an ACE of type ${typeOf(ace)}`)
  const flags = ace.flags & 0xff
  const head = (form.heads[flags] ??=
    `(${form.alias};${formatFlags(flags, ace.type === 'systemAccessFilter' ? filterFlagAliases : aceFlagAliases)};`)
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

function formatFlags(flags: number, aliases: readonly (readonly [alias: string, flag: number])[]): string {
  let text = ''
  for (const [alias, flag] of aliases) {
    if (flags & flag) text += alias
  }
  return text
}

function formatTail(ace: Exclude<Ace, UnknownAce>, domains: SidDomains): string {
  if (ace.type === 'systemResourceAttribute') {
    if (ace.claim === undefined) throw noForm('a resource attribute without a claim that can be read')
    return `;${formatClaim(ace.claim, domains)}`
  }
  if (!isConditional(ace)) return ''
  if (ace.condition === undefined) throw noForm('a callback ACE without a condition that can be read')
  return `;${formatCondition(ace.condition, domains)}`
}

function formatClaim(claim: Claim, domains: SidDomains): string {
  const { name, type, flags = 0, values } = claim
  if (name === '' || values.length === 0) throw noForm('a claim without a name or a value')
  const word = claimFormats.find((format) => format[0] === type)?.[1]
  const texts = values.map((value) => `,${formatClaimValue(value, domains)}`).join('')
  return `("${encodeAttributeName(name)}",${word},0x${flags.toString(16)}${texts})`
}

function formatClaimValue(value: ClaimValue, domains: SidDomains): string {
  if (typeof value === 'string') return formatQuoted(value)
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (value instanceof Sid) return formatSidLiteral(value, domains)
  // Without a digit the sign that conditions have before the digits is the only thing to say.
  return value instanceof Uint8Array ? toHex(value) || '#' : value.toString()
}

function typeOf(ace: Ace): string {
  return ace.type === 'unknown' ? `0x${ace.typeCode.toString(16)}` : ace.type
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
