import { toHex } from '../binary/reader.ts'
import { InvalidSecurityDescriptorError } from '../errors.ts'
import { aliasOf, type Sid, type SidDomains } from '../sid.ts'
import type { AttributeSource, Condition, ConditionAttribute, ConditionOperand, IntegerLiteral } from './ast.ts'

/**
 * A condition as Windows prints it: in parentheses, with parentheses around both sides of `&&` and `||`.
 *
 * @throws {InvalidSecurityDescriptorError} `ERROR_INVALID_ACL` when it holds text with a quote, which SDDL cannot say
 */
export function formatCondition(condition: Condition, domains: SidDomains = {}): string {
  return `(${formatInner(condition, domains)})`
}

function formatInner(condition: Condition, domains: SidDomains): string {
  switch (condition.kind) {
    case 'attribute':
      return formatAttribute(condition)
    case 'comparison': {
      const right = formatOperand(condition.right, domains)
      return `${formatOperand(condition.left, domains)} ${condition.operator} ${right}`
    }
    case 'membership':
      return `${condition.operator} ${formatOperand(condition.sids, domains)}`
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
  return attributePrefixes[source] + encodeAttributeName(name)
}

/** The characters that cannot stand for themselves as `%XXXX`. */
export function encodeAttributeName(name: string): string {
  let text = ''
  for (let at = 0; at < name.length; at++) {
    const unit = name.charAt(at)
    text += /^[\p{L}\p{N}:/._]$/u.test(unit) ? unit : `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  }
  return text
}

export function formatSidLiteral(sid: Sid, domains: SidDomains): string {
  return `SID(${aliasOf(sid, domains) ?? sid.toString()})`
}

/** @throws {InvalidSecurityDescriptorError} `ERROR_INVALID_ACL` when the text holds a quote */
export function formatQuoted(text: string): string {
  if (text.includes('"')) {
    throw new InvalidSecurityDescriptorError(
      `SDDL has no way to write the quote in ${JSON.stringify(text)}`,
      'ERROR_INVALID_ACL',
    )
  }
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
