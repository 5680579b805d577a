import { errorName, type NodeAccess, type Win32ErrorCode } from '@asuser/native'
import type { ObjectType, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import {
  accessCheck as explainAccess,
  type AccessToken,
  type AccessTrace,
  type ObjectTypeNode,
} from '@asuser/security-descriptors/access-check'
import { InvalidArgumentError, requireObject, requireSid } from './invalid-argument.ts'

/** What is asked about an object, whoever decides: Windows with a token, or AuthZ without one. */
export interface AccessQuestion {
  readonly descriptor: SecurityDescriptor
  readonly desiredAccess: number
  readonly objectType: ObjectType
  readonly objectTypes?: readonly ObjectTypeNode[] | undefined
  readonly principalSelf?: Sid | undefined
}

/** The answer for one part of an object; `grantedAccess` is there for a refused one as well. */
export interface NodeAccessResult {
  readonly granted: boolean
  readonly grantedAccess: number
  readonly error: Win32ErrorCode | undefined
  /** Why access is denied, as in `AccessResult`. That of a part is made when it is first read. */
  readonly trace: AccessTrace | undefined
}

/** The check of the other package sees what Windows sees, and says why. */
export function traceOf(
  token: AccessToken,
  { objectType: { genericMapping }, ...question }: AccessQuestion,
): AccessTrace | undefined {
  const { granted, trace } = explainAccess({ ...question, token, genericMapping })
  return granted ? undefined : trace
}

export function requireObjectType(name: string, value: ObjectType): ObjectType {
  if (typeof value === 'object' && value !== null && typeof value.genericMapping === 'object') return value
  throw InvalidArgumentError.ofType(name, 'a type of object, such as objectTypes.file', value)
}

/** What the nodes say, Windows checks. */
export function requireNodes(name: string, nodes: readonly ObjectTypeNode[]): readonly ObjectTypeNode[] {
  if (!Array.isArray(nodes)) throw InvalidArgumentError.ofType(name, 'an array of { level, guid }', nodes)
  for (const [index, node] of nodes.entries()) requireObject(`${name}[${index}]`, node)
  return nodes
}

export function sidOrNull(name: string, sid: Sid | undefined): Uint8Array | null {
  return sid === undefined ? null : requireSid(name, sid).toBytes()
}

export function decisionOf({ grantedAccess, errno }: NodeAccess): Omit<NodeAccessResult, 'trace'> {
  return { granted: errno === 0, grantedAccess, error: errno === 0 ? undefined : errorName(errno) }
}
