import type { AccessApi } from './api/access.ts'
import type { AccountApi } from './api/account.ts'
import type { AuditApi } from './api/audit.ts'
import type { AuthzApi } from './api/authz.ts'
import type { AccountRightApi } from './api/account-right.ts'
import type { DdeApi } from './api/dde.ts'
import type { DesktopApi } from './api/desktop.ts'
import type { FileApi } from './api/file.ts'
import type { HandleApi } from './api/handle.ts'
import type { ImpersonationApi } from './api/impersonation.ts'
import type { JobApi } from './api/job.ts'
import type { KernelObjectApi } from './api/kernel-object.ts'
import type { LogonApi } from './api/logon.ts'
import type { MutexApi } from './api/mutex.ts'
import type { NetworkApi } from './api/network.ts'
import type { NamedPipeApi } from './api/named-pipe.ts'
import type { ObjectSecurityApi } from './api/object-security.ts'
import type { PipeApi } from './api/pipe.ts'
import type { PrivilegeApi } from './api/privilege.ts'
import type { ProcessApi } from './api/process.ts'
import type { ProfileApi } from './api/profile.ts'
import type { RegistryApi } from './api/registry.ts'
import type { SspiApi } from './api/sspi.ts'
import type { S4UApi } from './api/s4u.ts'
import type { SessionApi } from './api/session.ts'
import type { RestrictedTokenApi } from './api/restricted-token.ts'
import type { TokenAdjustmentApi } from './api/token-adjustment.ts'
import type { TokenApi } from './api/token.ts'
import { loadAddon } from './load.ts'

/**
 * The Win32 functions that everything above is written against. The addon implements them on Windows, `@asuser/testkit`
 * anywhere. Each has the name, the meaning and the errors of its Windows function; policy lives in the layers above.
 */
export interface Win32
  extends
    HandleApi,
    LogonApi,
    S4UApi,
    TokenApi,
    TokenAdjustmentApi,
    RestrictedTokenApi,
    ImpersonationApi,
    DdeApi,
    PrivilegeApi,
    AccountApi,
    AccountRightApi,
    ObjectSecurityApi,
    AccessApi,
    AuthzApi,
    AuditApi,
    ProcessApi,
    JobApi,
    DesktopApi,
    ProfileApi,
    SessionApi,
    PipeApi,
    NetworkApi,
    SspiApi,
    NamedPipeApi,
    MutexApi,
    KernelObjectApi,
    FileApi,
    RegistryApi {}

let current: Win32 | undefined

/**
 * The implementation that is in use: the one given to {@link setWin32}, else the addon, loaded at the first call.
 *
 * @throws UnsupportedPlatformError when this is not Windows or the addon cannot be loaded
 */
export function getWin32(): Win32 {
  current ??= loadAddon()
  return current
}

/** Replaces the implementation; disposing the result puts the previous one back. */
export function setWin32(win32: Win32): Disposable {
  const previous = current
  current = win32
  return {
    [Symbol.dispose]() {
      if (current === win32) current = previous
    },
  }
}
