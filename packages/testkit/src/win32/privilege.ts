import { tokenAccess, type PrivilegeApi } from '@asuser/native'
import { adjustPrivileges } from '../kernel/adjust-privileges.ts'
import { EnabledPrivileges } from '../kernel/enabled-privileges.ts'
import { Failure } from '../kernel/failure.ts'
import { privilegeLuid, privilegeName } from '../kernel/privileges.ts'
import type { Caller } from './caller.ts'

export function createPrivilegeApi(caller: Caller): PrivilegeApi {
  return {
    adjustTokenPrivileges(token, privileges) {
      const access = tokenAccess.TOKEN_ADJUST_PRIVILEGES | tokenAccess.TOKEN_QUERY
      return adjustPrivileges(caller.handles.resolve(token, access, 'token'), privileges)
    },

    enableProcessPrivileges(privileges) {
      const enabled = new EnabledPrivileges(caller.process.privilegeHoldings, privileges)
      return caller.handles.open('enabled-privileges', enabled, 0)
    },

    lookupPrivilegeValue(name) {
      const luid = privilegeLuid(name)
      if (luid === undefined) throw new Failure('ERROR_NO_SUCH_PRIVILEGE', { privilege: name })
      return luid
    },

    lookupPrivilegeName(luid) {
      const name = privilegeName(luid)
      if (name === undefined) throw new Failure('ERROR_NO_SUCH_PRIVILEGE', { privilege: String(luid) })
      return name
    },
  }
}
