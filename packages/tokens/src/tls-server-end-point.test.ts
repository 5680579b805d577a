import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { certificates } from '../test/certificates.ts'
import { InvalidArgumentError, tlsServerEndPoint } from './index.ts'

/** By `openssl dgst` over the certificates. */
const expected = [
  ['rsa-md5', 'd9cf9b7a2a41e4f1f70cb5e1f05ec516d171a5430fc83a7f4d760dc7e65b0678'],
  ['rsa-sha1', '538d3c06751e459a36a98dcef4277e57af0ca76c0f81e09ea92577f4303684dc'],
  ['ecdsa-sha1', '46223d1a3a397c5e48e6b64cba75fff30111879fb887cbabea9aabd2266127fb'],
  ['ecdsa-sha224', '8cf563633078efd147f061aa2bb3b1a397ece5c15ec7c9c71453a610'],
  ['ecdsa-sha256', '3294639a38aae92122060556bc197299ffc388cb6cac99d66fb4622f872d6b83'],
  ['ecdsa-sha384', '5449c7a611ffe17bf35f64545c96256782557553c9c90a4f2bffe3098929a6cb95d60e350b373d67c947ccf91f7fe355'],
  [
    'ecdsa-sha512',
    'a32b5647d6729d134a8dc717b0ed0c255f3e0f67734ec4612b4f46989da7006606c43ac8f57b2892fd3cd81772980314c7b7a11c73bd53348597245f0aae3c3f',
  ],
  ['pss-sha1', 'f368b5408018d7f8ae2f9bde7c81bf6f65a927a3c6e8fd9a1d5aa2556e8dcefa'],
  ['pss-sha384', 'a4d3a5998fb61f05fe2e4cb9a9e641faa865f725009822d29c54626fb7e5450ed3047838cdf4070fc37deee062d2d00c'],
] as const

function derOf(name: keyof typeof certificates): Uint8Array {
  return new Uint8Array(Buffer.from(certificates[name], 'base64'))
}

describe('tlsServerEndPoint', () => {
  it.each(expected)('is the hash that RFC 5929 has for a certificate of %s', (name, hash) => {
    const bindings = Buffer.from(tlsServerEndPoint(derOf(name)))
    expect(bindings.toString('latin1', 0, 21)).toBe('tls-server-end-point:')
    expect(bindings.toString('hex', 21)).toBe(hash)
  })

  it('takes a certificate of Node', () => {
    const der = derOf('ecdsa-sha384')
    expect(tlsServerEndPoint(new X509Certificate(der))).toEqual(tlsServerEndPoint(der))
  })

  it('refuses a signature that has no hash, for which there is no binding', () => {
    expect(() => tlsServerEndPoint(derOf('ed25519'))).toThrow(/1\.3\.101\.112/u)
    expect(() => tlsServerEndPoint(derOf('ed25519'))).toThrow(InvalidArgumentError)
  })

  it('refuses whatever is cut off, and never anything else than an argument', () => {
    const der = derOf('pss-sha384')
    for (let length = 0; length < der.length; length++) {
      expect(() => tlsServerEndPoint(der.subarray(0, length))).toThrow(InvalidArgumentError)
    }
    for (let index = 0; index < der.length; index++) {
      const changed = Uint8Array.from(der)
      changed[index] = 0xff
      try {
        tlsServerEndPoint(changed)
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidArgumentError)
      }
    }
  })

  it.each([undefined, null, 'PEM', {}, { raw: 'PEM' }])('refuses %j', (certificate) => {
    // @ts-expect-error: what JavaScript may pass
    expect(() => tlsServerEndPoint(certificate)).toThrow(expect.objectContaining({ argument: 'certificate' }))
  })
})
