import {
  type AccessCheckAndAuditAlarmOptions,
  accessRight,
  type Borrowed,
  errorName,
  type LuidAndAttributes,
  privilegeAttribute,
  type Win32,
  type Win32ErrorCode,
} from '@asuser/native'
import { mapGenericMask, type ObjectType, SecurityDescriptor } from '@asuser/security-descriptors'
import type { AccessTrace } from '@asuser/security-descriptors/access-check'
import { requireObjectType, traceOf } from './access-question.ts'
import { trusted } from './audit-trust.ts'
import {
  InvalidArgumentError,
  requireBoolean,
  requireInstance,
  requireMask,
  requireObject,
  requireString,
  requireText,
} from './invalid-argument.ts'
import { privilegeLuids } from './privilege.ts'
import { Token } from './token.ts'

export {
  EventSource,
  type EventSourceRegistration,
  installEventSource,
  type SecurityEventReport,
  uninstallEventSource,
} from './event-source.ts'

/** An object of a server, as the security log names it. */
export interface AuditedObject {
  /** The server: `My Server`. */
  readonly subsystem: string
  /** The server's own number for the opened object. */
  readonly handleId: bigint
  /** `Document` */
  readonly type: string
  readonly name?: string | undefined
  /** Its SACL says what is audited. */
  readonly descriptor: SecurityDescriptor
}

export interface ObjectOpenAudit extends AuditedObject {
  /** The client. */
  readonly token: Token
  /** The rights of the object's type, without generic ones. */
  readonly desiredAccess: number
  /** What the client got; left out, it was refused. */
  readonly grantedAccess?: number | undefined
  /** The privileges that granted something, by name, as `accessCheck` tells them. */
  readonly privileges?: readonly string[] | undefined
  readonly created?: boolean | undefined
}

/** An object that is open, for the log. Disposing it says that it was closed. */
export class ObjectAudit implements Disposable {
  /** Whether the entry of the opening asks for one of the closing. */
  readonly isAudited: boolean
  readonly #win32: Win32
  readonly #object: { readonly subsystemName: string; readonly handleId: bigint; readonly generateOnClose: boolean }
  #closed = false

  private constructor(win32: Win32, { subsystem, handleId }: AuditedObject, isAudited: boolean) {
    this.#win32 = win32
    this.isAudited = isAudited
    this.#object = { subsystemName: subsystem, handleId, generateOnClose: isAudited }
  }

  /** Takes over what opening it answered. */
  static fromAnswer(win32: Win32, object: AuditedObject, isAudited: boolean): ObjectAudit {
    return new ObjectAudit(win32, object, isAudited)
  }

  /**
   * Says that the object was deleted; closing is said besides.
   *
   * @throws Win32Error `ERROR_PRIVILEGE_NOT_HELD`
   */
  delete(): void {
    trusted(this.#win32, () => this.#win32.objectDeleteAuditAlarm(this.#object))
  }

  close(): void {
    if (this.#closed) return
    trusted(this.#win32, () => this.#win32.objectCloseAuditAlarm(this.#object))
    this.#closed = true
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

/**
 * Says in the security log that a client opened an object of this server, or was refused, as the SACL of the object and
 * the audit policy of the computer ask for it.
 *
 * Needs SeAuditPrivilege, which LocalSystem, LocalService and NetworkService hold, and `TOKEN_QUERY`.
 *
 * @throws InvalidArgumentError
 * @throws PrivilegeNotHeldError
 * @throws Win32Error `ERROR_BAD_IMPERSONATION_LEVEL`, `ERROR_INVALID_SECURITY_DESCR`, `ERROR_NO_SUCH_PRIVILEGE`
 * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-objectopenauditalarmw
 */
export function objectOpen(audit: ObjectOpenAudit): ObjectAudit {
  const { grantedAccess, privileges = [] } = requireObject('audit', audit)
  const { win32, handle: token } = requireInstance('audit.token', Token, audit.token)
  const request = {
    ...requestOf('audit', audit),
    token,
    desiredAccess: requireSpecificMask('audit.desiredAccess', audit.desiredAccess),
    grantedAccess: grantedAccess === undefined ? 0 : requireSpecificMask('audit.grantedAccess', grantedAccess),
    privileges: usedPrivileges(win32, privileges),
    accessGranted: grantedAccess !== undefined,
  }
  const isAudited = trusted(win32, () => win32.objectOpenAuditAlarm(request))
  return ObjectAudit.fromAnswer(win32, audit, isAudited)
}

/** Privileges that a client used, or lacked. */
export interface PrivilegeAudit {
  /** The server: `My Server`. */
  readonly subsystem: string
  /** The client. */
  readonly token: Token
  /** Those that were used or missing, by name. */
  readonly privileges: readonly string[]
  readonly granted: boolean
}

export interface ObjectPrivilegeAudit extends PrivilegeAudit {
  /** The number of the opened object, as {@link objectOpen} was told. */
  readonly handleId: bigint
  /** What the privileges were used for: the rights of the object's type, without generic ones. */
  readonly desiredAccess: number
}

/**
 * Says in the security log that a client used privileges on an object that it has open, or was refused.
 *
 * Needs SeAuditPrivilege, and `TOKEN_QUERY`.
 *
 * @throws PrivilegeNotHeldError
 * @throws Win32Error `ERROR_BAD_IMPERSONATION_LEVEL`, `ERROR_NO_SUCH_PRIVILEGE`
 * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-objectprivilegeauditalarmw
 */
export function objectPrivilege(audit: ObjectPrivilegeAudit): void {
  const { win32, ...request } = privilegeRequestOf(audit)
  const handleId = requireBigInt('audit.handleId', audit.handleId)
  const desiredAccess = requireSpecificMask('audit.desiredAccess', audit.desiredAccess)
  trusted(win32, () => win32.objectPrivilegeAuditAlarm({ ...request, handleId, desiredAccess }))
}

export interface PrivilegedServiceAudit extends PrivilegeAudit {
  readonly service: string
}

/**
 * Says in the security log that a client used privileges for a service of this server, or was refused.
 *
 * Needs SeAuditPrivilege, and `TOKEN_QUERY`.
 *
 * @throws PrivilegeNotHeldError
 * @throws Win32Error `ERROR_BAD_IMPERSONATION_LEVEL`, `ERROR_NO_SUCH_PRIVILEGE`
 * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-privilegedserviceauditalarmw
 */
export function privilegedService(audit: PrivilegedServiceAudit): void {
  const { win32, ...request } = privilegeRequestOf(audit)
  const serviceName = requireText('audit.service', audit.service)
  trusted(win32, () => win32.privilegedServiceAuditAlarm({ ...request, serviceName }))
}

export interface AuditedAccessCheck extends AuditedObject {
  /** The client, who is impersonated for the check. */
  readonly token: Token
  readonly desiredAccess: number
  readonly objectType: ObjectType
  readonly created?: boolean | undefined
}

export interface AuditedAccess {
  readonly granted: boolean
  readonly grantedAccess: number
  readonly error: Win32ErrorCode | undefined
  /** Why access is denied, as `accessCheck` has it. */
  readonly trace: AccessTrace | undefined
  /** To be closed with the object; undefined when access is denied. */
  readonly object: ObjectAudit | undefined
}

/**
 * Decides what a client may do with an object of this server, and makes the entries that its SACL asks for, in one.
 *
 * Needs SeAuditPrivilege, and `TOKEN_QUERY | TOKEN_DUPLICATE` on a primary token, `TOKEN_QUERY | TOKEN_IMPERSONATE` on
 * another, whose level may be `identification`.
 *
 * @throws PrivilegeNotHeldError
 * @throws ImpersonationLevelError for a client of anonymous level
 * @throws Win32Error `ERROR_INVALID_SECURITY_DESCR`, `ERROR_ACCESS_DENIED`
 * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-accesscheckandauditalarmw
 */
export function accessCheck(check: AuditedAccessCheck): AuditedAccess {
  const token = requireInstance('check.token', Token, requireObject('check', check).token)
  const { genericMapping } = requireObjectType('check.objectType', check.objectType)
  const { read, write, execute, all } = genericMapping
  const request: AccessCheckAndAuditAlarmOptions = {
    ...requestOf('check', check),
    desiredAccess: mapGenericMask(requireMask('check.desiredAccess', check.desiredAccess), genericMapping),
    genericMapping: { genericRead: read, genericWrite: write, genericExecute: execute, genericAll: all },
  }
  const { win32 } = token
  // To be asked is all that the client has to allow.
  const options = { minimumLevel: 'identification' } as const
  const answer = trusted(win32, () => token.impersonate(() => win32.accessCheckAndAuditAlarm(request), options))
  const { accessStatus: granted, grantedAccess, errno, generateOnClose } = answer
  const object = granted ? ObjectAudit.fromAnswer(win32, check, generateOnClose) : undefined
  const question = { descriptor: check.descriptor, desiredAccess: request.desiredAccess, objectType: check.objectType }
  const trace = granted ? undefined : traceOf(token, question)
  return { granted, grantedAccess, error: errno === 0 ? undefined : errorName(errno), trace, object }
}

/** What the entries of an opened object have in common. */
function requestOf(
  name: string,
  { subsystem, handleId, type, name: objectName, descriptor, created = false }: ObjectOpenAudit | AuditedAccessCheck,
): AuditedObjectRequest {
  return {
    subsystemName: requireText(`${name}.subsystem`, subsystem),
    handleId: requireBigInt(`${name}.handleId`, handleId),
    objectTypeName: requireText(`${name}.type`, type),
    objectName: objectName === undefined ? null : requireString(`${name}.name`, objectName),
    descriptor: requireInstance(`${name}.descriptor`, SecurityDescriptor, descriptor).toBytes(),
    objectCreation: requireBoolean(`${name}.created`, created),
  }
}

type AuditedObjectRequest = Omit<AccessCheckAndAuditAlarmOptions, 'desiredAccess' | 'genericMapping'>

/** What the entries of used privileges have in common. */
function privilegeRequestOf(audit: PrivilegeAudit): PrivilegeRequest {
  const { subsystem, token, privileges, granted } = requireObject('audit', audit)
  const { win32, handle } = requireInstance('audit.token', Token, token)
  const used = usedPrivileges(win32, privileges)
  return {
    win32,
    subsystemName: requireText('audit.subsystem', subsystem),
    token: handle,
    privileges: requireBoolean('audit.granted', granted) ? used : used.map(({ luid }) => ({ luid, attributes: 0 })),
    accessGranted: granted,
  }
}

function usedPrivileges(win32: Win32, names: readonly string[]): readonly LuidAndAttributes[] {
  const attributes = privilegeAttribute.SE_PRIVILEGE_USED_FOR_ACCESS
  return privilegeLuids(win32, 'audit.privileges', names).map((luid) => ({ luid, attributes }))
}

interface PrivilegeRequest {
  readonly win32: Win32
  readonly subsystemName: string
  readonly token: Borrowed<'token'>
  readonly privileges: readonly LuidAndAttributes[]
  readonly accessGranted: boolean
}

const genericRights =
  accessRight.GENERIC_READ | accessRight.GENERIC_WRITE | accessRight.GENERIC_EXECUTE | accessRight.GENERIC_ALL

/** Windows compares it with the SACL as it is: a generic right would be found in no entry. */
function requireSpecificMask(name: string, value: number): number {
  const mask = requireMask(name, value)
  if ((mask & genericRights) === 0) return mask
  throw InvalidArgumentError.ofValue(name, "rights of the object's type, without generic ones", mask)
}

const highestHandleId = 2n ** 64n - 1n

function requireBigInt(name: string, value: unknown): bigint {
  if (typeof value !== 'bigint') throw InvalidArgumentError.ofType(name, 'a bigint', value)
  if (value < 0n || value > highestHandleId)
    throw InvalidArgumentError.ofValue(name, 'of 64 bits without a sign', value)
  return value
}
