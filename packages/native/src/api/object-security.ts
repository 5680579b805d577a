import type { SecurableObjectType } from '../constants.ts'
import type { Borrowed, KernelObjectKind } from './handle.ts'
import type { ImpersonateOption } from './impersonation.ts'

export interface NamedSecurityOptions extends ImpersonateOption {
  /** As Windows names the object: a path, `MACHINE\SOFTWARE\Example`, a service name, `\\server\share`. */
  readonly name: string
  readonly objectType: SecurableObjectType
  /** `SECURITY_INFORMATION` bits. */
  readonly information: number
}

export interface SetNamedSecurityOptions extends NamedSecurityOptions {
  readonly descriptor: Uint8Array
}

export interface ObjectSecurityApi {
  /**
   * The security descriptor of a window station or desktop, self-relative, with the asked `SECURITY_INFORMATION` parts.
   *
   * Needs `READ_CONTROL`, and `ACCESS_SYSTEM_SECURITY` for the SACL.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-getuserobjectsecurity
   */
  getUserObjectSecurity(object: Borrowed<'window-station' | 'desktop'>, information: number): Uint8Array

  /**
   * Replaces the asked parts of the security descriptor of a window station or desktop.
   *
   * Needs `WRITE_DAC` for the DACL, `WRITE_OWNER` for owner, group and label, `ACCESS_SYSTEM_SECURITY` for the SACL.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_INVALID_SECURITY_DESCR`, `ERROR_INVALID_OWNER`
   * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-setuserobjectsecurity
   */
  setUserObjectSecurity(
    object: Borrowed<'window-station' | 'desktop'>,
    information: number,
    descriptor: Uint8Array,
  ): void

  /**
   * The security descriptor of a kernel object: process, thread, token, job, pipe, mutex, event and others.
   *
   * Needs `READ_CONTROL`, and `ACCESS_SYSTEM_SECURITY` for the SACL.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-getkernelobjectsecurity
   */
  getKernelObjectSecurity(object: Borrowed<KernelObjectKind>, information: number): Uint8Array

  /**
   * Replaces the asked parts of the security descriptor of a kernel object.
   *
   * Needs `WRITE_DAC` for the DACL, `WRITE_OWNER` for owner, group and label, `ACCESS_SYSTEM_SECURITY` for the SACL.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_INVALID_SECURITY_DESCR`, `ERROR_INVALID_OWNER`
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-setkernelobjectsecurity
   */
  setKernelObjectSecurity(object: Borrowed<KernelObjectKind>, information: number, descriptor: Uint8Array): void

  /**
   * The security descriptor of an object by name: file, registry key, service, share, kernel object, window object.
   *
   * Needs `READ_CONTROL`, and `ACCESS_SYSTEM_SECURITY` (SeSecurityPrivilege) for the SACL.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_PATH_NOT_FOUND`, `ERROR_ACCESS_DENIED`, `ERROR_PRIVILEGE_NOT_HELD`,
   *   `ERROR_SERVICE_DOES_NOT_EXIST`, `ERROR_INVALID_PARAMETER` for a registry key under no root,
   *   `ERROR_NO_SECURITY_ON_OBJECT` on a file system without security
   * @see https://learn.microsoft.com/windows/win32/api/aclapi/nf-aclapi-getnamedsecurityinfow
   */
  getNamedSecurityInfo(options: NamedSecurityOptions): Promise<Uint8Array>

  /**
   * Replaces parts of the security descriptor of an object by name. Where files and keys inherit, Windows works out anew
   * what the object inherits, whatever the given entries with `INHERITED_ACE` say, and passes the inheritable entries on
   * to what is below it. `PROTECTED_*` and `UNPROTECTED_*` bits say whether the object inherits; without either, it does
   * as before.
   *
   * A part that is asked for must be in the descriptor: an absent DACL would become a NULL one, which lets everybody in.
   *
   * Needs `WRITE_DAC`, `WRITE_OWNER` or `ACCESS_SYSTEM_SECURITY` by the part.
   *
   * @throws Win32Error as {@link getNamedSecurityInfo}, and `ERROR_INVALID_OWNER`, `ERROR_INVALID_ACL`,
   *   `ERROR_INVALID_SECURITY_DESCR` when an asked part is not in the descriptor
   * @see https://learn.microsoft.com/windows/win32/api/aclapi/nf-aclapi-setnamedsecurityinfow
   */
  setNamedSecurityInfo(options: SetNamedSecurityOptions): Promise<void>

  /**
   * What Windows makes of an SDDL string: a self-relative security descriptor.
   *
   * @throws Win32Error `ERROR_INVALID_PARAMETER`, `ERROR_INVALID_ACL`, `ERROR_INVALID_SID`, `ERROR_NONE_MAPPED`,
   *   `RPC_S_INVALID_STRING_UUID`
   * @see https://learn.microsoft.com/windows/win32/api/sddl/nf-sddl-convertstringsecuritydescriptortosecuritydescriptorw
   */
  convertStringSecurityDescriptorToSecurityDescriptor(text: string): Uint8Array

  /**
   * How Windows writes the asked parts of a security descriptor in SDDL.
   *
   * @throws Win32Error `ERROR_INVALID_SECURITY_DESCR`, `ERROR_INVALID_ACL`, `ERROR_INVALID_SID`
   * @see https://learn.microsoft.com/windows/win32/api/sddl/nf-sddl-convertsecuritydescriptortostringsecuritydescriptorw
   */
  convertSecurityDescriptorToStringSecurityDescriptor(descriptor: Uint8Array, information: number): string
}
