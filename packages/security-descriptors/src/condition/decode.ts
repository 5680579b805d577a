import { requireBytes } from '../argument-errors.ts'
import { byteAt, copyBytes, readUint32, readUint64, readUtf16 } from '../binary/reader.ts'
import { invalidAcl } from '../errors.ts'
import { Sid } from '../sid.ts'
import {
  type Condition,
  type ConditionAttribute,
  type ConditionLiteral,
  type ConditionOperand,
  type IntegerLiteral,
  maximumConditionDepth,
  type SingleLiteral,
} from './ast.ts'
import {
  attributeTokens,
  baseCodes,
  byCode,
  comparisonTokens,
  conditionSignature,
  conditionToken,
  integerTokens,
  membershipTokens,
  signCodes,
} from './tokens.ts'

/** Whether the application data of a callback ACE claims to be a condition. */
export function hasConditionSignature(bytes: Uint8Array): boolean {
  return conditionSignature.every((byte, index) => bytes[index] === byte)
}

/**
 * Reads the application data of a callback ACE.
 *
 * @throws {InvalidSecurityDescriptorError} `ERROR_INVALID_ACL` when the bytes are not one whole condition
 */
export function decodeCondition(bytes: Uint8Array): Condition {
  requireBytes(bytes)
  if (!hasConditionSignature(bytes)) throw invalidAcl('A condition begins with "artx"', 0)
  const stack: StackItem[] = []
  let at = 4
  while (at < bytes.length) {
    const token = byteAt(bytes, at)
    if (token === conditionToken.padding) break
    at = isOperand(token) ? pushOperand(bytes, at, stack) : applyOperator(token, at, stack)
  }
  for (let rest = at; rest < bytes.length; rest++) {
    if (bytes[rest] !== 0) throw invalidAcl('Only zeros may follow the padding', rest)
  }
  const [result, ...others] = stack
  if (result === undefined || others.length > 0) throw invalidAcl('The tokens do not make one condition', at)
  return asCondition(result, at)
}

interface StackItem {
  readonly value: Condition | ConditionLiteral
  readonly depth: number
}

const operandsError = 'The operands do not fit the operator'

function isOperand(token: number): boolean {
  return token < 0x80 || token >= 0xf8
}

function pushOperand(bytes: Uint8Array, offset: number, stack: StackItem[]): number {
  const source = attributeSources.get(byteAt(bytes, offset))
  if (source === undefined) {
    const { value, end } = readLiteral(bytes, offset, bytes.length)
    stack.push({ value, depth: 0 })
    return end
  }
  const end = endOfCounted(bytes, offset, bytes.length)
  stack.push({ value: { kind: 'attribute', source, name: readEvenUtf16(bytes, offset, end) }, depth: 0 })
  return end
}

function readLiteral(bytes: Uint8Array, offset: number, limit: number): { value: ConditionLiteral; end: number } {
  if (bytes[offset] !== conditionToken.composite) return readSingleLiteral(bytes, offset, limit)
  const end = endOfCounted(bytes, offset, limit)
  const elements: SingleLiteral[] = []
  for (let at = offset + 5; at < end;) {
    const element = readSingleLiteral(bytes, at, end)
    elements.push(element.value)
    at = element.end
  }
  return { value: { kind: 'composite', elements }, end }
}

function readSingleLiteral(bytes: Uint8Array, offset: number, limit: number): { value: SingleLiteral; end: number } {
  const token = byteAt(bytes, offset)
  const width = integerWidths.get(token)
  if (width !== undefined) return readInteger(bytes, offset, limit, width)
  switch (token) {
    case conditionToken.string: {
      const end = endOfCounted(bytes, offset, limit)
      return { value: { kind: 'string', value: readEvenUtf16(bytes, offset, end) }, end }
    }
    case conditionToken.octets: {
      const end = endOfCounted(bytes, offset, limit)
      return { value: { kind: 'octets', value: copyBytes(bytes, offset + 5, end) }, end }
    }
    case conditionToken.sid: {
      const end = endOfCounted(bytes, offset, limit)
      const value = Sid.fromBytes(bytes.subarray(0, end), offset + 5)
      if (offset + 5 + value.byteLength !== end) throw invalidAcl('The SID does not fill its size', offset)
      return { value: { kind: 'sid', value }, end }
    }
    default:
      throw invalidAcl(`Nothing has the token 0x${token.toString(16)}`, offset)
  }
}

function readInteger(
  bytes: Uint8Array,
  offset: number,
  limit: number,
  width: IntegerLiteral['width'],
): { value: IntegerLiteral; end: number } {
  const end = offset + 11
  const sign = integerSigns.get(byteAt(bytes, offset + 9))
  const base = integerBases.get(byteAt(bytes, offset + 10))
  if (end > limit || sign === undefined || base === undefined) throw invalidAcl('The number is malformed', offset)
  const unsigned = readUint64(bytes, offset + 1)
  const value = sign === '-' ? BigInt.asIntN(64, unsigned) : unsigned
  if (sign === '-' && value > 0n) throw invalidAcl('The number is malformed', offset)
  return { value: { kind: 'integer', value, sign, base, width }, end }
}

function applyOperator(token: number, offset: number, stack: StackItem[]): number {
  const comparison = comparisonOperators.get(token)
  const membership = membershipOperators.get(token)
  if (comparison !== undefined) {
    const right = asOperand(pop(stack, offset), offset)
    const left = asOperand(pop(stack, offset), offset)
    stack.push({ value: { kind: 'comparison', operator: comparison, left, right }, depth: 0 })
  } else if (membership !== undefined) {
    const sids = asOperand(pop(stack, offset), offset)
    if (sids.kind === 'attribute') throw invalidAcl(operandsError, offset)
    stack.push({ value: { kind: 'membership', operator: membership, sids }, depth: 0 })
  } else if (token === conditionToken.exists || token === conditionToken.notExists) {
    const operator = token === conditionToken.exists ? 'Exists' : 'Not_Exists'
    stack.push({ value: { kind: 'existence', operator, attribute: asAttribute(pop(stack, offset), offset) }, depth: 0 })
  } else if (token === conditionToken.not) {
    const item = pop(stack, offset)
    pushNested(stack, { kind: 'not', condition: asCondition(item, offset) }, item.depth, offset)
  } else if (token === conditionToken.and || token === conditionToken.or) {
    const right = pop(stack, offset)
    const left = pop(stack, offset)
    const operator = token === conditionToken.and ? '&&' : '||'
    const sides = { left: asCondition(left, offset), right: asCondition(right, offset) }
    pushNested(stack, { kind: 'junction', operator, ...sides }, Math.max(left.depth, right.depth), offset)
  } else {
    throw invalidAcl(`Nothing has the token 0x${token.toString(16)}`, offset)
  }
  return offset + 1
}

function pushNested(stack: StackItem[], value: Condition, depth: number, offset: number): void {
  if (depth >= maximumConditionDepth)
    throw invalidAcl(`A condition nests at most ${maximumConditionDepth} deep`, offset)
  stack.push({ value, depth: depth + 1 })
}

function pop(stack: StackItem[], offset: number): StackItem {
  const item = stack.pop()
  if (item === undefined) throw invalidAcl(operandsError, offset)
  return item
}

function asOperand({ value }: StackItem, offset: number): ConditionOperand {
  if (isNode(value) && value.kind !== 'attribute') throw invalidAcl(operandsError, offset)
  return value
}

function asAttribute({ value }: StackItem, offset: number): ConditionAttribute {
  if (value.kind !== 'attribute') throw invalidAcl(operandsError, offset)
  return value
}

function asCondition({ value }: StackItem, offset: number): Condition {
  if (!isNode(value)) throw invalidAcl(operandsError, offset)
  return value
}

function isNode(value: Condition | ConditionLiteral): value is Condition {
  return !literalKinds.has(value.kind)
}

const literalKinds: ReadonlySet<string> = new Set<ConditionLiteral['kind']>([
  'integer',
  'string',
  'octets',
  'sid',
  'composite',
])

/** The offset after a token whose byte count follows it in four bytes. */
function endOfCounted(bytes: Uint8Array, offset: number, limit: number): number {
  const end = offset + 5 + (offset + 5 <= limit ? readUint32(bytes, offset + 1) : 0)
  if (end > limit) throw invalidAcl('An operand reaches beyond its bytes', offset)
  return end
}

function readEvenUtf16(bytes: Uint8Array, offset: number, end: number): string {
  const byteLength = end - offset - 5
  if (byteLength % 2 !== 0) throw invalidAcl('UTF-16 text has an odd number of bytes', offset)
  return readUtf16(bytes, offset + 5, byteLength)
}

const attributeSources = byCode(attributeTokens)
const comparisonOperators = byCode(comparisonTokens)
const membershipOperators = byCode(membershipTokens)
const integerWidths = byCode(integerTokens)
const integerSigns = byCode(signCodes)
const integerBases = byCode(baseCodes)
