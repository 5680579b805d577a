import { type Ace, acesEqual } from '../ace.ts'
import { aceByteLength, writeAce } from '../ace-bytes.ts'
import { requireType } from '../argument-errors.ts'
import type { Acl } from '../acl.ts'
import { toHex } from '../binary/reader.ts'
import { controlFlags } from '../control.ts'
import { formatAce, formatSid } from '../sddl/format.ts'
import { SecurityDescriptor } from '../security-descriptor.ts'
import type { Sid, SidDomains } from '../sid.ts'

/**
 * What is different in `after`, in lines for people: `-` for what went, `+` for what came, `~` for what moved.
 * No line means that both are equal.
 *
 * @example
 * ```ts
 * const before = SecurityDescriptor.fromSddl('O:BAD:(A;;FA;;;BA)(A;;FR;;;BU)')
 * const after = SecurityDescriptor.fromSddl('O:SYD:(A;;FA;;;BA)')
 * describeDifference(before, after) // ['- owner BA', '+ owner SY', '- DACL (A;;FR;;;BU)']
 * ```
 */
export function describeDifference(
  before: SecurityDescriptor,
  after: SecurityDescriptor,
  domains: SidDomains = {},
): readonly string[] {
  requireType(before instanceof SecurityDescriptor, 'before', 'a SecurityDescriptor', before)
  requireType(after instanceof SecurityDescriptor, 'after', 'a SecurityDescriptor', after)
  return [
    ...sidDifference('owner', before.owner, after.owner, domains),
    ...sidDifference('group', before.group, after.group, domains),
    ...aclDifference('DACL', before.dacl, after.dacl, domains),
    ...aclDifference('SACL', before.sacl, after.sacl, domains),
    ...controlDifference(before.control, after.control),
    ...(before.resourceManagerControl === after.resourceManagerControl
      ? []
      : [
          `- resource manager control ${before.resourceManagerControl}`,
          `+ resource manager control ${after.resourceManagerControl}`,
        ]),
  ]
}

function sidDifference(
  part: string,
  before: Sid | undefined,
  after: Sid | undefined,
  domains: SidDomains,
): readonly string[] {
  if (before === after || (before !== undefined && after !== undefined && before.equals(after))) return []
  return [
    ...(before === undefined ? [] : [`- ${part} ${formatSid(before, domains)}`]),
    ...(after === undefined ? [] : [`+ ${part} ${formatSid(after, domains)}`]),
  ]
}

function aclDifference(
  part: string,
  before: Acl | null | undefined,
  after: Acl | null | undefined,
  domains: SidDomains,
): readonly string[] {
  if (before === after) return []
  if (!before || !after)
    return [`- ${part} ${stateOf(before)}`, `+ ${part} ${stateOf(after)}`, ...entriesOf(after, part, domains)]
  const removed = missingFrom(before.entries, after.entries)
  const added = missingFrom(after.entries, before.entries)
  const lines = [
    ...removed.map((ace) => `- ${part} ${distinctTextOf(ace, added, domains)}`),
    ...added.map((ace) => `+ ${part} ${distinctTextOf(ace, removed, domains)}`),
  ]
  if (!isSameOrder(without(before.entries, removed), without(after.entries, added)))
    lines.push(`~ ${part} has its ACEs in another order`)
  if (lines.length === 0 && !before.equals(after)) lines.push(`~ ${part} differs in its header or unused bytes`)
  return lines
}

/** The ACEs of the one list that the other lacks, counting equal ones. */
function missingFrom(entries: readonly Ace[], others: readonly Ace[]): readonly Ace[] {
  const rest = [...others]
  return entries.filter((ace) => {
    const index = rest.findIndex((other) => acesEqual(other, ace))
    if (index === -1) return true
    rest.splice(index, 1)
    return false
  })
}

function without(entries: readonly Ace[], some: readonly Ace[]): readonly Ace[] {
  const left = new Set(some)
  return entries.filter((ace) => !left.delete(ace))
}

/** The text of an ACE, with its bytes where one of the other side has the same. */
function distinctTextOf(ace: Ace, others: readonly Ace[], domains: SidDomains): string {
  const text = textOf(ace, domains)
  if (!others.some((other) => textOf(other, domains) === text)) return text
  const bytes = new Uint8Array(aceByteLength(ace))
  writeAce(bytes, 0, ace)
  return `${text}, in bytes ${toHex(bytes)}`
}

function isSameOrder(before: readonly Ace[], after: readonly Ace[]): boolean {
  return before.every((ace, index) => acesEqual(ace, after[index] ?? ace))
}

function entriesOf(acl: Acl | null | undefined, part: string, domains: SidDomains): readonly string[] {
  return (acl?.entries ?? []).map((ace) => `+ ${part} ${textOf(ace, domains)}`)
}

function stateOf(acl: Acl | null | undefined): string {
  if (acl === undefined) return 'is absent'
  return acl === null ? 'is NULL' : 'is present'
}

function textOf(ace: Ace, domains: SidDomains): string {
  try {
    return formatAce(ace, domains)
  } catch {
    return `(${ace.type === 'unknown' ? `type 0x${ace.typeCode.toString(16)}` : ace.type}, which SDDL cannot say)`
  }
}

function controlDifference(before: number, after: number): readonly string[] {
  const presence = controlFlags.DACL_PRESENT | controlFlags.SACL_PRESENT
  return Object.entries(controlFlags).flatMap(([name, flag]) => {
    if (flag & presence || (before & flag) === (after & flag)) return []
    return [`${after & flag ? '+' : '-'} control ${name}`]
  })
}
