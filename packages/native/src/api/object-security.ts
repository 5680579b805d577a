import type { Borrowed, HandleKind } from './handle.ts'

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
   * The security descriptor of a kernel object: process, thread, token, job, pipe, mutex.
   *
   * Needs `READ_CONTROL`, and `ACCESS_SYSTEM_SECURITY` for the SACL.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-getkernelobjectsecurity
   */
  getKernelObjectSecurity(object: Borrowed<HandleKind>, information: number): Uint8Array

  /**
   * Replaces the asked parts of the security descriptor of a kernel object.
   *
   * Needs `WRITE_DAC` for the DACL, `WRITE_OWNER` for owner, group and label, `ACCESS_SYSTEM_SECURITY` for the SACL.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_INVALID_SECURITY_DESCR`, `ERROR_INVALID_OWNER`
   * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-setkernelobjectsecurity
   */
  setKernelObjectSecurity(object: Borrowed<HandleKind>, information: number, descriptor: Uint8Array): void
}
