import { describe, expect, test } from 'vitest'

import type { Claim } from '../claim.ts'
import { InvalidAccessCheckError } from '../errors.ts'
import { Sid } from '../sid.ts'
import { type ConditionContext, type ConditionResult, evaluateCondition } from './evaluate.ts'
import { parseCondition } from './parse.ts'

const claims: readonly Claim[] = [
  { name: 'one', type: 'int64', values: [1n] },
  { name: 'zero', type: 'uint64', values: [0n] },
  { name: 'few', type: 'int64', values: [1n, 2n] },
  { name: 'negative', type: 'int64', values: [-1n] },
  { name: 'yes', type: 'boolean', values: [true] },
  { name: 'no', type: 'boolean', values: [false] },
  { name: 'word', type: 'string', values: ['Word'] },
  { name: 'blank', type: 'string', values: [''] },
  { name: 'exact', type: 'string', flags: 2, values: ['Word'] },
  { name: 'words', type: 'string', values: ['red', 'Blue'] },
  { name: 'sid', type: 'sid', values: [Sid.parse('BA')] },
  { name: 'bytes', type: 'octets', values: [Uint8Array.of(1, 2)] },
  { name: 'nothing', type: 'string', values: [] },
]

const context: ConditionContext = {
  userClaims: claims,
  deviceClaims: [{ name: 'word', type: 'string', values: ['WORD'] }],
  resourceClaims: [{ name: 'words', type: 'string', values: ['blue', 'RED'] }],
  localClaims: [{ name: 'local', type: 'int64', values: [7n] }],
  userSids: [Sid.parse('WD'), Sid.parse('BU')],
  deviceSids: [Sid.parse('BG')],
}

function evaluate(text: string): ConditionResult {
  return evaluateCondition(parseCondition(text.replaceAll('$', '@User.')), context)
}

describe('evaluateCondition', () => {
  test.each<[string, ConditionResult]>([
    ['$one', true],
    ['$zero', false],
    ['$few', true],
    ['$yes', true],
    ['$no', false],
    ['$word', true],
    ['$blank', false],
    ['$sid', true],
    ['$bytes', true],
    ['$nothing', undefined],
    ['$missing', undefined],
    ['local', true],
    ['$one == 1', true],
    ['$ONE == 0x1', true],
    ['$one != 1', false],
    ['$one == 2', false],
    ['$one == "1"', undefined],
    ['$missing == 1', undefined],
    ['$missing != 1', undefined],
    ['$nothing == "a"', undefined],
    ['$negative < 0', true],
    ['$negative < 18446744073709551615', true],
    ['$zero <= 0', true],
    ['$zero >= 1', false],
    ['$few < 3', undefined],
    ['$one < {2}', undefined],
    ['$one == {1}', true],
    ['$one == {}', false],
    ['$few == {2, 1}', true],
    ['$few == {1, 2, 1}', false],
    ['$few == 1', false],
    ['$few != 1', true],
    ['$yes == 1', true],
    ['$no == 1', false],
    ['$yes == 42', undefined],
    ['$word == "wORD"', true],
    ['$word == @Device.word', true],
    ['$exact == "word"', false],
    ['$exact == "Word"', true],
    ['$word < "x"', true],
    ['$word > "_"', false],
    ['$words == @Resource.words', true],
    ['$words Contains "RED"', true],
    ['$words Contains {"red", "blue"}', true],
    ['$words Contains {"red", "green"}', false],
    ['$words Contains {}', false],
    ['$words Not_Contains {}', true],
    ['$missing Contains {}', false],
    ['$missing Not_Contains {}', true],
    ['$missing Contains {"a"}', undefined],
    ['$words Contains 1', undefined],
    ['$words Any_of {"green", "red"}', true],
    ['$words Any_of {"green"}', false],
    ['$words Not_Any_of {"green"}', true],
    ['$words Any_of "red"', undefined],
    ['$words Any_of {}', false],
    ['$missing Any_of {}', undefined],
    ['$word Any_of @Device.word', true],
    ['$sid == SID(BA)', true],
    ['$sid == SID(BU)', false],
    ['$sid < SID(BU)', undefined],
    ['$sid <= SID(BA)', true],
    ['$bytes == #0102', true],
    ['$bytes < #0103', true],
    ['$bytes > #01', true],
    ['$bytes == "0102"', undefined],
    ['Exists $word', true],
    ['Exists $missing', false],
    ['Exists $nothing', undefined],
    ['Not_Exists $missing', true],
    ['Not_Exists $word', false],
    ['Not_Exists $nothing', undefined],
    ['Member_of SID(WD)', true],
    ['Member_of {SID(WD), SID(BU)}', true],
    ['Member_of {SID(WD), SID(BA)}', false],
    ['Member_of_any {SID(BA), SID(BU)}', true],
    ['Not_Member_of {SID(WD), SID(BA)}', true],
    ['Not_Member_of_any {SID(WD), SID(BA)}', false],
    ['Device_Member_of SID(BG)', true],
    ['Device_Member_of SID(WD)', false],
    ['Not_Device_Member_of_any {SID(WD)}', true],
    ['Member_of {}', undefined],
    ['Not_Member_of {}', undefined],
    ['Member_of {SID(WD), 1}', undefined],
  ])('%s is %s', (text, expected) => {
    expect(evaluate(text)).toBe(expected)
  })

  test.each<[string, ConditionResult]>([
    ['$yes && $one', true],
    ['$yes && $no', false],
    ['$no && $missing', false],
    ['$missing && $no', false],
    ['$yes && $missing', undefined],
    ['$yes || $missing', true],
    ['$missing || $yes', true],
    ['$no || $missing', undefined],
    ['$no || $zero', false],
    ['!($missing)', undefined],
    ['!($no)', true],
    ['!(!($no))', false],
  ])('%s is %s in three-valued logic', (text, expected) => {
    expect(evaluate(text)).toBe(expected)
  })

  test.each<[string, ConditionResult]>([
    ['$yes || !($yes)', undefined],
    ['!($yes) || $yes', true],
    ['$yes && !($no)', undefined],
    ['$yes && !($no || $no)', true],
    ['!($no) && !($no)', true],
    ['$one == 1 && !($no)', true],
    ['$yes || (!($no) && $one == 1)', undefined],
  ])('%s is %s, because an attribute may not wait below a bare one under !', (text, expected) => {
    expect(evaluate(text)).toBe(expected)
  })

  test('takes the last of two claims with the same name', () => {
    const userClaims: readonly Claim[] = [
      { name: 'A', type: 'int64', values: [1n] },
      { name: 'a', type: 'int64', values: [2n] },
    ]
    expect(evaluateCondition(parseCondition('@User.a == 2'), { userClaims })).toBe(true)
  })

  test.each<[string, Claim]>([
    ['text in another case', { name: 'a', type: 'string', values: ['x', 'X'] }],
    ['a number', { name: 'a', type: 'int64', values: [1n, 1n] }],
    ['a SID', { name: 'a', type: 'sid', values: [Sid.parse('BA'), Sid.parse('S-1-5-32-544')] }],
  ])('throws ERROR_INVALID_PARAMETER when a claim of the user has %s twice', (_, repeated) => {
    const condition = parseCondition('@User.b == 1')
    expect(() => evaluateCondition(condition, { userClaims: [repeated] })).toThrow(InvalidAccessCheckError)
    expect(() => evaluateCondition(condition, { deviceClaims: [repeated] })).not.toThrow()
  })

  test('compares letters as a table of Unicode 5.1 does, unit by unit', () => {
    const compare = (left: string, right: string): ConditionResult =>
      evaluateCondition(parseCondition(`@User.a == "${right}"`), {
        userClaims: [{ name: 'a', type: 'string', values: [left] }],
      })
    expect(compare('é', 'É')).toBe(true)
    expect(compare('ａ', 'Ａ')).toBe(true)
    expect(compare('ß', 'SS')).toBe(false)
    expect(compare('ა', 'Ა')).toBe(false)
    expect(compare('𐐨', '𐐀')).toBe(false)
  })
})
