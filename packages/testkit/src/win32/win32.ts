import type { Win32 } from '@asuser/native'
import { createAccessApi } from './access.ts'
import { createAccountApi } from './account.ts'
import { createAuditApi } from './audit.ts'
import { createAuthzApi } from './authz.ts'
import { createAccountRightApi } from './account-right.ts'
import type { Caller } from './caller.ts'
import { createDdeApi } from './dde.ts'
import { createDesktopApi } from './desktop.ts'
import { createFileApi } from './file.ts'
import { createHandleApi } from './handle.ts'
import { createImpersonationApi } from './impersonation.ts'
import { instrument, type Instruments } from './instrument.ts'
import { createJobApi } from './job.ts'
import { createKernelObjectApi } from './kernel-object.ts'
import { createLogonApi } from './logon.ts'
import { createMutexApi } from './mutex.ts'
import { createNetworkApi } from './network.ts'
import { createNamedPipeApi } from './named-pipe.ts'
import { createObjectSecurityApi } from './object-security.ts'
import { createPipeApi } from './pipe.ts'
import { createPrivilegeApi } from './privilege.ts'
import { createProcessApi } from './process.ts'
import { createProfileApi } from './profile.ts'
import { createRegistryApi } from './registry.ts'
import { createSspiApi } from './sspi.ts'
import { createS4UApi } from './s4u.ts'
import { createSessionApi } from './session.ts'
import { createRestrictedTokenApi } from './restricted-token.ts'
import { createTokenAdjustmentApi } from './token-adjustment.ts'
import { createTokenApi } from './token.ts'

/** The Win32 functions as one simulated process calls them. */
export function createWin32(caller: Caller, instruments: Instruments): Win32 {
  const api: Win32 = {
    ...createHandleApi(caller),
    ...createLogonApi(caller),
    ...createS4UApi(caller),
    ...createTokenApi(caller),
    ...createTokenAdjustmentApi(caller),
    ...createRestrictedTokenApi(caller),
    ...createImpersonationApi(caller),
    ...createDdeApi(),
    ...createPrivilegeApi(caller),
    ...createAccountApi(caller),
    ...createAccountRightApi(caller),
    ...createObjectSecurityApi(caller),
    ...createAccessApi(caller),
    ...createAuthzApi(caller),
    ...createAuditApi(caller),
    ...createProcessApi(caller),
    ...createJobApi(caller),
    ...createDesktopApi(caller),
    ...createProfileApi(caller),
    ...createSessionApi(caller),
    ...createPipeApi(caller),
    ...createNetworkApi(caller),
    ...createSspiApi(caller),
    ...createNamedPipeApi(caller),
    ...createMutexApi(caller),
    ...createKernelObjectApi(caller),
    ...createFileApi(caller),
    ...createRegistryApi(caller),
  }
  return instrument(api, caller.process, instruments)
}
