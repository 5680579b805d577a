/* oxlint-disable vitest/no-conditional-expect, vitest/no-conditional-tests, vitest/expect-expect, vitest/require-to-throw-message
   -- the suite is made from data: what a vector asserts decides what its test expects */

import { expect, test } from 'vitest'

import { toHex } from '../binary/reader.ts'
import { parseConditionAt } from '../condition/parse.ts'
import { InvalidSecurityDescriptorError, SddlSyntaxError } from '../errors.ts'
import { SecurityDescriptor } from '../security-descriptor.ts'
import { Sid, type SidDomains } from '../sid.ts'
import type { Cursor } from './tokenize.ts'
// @boundaries-ignore support of all test suites
import {
  readSddlVectors,
  type SddlVector,
  vectorsFolder,
  vectorsVariable,
} from '../../../../tools/testing/recorded-vectors.ts'

const domain = Sid.parse('S-1-5-21-2457507606-2709100691-398136650')
const domains: SidDomains = { machineSid: domain, domainSid: domain, rootDomainSid: domain }

/** Vectors of Samba that cannot come out as recorded, each with the reason. */
const contradictedByWindows: Readonly<Record<string, string>> = {
  'samba-expr-round_trips-03': "compares the result of a comparison, which only Samba's parser accepts",
}

const folder = vectorsFolder()

if (folder === undefined) {
  test('recorded SDDL vectors are replayed', ({ skip }) => skip(`${vectorsVariable} names no folder of them`))
} else {
  for (const vector of readSddlVectors(folder)) {
    const contradiction = contradictedByWindows[vector.id]
    if (vector.revision !== undefined) {
      // There is no argument for it; packages/testkit/src/recorded-vectors.win32.test.ts gives it to the function of Windows.
      test(`SDDL vector ${vector.id} is read in revision 1, the only one here, and not in ${vector.revision}`, () => {
        expect(vector.error?.win32).toBe('ERROR_UNKNOWN_REVISION')
        replayDescriptor(vector)
      })
    } else if (contradiction === undefined) {
      test(`SDDL vector ${vector.id} comes out as recorded`, () => replay(vector))
    } else {
      test(`SDDL vector ${vector.id} of Samba does not hold: it ${contradiction}`, () => {
        expect(vector.evidence).not.toBe('windows-asserted')
        expect(() => replay(vector)).toThrow()
      })
    }
  }
}

function replay(vector: SddlVector): void {
  switch (vector.kind) {
    case 'sd-parse':
      if (vector.valid === false) expectRefusal(vector, () => SecurityDescriptor.fromSddl(vector.input, domains))
      else replayDescriptor(vector)
      return
    case 'sd-format': {
      const descriptor = SecurityDescriptor.fromBytes(fromHex(vector.input))
      expect(descriptor.toSddl(domains)).toBe(vector.canonical)
      expect(toHex(descriptor.toBytes())).toBe(vector.input)
      return
    }
    case 'sid-parse':
      if (vector.valid === false) expectRefusal(vector, () => Sid.parse(vector.input, domains))
      else replaySid(vector)
      return
    case 'condition-parse': {
      const cursor: Cursor = { text: vector.input, at: 0, end: vector.input.length }
      if (vector.valid === false) expectRefusal(vector, () => parseConditionAt(cursor, domains))
      else {
        parseConditionAt(cursor, domains)
        // Samba counts the spaces that follow as consumed.
        if (vector.consumed !== undefined) {
          expect(cursor.text.slice(0, vector.consumed).trimEnd()).toBe(cursor.text.slice(0, cursor.at))
        }
      }
    }
  }
}

function replayDescriptor(vector: SddlVector): void {
  const descriptor = SecurityDescriptor.fromSddl(vector.input, domains)
  const bytes = descriptor.toBytes()
  if (vector.canonical !== undefined) expect(descriptor.toSddl(domains)).toBe(vector.canonical)
  if (vector.binaryHex !== undefined) expect(toHex(bytes)).toBe(vector.binaryHex)
  if (vector.aceMask !== undefined) expect(descriptor.dacl?.entries[0]?.mask).toBe(Number(vector.aceMask))
  if (vector.size !== undefined) expect(bytes.length).toBe(vector.size)
  if (vector.acl !== undefined) {
    const acl = descriptor.dacl ?? descriptor.sacl
    expect(acl?.byteLength).toBe(vector.acl.size)
    expect(acl?.entries.length).toBe(vector.acl.count)
    expect(new DataView(bytes.buffer).getUint32(descriptor.dacl ? 16 : 12, true)).toBe(vector.acl.offset)
  }
  expect(SecurityDescriptor.fromBytes(bytes).toSddl(domains)).toBe(descriptor.toSddl(domains))
  expect(SecurityDescriptor.fromBytes(bytes).equals(descriptor)).toBe(true)
}

function replaySid(vector: SddlVector): void {
  const sid = Sid.parse(vector.input, domains)
  const pattern = vector.canonical?.replaceAll('*', '\\d+')
  if (pattern !== undefined) expect(sid.toString()).toMatch(new RegExp(`^${pattern}$`))
  if (vector.binaryHex !== undefined) expect(toHex(sid.toBytes())).toBe(vector.binaryHex)
}

function expectRefusal(vector: SddlVector, parse: () => unknown): void {
  let refusal: unknown
  try {
    parse()
  } catch (error) {
    refusal = error
  }
  expect(refusal).toBeInstanceOf(SddlSyntaxError)
  if (!(refusal instanceof SddlSyntaxError)) return
  expect(refusal).not.toBeInstanceOf(InvalidSecurityDescriptorError)
  const codes = [vector.error?.win32, vector.error?.alternative].filter((code) => code !== undefined)
  if (codes.length > 0) expect(codes).toContain(refusal.code)
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, index) =>
    Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16),
  )
}
