import type { AccessCheckResult, GenericMapping } from './access.ts'
import type { Borrowed, Handle } from './handle.ts'
import type { LuidAndAttributes } from './token.ts'

export interface ObjectAuditOptions {
  /** The server that keeps the object, as the log names it: `My Server`. */
  readonly subsystemName: string
  /** The server's own number for the opened object; the same when it is closed. */
  readonly handleId: bigint
}

export interface ObjectOpenAuditAlarmOptions extends ObjectAuditOptions {
  /** `Document` */
  readonly objectTypeName: string
  /** Null for an object without a name. */
  readonly objectName: string | null
  /** Self-relative; its SACL decides what is audited. */
  readonly descriptor: Uint8Array
  /** The client. */
  readonly token: Borrowed<'token'>
  readonly desiredAccess: number
  readonly grantedAccess: number
  /** What `accessCheck` said of privileges. */
  readonly privileges: readonly LuidAndAttributes[]
  /** Whether the object was made by this. */
  readonly objectCreation: boolean
  readonly accessGranted: boolean
}

export interface ObjectCloseAuditAlarmOptions extends ObjectAuditOptions {
  /** What opening it answered. */
  readonly generateOnClose: boolean
}

export interface ObjectPrivilegeAuditAlarmOptions extends ObjectAuditOptions {
  /** The client. */
  readonly token: Borrowed<'token'>
  /** What was asked for by the privileges, without generic rights. */
  readonly desiredAccess: number
  readonly privileges: readonly LuidAndAttributes[]
  readonly accessGranted: boolean
}

export interface PrivilegedServiceAuditAlarmOptions {
  readonly subsystemName: string
  readonly serviceName: string
  /** The client. */
  readonly token: Borrowed<'token'>
  readonly privileges: readonly LuidAndAttributes[]
  readonly accessGranted: boolean
}

export interface AccessCheckAndAuditAlarmOptions extends ObjectAuditOptions {
  readonly objectTypeName: string
  readonly objectName: string | null
  /** Self-relative, with owner and group. */
  readonly descriptor: Uint8Array
  /** Without generic rights: map them before. */
  readonly desiredAccess: number
  readonly genericMapping: GenericMapping
  readonly objectCreation: boolean
}

export interface AuditedAccessCheckResult extends Omit<AccessCheckResult, 'privilegesUsed'> {
  /** To be handed to `objectCloseAuditAlarm`. */
  readonly generateOnClose: boolean
}

export interface SecurityEventSourceRegistration {
  readonly name: string
  /** The file with the texts of the events, on NTFS. */
  readonly eventMessageFile: string
  /** Whether several processes may write under the name at a time. */
  readonly allowMultipleInstances: boolean
}

/** What an event is about; the text of the event refers to them by their numbers. */
export type SecurityEventParameter =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'ulong'; readonly value: number }
  | { readonly type: 'sid'; readonly value: Uint8Array }

export interface ReportSecurityEventOptions {
  readonly source: Borrowed<'security-event-source'>
  readonly isSuccess: boolean
  readonly auditId: number
  /** Who did it; null for this process. */
  readonly userSid: Uint8Array | null
  /** At most 16. */
  readonly parameters: readonly SecurityEventParameter[]
}

/**
 * Entries of the security log. All of them need SeAuditPrivilege, enabled in the token of this process, whoever the
 * thread impersonates; and they are made only as far as the audit policy of the computer has them made.
 */
export interface AuditApi {
  /**
   * Says that a client opened an object of this server, or was refused. The answer is for `objectCloseAuditAlarm`.
   *
   * Needs `TOKEN_QUERY`.
   *
   * @throws Win32Error `ERROR_PRIVILEGE_NOT_HELD`, `ERROR_BAD_IMPERSONATION_LEVEL`, `ERROR_INVALID_SECURITY_DESCR`
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-objectopenauditalarmw
   */
  objectOpenAuditAlarm(options: ObjectOpenAuditAlarmOptions): boolean

  /**
   * Says that an opened object was closed.
   *
   * @throws Win32Error `ERROR_PRIVILEGE_NOT_HELD`
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-objectcloseauditalarmw
   */
  objectCloseAuditAlarm(options: ObjectCloseAuditAlarmOptions): void

  /**
   * Says that an opened object was deleted.
   *
   * @throws Win32Error `ERROR_PRIVILEGE_NOT_HELD`
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-objectdeleteauditalarmw
   */
  objectDeleteAuditAlarm(options: ObjectCloseAuditAlarmOptions): void

  /**
   * Says that a client used privileges on an object that it has open, or was refused.
   *
   * Needs `TOKEN_QUERY`.
   *
   * @throws Win32Error `ERROR_PRIVILEGE_NOT_HELD`, `ERROR_BAD_IMPERSONATION_LEVEL`
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-objectprivilegeauditalarmw
   */
  objectPrivilegeAuditAlarm(options: ObjectPrivilegeAuditAlarmOptions): void

  /**
   * Says that a client used privileges for a service of this server, or was refused.
   *
   * Needs `TOKEN_QUERY`.
   *
   * @throws Win32Error `ERROR_PRIVILEGE_NOT_HELD`, `ERROR_BAD_IMPERSONATION_LEVEL`
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-privilegedserviceauditalarmw
   */
  privilegedServiceAuditAlarm(options: PrivilegedServiceAuditAlarmOptions): void

  /**
   * Decides what the client that the thread impersonates may do, and makes the entries that the SACL asks for.
   *
   * @throws Win32Error `ERROR_NO_IMPERSONATION_TOKEN` when it impersonates nobody, `ERROR_PRIVILEGE_NOT_HELD`,
   *   `ERROR_BAD_IMPERSONATION_LEVEL`, `ERROR_INVALID_SECURITY_DESCR`, `ERROR_GENERIC_NOT_MAPPED`
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-accesscheckandauditalarmw
   */
  accessCheckAndAuditAlarm(options: AccessCheckAndAuditAlarmOptions): AuditedAccessCheckResult

  /**
   * Makes a name known under which a server writes to the security log.
   *
   * Needs the right to write to the registry of the event log, which administrators have.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_OBJECT_ALREADY_EXISTS`, `ERROR_INVALID_PARAMETER`
   * @see https://learn.microsoft.com/windows/win32/api/authz/nf-authz-authzinstallsecurityeventsource
   */
  authzInstallSecurityEventSource(registration: SecurityEventSourceRegistration): Promise<void>

  /**
   * Takes the name out again.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_FILE_NOT_FOUND`
   * @see https://learn.microsoft.com/windows/win32/api/authz/nf-authz-authzuninstallsecurityeventsource
   */
  authzUninstallSecurityEventSource(name: string): Promise<void>

  /**
   * Begins to write under an installed name.
   *
   * @throws Win32Error `ERROR_PRIVILEGE_NOT_HELD`, or the code of a name that is not installed or in use
   * @see https://learn.microsoft.com/windows/win32/api/authz/nf-authz-authzregistersecurityeventsource
   */
  authzRegisterSecurityEventSource(name: string): Promise<Handle<'security-event-source'>>

  /**
   * Writes an entry of success or of failure.
   *
   * @throws Win32Error `ERROR_PRIVILEGE_NOT_HELD`, `ERROR_INVALID_SID`, `ERROR_INVALID_PARAMETER`
   * @see https://learn.microsoft.com/windows/win32/api/authz/nf-authz-authzreportsecurityevent
   */
  authzReportSecurityEvent(options: ReportSecurityEventOptions): Promise<void>
}
