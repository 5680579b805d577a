import { createHash } from 'node:crypto'

import { describe, expect, test } from 'vitest'

import { toHex } from './binary/reader.ts'
import { sha1, sha256 } from './hash.ts'

describe('hashes', () => {
  test.each([0, 1, 55, 56, 63, 64, 65, 119, 120, 1000])(
    'agree with those of Node when the message has %i bytes',
    (length) => {
      const message = Uint8Array.from({ length }, (_, index) => (index * 37) & 0xff)
      expect(toHex(sha1(message))).toBe(createHash('sha1').update(message).digest('hex'))
      expect(toHex(sha256(message))).toBe(createHash('sha256').update(message).digest('hex'))
    },
  )
})
