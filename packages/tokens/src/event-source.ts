import { getWin32, type Handle, type SecurityEventParameter, type Win32 } from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import { trustedWhile } from './audit-trust.ts'
import { InvalidArgumentError, requireBoolean, requireObject, requireSid, requireText } from './invalid-argument.ts'

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
export async function installEventSource(registration: EventSourceRegistration): Promise<void> {
  const { shared = false } = requireObject('registration', registration)
  const name = requireText('registration.name', registration.name)
  const eventMessageFile = requireText('registration.messageFile', registration.messageFile)
  const allowMultipleInstances = requireBoolean('registration.shared', shared)
  const win32 = registration.win32 ?? getWin32()
  return win32.authzInstallSecurityEventSource({ name, eventMessageFile, allowMultipleInstances })
}

/**
 * Takes a name out again. See {@link installEventSource}.
 *
 * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_FILE_NOT_FOUND`
 */
export async function uninstallEventSource(
  name: string,
  { win32 = getWin32() }: { win32?: Win32 } = {},
): Promise<void> {
  return win32.authzUninstallSecurityEventSource(requireText('name', name))
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
    requireText('name', name)
    return new EventSource(win32, await trustedWhile(win32, () => win32.authzRegisterSecurityEventSource(name)))
  }

  /**
   * Writes an entry of success or of failure.
   *
   * @throws PrivilegeNotHeldError
   * @throws Win32Error `ERROR_INVALID_HANDLE` once it is closed, `ERROR_INVALID_PARAMETER` for too many parameters
   * @see https://learn.microsoft.com/windows/win32/api/authz/nf-authz-authzreportsecurityevent
   */
  async report(report: SecurityEventReport): Promise<void> {
    const { id, success, user, parameters = [] } = requireObject('report', report)
    if (!Array.isArray(parameters)) throw InvalidArgumentError.ofType('report.parameters', 'an array', parameters)
    const event = {
      source: this.#handle,
      isSuccess: requireBoolean('report.success', success),
      auditId: requireWholeNumber('report.id', id),
      userSid: user === undefined ? null : requireSid('report.user', user).toBytes(),
      parameters: parameters.map((parameter, index) => toParameter(`report.parameters[${index}]`, parameter)),
    }
    await trustedWhile(this.#win32, () => this.#win32.authzReportSecurityEvent(event))
  }

  close(): void {
    this.#handle.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

function toParameter(name: string, value: unknown): SecurityEventParameter {
  if (typeof value === 'string') return { type: 'string', value }
  if (typeof value === 'number') return { type: 'ulong', value: requireWholeNumber(name, value) }
  if (value instanceof Sid) return { type: 'sid', value: value.toBytes() }
  throw InvalidArgumentError.ofType(name, 'a string, a number or a Sid', value)
}

function requireWholeNumber(name: string, value: unknown): number {
  if (typeof value !== 'number') throw InvalidArgumentError.ofType(name, 'a number', value)
  if (Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff) return value
  throw InvalidArgumentError.ofValue(name, 'a whole number of 32 bits without a sign', value)
}
