import { errorCodes, type GenericMapping as Win32GenericMapping, type NodeAccess } from '@asuser/native'
import { InvalidAccessCheckError, type Sid } from '@asuser/security-descriptors'
import {
  accessCheck,
  type AccessCheckResult,
  type AccessToken,
  type NodeResult,
  type ObjectTypeNode,
} from '@asuser/security-descriptors/access-check'
import { readDescriptor } from '../kernel/descriptor-bytes.ts'
import { Failure } from '../kernel/failure.ts'

export interface DecisionRequest {
  readonly descriptor: Uint8Array
  readonly token: AccessToken
  readonly desiredAccess: number
  readonly genericMapping: Win32GenericMapping
  readonly objectTypes?: readonly ObjectTypeNode[] | undefined
  readonly principalSelf?: Sid | undefined
}

/** What may be done with an object of this security. @throws Failure with the code of a wrong argument */
export function decide({ descriptor, genericMapping, ...request }: DecisionRequest): AccessCheckResult {
  const { genericRead: read, genericWrite: write, genericExecute: execute, genericAll: all } = genericMapping
  const security = readDescriptor(descriptor)
  try {
    return accessCheck({ ...request, descriptor: security, genericMapping: { read, write, execute, all } })
  } catch (error) {
    throw error instanceof InvalidAccessCheckError ? new Failure(error.code) : error
  }
}

export function toNode({ grantedAccess, error }: NodeResult): NodeAccess {
  return { grantedAccess, errno: numberOf(error) }
}

/** The number of an error, 0 for none. */
export function numberOf(error: keyof typeof errorCodes | undefined): number {
  return error === undefined ? 0 : errorCodes[error][0]
}
