/*
 * SHA-1 and SHA-256, because Windows makes SIDs of services, app containers and capabilities with them, and because
 * the hashes of Node and of browsers are different modules, the latter asynchronous. Not for secrets.
 */

/** @see https://csrc.nist.gov/pubs/fips/180-4/upd1/final */
export function sha1(message: Uint8Array): Uint8Array {
  const state = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0)
  const words = new Uint32Array(80)
  forEachBlock(message, words, () => {
    for (let index = 16; index < 80; index++) {
      words[index] = rotateLeft(
        at(words, index - 3) ^ at(words, index - 8) ^ at(words, index - 14) ^ at(words, index - 16),
        1,
      )
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0] = state
    for (let index = 0; index < 80; index++) {
      const next = (rotateLeft(a, 5) + sha1Round(index, b, c, d) + e + at(words, index)) >>> 0
      e = d
      d = c
      c = rotateLeft(b, 30)
      b = a
      a = next
    }
    add(state, [a, b, c, d, e])
  })
  return digestOf(state)
}

/** @see https://csrc.nist.gov/pubs/fips/180-4/upd1/final */
export function sha256(message: Uint8Array): Uint8Array {
  const constants = rootFractions(64, 3)
  const state = rootFractions(8, 2)
  const words = new Uint32Array(64)
  forEachBlock(message, words, () => {
    for (let index = 16; index < 64; index++) {
      const first = at(words, index - 15)
      const last = at(words, index - 2)
      const small = rotateLeft(first, 25) ^ rotateLeft(first, 14) ^ (first >>> 3)
      const large = rotateLeft(last, 15) ^ rotateLeft(last, 13) ^ (last >>> 10)
      words[index] = at(words, index - 16) + small + at(words, index - 7) + large
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
    for (let index = 0; index < 64; index++) {
      const choice = (e & f) ^ (~e & g)
      const majority = (a & b) ^ (a & c) ^ (b & c)
      const first =
        h +
        (rotateLeft(e, 26) ^ rotateLeft(e, 21) ^ rotateLeft(e, 7)) +
        choice +
        at(constants, index) +
        at(words, index)
      const second = (rotateLeft(a, 30) ^ rotateLeft(a, 19) ^ rotateLeft(a, 10)) + majority
      h = g
      g = f
      f = e
      e = (d + first) >>> 0
      d = c
      c = b
      b = a
      a = (first + second) >>> 0
    }
    add(state, [a, b, c, d, e, f, g, h])
  })
  return digestOf(state)
}

function sha1Round(index: number, b: number, c: number, d: number): number {
  if (index < 20) return ((b & c) | (~b & d)) + 0x5a827999
  if (index < 40) return (b ^ c ^ d) + 0x6ed9eba1
  if (index < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
  return (b ^ c ^ d) + 0xca62c1d6
}

/** Pads the message and puts each 64 bytes of it into the first words. */
function forEachBlock(message: Uint8Array, words: Uint32Array, compress: () => void): void {
  const padded = new Uint8Array((message.length + 9 + 63) & ~63)
  padded.set(message)
  padded[message.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 4, message.length * 8)
  for (let block = 0; block < padded.length; block += 64) {
    for (let index = 0; index < 16; index++) words[index] = view.getUint32(block + 4 * index)
    compress()
  }
}

/** The first 32 bits after the point of the square or cube roots of the first primes: the constants of SHA-256. */
function rootFractions(count: number, root: 2 | 3): Uint32Array {
  const fractions = new Uint32Array(count)
  let found = 0
  for (let candidate = 2; found < count; candidate++) {
    if (!isPrime(candidate)) continue
    const value = root === 2 ? Math.sqrt(candidate) : Math.cbrt(candidate)
    fractions[found++] = Math.floor((value - Math.floor(value)) * 0x1_0000_0000)
  }
  return fractions
}

function isPrime(candidate: number): boolean {
  for (let divisor = 2; divisor * divisor <= candidate; divisor++) {
    if (candidate % divisor === 0) return false
  }
  return true
}

function add(state: Uint32Array, values: readonly number[]): void {
  values.forEach((value, index) => {
    state[index] = at(state, index) + value
  })
}

function digestOf(state: Uint32Array): Uint8Array {
  const digest = new Uint8Array(4 * state.length)
  const view = new DataView(digest.buffer)
  state.forEach((word, index) => view.setUint32(4 * index, word))
  return digest
}

function at(words: Uint32Array, index: number): number {
  return words[index] ?? 0
}

function rotateLeft(value: number, count: number): number {
  return ((value << count) | (value >>> (32 - count))) >>> 0
}
