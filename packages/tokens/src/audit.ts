import {
  type AccessCheckAndAuditAlarmOptions,
  errorName,
  getWin32,
  type Handle,
  type LuidAndAttributes,
  privilegeAttribute,
  type SecurityEventParameter,
  type Win32,
  type Win32ErrorCode,
} from '@asuser/native'
import { mapGenericMask, type ObjectType, type SecurityDescriptor, type Sid } from '@asuser/security-descriptors'
import { privilegeLuids } from './privilege.ts'
import { leasePrivileges } from './privilege-lease.ts'
import type { Token } from './token.ts'

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
  readonly desiredAccess: number
  /** What the client got; left out, it was refused. */
  readonly grantedAccess?: number | undefined
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
 * @throws PrivilegeNotHeldError
 * @throws Win32Error `ERROR_BAD_IMPERSONATION_LEVEL`, `ERROR_INVALID_SECURITY_DESCR`
 * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-objectopenauditalarmw
 */
export function objectOpen(audit: ObjectOpenAudit): ObjectAudit {
  const { win32 } = audit.token
  const isAudited = trusted(win32, () =>
    win32.objectOpenAuditAlarm({
      subsystemName: audit.subsystem,
      handleId: audit.handleId,
      objectTypeName: audit.type,
      objectName: audit.name ?? null,
      descriptor: audit.descriptor.toBytes(),
      token: audit.token.handle,
      desiredAccess: audit.desiredAccess,
      grantedAccess: audit.grantedAccess ?? 0,
      privileges: [],
      objectCreation: audit.created ?? false,
      accessGranted: audit.grantedAccess !== undefined,
    }),
  )
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
  const { win32, handle } = audit.token
  const privileges = auditedPrivileges(audit)
  trusted(win32, () =>
    win32.objectPrivilegeAuditAlarm({
      subsystemName: audit.subsystem,
      handleId: audit.handleId,
      token: handle,
      desiredAccess: audit.desiredAccess,
      privileges,
      accessGranted: audit.granted,
    }),
  )
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
  const { win32, handle } = audit.token
  const privileges = auditedPrivileges(audit)
  trusted(win32, () =>
    win32.privilegedServiceAuditAlarm({
      subsystemName: audit.subsystem,
      serviceName: audit.service,
      token: handle,
      privileges,
      accessGranted: audit.granted,
    }),
  )
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
  /** To be closed with the object; undefined when access is denied. */
  readonly object: ObjectAudit | undefined
}

/**
 * Decides what a client may do with an object of this server, and makes the entries that its SACL asks for, in one.
 *
 * Needs SeAuditPrivilege, and `TOKEN_QUERY | TOKEN_DUPLICATE` on the token.
 *
 * @throws PrivilegeNotHeldError
 * @throws Win32Error `ERROR_BAD_IMPERSONATION_LEVEL`, `ERROR_INVALID_SECURITY_DESCR`
 * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-accesscheckandauditalarmw
 */
export function accessCheck(check: AuditedAccessCheck): AuditedAccess {
  const { token, objectType } = check
  const { read, write, execute, all } = objectType.genericMapping
  const request: AccessCheckAndAuditAlarmOptions = {
    subsystemName: check.subsystem,
    handleId: check.handleId,
    objectTypeName: check.type,
    objectName: check.name ?? null,
    descriptor: check.descriptor.toBytes(),
    desiredAccess: mapGenericMask(check.desiredAccess, objectType.genericMapping),
    genericMapping: { genericRead: read, genericWrite: write, genericExecute: execute, genericAll: all },
    objectCreation: check.created ?? false,
  }
  const { win32 } = token
  const answer = trusted(win32, () => token.impersonate(() => win32.accessCheckAndAuditAlarm(request)))
  const { accessStatus: granted, grantedAccess, errno, generateOnClose } = answer
  const object = granted ? ObjectAudit.fromAnswer(win32, check, generateOnClose) : undefined
  return { granted, grantedAccess, error: errno === 0 ? undefined : errorName(errno), object }
}

export interface EventSourceRegistration {
  readonly name: string
  /** The file with the texts of the events, on an NTFS disk. */
  readonly messageFile: string
  /** Whether several processes may write under the name at a time. */
  readonly shared?: boolean | undefined
  readonly win32?: Win32 | undefined
}

/**
 * Makes a name known under which servers write to the security log; an installer does so once.
 *
 * Needs to be an administrator.
 *
 * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_OBJECT_ALREADY_EXISTS`, `ERROR_INVALID_PARAMETER`
 * @see https://learn.microsoft.com/windows/win32/api/authz/nf-authz-authzinstallsecurityeventsource
 */
export function installEventSource(registration: EventSourceRegistration): Promise<void> {
  const { name, messageFile: eventMessageFile, shared = false, win32 = getWin32() } = registration
  return win32.authzInstallSecurityEventSource({ name, eventMessageFile, allowMultipleInstances: shared })
}

/**
 * Takes a name out again. See {@link installEventSource}.
 *
 * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_FILE_NOT_FOUND`
 */
export function uninstallEventSource(name: string, { win32 = getWin32() }: { win32?: Win32 } = {}): Promise<void> {
  return win32.authzUninstallSecurityEventSource(name)
}

export interface SecurityEventReport {
  readonly id: number
  readonly success: boolean
  /** Who did it; this process if left out. */
  readonly user?: Sid | undefined
  /** What the text of the event refers to by number, 16 at most. */
  readonly parameters?: readonly (string | number | Sid)[] | undefined
}

/** The right to write to the security log under a name. */
export class EventSource implements Disposable {
  readonly #win32: Win32
  readonly #handle: Handle<'security-event-source'>

  private constructor(win32: Win32, handle: Handle<'security-event-source'>) {
    this.#win32 = win32
    this.#handle = handle
  }

  /**
   * Begins to write under an installed name.
   *
   * Needs SeAuditPrivilege.
   *
   * @throws PrivilegeNotHeldError
   * @throws Win32Error when the name is not installed, or another process uses it
   * @see https://learn.microsoft.com/windows/win32/api/authz/nf-authz-authzregistersecurityeventsource
   */
  static async open(name: string, { win32 = getWin32() }: { win32?: Win32 } = {}): Promise<EventSource> {
    return new EventSource(win32, await trustedWhile(win32, () => win32.authzRegisterSecurityEventSource(name)))
  }

  /**
   * Writes an entry of success or of failure.
   *
   * @throws PrivilegeNotHeldError
   * @throws Win32Error `ERROR_INVALID_HANDLE` once it is closed, `ERROR_INVALID_PARAMETER` for too many parameters
   * @see https://learn.microsoft.com/windows/win32/api/authz/nf-authz-authzreportsecurityevent
   */
  report({ id, success, user, parameters = [] }: SecurityEventReport): Promise<void> {
    const event = {
      source: this.#handle,
      isSuccess: success,
      auditId: id,
      userSid: user?.toBytes() ?? null,
      parameters: parameters.map(toParameter),
    }
    return trustedWhile(this.#win32, () => this.#win32.authzReportSecurityEvent(event))
  }

  close(): void {
    this.#handle.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

function auditedPrivileges({ token, privileges, granted }: PrivilegeAudit): readonly LuidAndAttributes[] {
  const attributes = granted ? privilegeAttribute.SE_PRIVILEGE_USED_FOR_ACCESS : 0
  return privilegeLuids(token.win32, 'audit.privileges', privileges).map((luid) => ({ luid, attributes }))
}

function toParameter(value: string | number | Sid): SecurityEventParameter {
  if (typeof value === 'string') return { type: 'string', value }
  return typeof value === 'number' ? { type: 'ulong', value } : { type: 'sid', value: value.toBytes() }
}

/** It is the process that Windows trusts with the log, whoever a thread acts for. */
function trusted<T>(win32: Win32, call: () => T): T {
  using _enabled = leasePrivileges(['SeAuditPrivilege'], win32)
  return call()
}

async function trustedWhile<T>(win32: Win32, call: () => Promise<T>): Promise<T> {
  using _enabled = leasePrivileges(['SeAuditPrivilege'], win32)
  return await call()
}
