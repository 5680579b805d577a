import {
  type AccessCheckByTypeOptions,
  type AccessCheckOptions,
  type AccessCheckResult as AccessCheckAnswer,
  type Borrowed,
  errorName,
  getWin32,
  type LuidAndAttributes,
  type NodeAccess,
  tokenAccess,
  type Win32,
  type Win32ErrorCode,
} from '@asuser/native'
import {
  accessRights,
  Acl,
  allow,
  mapGenericMask,
  type ObjectType,
  SecurityDescriptor,
  Sid,
  withAceChanges,
} from '@asuser/security-descriptors'
import {
  accessCheck as explainAccess,
  type AccessToken,
  type AccessTrace,
  type ObjectTypeNode,
} from '@asuser/security-descriptors/access-check'
import { claimsOf } from './claim.ts'
import { InvalidArgumentError, requireInstance, requireMask, requireObject, requireSid } from './invalid-argument.ts'
import { partOf } from './object-part.ts'
import { missingEnabledPrivileges, privilegeNamesOf } from './privilege.ts'
import { Token } from './token.ts'
import { sidWithAttributes } from './token-information.ts'

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

/** The answer for one part of an object; `grantedAccess` is there for a refused one as well. */
export interface NodeAccessResult {
  readonly granted: boolean
  readonly grantedAccess: number
  readonly error: Win32ErrorCode | undefined
  /** Why access is denied, as in {@link AccessResult}. That of a part is made when it is first read. */
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

export interface EffectiveAccessOptions {
  /** A user, who need not be logged on. */
  readonly sid: Sid
  readonly descriptor: SecurityDescriptor
  readonly objectType: ObjectType
  /** All that there is if left out. */
  readonly desiredAccess?: number | undefined
  readonly objectTypes?: readonly ObjectTypeNode[] | undefined
  readonly principalSelf?: Sid | undefined
  readonly win32?: Win32 | undefined
}

/**
 * What a user would get who is not here, by the groups of the account: no token and no password are needed, and no
 * label, privilege or group of a logon type counts. For an object with parts it is the answer for the whole. Only when
 * access is denied AuthZ is asked for the groups and claims that it found, which the trace is made of.
 *
 * Needs no privilege. For a domain account it asks the domain.
 *
 * @throws Win32Error `ERROR_NONE_MAPPED`, `ERROR_NO_SUCH_DOMAIN`, `ERROR_ACCESS_DENIED`, `ERROR_INVALID_SECURITY_DESCR`
 * @see https://learn.microsoft.com/windows/win32/api/authz/nf-authz-authzaccesscheck
 */
export async function effectiveAccess(options: EffectiveAccessOptions): Promise<NodeAccessResult> {
  const { objectTypes: parts = [], principalSelf } = requireObject('options', options)
  const sid = requireSid('options.sid', options.sid)
  const descriptor = requireInstance('options.descriptor', SecurityDescriptor, options.descriptor)
  const objectType = requireObjectType('options.objectType', options.objectType)
  const desired = requireMask('options.desiredAccess', options.desiredAccess ?? accessRights.MAXIMUM_ALLOWED)
  const desiredAccess = mapGenericMask(desired, objectType.genericMapping)
  const request = {
    descriptor: withoutGenericRights(descriptor, objectType, desired).toBytes(),
    desiredAccess,
    objectTypes: requireNodes('options.objectTypes', parts),
    principalSelf: sidOrNull('options.principalSelf', principalSelf),
  }
  const win32 = options.win32 ?? getWin32()
  using context = await win32.authzInitializeContextFromSid({ sid: sid.toBytes(), flags: 0 })
  const [whole] = win32.authzAccessCheck({ context, ...request })
  const result = decisionOf(whole ?? { grantedAccess: 0, errno: 5 })
  if (result.granted) return { ...result, trace: undefined }
  const objectTypes = parts.length > 0 ? parts : undefined
  const question = { descriptor, desiredAccess, objectType, objectTypes, principalSelf }
  return { ...result, trace: traceOf(clientOfContext(win32, context, sid), question) }
}

/** Who AuthZ takes the user for: without privileges, which it was not told to look for. */
function clientOfContext(win32: Win32, context: Borrowed<'authz-context'>, sid: Sid): AccessToken {
  return {
    user: { sid, attributes: 0 },
    groups: win32.authzGetInformationFromContext(context, 'AuthzContextInfoGroupsSids').map(sidWithAttributes),
    privileges: [],
    deviceGroups: win32.authzGetInformationFromContext(context, 'AuthzContextInfoDeviceSids').map(sidWithAttributes),
    userClaims: claimsOf(win32.authzGetInformationFromContext(context, 'AuthzContextInfoUserClaims')),
    deviceClaims: claimsOf(win32.authzGetInformationFromContext(context, 'AuthzContextInfoDeviceClaims')),
  }
}

export interface PrivilegeCheckResult {
  /** Whether all of them are enabled. */
  readonly granted: boolean
  /** Those that are not: disabled or not held at all. */
  readonly missing: readonly string[]
}

/**
 * Asks whether privileges are enabled in the token of a client.
 *
 * Needs `TOKEN_QUERY`.
 *
 * @throws InvalidArgumentError
 * @throws Win32Error `ERROR_NO_SUCH_PRIVILEGE`, `ERROR_BAD_IMPERSONATION_LEVEL`, `ERROR_ACCESS_DENIED`
 * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-privilegecheck
 */
export function privilegeCheck(token: Token, names: readonly string[]): PrivilegeCheckResult {
  requireInstance('token', Token, token)
  const missing = missingEnabledPrivileges(token.win32, token.handle, names)
  return { granted: missing.length === 0, missing }
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

interface Question {
  readonly descriptor: SecurityDescriptor
  readonly desiredAccess: number
  readonly objectType: ObjectType
  readonly objectTypes?: readonly ObjectTypeNode[] | undefined
  readonly principalSelf?: Sid | undefined
}

function resultOf(
  { accessStatus: granted, grantedAccess, errno, privilegesUsed }: AccessCheckAnswer,
  token: Token,
  question: Question,
): AccessResult {
  return {
    granted,
    grantedAccess,
    error: errno === 0 ? undefined : errorName(errno),
    privilegesUsed: namesOf(token.win32, privilegesUsed),
    trace: granted ? undefined : traceOf(token, question),
  }
}

/** The check of the other package sees what Windows sees, and says why. */
export function traceOf(
  token: AccessToken,
  { objectType: { genericMapping }, ...question }: Question,
): AccessTrace | undefined {
  const { granted, trace } = explainAccess({ ...question, token, genericMapping })
  return granted ? undefined : trace
}

export function requireObjectType(name: string, value: ObjectType): ObjectType {
  if (typeof value === 'object' && value !== null && typeof value.genericMapping === 'object') return value
  throw InvalidArgumentError.ofType(name, 'a type of object, such as objectTypes.file', value)
}

/** What the nodes say, Windows checks. */
function requireNodes(name: string, nodes: readonly ObjectTypeNode[]): readonly ObjectTypeNode[] {
  if (!Array.isArray(nodes)) throw InvalidArgumentError.ofType(name, 'an array of { level, guid }', nodes)
  for (const [index, node] of nodes.entries()) requireObject(`${name}[${index}]`, node)
  return nodes
}

function sidOrNull(name: string, sid: Sid | undefined): Uint8Array | null {
  return sid === undefined ? null : requireSid(name, sid).toBytes()
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
  question: Question & { readonly objectTypes: readonly ObjectTypeNode[] },
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

function decisionOf({ grantedAccess, errno }: NodeAccess): Omit<NodeAccessResult, 'trace'> {
  return { granted: errno === 0, grantedAccess, error: errno === 0 ? undefined : errorName(errno) }
}

/**
 * AuthZ maps no generic rights, so none are left for it to find. Without a DACL everybody has all access, but what all
 * of it is AuthZ does not know either.
 */
function withoutGenericRights(
  descriptor: SecurityDescriptor,
  { genericMapping }: ObjectType,
  desired: number,
): SecurityDescriptor {
  const { dacl } = descriptor
  if (!dacl) {
    const everything = (genericMapping.all | mapGenericMask(desired, genericMapping)) & grantableByDacl
    return descriptor.with({ dacl: Acl.from(everybody.map((name) => allow(Sid.wellKnown(name), everything))) })
  }
  const entries = dacl.entries.map((ace) =>
    ace.type === 'unknown' ? ace : withAceChanges(ace, { mask: mapGenericMask(ace.mask, genericMapping) }),
  )
  return descriptor.with({ dacl: Acl.from(entries, dacl) })
}

const everybody = ['World', 'Anonymous'] as const
const grantableByDacl = ~(accessRights.MAXIMUM_ALLOWED | accessRights.ACCESS_SYSTEM_SECURITY)
