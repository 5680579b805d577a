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
  return form.isPlain ? formatPlainAce(form, ace, domains) : formatAceWithMore(form, ace, domains)
}

function formatPlainAce(form: AceForm, { flags, mask, sid }: Exclude<Ace, UnknownAce>, domains: SidDomains): string {
  const alias = aliasOf(sid, domains)
  const opening = openingOf(form, flags, mask, alias)
  return alias === undefined ? `${opening}${sid.toString()})` : opening
}

function formatAceWithMore(form: AceForm, ace: Exclude<Ace, UnknownAce>, domains: SidDomains): string {
  const opening = openingOf(form, ace.flags, ace.mask, undefined)
  const sid = formatSid(ace.sid, domains)
  return `${opening}${ace.objectType ?? ''};${ace.inheritedObjectType ?? ''};${sid}${formatTail(ace, domains)})`
}

function formatAces(acl: Acl | null, domains: SidDomains): string {
  if (acl === null) return 'NO_ACCESS_CONTROL'
  let text = ''
  for (const ace of acl.entries) text += formatAce(ace, domains)
  return text
}

/** `(OA;CI;RP;` of an ACE with more, `(A;OICI;FA;;;` of a plain one, and all of that, `(A;OICI;FA;;;SY)`, for an alias. */
interface Opening {
  readonly form: AceForm
  readonly flags: number
  readonly mask: number
  readonly alias: string | undefined
  readonly text: string
}

/** Most ACEs have one of a few openings, and spelling it costs more than all the rest. Each place holds the last one. */
const openings: (Opening | undefined)[] = Array.from({ length: 256 })

function openingOf(form: AceForm, flags: number, mask: number, alias: string | undefined): string {
  const letters = alias === undefined ? 0 : 5 * alias.charCodeAt(0) + alias.charCodeAt(1)
  const place = (mask ^ (mask >>> 8) ^ (mask >>> 16) ^ (mask >>> 24) ^ (flags << 3) ^ letters) & 0xff
  const known = openings[place]
  const isKnown = known?.mask === mask && known.flags === flags && known.form === form && known.alias === alias
  if (isKnown) return known.text
  const text = spellOpening(form, flags, mask, alias)
  openings[place] = { form, flags, mask, alias, text }
  return text
}

/** By `join`, which leaves one piece: a chain of pieces would be walked whenever it becomes part of another text. */
function spellOpening(form: AceForm, flags: number, mask: number, alias: string | undefined): string {
  const fields = [
    `(${form.alias}`,
    formatFlags(flags, form.alias === 'FL' ? filterFlagAliases : aceFlagAliases),
    formatRights(mask, form.alias === 'ML'),
  ]
  if (form.isPlain) fields.push('', '')
  fields.push(alias === undefined ? '' : `${alias})`)
  return fields.join(';')
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
}

/** By type code. */
const forms: readonly (AceForm | undefined)[] = aceFormats.map((format) =>
  format?.sddl === undefined ? undefined : { alias: format.sddl, isPlain: format.shape === 'plain' },
)
