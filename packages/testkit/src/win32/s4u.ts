import { logonType, tokenAccess, type S4UApi } from '@asuser/native'
import { defaultSecurity } from '../kernel/default-security.ts'
import { Failure } from '../kernel/failure.ts'
import { Token } from '../kernel/token.ts'
import { logOnForService } from '../lsa/s4u-logon.ts'
import { NotSimulatedError } from '../not-simulated-error.ts'
import type { Caller } from './caller.ts'

export function createS4UApi(caller: Caller): S4UApi {
  return {
    async lsaLogonUserS4U({ trusted, authenticationPackage, user, domain, logonType: type, sourceName }) {
      if (trusted && !caller.process.token.hasEnabledPrivilege('SeTcbPrivilege')) {
        throw new Failure('ERROR_ACCESS_DENIED', {}, 'LsaRegisterLogonProcess')
      }
      if (authenticationPackage === 'Kerberos' && caller.lsa.accounts.domain === undefined) {
        throw new NotSimulatedError('lsaLogonUserS4U', 'Kerberos on a computer without the option "domain"')
      }
      if (type !== logonType.LOGON32_LOGON_NETWORK) {
        throw new NotSimulatedError('lsaLogonUserS4U', `the logon type ${type}`)
      }
      const { contents: server } = caller.process.token
      const request = { authenticationPackage, user, domain, sourceName, trusted, caller: server }
      const contents = logOnForService(caller.lsa, request)
      const token = new Token(caller.machine.luids, contents, defaultSecurity(contents, 'token'))
      return caller.handles.open('token', token, tokenAccess.TOKEN_ALL_ACCESS)
    },
  }
}
