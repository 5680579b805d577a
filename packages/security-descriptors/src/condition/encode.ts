import { requireObject } from '../argument-errors.ts'
import { measured, writeBytes, writeUint32, writeUint64, writeUtf16 } from '../binary/writer.ts'
import { invalidAcl } from '../errors.ts'
import { writeSid } from '../sid-bytes.ts'
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
  requireObject('condition', 'a condition', condition)
  const signature = Uint8Array.from(conditionSignature)
  return measured((bytes) => writeCondition(bytes, writeBytes(bytes, 0, signature), condition, 0))
}

function writeCondition(bytes: Uint8Array, offset: number, condition: Condition, depth: number): number {
  if (depth > maximumConditionDepth) throw invalidAcl(`A condition nests at most ${maximumConditionDepth} deep`)
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
      return writeToken(bytes, writeCondition(bytes, offset, condition.condition, depth + 1), conditionToken.not)
    case 'junction': {
      const middle = writeCondition(bytes, offset, condition.left, depth + 1)
      const at = writeCondition(bytes, middle, condition.right, depth + 1)
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
  if (!fits) throw invalidAcl(`value must fit 64 bits and its sign "${sign}", got ${value}`)
  let at = writeUint64(bytes, writeToken(bytes, offset, codeOf(integerTokens, width)), value)
  at = writeToken(bytes, at, codeOf(signCodes, sign))
  return writeToken(bytes, at, codeOf(baseCodes, base))
}

function writeToken(bytes: Uint8Array, offset: number, token: number): number {
  bytes[offset] = token
  return offset + 1
}
