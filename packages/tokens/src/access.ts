import {
  type AccessCheckByTypeOptions,
  type AccessCheckOptions,
  type AccessCheckResult as AccessCheckAnswer,
  type Borrowed,
  errorName,
  type LuidAndAttributes,
  type NodeAccess,
  tokenAccess,
  type Win32,
  type Win32ErrorCode,
} from '@asuser/native'
import { mapGenericMask, type ObjectType, SecurityDescriptor, type Sid } from '@asuser/security-descriptors'
import type { AccessToken, AccessTrace, ObjectTypeNode } from '@asuser/security-descriptors/access-check'
import {
  type AccessQuestion,
  decisionOf,
  type NodeAccessResult,
  requireNodes,
  requireObjectType,
  sidOrNull,
  traceOf,
} from './access-question.ts'
import { requireInstance, requireMask, requireObject } from './invalid-argument.ts'
import { partOf } from './object-part.ts'
import { privilegeNamesOf } from './privilege.ts'
import { Token } from './token.ts'

/** What Windows decided. That access is denied is an answer, not an error. */
export interface AccessResult {
  /** Whether everything is granted that was asked for. */
  readonly granted: boolean
  /** What was asked for, or with `MAXIMUM_ALLOWED` all that there is; 0 when anything is refused. */
  readonly grantedAccess: number
  /** `ERROR_ACCESS_DENIED`, or `ERROR_PRIVILEGE_NOT_HELD` for the rights that only a privilege gives. */
  readonly error: Win32ErrorCode | undefined
  /** The privileges that granted something, by name. */
  readonly privilegesUsed: readonly string[]
  /**
   * Why access is denied, for `formatTrace` of `@asuser/security-descriptors/access-check`. Undefined when it is granted,
   * and when Windows denies what nothing in token and descriptor explains, a central access policy for instance: a denial
   * without a trace says that the check of that package would have granted.
   */
  readonly trace: AccessTrace | undefined
}

/** The answer for the object as a whole, and for its parts. */
export interface AccessByTypeResult extends AccessResult {
  /** One for each of `objectTypes`, in its order. */
  readonly nodes: readonly NodeAccessResult[]
}

export interface AccessByTypeOptions {
  readonly objectType: ObjectType
  /** The parts to ask about: the object at level 0, its property sets at level 1, properties below. */
  readonly objectTypes: readonly ObjectTypeNode[]
  /** Who `PRINCIPAL SELF` is; nobody if left out. */
  readonly principalSelf?: Sid | undefined
}

/**
 * Asks Windows whether the client of a token would get access to an object with this security descriptor. Generic
 * rights are mapped for the type of object, and a primary token is asked by an identification level copy.
 *
 * Needs `TOKEN_QUERY`, and `TOKEN_DUPLICATE` besides on a primary token.
 *
 * @throws Win32Error `ERROR_INVALID_SECURITY_DESCR` for a descriptor without owner or group,
 *   `ERROR_BAD_IMPERSONATION_LEVEL` for a token of anonymous level, `ERROR_ACCESS_DENIED`
 * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-accesscheck
 */
export async function accessCheck(
  token: Token,
  descriptor: SecurityDescriptor,
  desiredAccess: number,
  objectType: ObjectType,
): Promise<AccessResult> {
  using client = clientOf(token)
  const request = requestOf(client.handle, descriptor, desiredAccess, objectType)
  const answer = token.win32.accessCheck(request)
  return resultOf(answer, token, { descriptor, desiredAccess: request.desiredAccess, objectType })
}

/**
 * The same for an object with parts, which object ACEs speak of: with an answer for the whole and one for each part.
 *
 * @throws Win32Error as {@link accessCheck}, `ERROR_INVALID_PARAMETER` when `objectTypes` is not a tree,
 *   `RPC_S_INVALID_STRING_UUID`
 * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-accesscheckbytype
 * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-accesscheckbytyperesultlist
 */
export async function accessCheckByType(
  token: Token,
  descriptor: SecurityDescriptor,
  desiredAccess: number,
  options: AccessByTypeOptions,
): Promise<AccessByTypeResult> {
  const { objectType, objectTypes, principalSelf } = requireObject('options', options)
  using client = clientOf(token)
  const request: AccessCheckByTypeOptions = {
    ...requestOf(client.handle, descriptor, desiredAccess, objectType, 'options.objectType'),
    objectTypes: requireNodes('options.objectTypes', objectTypes),
    principalSelf: sidOrNull('options.principalSelf', principalSelf),
  }
  const answer = token.win32.accessCheckByType(request)
  const { nodes } = token.win32.accessCheckByTypeResultList(request)
  const question = { descriptor, desiredAccess: request.desiredAccess, objectType, objectTypes, principalSelf }
  return { ...resultOf(answer, token, question), nodes: partResults(nodes, token, question) }
}

/** An impersonation token, as the check demands: for a primary one a copy that can do nothing but be asked. */
function clientOf(token: Token): Disposable & { readonly handle: Borrowed<'token'> } {
  requireInstance('token', Token, token)
  if (token.type !== 'primary') return { handle: token.handle, [Symbol.dispose]() {} }
  return token.duplicate({ type: 'impersonation', level: 'identification', access: tokenAccess.TOKEN_QUERY })
}

function requestOf(
  client: Borrowed<'token'>,
  descriptor: SecurityDescriptor,
  desiredAccess: number,
  objectType: ObjectType,
  objectTypeArgument = 'objectType',
): AccessCheckOptions {
  const { genericMapping } = requireObjectType(objectTypeArgument, objectType)
  const { read, write, execute, all } = genericMapping
  return {
    descriptor: requireInstance('descriptor', SecurityDescriptor, descriptor).toBytes(),
    token: client,
    desiredAccess: mapGenericMask(requireMask('desiredAccess', desiredAccess), genericMapping),
    genericMapping: { genericRead: read, genericWrite: write, genericExecute: execute, genericAll: all },
  }
}

function resultOf(
  { accessStatus: granted, grantedAccess, errno, privilegesUsed }: AccessCheckAnswer,
  token: Token,
  question: AccessQuestion,
): AccessResult {
  return {
    granted,
    grantedAccess,
    error: errno === 0 ? undefined : errorName(errno),
    privilegesUsed: namesOf(token.win32, privilegesUsed),
    trace: granted ? undefined : traceOf(token, question),
  }
}

function namesOf(win32: Win32, privileges: readonly LuidAndAttributes[]): readonly string[] {
  return privilegeNamesOf(
    win32,
    privileges.map(({ luid }) => luid),
  )
}

/** There may be many parts, of which few are asked for their reasons, and then the token may be another. */
function partResults(
  nodes: readonly NodeAccess[],
  token: Token,
  question: AccessQuestion & { readonly objectTypes: readonly ObjectTypeNode[] },
): readonly NodeAccessResult[] {
  const decisions = nodes.map(decisionOf)
  if (decisions.every(({ granted }) => granted)) return decisions.map((decision) => ({ ...decision, trace: undefined }))
  const client = copyOf(token)
  return decisions.map((decision, index) => {
    if (decision.granted) return { ...decision, trace: undefined }
    const trace = once(() => traceOf(client, { ...question, objectTypes: partOf(question.objectTypes, index) }))
    return {
      ...decision,
      get trace() {
        return trace()
      },
    }
  })
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}

/** What an access check asks a token for. */
function copyOf(token: AccessToken): AccessToken {
  const copy: { readonly [K in keyof Required<AccessToken>]: AccessToken[K] } = {
    user: token.user,
    groups: token.groups,
    privileges: token.privileges,
    restrictedSids: token.restrictedSids,
    writeRestricted: token.writeRestricted,
    integrityLevel: token.integrityLevel,
    mandatoryPolicy: token.mandatoryPolicy,
    appContainerSid: token.appContainerSid,
    isLessPrivilegedAppContainer: token.isLessPrivilegedAppContainer,
    capabilities: token.capabilities,
    deviceGroups: token.deviceGroups,
    userClaims: token.userClaims,
    deviceClaims: token.deviceClaims,
  }
  return copy
}
