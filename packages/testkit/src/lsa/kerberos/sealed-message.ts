import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { decodeMessage, encodeMessage, type Message, type MessageKind } from '../security-package/message.ts'

const algorithm = 'aes-256-gcm'
const nonceLength = 12
const tagLength = 16

/** A message that only who has the key can read, and nobody else can change. */
export function seal<K extends MessageKind>(key: Uint8Array, kind: K, message: Message<K>): Uint8Array {
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv(algorithm, key, nonce)
  const sealed = Buffer.concat([cipher.update(encodeMessage(kind, message)), cipher.final()])
  return new Uint8Array(Buffer.concat([nonce, cipher.getAuthTag(), sealed]))
}

/** Undefined where the key is another one, or the bytes are not those that were sealed. */
export function unseal<K extends MessageKind>(key: Uint8Array, kind: K, bytes: Uint8Array): Message<K> | undefined {
  if (bytes.length < nonceLength + tagLength) return undefined
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceLength), { authTagLength: tagLength })
  decipher.setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength))
  try {
    const opened = Buffer.concat([decipher.update(bytes.subarray(nonceLength + tagLength)), decipher.final()])
    return decodeMessage(kind, opened)
  } catch {
    return undefined
  }
}
