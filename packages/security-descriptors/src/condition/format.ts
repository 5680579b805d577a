import { toHex } from '../binary/reader.ts'
import { quoted } from '../argument-errors.ts'
import { invalidAcl, type InvalidSecurityDescriptorError } from '../errors.ts'
import { aliasOf, type Sid, type SidDomains } from '../sid.ts'
import type { AttributeSource, Condition, ConditionAttribute, ConditionOperand, IntegerLiteral } from './ast.ts'

/**
 * A condition as Windows prints it: in parentheses, with parentheses around both sides of `&&` and `||`.
 *
 * @throws {InvalidSecurityDescriptorError} `ERROR_INVALID_ACL` when it holds what SDDL cannot say, such as text with a quote or NUL
 */
export function formatCondition(condition: Condition, domains: SidDomains = {}): string {
  return `(${formatInner(condition, domains)})`
}

function formatInner(condition: Condition, domains: SidDomains): string {
  switch (condition.kind) {
    case 'attribute':
      return formatAttribute(condition)
    case 'comparison': {
      const { operator, left, right } = condition
      if (left.kind !== 'attribute' || (right.kind === 'attribute' && right.source === 'local'))
        throw noForm(`the operands of ${operator}`)
      return `${formatAttribute(left)} ${operator} ${formatOperand(right, domains)}`
    }
    case 'membership': {
      const { operator, sids } = condition
      if (sids.kind !== 'sid' && sids.kind !== 'composite') throw noForm(`the operands of ${operator}`)
      return `${operator} ${formatOperand(sids, domains)}`
    }
    case 'existence':
      return `${condition.operator} ${formatAttribute(condition.attribute)}`
    case 'not':
      return `!${formatCondition(condition.condition, domains)}`
    case 'junction': {
      const left = formatCondition(condition.left, domains)
      return `${left} ${condition.operator} ${formatCondition(condition.right, domains)}`
    }
  }
}

function formatOperand(operand: ConditionOperand, domains: SidDomains): string {
  switch (operand.kind) {
    case 'attribute':
      return formatAttribute(operand)
    case 'integer':
      return formatInteger(operand)
    case 'string':
      return formatQuoted(operand.value)
    case 'octets':
      return `#${toHex(operand.value)}`
    case 'sid':
      return formatSidLiteral(operand.value, domains)
    case 'composite':
      return `{${operand.elements.map((element) => formatOperand(element, domains)).join(', ')}}`
  }
}

function formatAttribute({ source, name }: ConditionAttribute): string {
  if (name === '') throw noForm('an attribute without a name')
  const text = encodeAttributeName(name)
  // A name that begins like an operator would be taken for it.
  return source === 'local' && /^(not_)?(device_)?(exists|member_of(_any)?)$/i.test(text)
    ? encodeUnit(name) + text.slice(1)
    : attributePrefixes[source] + text
}

/** The characters that cannot stand for themselves as `%XXXX`. */
export function encodeAttributeName(name: string): string {
  let text = ''
  for (let at = 0; at < name.length; at++) {
    const unit = name.charAt(at)
    text += /^[\p{L}\p{N}:/._]$/u.test(unit) ? unit : encodeUnit(unit)
  }
  return text
}

function encodeUnit(text: string): string {
  return `%${text.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Bytes can say more than SDDL: a number that stands first, a name without a prefix that stands second, no name. */
export function noForm(what: string): InvalidSecurityDescriptorError {
  return invalidAcl(`SDDL has no form for ${what}`)
}

export function formatSidLiteral(sid: Sid, domains: SidDomains): string {
  return `SID(${aliasOf(sid, domains) ?? sid.toString()})`
}

/** @throws {InvalidSecurityDescriptorError} `ERROR_INVALID_ACL` when the text holds a quote or NUL */
export function formatQuoted(text: string): string {
  if (/["\0]/.test(text)) throw noForm(`the quote or NUL in ${quoted(text)}`)
  return `"${text}"`
}

function formatInteger({ value, sign, base }: IntegerLiteral): string {
  const magnitude = value < 0n ? -value : value
  return signPrefixes[sign] + basePrefixes[base] + magnitude.toString(base)
}

const signPrefixes: Readonly<Record<IntegerLiteral['sign'], string>> = { '+': '+', '-': '-', none: '' }
const basePrefixes: Readonly<Record<IntegerLiteral['base'], string>> = { 8: '0', 10: '', 16: '0x' }
const attributePrefixes: Readonly<Record<AttributeSource, string>> = {
  local: '',
  user: '@USER.',
  device: '@DEVICE.',
  resource: '@RESOURCE.',
}
