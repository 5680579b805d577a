import { InvalidArgumentError } from './invalid-argument.ts'

const prefix = new TextEncoder().encode('tls-server-end-point:')

/**
 * What binds an exchange to a TLS channel, for `channelBindings` on both sides: which certificate the server shows.
 *
 * The server gives its own certificate, the client the one that it received: `socket.getPeerX509Certificate()`.
 *
 * @param certificate of the server, an `X509Certificate` of `node:crypto` or its bytes in DER
 * @throws InvalidArgumentError also for a certificate whose signature has no hash of its own, as that of Ed25519, for
 *   which the binding is not defined
 * @see https://www.rfc-editor.org/rfc/rfc5929#section-4
 */
export function tlsServerEndPoint(certificate: Uint8Array | { readonly raw: Uint8Array }): Uint8Array {
  const bytes = bytesOf(certificate)
  // Not imported: it would make the import of everything above take a third longer.
  const { createHash } = process.getBuiltinModule('node:crypto')
  const hash = createHash(hashOf(bytes)).update(bytes).digest()
  const bindings = new Uint8Array(prefix.length + hash.length)
  bindings.set(prefix)
  bindings.set(hash, prefix.length)
  return bindings
}

function bytesOf(certificate: unknown): Uint8Array {
  if (certificate instanceof Uint8Array) return certificate
  const raw: unknown = typeof certificate === 'object' && certificate !== null && Reflect.get(certificate, 'raw')
  if (raw instanceof Uint8Array) return raw
  throw InvalidArgumentError.ofType('certificate', 'an X509Certificate, or a Uint8Array of DER', certificate)
}

type Hash = 'sha224' | 'sha256' | 'sha384' | 'sha512'

/** That of the signature; in place of MD5 and SHA-1, which are too weak, it is SHA-256. */
const hashesOfSignatures: Readonly<Record<string, Hash>> = {
  '1.2.840.113549.1.1.4': 'sha256', // MD5 with RSA
  '1.2.840.113549.1.1.5': 'sha256', // SHA-1 with RSA
  '1.2.840.113549.1.1.14': 'sha224',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10040.4.3': 'sha256', // SHA-1 with DSA
  '2.16.840.1.101.3.4.3.1': 'sha224',
  '2.16.840.1.101.3.4.3.2': 'sha256',
  '1.2.840.10045.4.1': 'sha256', // SHA-1 with ECDSA
  '1.2.840.10045.4.3.1': 'sha224',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
}

/** A signature that names its hash in its parameters. */
const rsassaPss = '1.2.840.113549.1.1.10'

const hashesByName: Readonly<Record<string, Hash>> = {
  '1.3.14.3.2.26': 'sha256', // SHA-1
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}

const tags = { objectId: 0x06, sequence: 0x30, first: 0xa0 } as const

function hashOf(certificate: Uint8Array): Hash {
  const [, algorithm] = elementsOf(requireTag(elementsOf(certificate)[0], tags.sequence))
  const [id, parameters] = elementsOf(requireTag(algorithm, tags.sequence))
  const signature = textOf(requireTag(id, tags.objectId))
  const hash = signature === rsassaPss ? hashOfPss(parameters) : hashesOfSignatures[signature]
  if (hash !== undefined) return hash
  const expected = 'signed in a way that has one hash, which RFC 5929 asks for'
  throw new InvalidArgumentError({ code: 'ERR_INVALID_ARG_VALUE', name: 'certificate', expected, received: signature })
}

/** Left out, it is SHA-1. */
function hashOfPss(parameters: Element | undefined): Hash | undefined {
  const [first] = elementsOf(requireTag(parameters, tags.sequence))
  if (first?.tag !== tags.first) return 'sha256'
  const [id] = elementsOf(requireTag(elementsOf(first.content)[0], tags.sequence))
  return hashesByName[textOf(requireTag(id, tags.objectId))]
}

/** One of DER. */
interface Element {
  readonly tag: number
  readonly content: Uint8Array
}

function elementsOf(bytes: Uint8Array): readonly Element[] {
  const elements: Element[] = []
  let offset = 0
  while (offset < bytes.length) {
    const { start, length } = lengthAt(bytes, offset + 1)
    const end = start + length
    if (end > bytes.length) throw notDer()
    elements.push({ tag: bytes[offset] ?? 0, content: bytes.subarray(start, end) })
    offset = end
  }
  return elements
}

/** No length of more than three bytes: such a certificate there is not. */
const longestLength = 3

function lengthAt(bytes: Uint8Array, offset: number): { readonly start: number; readonly length: number } {
  const first = bytes[offset]
  if (first === undefined) throw notDer()
  if (first < 0x80) return { start: offset + 1, length: first }
  const start = offset + 1 + (first & 0x7f)
  if (first === 0x80 || start - offset - 1 > longestLength || start > bytes.length) throw notDer()
  return { start, length: bytes.subarray(offset + 1, start).reduce((length, byte) => length * 256 + byte, 0) }
}

function requireTag(element: Element | undefined, tag: number): Uint8Array {
  if (element?.tag !== tag) throw notDer()
  return element.content
}

/** `1.2.840.10045.4.3.2` */
function textOf(objectId: Uint8Array): string {
  const numbers: number[] = []
  let number = 0
  for (const byte of objectId) {
    number = number * 128 + (byte & 0x7f)
    if (byte < 0x80) {
      numbers.push(number)
      number = 0
    }
  }
  const [both = 0, ...rest] = numbers
  const top = Math.min(2, Math.floor(both / 40))
  return [top, both - top * 40, ...rest].join('.')
}

function notDer(): InvalidArgumentError {
  const received = 'bytes that are not'
  return new InvalidArgumentError({
    code: 'ERR_INVALID_ARG_VALUE',
    name: 'certificate',
    expected: 'a certificate in DER',
    received,
  })
}
