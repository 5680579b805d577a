import { Failure } from '../../kernel/failure.ts'

/**
 * What client and server send each other. The format is the simulation's own: nothing of NTLM, SPNEGO or Kerberos is in
 * it, so that nobody takes one for the other.
 */
interface MessageFields {
  negotiate: 'framing'
  challenge: 'nonce' | 'computerName'
  authenticate: 'user' | 'domain' | 'targetName' | 'nonce' | 'identify' | 'bindings' | 'proof'
  accepted: 'proof'
  /** The client shows Kerberos a ticket. */
  apRequest: 'framing' | 'service' | 'ticket' | 'authenticator'
  /** The server proves that it could read it. */
  apReply: 'part'
  /** Why Kerberos refuses, as the server tells the client. */
  kerberosError: 'code'
  /** Negotiate asks for NTLM in place of Kerberos. */
  useNtlm: never
  /** Inside of an `apRequest`, for the server alone. */
  ticket: 'client' | 'sessionKey' | 'endTime'
  /** Inside of an `apRequest`, made by the client. */
  authenticator: 'time' | 'service' | 'flags' | 'bindings' | 'forwarded'
  /** Inside of an `apReply`. */
  replyPart: 'time'
  /** What a client shows the key distribution center, which alone can read it. */
  grantingTicket: 'client' | 'forwardable' | 'endTime'
}

export type MessageKind = keyof MessageFields

export type Message<K extends MessageKind> = Readonly<Record<MessageFields[K], Uint8Array>>

const fieldsOf: { readonly [K in MessageKind]: readonly MessageFields[K][] } = {
  negotiate: ['framing'],
  challenge: ['nonce', 'computerName'],
  authenticate: ['user', 'domain', 'targetName', 'nonce', 'identify', 'bindings', 'proof'],
  accepted: ['proof'],
  apRequest: ['framing', 'service', 'ticket', 'authenticator'],
  apReply: ['part'],
  kerberosError: ['code'],
  useNtlm: [],
  ticket: ['client', 'sessionKey', 'endTime'],
  authenticator: ['time', 'service', 'flags', 'bindings', 'forwarded'],
  replyPart: ['time'],
  grantingTicket: ['client', 'forwardable', 'endTime'],
}

const signature = Buffer.from('ASUSIM\0\u0001', 'latin1')
/** A message says its kind by its place here. */
const kinds: readonly string[] = Object.keys(fieldsOf)
const longestField = 0xffff

export function encodeMessage<K extends MessageKind>(kind: K, message: Message<K>): Uint8Array {
  const fields: Readonly<Record<string, Uint8Array>> = message
  const parts: Uint8Array[] = [signature, Uint8Array.of(kinds.indexOf(kind))]
  for (const name of fieldsOf[kind]) {
    const field = fields[name] ?? new Uint8Array()
    if (field.length > longestField) throw new Failure('SEC_E_BUFFER_TOO_SMALL')
    parts.push(Uint8Array.of(field.length & 0xff, field.length >> 8), field)
  }
  return new Uint8Array(Buffer.concat(parts))
}

/** Whether these bytes claim to be a message of this kind. */
export function isMessage(kind: MessageKind, bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes)
  return buffer.subarray(0, signature.length).equals(signature) && buffer[signature.length] === kinds.indexOf(kind)
}

/**
 * Reads a message of one kind.
 *
 * @throws Failure `SEC_E_INVALID_TOKEN` for anything else, to the last byte
 */
export function decodeMessage<K extends MessageKind>(kind: K, bytes: Uint8Array): Message<K> {
  const buffer = Buffer.from(bytes)
  if (!isMessage(kind, bytes)) throw invalidToken()
  let offset = signature.length + 1
  const fields: Record<string, Uint8Array> = {}
  for (const name of fieldsOf[kind]) {
    if (offset + 2 > buffer.length) throw invalidToken()
    const end = offset + 2 + buffer.readUInt16LE(offset)
    if (end > buffer.length) throw invalidToken()
    fields[name] = new Uint8Array(buffer.subarray(offset + 2, end))
    offset = end
  }
  if (offset !== buffer.length || !hasFieldsOf(kind, fields)) throw invalidToken()
  return fields
}

function hasFieldsOf<K extends MessageKind>(
  kind: K,
  fields: Readonly<Record<string, Uint8Array>>,
): fields is Message<K> {
  return fieldsOf[kind].every((name) => Object.hasOwn(fields, name))
}

/** @throws Failure `SEC_E_INVALID_TOKEN` for what is no UTF-8 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw invalidToken()
  }
}

export function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

export function invalidToken(): Failure {
  return new Failure('SEC_E_INVALID_TOKEN')
}

/** Whether the bytes are what a real Windows sends: a raw NTLM message, or SPNEGO or Kerberos by their object ids. */
export function isTokenOfWindows(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 32))
  return (
    head.toString('latin1', 0, 8) === 'NTLMSSP\0' ||
    (head[0] === 0x60 && (head.includes(spnegoId) || head.includes(kerberosId)))
  )
}

const spnegoId = Buffer.from('06062b0601050502', 'hex')
const kerberosId = Buffer.from('06092a864886f712010202', 'hex')
