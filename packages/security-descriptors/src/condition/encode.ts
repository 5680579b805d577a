import { writeBytes, writeUint32, writeUint64, writeUtf16 } from '../binary/writer.ts'
import { InvalidSecurityDescriptorError } from '../errors.ts'
import { writeSid } from '../sid.ts'
import type { Condition, ConditionOperand, IntegerLiteral } from './ast.ts'
import { maximumConditionDepth } from './ast.ts'
import {
  attributeTokens,
  baseCodes,
  codeOf,
  comparisonTokens,
  conditionSignature,
  conditionToken,
  integerTokens,
  membershipTokens,
  signCodes,
} from './tokens.ts'

/**
 * The application data of a callback ACE for a condition: `artx`, the tokens in postfix order, zeros up to a
 * multiple of four bytes.
 *
 * @throws {InvalidSecurityDescriptorError} `ERROR_INVALID_ACL` when a number does not fit or the nesting is too deep
 */
export function encodeCondition(condition: Condition): Uint8Array {
  const size = 4 + conditionSize(condition, 0)
  const bytes = new Uint8Array((size + 3) & ~3)
  bytes.set(conditionSignature)
  writeCondition(bytes, 4, condition)
  return bytes
}

function conditionSize(condition: Condition, depth: number): number {
  if (depth > maximumConditionDepth) throw invalid(`A condition nests at most ${maximumConditionDepth} deep`)
  switch (condition.kind) {
    case 'attribute':
      return operandSize(condition)
    case 'comparison':
      return operandSize(condition.left) + operandSize(condition.right) + 1
    case 'membership':
      return operandSize(condition.sids) + 1
    case 'existence':
      return operandSize(condition.attribute) + 1
    case 'not':
      return conditionSize(condition.condition, depth + 1) + 1
    case 'junction':
      return conditionSize(condition.left, depth + 1) + conditionSize(condition.right, depth + 1) + 1
  }
}

function operandSize(operand: ConditionOperand): number {
  switch (operand.kind) {
    case 'attribute':
      return 5 + 2 * operand.name.length
    case 'integer':
      return 11
    case 'string':
      return 5 + 2 * operand.value.length
    case 'octets':
      return 5 + operand.value.length
    case 'sid':
      return 5 + operand.value.byteLength
    case 'composite':
      return operand.elements.reduce((size, element) => size + operandSize(element), 5)
  }
}

function writeCondition(bytes: Uint8Array, offset: number, condition: Condition): number {
  switch (condition.kind) {
    case 'attribute':
      return writeOperand(bytes, offset, condition)
    case 'comparison': {
      const at = writeOperand(bytes, writeOperand(bytes, offset, condition.left), condition.right)
      return writeToken(bytes, at, codeOf(comparisonTokens, condition.operator))
    }
    case 'membership':
      return writeToken(
        bytes,
        writeOperand(bytes, offset, condition.sids),
        codeOf(membershipTokens, condition.operator),
      )
    case 'existence': {
      const token = condition.operator === 'Exists' ? conditionToken.exists : conditionToken.notExists
      return writeToken(bytes, writeOperand(bytes, offset, condition.attribute), token)
    }
    case 'not':
      return writeToken(bytes, writeCondition(bytes, offset, condition.condition), conditionToken.not)
    case 'junction': {
      const at = writeCondition(bytes, writeCondition(bytes, offset, condition.left), condition.right)
      return writeToken(bytes, at, condition.operator === '&&' ? conditionToken.and : conditionToken.or)
    }
  }
}

function writeOperand(bytes: Uint8Array, offset: number, operand: ConditionOperand): number {
  switch (operand.kind) {
    case 'attribute': {
      const at = writeToken(bytes, offset, codeOf(attributeTokens, operand.source))
      return writeUtf16(bytes, writeUint32(bytes, at, 2 * operand.name.length), operand.name)
    }
    case 'integer':
      return writeInteger(bytes, offset, operand)
    case 'string': {
      const at = writeToken(bytes, offset, conditionToken.string)
      return writeUtf16(bytes, writeUint32(bytes, at, 2 * operand.value.length), operand.value)
    }
    case 'octets': {
      const at = writeToken(bytes, offset, conditionToken.octets)
      return writeBytes(bytes, writeUint32(bytes, at, operand.value.length), operand.value)
    }
    case 'sid': {
      const at = writeToken(bytes, offset, conditionToken.sid)
      return writeSid(bytes, writeUint32(bytes, at, operand.value.byteLength), operand.value)
    }
    case 'composite': {
      const start = writeToken(bytes, offset, conditionToken.composite) + 4
      let at = start
      for (const element of operand.elements) at = writeOperand(bytes, at, element)
      writeUint32(bytes, start - 4, at - start)
      return at
    }
  }
}

function writeInteger(bytes: Uint8Array, offset: number, { value, sign, base, width }: IntegerLiteral): number {
  const fits = sign === '-' ? value <= 0n && value >= -(2n ** 63n) : value >= 0n && value < 2n ** 64n
  if (!fits) throw invalid(`value must fit 64 bits and its sign "${sign}", got ${value}`)
  let at = writeUint64(bytes, writeToken(bytes, offset, codeOf(integerTokens, width)), value)
  at = writeToken(bytes, at, codeOf(signCodes, sign))
  return writeToken(bytes, at, codeOf(baseCodes, base))
}

function writeToken(bytes: Uint8Array, offset: number, token: number): number {
  bytes[offset] = token
  return offset + 1
}

function invalid(message: string): InvalidSecurityDescriptorError {
  return new InvalidSecurityDescriptorError(message, 'ERROR_INVALID_ACL')
}
